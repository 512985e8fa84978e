import { useState } from 'preact/hooks'
import type { SignInStep } from '../../../../people/contract.ts'
import { useApp } from '../../parts/app-context.ts'
import { Button, Heading } from '../../parts/basics.tsx'
import { Field } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { useAction } from '../../parts/use-action.ts'

type Props = {
  readonly step: Extract<SignInStep, { step: 'new-password' }>
  readonly onStep: (step: SignInStep) => Promise<void>
}

/** An expired password: a new one first. */
export function ExpiredView({ step, onStep }: Props) {
  const { api, say } = useApp()
  const { busy, fault, run } = useAction()
  const [password, setPassword] = useState('')
  const [isMissing, setMissing] = useState(false)
  const error = isMissing ? say('required') : step.wrong && password === '' ? step.text : undefined
  return (
    <>
      <Heading text={say('expired-title')} />
      <p class="intro">{step.wrong || step.text === '' ? say('expired-intro') : step.text}</p>
      <Form
        busy={busy}
        fault={fault}
        onSubmit={() => {
          setMissing(password === '')
          if (password === '') return
          void run(async () => {
            const next = await api.newPassword(password)
            setPassword('')
            await onStep(next)
          })
        }}
      >
        <Field
          label={say('new-password-label')}
          name="new-password"
          type="password"
          autoComplete="new-password"
          maxLength={128}
          value={password}
          onValue={(value) => {
            setPassword(value)
            setMissing(false)
          }}
          error={error}
        />
        <Button submit busy={busy}>
          {say('save')}
        </Button>
      </Form>
    </>
  )
}
