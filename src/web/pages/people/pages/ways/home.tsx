import { useState } from 'preact/hooks'
import type { PortalAuthenticator } from '../../../../people/contract.ts'
import { wayPath } from '../../logic/address.ts'
import { formatMoment } from '../../logic/time.ts'
import { detailOf, nameOf, standingOf } from '../../logic/ways.ts'
import { useApp, useMe } from '../../parts/app-context.ts'
import { Badge, Heading, PageLink } from '../../parts/basics.tsx'
import { InsideFrame } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { LinkRow, List } from '../../parts/list.tsx'
import { Pauses } from '../paused.tsx'

/** The person's ways to sign in, and how well prepared they are with them. */
export function HomePage() {
  const { say } = useApp()
  const me = useMe()
  return (
    <InsideFrame section="home">
      <Heading text={say('home-title', { name: me.displayName || me.name })} />
      <StandingBanner />
      <Pauses here="/" />
      <section class="panel" aria-labelledby="ways">
        <div class="panel-head">
          <h2 id="ways">{say('ways-title')}</h2>
          <PageLink to="/add" class="button quiet">
            <Icon name="plus" />
            <span>{say('add-title')}</span>
          </PageLink>
        </div>
        <List>
          {me.authenticators.map((way) => (
            <WayRow key={way.id} way={way} />
          ))}
        </List>
      </section>
      <ApproveLink />
      <p class="below">
        <PageLink to="/new-phone">{say('new-phone-link')}</PageLink>
      </p>
    </InsideFrame>
  )
}

/** Only a person who has a passkey can approve anything there. */
function ApproveLink() {
  const { say } = useApp()
  const { authenticators } = useMe()
  if (!authenticators.some(({ setup }) => setup === 'passkey')) return null
  return (
    <p class="below">
      <PageLink to="/approve">{say('approve-link')}</PageLink>
    </p>
  )
}

function StandingBanner() {
  const { say } = useApp()
  const { authenticators, promptsStopped, setups } = useMe()
  const found = standingOf(authenticators)
  const ways = found === 'no-codes' && !setups.includes('recovery') ? 'good' : found
  const standing = promptsStopped ? 'stopped' : ways
  const isGood = standing === 'good'
  return (
    <div class={`standing ${isGood ? 'good' : 'warn'}`}>
      <Icon name={isGood ? 'good' : 'warn'} />
      <div>
        <p class="standing-title">{say(`home-${standing}`)}</p>
        <p>{say(`home-${standing}-text`)}</p>
      </div>
    </div>
  )
}

function WayRow({ way }: { way: PortalAuthenticator }) {
  const { say, locale } = useApp()
  // Fixed while the page is open, so that nothing moves under a reader.
  const [now] = useState(Date.now())
  const used =
    way.lastUsedMs === undefined
      ? say('way-never-used')
      : say('way-last-used', { when: formatMoment(way.lastUsedMs, now, locale) })
  const kind = way.label === '' ? '' : say(`way-${way.setup}`)
  return (
    <LinkRow
      to={wayPath(way.id)}
      icon={way.setup}
      title={nameOf(way, say)}
      badges={
        <>
          {way.isDefault && <Badge>{say('asked-first')}</Badge>}
          {(way.shownToAgent || way.isSilent) && <Icon name="warn" />}
        </>
      }
      detail={[kind, detailOf(way, say), used].filter(Boolean).join(' · ')}
    />
  )
}
