import { useEffect, useRef, useState } from 'preact/hooks'
import type { AskOption, Question, SignInStep } from '../../../../people/contract.ts'
import { bareCode } from '../../logic/groups.ts'
import { useApp } from '../../parts/app-context.ts'
import { Badge, Button, Heading } from '../../parts/basics.tsx'
import { Countdown } from '../../parts/countdown.tsx'
import { CodeField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { ButtonRow, List } from '../../parts/list.tsx'
import { useAction } from '../../parts/use-action.ts'
import { hasPasskeys } from '../../passkeys/browser.ts'
import { UsePasskey } from './use-passkey.tsx'

export type QuestionProps = {
  readonly question: Question
  /** What is about to happen, above the question. */
  readonly about?: string | undefined
  readonly send: (answer: string, signal?: AbortSignal) => Promise<SignInStep>
  readonly sendSigned: (passkey: object) => Promise<SignInStep>
  readonly onStep: (step: SignInStep) => Promise<void>
  readonly onOver: () => void
  readonly onCancel: () => void
}

/** Asks for the second proof: a choice, a code, or a call that rings. */
export function QuestionView(props: QuestionProps) {
  const { say } = useApp()
  const { question } = props
  const action = useAction()
  const answer = (text: string) =>
    action.run(async () => await props.onStep(await props.send(text)))
  return (
    <>
      {props.about && <p class="about-change">{props.about}</p>}
      {question.passkey && hasPasskeys() && (
        <UsePasskey options={question.passkey} send={props.sendSigned} onStep={props.onStep} />
      )}
      {question.asks === 'choose' && <Choose {...props} answer={answer} action={action} />}
      {question.asks === 'code' && <TypeCode {...props} answer={answer} action={action} />}
      {question.asks === 'approve' && <Approve {...props} answer={answer} action={action} />}
      <div class="row-of-buttons">
        <Countdown untilMs={question.untilMs} onOver={props.onOver} />
        <Button kind="quiet" onClick={props.onCancel}>
          {say('cancel')}
        </Button>
      </div>
    </>
  )
}

type Asking = QuestionProps & {
  readonly answer: (text: string) => Promise<void>
  readonly action: ReturnType<typeof useAction>
}

function Choose({ question, answer, action }: Asking) {
  const { say } = useApp()
  return (
    <>
      <Heading text={say('choose-title')} />
      {question.options.length > 0 && <p class="intro">{say('choose-intro')}</p>}
      {isOnlyPasskey(question) && <p class="intro">{say(passkeyHint())}</p>}
      <Options options={question.options} onChoose={answer} busy={action.busy} />
      {question.canType && <p class="or">{say('type-code-instead')}</p>}
      {question.canType && <CodeForm question={question} answer={answer} action={action} />}
      {!question.canType && action.fault && <FaultLine action={action} />}
    </>
  )
}

function isOnlyPasskey({ canType, options, passkey }: Question): boolean {
  return passkey !== undefined && options.length === 0 && !canType
}

/** A browser without passkeys can only go back from here. */
function passkeyHint(): 'passkey-intro' | 'passkey-not-here' {
  return hasPasskeys() ? 'passkey-intro' : 'passkey-not-here'
}

function FaultLine({ action }: Pick<Asking, 'action'>) {
  return (
    <p class="error" role="alert">
      {action.fault?.text}
    </p>
  )
}

function TypeCode({ question, answer, action }: Asking) {
  const { say } = useApp()
  const { via, options } = question
  const intro =
    question.text ??
    (via === undefined || via.method === 'call' || via.method === 'push'
      ? say('type-code-intro')
      : say(`sent-${via.method}`, { to: via.to }))
  return (
    <>
      <Heading text={say('type-code-title')} />
      <p class="intro">{intro}</p>
      <CodeForm question={question} answer={answer} action={action} />
      <OtherWays options={options} via={via} onChoose={answer} busy={action.busy} />
    </>
  )
}

function CodeForm({ question, answer, action }: Pick<Asking, 'question' | 'answer' | 'action'>) {
  const { say } = useApp()
  const [code, setCode] = useState('')
  const [missing, setMissing] = useState(false)
  // A wrong code is gone, so that the next one is not typed after it. A phone that rings on changes nothing here.
  useEffect(() => {
    if (question.wrong || question.used) setCode('')
  }, [question])
  const said = question.used ? say('code-used') : question.wrong ? say('code-wrong') : undefined
  const wrong = code === '' ? said : undefined
  return (
    <Form
      busy={action.busy}
      fault={action.fault}
      onSubmit={() => {
        setMissing(bareCode(code) === '')
        if (bareCode(code) !== '') void answer(bareCode(code))
      }}
    >
      <CodeField
        label={say('code-label')}
        name="code"
        value={code}
        // Recovery codes have letters.
        inputMode={question.canType ? 'text' : 'numeric'}
        onValue={(value) => {
          setCode(value)
          setMissing(false)
        }}
        error={missing ? say('required') : wrong}
      />
      <Button submit busy={action.busy}>
        {say('continue')}
      </Button>
    </Form>
  )
}

/** The phone rings: the page waits, as a gateway would. */
function Approve({ question, send, onStep, answer, action }: Asking) {
  const { say } = useApp()
  const waiting = useAction()
  const stop = useRef(new AbortController())
  useEffect(() => {
    const { signal } = stop.current
    void waiting.run(async () => {
      try {
        const began = Date.now()
        const step = await send('', signal)
        // A server that answers at once would be asked again and again.
        const rest = step.step === 'question' ? 1000 - (Date.now() - began) : 0
        if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
        if (!signal.aborted) await onStep(step)
      } catch (error) {
        if (!signal.aborted) throw error
      }
    })
  }, [question])
  useEffect(() => () => stop.current.abort(), [])
  // The server lets go of a call that it waits for when something else is answered.
  const instead = (text: string) => {
    stop.current.abort()
    stop.current = new AbortController()
    return answer(text)
  }
  const { via, options, canType } = question
  const fault = waiting.fault ?? action.fault
  return (
    <>
      <div class="ringing" aria-hidden="true">
        <Icon name={via?.method === 'push' ? 'push' : 'call'} />
      </div>
      <Heading text={say(via?.method === 'push' ? 'push-title' : 'call-title')} />
      <AskedVia via={via} />
      {fault ? (
        <p class="error" role="alert">
          {fault.text}
        </p>
      ) : (
        <p class="loading" role="status">
          {say('call-waiting')}
        </p>
      )}
      <details class="other-ways">
        <summary>{say('other-ways')}</summary>
        <Options options={options} via={via} busy={action.busy} onChoose={instead} />
        {canType && <p class="or">{say('type-code-instead')}</p>}
        {canType && <CodeForm question={question} answer={instead} action={action} />}
      </details>
    </>
  )
}

function AskedVia({ via }: { readonly via: Question['via'] | undefined }) {
  const { say } = useApp()
  const { method, number, to = '' } = via ?? {}
  if (method !== 'push') return <p class="intro">{say('call-intro', { to })}</p>
  return (
    <>
      {number !== undefined && <p class="big-code">{number}</p>}
      <p class="intro">{say('push-intro', { to })}</p>
    </>
  )
}

type OptionsProps = {
  readonly options: readonly AskOption[]
  readonly onChoose: (answer: string) => void
  readonly busy: boolean
  /** The way that was asked already: it is offered as "again". */
  readonly via?: Question['via'] | undefined
}

function OtherWays(props: OptionsProps) {
  const { say } = useApp()
  if (props.options.length === 0) return null
  return (
    <details class="other-ways">
      <summary>{say('other-ways')}</summary>
      <Options {...props} />
    </details>
  )
}

export function Options({ options, onChoose, busy, via }: OptionsProps) {
  const { say } = useApp()
  return (
    <List>
      {options.map(({ answer, method, to, isDefault }) => {
        const isAgain = via?.method === method && via.to === to
        const again = method === 'call' || method === 'push' ? 'call-again' : 'send-again'
        return (
          <ButtonRow
            key={answer}
            icon={method}
            title={say(isAgain ? again : `by-${method}`, { to })}
            badges={isDefault && <Badge>{say('usual')}</Badge>}
            busy={busy}
            onClick={() => onChoose(answer)}
          />
        )
      })}
    </List>
  )
}
