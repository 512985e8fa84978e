import type { ShownPause } from '../../../people/contract.ts'
import { formatMoment } from '../logic/time.ts'
import { useApp, useMe } from '../parts/app-context.ts'
import { Button, Notice } from '../parts/basics.tsx'
import { useChange } from '../parts/use-change.ts'

/** From where the person who is signed in is not asked now. A passkey or a phone ends it (PEOPLE R12). */
export function Pauses({ here }: { readonly here: string }) {
  const { paused } = useMe()
  const { busy, fault, start } = useChange()
  return (
    <>
      {paused.map((pause) => (
        <PausedNotice
          key={pause.id}
          {...{ pause, busy }}
          onAskAgain={() =>
            void start(
              { change: 'ask-again', pause: pause.id },
              {
                what: 'paused-button',
                ...{ after: here, cancelled: here, done: { key: 'paused-done' } },
              },
            )
          }
        />
      ))}
      {fault && <Notice kind="bad">{fault.text}</Notice>}
    </>
  )
}

/** The place whose prompts got no yes, until when nothing is asked, and the way to be asked again. */
export function PausedNotice(props: {
  readonly pause: ShownPause
  readonly busy: boolean
  readonly onAskAgain: () => void
}) {
  const { gateway, place, untilMs } = props.pause
  const { say, locale } = useApp()
  const when = formatMoment(untilMs, Date.now(), locale)
  return (
    <Notice kind="warn">
      <p>
        {say('paused', { gateway: place === undefined ? gateway : `${gateway} (${place})`, when })}
      </p>
      <p>{say('paused-next')}</p>
      <Button kind="quiet" busy={props.busy} onClick={props.onAskAgain}>
        {say('paused-button')}
      </Button>
    </Notice>
  )
}
