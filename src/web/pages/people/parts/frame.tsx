import type { ComponentChildren } from 'preact'
import { languageNames, languages } from '../logic/language.ts'
import { useApp } from './app-context.ts'
import { Notice, PageLink } from './basics.tsx'
import { Icon } from './icon.tsx'

function DemoLine() {
  const { look, say } = useApp()
  return look.isDemo ? <p class="demo">{say('demo-line')}</p> : null
}

function Brand() {
  const { look } = useApp()
  return (
    <span class="brand">
      {look.logo === undefined ? (
        <span class="monogram" aria-hidden="true">
          {look.company.slice(0, 1)}
        </span>
      ) : (
        <img src={look.logo} alt="" height="36" />
      )}
      <span>{look.company}</span>
    </span>
  )
}

/** Help is at the end of every page, in the same place (WCAG 3.2.6). */
function Foot(props: { readonly withLanguage: boolean; readonly withSignOut: boolean }) {
  const { withLanguage, withSignOut } = props
  const { look, say, language, chooseLanguage } = useApp()
  return (
    <footer class="foot">
      {look.helpdesk !== '' && (
        <p>
          <Icon name="help" />
          <span>
            {say('help-label')}: {look.helpdesk}
          </span>
        </p>
      )}
      {withLanguage && (
        <label class="language">
          <Icon name="language" />
          <span class="visually-hidden">{say('language-label')}</span>
          <select
            value={language}
            onChange={(event) => {
              const chosen = languages.find((each) => each === event.currentTarget.value)
              if (chosen !== undefined) void chooseLanguage(chosen)
            }}
          >
            {languages.map((each) => (
              <option value={each} lang={each}>
                {languageNames[each]}
              </option>
            ))}
          </select>
        </label>
      )}
      {withSignOut && <SignOut />}
    </footer>
  )
}

function Shell(props: {
  readonly kind: 'open' | 'inside'
  readonly top: ComponentChildren
  readonly withLanguage: boolean
  /** In the foot. */
  readonly withSignOut?: boolean
  readonly children: ComponentChildren
}) {
  const { say, state } = useApp()
  return (
    <div class={`shell ${props.kind}`}>
      {props.kind === 'inside' && (
        <a class="skip" href="#content">
          {say('skip-to-content')}
        </a>
      )}
      {props.top}
      <main id="content" tabIndex={-1}>
        {state.note && <Notice kind="good">{say(state.note.key, state.note.values)}</Notice>}
        {props.children}
      </main>
      <Foot withLanguage={props.withLanguage} withSignOut={props.withSignOut ?? false} />
    </div>
  )
}

function SignOut() {
  const { say, api, signedOut } = useApp()
  const signOut = async () => {
    // Signed out in any case: without a session there is nothing to end, and without a server there is nothing to show.
    await api.signOut().catch(() => undefined)
    signedOut()
  }
  return (
    <button type="button" class="sign-out" onClick={() => void signOut()}>
      <Icon name="out" />
      <span>{say('sign-out')}</span>
    </button>
  )
}

/** One card in the middle: signing in, setting up, confirming. One thing at a time. */
export function OpenFrame(props: {
  readonly children: ComponentChildren
  readonly withLanguage?: boolean
  /** There is a session, which must not stay on a computer that others use. */
  readonly withSignOut?: boolean
}) {
  return (
    <Shell
      kind="open"
      withLanguage={props.withLanguage ?? false}
      withSignOut={props.withSignOut ?? false}
      top={
        <header>
          <DemoLine />
          <div class="top">
            <Brand />
          </div>
        </header>
      }
    >
      <div class="card">{props.children}</div>
    </Shell>
  )
}

type Section = 'home' | 'activity' | 'account'

const sections = [
  { section: 'home', to: '/', key: 'nav-home' },
  { section: 'activity', to: '/activity', key: 'nav-activity' },
  { section: 'account', to: '/account', key: 'nav-account' },
] as const

/** After a session: the sections on top. */
export function InsideFrame(props: {
  readonly section: Section
  readonly children: ComponentChildren
}) {
  const { say } = useApp()
  return (
    <Shell
      kind="inside"
      withLanguage={false}
      top={
        <header>
          <DemoLine />
          <div class="top">
            <Brand />
            <nav aria-label={say('nav-label')}>
              {sections.map(({ section, to, key }) => (
                <PageLink to={to} current={section === props.section}>
                  {say(key)}
                </PageLink>
              ))}
            </nav>
            <SignOut />
          </div>
        </header>
      }
    >
      {props.children}
    </Shell>
  )
}
