import { useState } from 'preact/hooks'
import { formatMoment } from '../../logic/time.ts'
import { useApp } from '../../parts/app-context.ts'
import { BackLink, Badge, Button, Heading, Loading, Notice } from '../../parts/basics.tsx'
import { InsideFrame } from '../../parts/frame.tsx'
import { List, Row } from '../../parts/list.tsx'
import { useAction, useLoad } from '../../parts/use-action.ts'
import type { TextKey } from '../../texts/en.ts'
import { FaultView } from '../fault.tsx'

/** Browsers that are signed in. Ending one needs no proof: it only closes. */
export function SessionsPage() {
  const { api, say, locale } = useApp()
  const { value, fault, again } = useLoad(api.sessions)
  const { busy, fault: endFault, run } = useAction()
  const [done, setDone] = useState<TextKey>()
  const [now] = useState(Date.now())
  const end = (id: string | undefined, key: TextKey) =>
    void run(async () => {
      await api.endSession(id)
      await again()
      setDone(key)
    })
  return (
    <InsideFrame section="account">
      <BackLink to="/account" />
      <Heading text={say('sessions-title')} />
      <p class="intro">{say('sessions-intro')}</p>
      {done && <Notice kind="good">{say(done)}</Notice>}
      {endFault && <Notice kind="bad">{endFault.text}</Notice>}
      {fault && <FaultView fault={fault} onAgain={again} />}
      {!fault && value === undefined && <Loading />}
      {value && (
        <div class="panel">
          <List>
            {value.map(({ id, isThis, browser, address, startedAtMs, lastSeenMs }) => (
              <Row
                key={id}
                icon="browser"
                title={browser}
                badges={isThis && <Badge kind="good">{say('session-this')}</Badge>}
                detail={
                  <>
                    <span>{address}</span>
                    <span>
                      {say('session-since', {
                        when: formatMoment(startedAtMs, now, locale),
                        seen: formatMoment(lastSeenMs, now, locale),
                      })}
                    </span>
                  </>
                }
              >
                {!isThis && (
                  <Button
                    kind="quiet"
                    busy={busy}
                    about={say('session-end-about', { browser, address })}
                    onClick={() => end(id, 'session-ended-one')}
                  >
                    {say('session-end')}
                  </Button>
                )}
              </Row>
            ))}
          </List>
        </div>
      )}
      {value && value.length > 1 && (
        <Button kind="quiet" busy={busy} onClick={() => end(undefined, 'sessions-ended-others')}>
          {say('sessions-end-others')}
        </Button>
      )}
    </InsideFrame>
  )
}
