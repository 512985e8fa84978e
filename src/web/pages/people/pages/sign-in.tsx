import { useState } from 'preact/hooks'
import type { SignInStep } from '../../../people/contract.ts'
import { useApp } from '../parts/app-context.ts'
import { Button, Heading, Notice, PageLink } from '../parts/basics.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { OpenFrame } from '../parts/frame.tsx'
import { forgetHelpdeskCode, helpdeskCode, takeWanted } from '../parts/kept.ts'
import { lazy } from '../parts/lazy.tsx'
import { useAction } from '../parts/use-action.ts'
import { OverView, RefusedView } from './refused.tsx'

const QuestionView = lazy(async () => (await import('./enter/index.ts')).QuestionView, 'part')
const ProofView = lazy(async () => (await import('./enter/index.ts')).ProofView, 'part')
const PasskeyEntry = lazy(async () => (await import('./enter/index.ts')).PasskeyEntry, 'quiet')
const HelpdeskCode = lazy(async () => (await import('./enter/index.ts')).HelpdeskCode, 'part')
const ExpiredView = lazy(async () => (await import('./enter/index.ts')).ExpiredView, 'part')

/** Everything from the name to the session. Which step it is is in the history, so that a reload stays there. */
export function SignInPage() {
  const app = useApp()
  const { api, state } = app
  const step = state.step as SignInStep | undefined
  const toStart = () => app.go('/sign-in')
  // Its phone stops ringing. The page does not wait for that: where it fails, the question ends by its time.
  const cancel = () => {
    void api.cancelSignIn().catch(() => undefined)
    toStart()
  }
  const onStep = async (next: SignInStep) => {
    if (next.step !== 'in') {
      app.replace('/sign-in', { step: next })
      return
    }
    await app.reloadMe()
    if (next.session === 'whole') forgetHelpdeskCode()
    app.replace(next.session === 'setup' ? '/set-up' : (takeWanted() ?? '/'))
  }
  return (
    <OpenFrame withLanguage>
      {(step === undefined || step.step === 'in' || step.step === 'done') && (
        <PasswordView onStep={onStep} />
      )}
      {step?.step === 'question' && (
        <QuestionView
          question={step.question}
          send={api.signInAnswer}
          sendSigned={api.signInSigned}
          onStep={onStep}
          onOver={() => app.replace('/sign-in', { isOver: true })}
          onCancel={cancel}
        />
      )}
      {step?.step === 'question' && step.question.asks !== 'approve' && (
        <HelpdeskCode onStep={onStep} />
      )}
      {step?.step === 'new-password' && <ExpiredView step={step} onStep={onStep} />}
      {step?.step === 'proof' && <ProofView step={step} onStep={onStep} onCancel={toStart} />}
      {step?.step === 'refused' && <RefusedView refusal={step} onAgain={toStart} />}
    </OpenFrame>
  )
}

type ViewProps = { readonly onStep: (step: SignInStep) => Promise<void> }

function PasswordView({ onStep }: ViewProps) {
  const app = useApp()
  const { say, look, state } = app
  const { busy, fault, run } = useAction()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [isChecked, setChecked] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  if (state.isOver === true) return <OverView onAgain={() => app.replace('/sign-in')} />

  const submit = () => {
    setChecked(true)
    if (name.trim() === '' || password === '') return
    void run(async () => {
      setRefusal(undefined)
      const step = await app.api.signIn(name.trim(), password)
      setPassword('')
      setChecked(false)
      if (step.step === 'refused') setRefusal(refusalText(step, say))
      // The start stays in the history: "back" leads to it.
      else if (step.step === 'in') await onStep(step)
      else app.go('/sign-in', { step })
    })
  }
  const missing = (value: string) => (isChecked && value === '' ? say('required') : undefined)
  return (
    <>
      <Heading text={say('sign-in-title')} />
      <p class="intro">{say('sign-in-intro', { company: look.company })}</p>
      {state.hasEnded === true && <Notice kind="info">{say('session-ended')}</Notice>}
      {helpdeskCode() !== undefined && <Notice kind="info">{say('sign-in-code-ready')}</Notice>}
      {refusal !== undefined && <Notice kind="bad">{refusal}</Notice>}
      <Form onSubmit={submit} busy={busy} fault={fault}>
        <Field
          label={say('name-label')}
          name="username"
          autoComplete="username webauthn"
          maxLength={256}
          value={name}
          onValue={setName}
          error={missing(name.trim())}
        />
        <Field
          label={say('password-label')}
          name="password"
          type="password"
          autoComplete="current-password"
          maxLength={128}
          value={password}
          onValue={setPassword}
          error={missing(password)}
        />
        <Button submit busy={busy}>
          {say('sign-in-title')}
        </Button>
      </Form>
      <PasskeyEntry onStep={onStep} onRefused={setRefusal} />
      <p class="below">
        <PageLink to="/new-phone">{say('new-phone-link')}</PageLink>
      </p>
    </>
  )
}

function refusalText(
  { text, reference }: Extract<SignInStep, { step: 'refused' }>,
  say: ReturnType<typeof useApp>['say'],
): string {
  return reference === undefined ? text : `${text} ${say('reference', { reference })}`
}
