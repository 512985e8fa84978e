import { useState } from 'preact/hooks'
import type { ShownPrompt } from '../../../../people/contract.ts'
import { formatMoment } from '../../logic/time.ts'
import { useApp } from '../../parts/app-context.ts'
import { Button, Heading, Notice } from '../../parts/basics.tsx'
import { Countdown } from '../../parts/countdown.tsx'
import { type OnAnswered, useAnswer } from './use-answer.ts'

/** What signs in where, from where and since when; and the two answers. */
export function PromptView(props: {
  readonly prompt: ShownPrompt
  readonly onAnswered: OnAnswered
  readonly onAnswering: (is: boolean) => void
  readonly onNotMe: () => void
  readonly onOver: () => void
}) {
  const { prompt, onAnswered, onAnswering, onNotMe, onOver } = props
  const { say } = useApp()
  const { answer, busy, fault, isStopped } = useAnswer(prompt, onAnswered)
  const approve = async () => {
    onAnswering(true)
    await answer('approve')
    onAnswering(false)
  }
  return (
    <>
      <Heading text={say('approve-title')} />
      <p class="intro">{say('approve-intro')}</p>
      <Facts prompt={prompt} />
      <Beside prompt={prompt} />
      {fault && <Notice kind="bad">{fault.text}</Notice>}
      {isStopped && <Notice kind="warn">{say('passkey-cancelled')}</Notice>}
      {prompt.byPasskey ? (
        <Button busy={busy} onClick={() => void approve()}>
          {say('approve-button')}
        </Button>
      ) : (
        <Notice kind="info">{say('phone-on-phone')}</Notice>
      )}
      <p class="small">{say('approve-only')}</p>
      <div class="row-of-buttons">
        <TimeLeft prompt={prompt} onOver={onOver} />
        {prompt.byPasskey && (
          <Button kind="quiet" onClick={onNotMe}>
            {say('approve-not-me')}
          </Button>
        )}
      </div>
    </>
  )
}

/** How long the gateway waits. After that, a yes is good only for the next try, and the page says so. */
export function TimeLeft(props: { readonly prompt: ShownPrompt; readonly onOver: () => void }) {
  const { say } = useApp()
  const { endsMs, gateway, waitsUntilMs } = props.prompt
  const [isLate, setLate] = useState(Date.now() >= waitsUntilMs)
  if (!isLate) {
    const onOver = () => (waitsUntilMs < endsMs ? setLate(true) : props.onOver())
    return <Countdown untilMs={waitsUntilMs} onOver={onOver} />
  }
  return (
    <>
      <Notice kind="warn">{say('approve-waits-no-more', { gateway })}</Notice>
      <Countdown untilMs={endsMs} onOver={props.onOver} />
    </>
  )
}

/** The facts of one prompt, the same for a yes and a no. */
export function Facts({ prompt }: { readonly prompt: ShownPrompt }) {
  const { say, locale } = useApp()
  const { earlierAtMs, gateway, place, startedAtMs } = prompt
  return (
    <ul class="facts">
      <li>{say('approve-at', { gateway })}</li>
      <li>{place === undefined ? say('approve-from-unknown') : say('approve-from', { place })}</li>
      <li>{say('approve-when', { when: formatMoment(startedAtMs, Date.now(), locale) })}</li>
      {earlierAtMs !== undefined && (
        <li>
          {say('approve-earlier', { gateway, when: formatMoment(earlierAtMs, Date.now(), locale) })}
        </li>
      )}
    </ul>
  )
}

/** Sign-ins that got nothing because this one is open: one of them may be the person's own (PEOPLE R11). */
export function Beside({ prompt }: { readonly prompt: ShownPrompt }) {
  const { say, locale } = useApp()
  return prompt.refused.map(({ atMs, gateway, place }) => {
    const when = formatMoment(atMs, Date.now(), locale)
    return (
      <Notice kind="warn" key={atMs}>
        {place === undefined
          ? say('approve-beside-unknown', { gateway, when })
          : say('approve-beside', { gateway, place, when })}
      </Notice>
    )
  })
}
