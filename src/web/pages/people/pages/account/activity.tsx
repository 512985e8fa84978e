import { useState } from 'preact/hooks'
import type { RecentSignIn, RecentSignIns } from '../../../../people/contract.ts'
import { notMePath } from '../../logic/address.ts'
import { formatMoment } from '../../logic/time.ts'
import { useApp, useMe } from '../../parts/app-context.ts'
import { Badge, Button, Heading, Loading, Notice } from '../../parts/basics.tsx'
import { InsideFrame } from '../../parts/frame.tsx'
import { List, Row } from '../../parts/list.tsx'
import { useAction, useLoad } from '../../parts/use-action.ts'
import { useChange } from '../../parts/use-change.ts'
import { FaultView } from '../fault.tsx'

/** Recent sign-ins, newest first, each with "this was not me". */
export function ActivityPage() {
  const { api, say } = useApp()
  const { value, fault, set, again } = useLoad<RecentSignIns>(() => api.signIns())
  const more = useAction()
  const [now] = useState(Date.now())
  return (
    <InsideFrame section="activity">
      <Heading text={say('activity-title')} />
      <p class="intro">{say('activity-intro')}</p>
      {fault && <FaultView fault={fault} onAgain={again} />}
      {!fault && value === undefined && <Loading />}
      {value?.items.length === 0 && <p class="empty">{say('activity-none')}</p>}
      {value !== undefined && value.items.length > 0 && (
        <div class="panel">
          <List label={say('activity-title')}>
            {value.items.map((item) => (
              <SignInRow key={item.id} item={item} now={now} />
            ))}
          </List>
        </div>
      )}
      {more.fault && <Notice kind="bad">{more.fault.text}</Notice>}
      {value?.next !== undefined && (
        <Button
          kind="quiet"
          busy={more.busy}
          onClick={() =>
            void more.run(async () => {
              const page = await api.signIns(value.next)
              set({ ...page, items: [...value.items, ...page.items] })
            })
          }
        >
          {say('activity-more')}
        </Button>
      )}
    </InsideFrame>
  )
}

const looks = {
  accepted: { icon: 'check', kind: 'good' },
  refused: { icon: 'bad', kind: 'bad' },
  'set-up': { icon: 'plus', kind: 'plain' },
} as const

function SignInRow({ item, now }: { item: RecentSignIn; now: number }) {
  const { say, locale, go } = useApp()
  const when = formatMoment(item.atMs, now, locale)
  return (
    <Row
      icon={looks[item.outcome].icon}
      title={item.gateway}
      badges={
        <>
          <Badge kind={looks[item.outcome].kind}>{say(`activity-${item.outcome}`)}</Badge>
          {item.isReported && <Badge kind="bad">{say('reported')}</Badge>}
        </>
      }
      detail={
        <>
          <span>{[when, item.place].filter(Boolean).join(' · ')}</span>
          <span>{item.text}</span>
        </>
      }
    >
      {!item.isReported && (
        <Button
          kind="quiet"
          about={say('not-me-about', { gateway: item.gateway, when })}
          onClick={() => go(notMePath(item.id), { about: `${item.gateway} · ${when}` })}
        >
          {say('not-me')}
        </Button>
      )}
    </Row>
  )
}

/** What "this was not me" does, before it is done. */
export function NotMePage({ id }: { id: string }) {
  const { say, state, replace } = useApp()
  const { canChangePassword } = useMe()
  const change = useChange()
  return (
    <InsideFrame section="activity">
      <Heading text={say('not-me-title')} />
      {typeof state.about === 'string' && <p class="intro">{state.about}</p>}
      <p>{say('not-me-text')}</p>
      <p>{say(canChangePassword ? 'not-me-next' : 'not-me-password-elsewhere')}</p>
      {change.fault && (
        <Notice kind="bad" title={change.fault.title}>
          {change.fault.text}
        </Notice>
      )}
      <div class="row-of-buttons">
        <Button
          kind="danger"
          busy={change.busy}
          onClick={() =>
            void change.start(
              { change: 'not-me', signIn: id },
              {
                what: 'confirm-not-me',
                after: canChangePassword ? '/account/password' : '/activity',
                cancelled: '/activity',
                done: { key: 'not-me-done-nothing' },
              },
            )
          }
        >
          {say('not-me-button')}
        </Button>
        <Button kind="quiet" onClick={() => replace('/activity')}>
          {say('cancel')}
        </Button>
      </div>
    </InsideFrame>
  )
}
