import { useEffect, useState } from 'preact/hooks'
import type { PromptAnswered, ShownPrompt } from '../../../../people/contract.ts'
import { useApp } from '../../parts/app-context.ts'
import { Button, Heading, Notice } from '../../parts/basics.tsx'
import { CodeField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { useAction } from '../../parts/use-action.ts'
import { answerByPhone, sayOpened } from '../../phone/asking.ts'
import type { KeptPhone } from '../../phone/store.ts'
import { Beside, Facts, TimeLeft } from '../approve/prompt.tsx'

type Props = {
  readonly phone: KeptPhone
  readonly prompt: ShownPrompt
  readonly onAnswered: (answered: PromptAnswered['answered']) => void
}

/** What signs in where, and the number that it shows or was typed there, which is typed here: one try (PEOPLE R9). */
export function AnswerView({
  phone,
  prompt,
  onAnswered,
  onAnswering,
  onNotMe,
}: Props & { onAnswering: (is: boolean) => void; onNotMe: () => void }) {
  const { api, say } = useApp()
  const { busy, fault, run } = useAction()
  const [number, setNumber] = useState('')
  const [isShort, setShort] = useState(false)
  const { digits = 0 } = prompt
  useEffect(() => {
    // Nothing here depends on the result, so nothing waits for it.
    void sayOpened(api, phone, prompt.id).catch(() => undefined)
  }, [prompt.id])
  return (
    <>
      <Heading text={say('approve-title')} />
      <p class="intro">{say('approve-intro')}</p>
      <Facts prompt={prompt} />
      <Beside prompt={prompt} />
      <Form
        busy={busy}
        fault={fault}
        onSubmit={() => {
          const typed = number.trim()
          setShort(typed.length !== digits)
          if (typed.length !== digits) return
          void run(async () => {
            onAnswering(true)
            try {
              onAnswered(await answerByPhone(api, phone, prompt.id, 'approve', typed))
            } catch (error) {
              onAnswering(false)
              throw error
            }
          })
        }}
      >
        <CodeField
          {...{ label: say(prompt.isOwn ? 'phone-own-label' : 'phone-number-label') }}
          {...{ name: 'number', inputMode: 'numeric' }}
          value={number}
          onValue={(value) => {
            setNumber(value)
            setShort(false)
          }}
          error={isShort ? say('phone-number-short', { count: String(digits) }) : undefined}
        />
        <Button submit busy={busy}>
          {say('phone-approve')}
        </Button>
      </Form>
      <p class="small">{say('approve-only')}</p>
      <div class="row-of-buttons">
        <TimeLeft prompt={prompt} onOver={() => onAnswered('ended')} />
        <Button kind="quiet" onClick={onNotMe}>
          {say('approve-not-me')}
        </Button>
      </div>
    </>
  )
}

/** "This was not me" is signed too: a thief who borrows a session stops no one (PEOPLE R13). */
export function ReportView({
  phone,
  prompt,
  onAnswered,
  onCancel,
}: Props & { onCancel: () => void }) {
  const { api, say } = useApp()
  const { busy, fault, run } = useAction()
  const report = () =>
    run(async () => onAnswered(await answerByPhone(api, phone, prompt.id, 'report', '')))
  return (
    <>
      <Heading text={say('approve-not-me')} />
      <p class="intro">{say('phone-not-me-text')}</p>
      <Facts prompt={prompt} />
      {fault && <Notice kind="bad">{fault.text}</Notice>}
      <div class="row-of-buttons">
        <Button kind="danger" busy={busy} onClick={() => void report()}>
          {say('approve-not-me-button')}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {say('cancel')}
        </Button>
      </div>
    </>
  )
}
