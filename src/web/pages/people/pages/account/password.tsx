import { useState } from 'preact/hooks'
import { useApp, useMe } from '../../parts/app-context.ts'
import { BackLink, Button, Heading, Notice } from '../../parts/basics.tsx'
import { Field } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { InsideFrame } from '../../parts/frame.tsx'
import { useChange } from '../../parts/use-change.ts'

/** Needs the current password and a fresh proof; it is never a reset. */
export function PasswordPage() {
  const { say, look } = useApp()
  const { canChangePassword, name } = useMe()
  const change = useChange()
  const [current, setCurrent] = useState('')
  const [chosen, setChosen] = useState('')
  const [isChecked, setChecked] = useState(false)
  const missing = (value: string) => (isChecked && value === '' ? say('required') : undefined)
  const isSame = isChecked && chosen !== '' && chosen === current
  return (
    <InsideFrame section="account">
      <BackLink to="/account" />
      <Heading text={say('password-title')} />
      {canChangePassword ? (
        <>
          <p class="intro">{say('password-intro', { company: look.company })}</p>
          <div class="panel padded">
            <Form
              busy={change.busy}
              fault={change.fault}
              onSubmit={() => {
                setChecked(true)
                if (current === '' || chosen === '' || chosen === current) return
                void change
                  .start(
                    { change: 'password', current, chosen },
                    {
                      what: 'confirm-password',
                      after: '/account',
                      cancelled: '/account/password',
                      done: { key: 'password-changed' },
                    },
                  )
                  .then(() => {
                    setCurrent('')
                    setChosen('')
                    setChecked(false)
                  })
              }}
            >
              {/* Password managers want to know whose password it is. */}
              <input
                type="text"
                name="username"
                autoComplete="username"
                value={name}
                hidden
                readOnly
              />
              <Field
                label={say('current-password-label')}
                name="current-password"
                type="password"
                autoComplete="current-password"
                maxLength={128}
                value={current}
                onValue={setCurrent}
                error={missing(current)}
              />
              <Field
                label={say('new-password-label')}
                name="new-password"
                type="password"
                autoComplete="new-password"
                maxLength={128}
                value={chosen}
                onValue={setChosen}
                error={isSame ? say('password-same') : missing(chosen)}
              />
              <Button submit busy={change.busy}>
                {say('save')}
              </Button>
            </Form>
          </div>
        </>
      ) : (
        <Notice kind="info">{say('password-not-here')}</Notice>
      )}
    </InsideFrame>
  )
}
