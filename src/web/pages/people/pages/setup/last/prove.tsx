import { useEffect, useState } from 'preact/hooks'
import type { Setup, SetupStep } from '../../../../../people/contract.ts'
import type { Addition } from '../../../logic/api.ts'
import { bareCode } from '../../../logic/groups.ts'
import { type SetupScreen, screenFor } from '../../../logic/setup-flow.ts'
import { useApp } from '../../../parts/app-context.ts'
import { Button, Heading, Notice } from '../../../parts/basics.tsx'
import { Countdown } from '../../../parts/countdown.tsx'
import { CodeField } from '../../../parts/field.tsx'
import { Form } from '../../../parts/form.tsx'
import { keptPending } from '../../../parts/kept.ts'
import { useAction } from '../../../parts/use-action.ts'
import { OverView } from '../../refused.tsx'
import { ConnectApp } from './connect-app.tsx'
import { MakePasskey } from './make-passkey.tsx'
import { ConfirmPhone, PairPhone } from './pair-phone.tsx'

type Props = {
  readonly screen: Extract<SetupScreen, { screen: 'prove' }>
  readonly begin: (addition: Addition) => void
  readonly busy: boolean
  readonly onStep: (step: SetupStep) => Promise<void>
  readonly onScreen: (screen: SetupScreen) => void
}

/** What was set up can be used once it has shown that it works (PEOPLE R8). */
export function Prove(props: Props) {
  const { say } = useApp()
  const [isOver, setOver] = useState(false)
  const { screen, onScreen } = props
  const pending = keptPending(screen.pending)
  if (isOver) {
    return <OverView onAgain={() => onScreen(screenFor(pending.setup))} />
  }
  if (pending.setup === 'passkey') {
    return (
      <>
        <MakePasskey options={pending.options} onStep={props.onStep} />
        <Countdown untilMs={pending.untilMs} onOver={() => setOver(true)} />
      </>
    )
  }
  if (pending.setup === 'push' && pending.phone === undefined) {
    return (
      <>
        <PairPhone pending={pending} onStep={props.onStep} />
        <Countdown untilMs={pending.untilMs} onOver={() => setOver(true)} />
      </>
    )
  }
  const isCall = pending.setup === 'call'
  const isRing = isCall && pending.isRead !== true
  return (
    <>
      {pending.setup === 'app' ? (
        <ConnectApp pending={pending} onAgain={() => props.begin({ setup: 'app' })} />
      ) : pending.setup === 'push' ? (
        pending.phone !== undefined && <ConfirmPhone phone={pending.phone} />
      ) : pending.setup === 'token' ? (
        <>
          <Heading text={say('two-codes-title')} />
          <p class="intro">{say('two-codes-intro', { serial: pending.serial })}</p>
        </>
      ) : (
        <>
          <Heading text={say(isCall ? 'call-title' : 'prove-title')} />
          <p class="intro">
            {isCall
              ? say('call-intro', { to: pending.to })
              : say(pending.setup === 'email' ? 'sent-email' : 'sent-sms', { to: pending.to })}
          </p>
        </>
      )}
      {isRing ? (
        <WaitForCall {...props} />
      ) : (
        <CodesForm
          {...props}
          labels={
            pending.setup === 'token'
              ? [say('first-code-label'), say('next-code-label')]
              : [say(labelOf(pending.setup))]
          }
        />
      )}
      <Countdown untilMs={pending.untilMs} onOver={() => setOver(true)} />
    </>
  )
}

function labelOf(setup: Setup): 'app-code-label' | 'code-label' | 'pair-check-label' {
  if (setup === 'push') return 'pair-check-label'
  return setup === 'app' ? 'app-code-label' : 'code-label'
}

function CodesForm({ screen, onStep, labels }: Props & { readonly labels: readonly string[] }) {
  const { api, say } = useApp()
  const { busy, fault, run } = useAction()
  const [codes, setCodes] = useState<readonly string[]>(labels.map(() => ''))
  const [isChecked, setChecked] = useState(false)
  const [isWrong, setWrong] = useState(screen.wrong === true)
  useEffect(() => setWrong(screen.wrong === true), [screen])
  return (
    <Form
      busy={busy}
      fault={fault}
      onSubmit={() => {
        setChecked(true)
        const bare = codes.map(bareCode)
        if (bare.includes('')) return
        void run(async () => {
          const step = await api.prove(bare)
          setCodes(labels.map(() => ''))
          setChecked(false)
          await onStep(step)
        })
      }}
    >
      {labels.map((label, index) => (
        <CodeField
          key={label}
          label={label}
          name={`code-${index + 1}`}
          value={codes[index] ?? ''}
          onValue={(value) => {
            setCodes(codes.map((code, at) => (at === index ? value : code)))
            setWrong(false)
            setChecked(false)
          }}
          error={
            isChecked && codes[index] === ''
              ? say('required')
              : isWrong && index === 0
                ? say(labels.length > 1 ? 'prove-wrong-token' : 'prove-wrong')
                : undefined
          }
        />
      ))}
      <Button submit busy={busy}>
        {say('continue')}
      </Button>
    </Form>
  )
}

function WaitForCall({ screen, onStep, onScreen }: Props) {
  const { api, say } = useApp()
  const { fault, run } = useAction()
  useEffect(() => {
    if (screen.wrong) return undefined
    const stop = new AbortController()
    void run(async () => {
      try {
        const began = Date.now()
        const step = await api.prove([''], stop.signal)
        const rest = step.step === 'pending' ? 1000 - (Date.now() - began) : 0
        if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
        if (!stop.signal.aborted) await onStep(step)
      } catch (error) {
        if (!stop.signal.aborted) throw error
      }
    })
    return () => stop.abort()
  }, [screen])
  if (screen.wrong || fault) {
    return (
      <>
        <Notice kind="bad">{fault?.text ?? say('call-no-answer')}</Notice>
        <Button onClick={() => onScreen(screenFor('call'))}>{say('try-again')}</Button>
      </>
    )
  }
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {say('call-waiting')}
    </p>
  )
}
