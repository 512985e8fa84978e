import { useState } from 'preact/hooks'
import type { ChangeRequest, PortalAuthenticator } from '../../../../people/contract.ts'
import { wayPath } from '../../logic/address.ts'
import { useApp } from '../../parts/app-context.ts'
import { BackLink, Button, Heading, Notice } from '../../parts/basics.tsx'
import { Field } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { InsideFrame } from '../../parts/frame.tsx'
import { useChange } from '../../parts/use-change.ts'
import { WithWay } from './way.tsx'

/** The backup number and the PIN of a phone. */
export function WayPhonePage({ id }: { id: string }) {
  return <WithWay id={id} show={(way) => <PhoneView way={way} />} />
}

function PhoneView({ way }: { way: PortalAuthenticator }) {
  const { say } = useApp()
  const change = useChange()
  const [backup, setBackup] = useState('')
  const [pin, setPin] = useState('')
  const [removesBackup, setRemovesBackup] = useState(false)
  const [removesPin, setRemovesPin] = useState(false)
  const [problem, setProblem] = useState<'pin' | 'nothing'>()
  const here = wayPath(way.id)
  const submit = () => {
    const backupPhone = removesBackup ? null : backup.trim() || undefined
    const newPin = removesPin ? null : pin || undefined
    if (typeof newPin === 'string' && !/^\d{4,12}$/.test(newPin)) return setProblem('pin')
    if (backupPhone === undefined && newPin === undefined) return setProblem('nothing')
    setProblem(undefined)
    const request: ChangeRequest = {
      change: 'phone',
      id: way.id,
      ...(backupPhone !== undefined && { backupPhone }),
      ...(newPin !== undefined && { pin: newPin }),
    }
    void change.start(request, {
      what: 'confirm-phone',
      after: here,
      cancelled: wayPath(way.id, 'phone'),
      done: { key: 'phone-saved' },
    })
  }
  return (
    <InsideFrame section="home">
      <BackLink to={here} />
      <Heading text={say('phone-details')} />
      <p class="intro">{say('phone-details-intro')}</p>
      <div class="panel padded">
        {problem === 'nothing' && <Notice kind="info">{say('nothing-changed')}</Notice>}
        <Form busy={change.busy} fault={change.fault} onSubmit={submit}>
          {!removesBackup && (
            <Field
              label={say('backup-label')}
              hint={
                way.backup === undefined
                  ? say('backup-hint')
                  : say('backup-now', { number: way.backup })
              }
              name="backup"
              type="tel"
              inputMode="tel"
              autoComplete="tel"
              maxLength={40}
              optional
              value={backup}
              onValue={setBackup}
            />
          )}
          {way.backup !== undefined && (
            <Check label={say('backup-remove')} isOn={removesBackup} onChange={setRemovesBackup} />
          )}
          {!removesPin && (
            <Field
              label={say('pin-label')}
              hint={say(way.hasPin ? 'pin-set' : 'pin-hint')}
              name="pin"
              type="password"
              inputMode="numeric"
              autoComplete="off"
              maxLength={12}
              optional
              value={pin}
              onValue={(value) => {
                setPin(value)
                setProblem(undefined)
              }}
              error={problem === 'pin' ? say('pin-wrong') : undefined}
            />
          )}
          {way.hasPin && (
            <Check label={say('pin-remove')} isOn={removesPin} onChange={setRemovesPin} />
          )}
          <Button submit busy={change.busy}>
            {say('save')}
          </Button>
        </Form>
      </div>
    </InsideFrame>
  )
}

function Check(props: {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={props.isOn}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>{props.label}</span>
    </label>
  )
}
