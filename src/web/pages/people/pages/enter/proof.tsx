import { useState } from 'preact/hooks'
import type { SignInStep } from '../../../../people/contract.ts'
import { bareCode, groupedCode } from '../../logic/groups.ts'
import { useApp } from '../../parts/app-context.ts'
import { Button, Heading } from '../../parts/basics.tsx'
import { CodeField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { helpdeskCode } from '../../parts/kept.ts'
import { useAction } from '../../parts/use-action.ts'
import { EndView } from '../refused.tsx'
import { Options } from './question.tsx'

type ProofStep = Extract<SignInStep, { step: 'proof' }>
type Props = {
  readonly step: ProofStep
  readonly onStep: (step: SignInStep) => Promise<void>
  readonly onCancel: () => void
}

/** The password is right and nothing is set up: one more proof before anything can be. */
export function ProofView({ step, onStep, onCancel }: Props) {
  const { api, say } = useApp()
  const action = useAction()
  const takesCode = step.proofs.some(({ proof }) => proof === 'helpdesk-code')
  const phones = step.proofs.flatMap((each) =>
    each.proof === 'directory-phone' ? each.phones : [],
  )
  const send = (given: { code: string } | { send: string }) =>
    action.run(async () => await onStep(await api.proof(given)))

  if (step.proofs.length === 0) {
    return (
      <EndView
        icon="help"
        kind="warn"
        title={say('proof-title')}
        text={say('proof-none')}
        button={say('start-again')}
        onButton={onCancel}
      />
    )
  }
  const isSent = step.sentTo !== undefined
  const title = isSent ? 'type-code-title' : takesCode ? 'proof-title' : 'proof-phone-title'
  return (
    <>
      <Heading text={say(title)} />
      <p class="intro">
        {isSent
          ? say('proof-sent', { to: step.sentTo ?? '' })
          : say(takesCode ? 'proof-intro' : 'proof-phone-intro')}
      </p>
      {(takesCode || isSent) && (
        <CodeForm
          step={step}
          isHelpdesk={!isSent}
          action={action}
          onCode={(code) => send({ code })}
        />
      )}
      {!isSent && phones.length > 0 && (
        <>
          {takesCode && <p class="or">{say('proof-phone-or')}</p>}
          <Options options={phones} busy={action.busy} onChoose={(to) => void send({ send: to })} />
        </>
      )}
      <div class="row-of-buttons end">
        <Button kind="quiet" onClick={onCancel}>
          {say('cancel')}
        </Button>
      </div>
    </>
  )
}

/** A code of the helpdesk is also accepted where the second proof is lost. */
export function HelpdeskCode({ onStep }: Pick<Props, 'onStep'>) {
  const { api, say } = useApp()
  const action = useAction()
  return (
    <details class="other-ways" open={helpdeskCode() !== undefined}>
      <summary>{say('proof-title')}</summary>
      <CodeForm
        step={{ step: 'proof', proofs: [] }}
        isHelpdesk
        isBeside
        action={action}
        onCode={(code) => action.run(async () => await onStep(await api.proof({ code })))}
      />
    </details>
  )
}

function CodeForm(props: {
  readonly step: ProofStep
  readonly isHelpdesk: boolean
  /** Shown below another question, whose button is the main one. */
  readonly isBeside?: boolean
  readonly action: ReturnType<typeof useAction>
  readonly onCode: (code: string) => Promise<void>
}) {
  const { step, isHelpdesk, action, onCode } = props
  const { say } = useApp()
  const [code, setCode] = useState(isHelpdesk && !step.wrong ? (helpdeskCode() ?? '') : '')
  const [isChanged, setChanged] = useState(false)
  const [isMissing, setMissing] = useState(false)
  const wrong = step.wrong && !isChanged ? say('proof-wrong') : undefined
  return (
    <Form
      busy={action.busy}
      fault={action.fault}
      onSubmit={() => {
        setMissing(bareCode(code) === '')
        if (bareCode(code) === '') return
        setChanged(false)
        void onCode(bareCode(code)).then(() => setCode(''))
      }}
    >
      <CodeField
        label={say(isHelpdesk ? 'proof-label' : 'code-label')}
        name={isHelpdesk ? 'helpdesk-code' : 'code'}
        hint={isHelpdesk ? say('proof-hint') : undefined}
        autoComplete={isHelpdesk ? 'off' : 'one-time-code'}
        inputMode={isHelpdesk ? 'text' : 'numeric'}
        value={code}
        onValue={(value) => {
          setCode(isHelpdesk ? groupedCode(value) : value)
          setChanged(true)
          setMissing(false)
        }}
        error={isMissing ? say('required') : wrong}
      />
      <Button submit busy={action.busy} kind={props.isBeside ? 'quiet' : 'main'}>
        {say('continue')}
      </Button>
    </Form>
  )
}
