import { useEffect, useState } from 'preact/hooks'
import type { ChangeReported, ShownChange, ShownPause } from '../../../../people/contract.ts'
import { formatMoment } from '../../logic/time.ts'
import { useApp } from '../../parts/app-context.ts'
import { Badge, Button, Heading, Notice } from '../../parts/basics.tsx'
import { List, Row } from '../../parts/list.tsx'
import { useAction } from '../../parts/use-action.ts'
import { askAgainByPhone, askChanges, reportChange, type ToldPhone } from '../../phone/asking.ts'
import type { KeptPhone } from '../../phone/store.ts'
import { PausedNotice } from '../paused.tsx'
import { EndView } from '../refused.tsx'

/** What was changed about how its person signs in; asked for when the page is opened, or seen again (PEOPLE R7). */
export function Changes(props: {
  readonly changes: readonly ShownChange[]
  readonly onNotMe: (change: ShownChange) => void
}) {
  const { say, locale } = useApp()
  const [now] = useState(Date.now())
  if (props.changes.length === 0) return null
  return (
    <section class="part-of-phone">
      <h2>{say('changes-title')}</h2>
      <List label={say('changes-title')}>
        {props.changes.map((change) => {
          const when = formatMoment(change.atMs, now, locale)
          return (
            <Row
              key={change.id}
              icon="info"
              title={change.text}
              badges={change.isReported && <Badge kind="bad">{say('reported')}</Badge>}
              detail={when}
            >
              {change.isReportable && (
                <Button
                  kind="quiet"
                  about={say('not-me-about', { gateway: change.text, when })}
                  onClick={() => props.onNotMe(change)}
                >
                  {say('not-me')}
                </Button>
              )}
            </Row>
          )
        })}
      </List>
    </section>
  )
}

/** Keeps the lists of a phone. */
export function useChanges(phone: KeptPhone) {
  const { api } = useApp()
  const { run } = useAction()
  const [told, setTold] = useState<ToldPhone>({ changes: [], paused: [] })
  const look = () => {
    if (document.visibilityState !== 'visible') return
    void run(async () => setTold(await askChanges(api, phone)))
  }
  useEffect(() => {
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [phone])
  return { ...told, look }
}

/** "This was not me", before it is done: the phone's signature says it (PEOPLE R13). */
export function ChangeNotMe(props: {
  readonly phone: KeptPhone
  readonly change: ShownChange
  readonly onBack: () => void
}) {
  const { api, say } = useApp()
  const { busy, fault, run } = useAction()
  const [stopped, setStopped] = useState<ChangeReported['stopped']>()
  const { change, onBack, phone } = props
  if (stopped !== undefined) return <Reported {...{ stopped, onBack }} />
  return (
    <>
      <Heading text={say('not-me-title')} />
      <p class="intro">{change.text}</p>
      <p>{say('not-me-text')}</p>
      {fault && <Notice kind="bad">{fault.text}</Notice>}
      <div class="row-of-buttons">
        <Button
          kind="danger"
          busy={busy}
          onClick={() =>
            void run(async () => setStopped(await reportChange(api, phone, change.id)))
          }
        >
          {say('not-me-button')}
        </Button>
        <Button kind="quiet" onClick={onBack}>
          {say('cancel')}
        </Button>
      </div>
    </>
  )
}

function Reported(props: {
  readonly stopped: ChangeReported['stopped']
  readonly onBack: () => void
}) {
  const { say } = useApp()
  const { stopped, onBack } = props
  const isOver = stopped === 'over'
  return (
    <EndView
      icon={isOver ? 'clock' : 'check'}
      kind={isOver ? 'warn' : 'good'}
      title={say(isOver ? 'refused-title' : 'reported')}
      text={
        isOver
          ? say('not-me-password-elsewhere')
          : say(`not-me-done-${stopped}`, { next: say('not-me-password-elsewhere') })
      }
      button={say('approve-look')}
      onButton={onBack}
    />
  )
}

/** From where its person is not asked now; its signature ends that (PEOPLE R12). */
export function Paused(props: {
  readonly phone: KeptPhone
  readonly paused: readonly ShownPause[]
  readonly onEnded: () => void
}) {
  const { api, say } = useApp()
  const { busy, fault, run } = useAction()
  const [isEnded, setEnded] = useState(false)
  const askAgain = async ({ id }: ShownPause) => {
    await askAgainByPhone(api, props.phone, id)
    setEnded(true)
    props.onEnded()
  }
  return (
    <>
      {isEnded && <Notice kind="good">{say('paused-done')}</Notice>}
      {props.paused.map((pause) => (
        <PausedNotice
          key={pause.id}
          {...{ pause, busy }}
          onAskAgain={() => void run(() => askAgain(pause))}
        />
      ))}
      {fault && <Notice kind="bad">{fault.text}</Notice>}
    </>
  )
}
