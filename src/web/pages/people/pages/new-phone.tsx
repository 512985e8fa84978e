import { nameOf } from '../logic/ways.ts'
import { useApp } from '../parts/app-context.ts'
import { BackLink, Button, Heading, PageLink } from '../parts/basics.tsx'
import { InsideFrame, OpenFrame } from '../parts/frame.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { ButtonRow, List } from '../parts/list.tsx'

/** The phone is new, lost or broken: which way in is left. */
export function NewPhonePage() {
  const { me } = useApp()
  return me?.session === 'whole' ? <Move /> : <Explain />
}

const cases = [
  { icon: 'sms', key: 'new-phone-same' },
  { icon: 'recovery', key: 'new-phone-codes' },
  { icon: 'help', key: 'new-phone-none' },
] as const satisfies readonly { icon: IconName; key: string }[]

function Explain() {
  const { say, look } = useApp()
  const shown = cases.filter(({ key }) => key !== 'new-phone-same' || look.asksByPhone)
  return (
    <OpenFrame withLanguage>
      <Heading text={say('new-phone-title')} />
      <p class="intro">{say('new-phone-intro')}</p>
      <ul class="cases">
        {shown.map(({ icon, key }) => (
          <li key={key}>
            <Icon name={icon} />
            <div>
              <h2>{say(key)}</h2>
              <p>{say(`${key}-text`)}</p>
            </div>
          </li>
        ))}
      </ul>
      <PageLink to="/sign-in" class="button main">
        {say('sign-in-title')}
      </PageLink>
    </OpenFrame>
  )
}

/** Signed in: first the new one, then the old one goes. */
function Move() {
  const { say, me, go } = useApp()
  const apps = me?.authenticators.filter(({ setup }) => setup === 'app') ?? []
  const begin = (replaces?: string) =>
    go('/add', {
      screen: { screen: 'get-app' },
      ...(replaces !== undefined && { replaces }),
    })
  return (
    <InsideFrame section="home">
      <BackLink to="/" />
      <Heading text={say('new-phone-title')} />
      <p class="intro">{say('new-phone-move')}</p>
      {apps.length < 2 ? (
        <Button onClick={() => begin(apps[0]?.id)}>{say('new-phone-app')}</Button>
      ) : (
        <div class="panel">
          <List>
            {apps.map((way) => (
              <ButtonRow
                key={way.id}
                icon="app"
                title={nameOf(way, say)}
                detail={say('new-phone-app')}
                onClick={() => begin(way.id)}
              />
            ))}
          </List>
        </div>
      )}
    </InsideFrame>
  )
}
