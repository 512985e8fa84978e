import { useState } from 'preact/hooks'
import type { Addition } from '../../logic/api.ts'
import { useApp, useMe } from '../../parts/app-context.ts'
import { Button, Heading } from '../../parts/basics.tsx'
import { Field } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import type { Fault } from '../../parts/use-action.ts'

type Props = {
  readonly setup: 'sms' | 'call'
  readonly begin: (addition: Addition) => void
  readonly busy: boolean
  readonly fault: Fault | undefined
}

/** The numbers of the directory are proposed; another one can be typed. */
export function NumberForm({ setup, begin, busy, fault }: Props) {
  const { say } = useApp()
  const { proposedPhones } = useMe()
  const [picked, setPicked] = useState(proposedPhones[0] ?? '')
  const [typed, setTyped] = useState('')
  const [isMissing, setMissing] = useState(false)
  const isOther = picked === ''
  return (
    <>
      <Heading text={say('number-title')} />
      <p class="intro">{say(`number-intro-${setup}`)}</p>
      <Form
        busy={busy}
        fault={fault}
        onSubmit={() => {
          const phone = isOther ? typed.trim() : picked
          setMissing(phone.length < 3)
          if (phone.length >= 3) begin({ setup, phone })
        }}
      >
        {proposedPhones.length > 0 && (
          <fieldset class="choices">
            <legend class="visually-hidden">{say('number-label')}</legend>
            {[...proposedPhones, ''].map((phone) => (
              <label key={phone} class="choice">
                <input
                  type="radio"
                  name="proposed"
                  checked={picked === phone}
                  onChange={() => setPicked(phone)}
                />
                <span>{phone || say('number-other')}</span>
              </label>
            ))}
          </fieldset>
        )}
        {isOther && (
          <Field
            label={say('number-label')}
            name="phone"
            type="tel"
            inputMode="tel"
            autoComplete="tel"
            maxLength={40}
            value={typed}
            onValue={(value) => {
              setTyped(value)
              setMissing(false)
            }}
            error={isMissing ? say('required') : undefined}
          />
        )}
        <Button submit busy={busy}>
          {say(setup === 'call' ? 'call-me' : 'send-code')}
        </Button>
      </Form>
    </>
  )
}
