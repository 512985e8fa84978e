import { useState } from 'preact/hooks'
import type { Addition } from '../../logic/api.ts'
import { useApp } from '../../parts/app-context.ts'
import { Button, Heading } from '../../parts/basics.tsx'
import { Field } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import type { Fault } from '../../parts/use-action.ts'

type Props = {
  readonly begin: (addition: Addition) => void
  readonly busy: boolean
  readonly fault: Fault | undefined
}

export function SerialForm({ begin, busy, fault }: Props) {
  const { say } = useApp()
  const [serial, setSerial] = useState('')
  const [isMissing, setMissing] = useState(false)
  return (
    <>
      <Heading text={say('serial-title')} />
      <p class="intro">{say('serial-intro')}</p>
      <Form
        busy={busy}
        fault={fault}
        onSubmit={() => {
          setMissing(serial.trim() === '')
          if (serial.trim() !== '') begin({ setup: 'token', serial: serial.trim() })
        }}
      >
        <Field
          label={say('serial-label')}
          name="serial"
          maxLength={64}
          value={serial}
          onValue={(value) => {
            setSerial(value)
            setMissing(false)
          }}
          error={isMissing ? say('required') : undefined}
        />
        <Button submit busy={busy}>
          {say('continue')}
        </Button>
      </Form>
    </>
  )
}
