import type { ShownPrompt } from '../../../../people/contract.ts'
import { useApp } from '../../parts/app-context.ts'
import { Button, Heading, Notice } from '../../parts/basics.tsx'
import { Facts } from './prompt.tsx'
import { type OnAnswered, useAnswer } from './use-answer.ts'

/** "This was not me": a signature too, so that a borrowed browser stops no one's phone (PEOPLE R13). */
export function NotMeView(props: {
  readonly prompt: ShownPrompt
  readonly onAnswered: OnAnswered
  readonly onCancel: () => void
}) {
  const { prompt, onAnswered, onCancel } = props
  const { say } = useApp()
  const { answer, busy, fault, isStopped } = useAnswer(prompt, onAnswered)
  return (
    <>
      <Heading text={say('approve-not-me')} />
      <p class="intro">{say('approve-not-me-text')}</p>
      <Facts prompt={prompt} />
      {fault && <Notice kind="bad">{fault.text}</Notice>}
      {isStopped && <Notice kind="warn">{say('passkey-cancelled')}</Notice>}
      <div class="row-of-buttons">
        <Button kind="danger" busy={busy} onClick={() => void answer('report')}>
          {say('approve-not-me-button')}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {say('cancel')}
        </Button>
      </div>
    </>
  )
}
