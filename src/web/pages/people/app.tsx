import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Look, Me, PortalLanguage } from '../../people/contract.ts'
import { isOpen, type Page, pageOf } from './logic/address.ts'
import { type Api, Problem } from './logic/api.ts'
import { localeOf } from './logic/language.ts'
import { fill } from './logic/say.ts'
import { viewOf } from './logic/view.ts'
import { FaultPage, NotFoundPage, SignedOutPage } from './pages/fault.tsx'
import { NewPhonePage } from './pages/new-phone.tsx'
import { SignInPage } from './pages/sign-in.tsx'
import { type AppContext, AppContextOf, type PageState } from './parts/app-context.ts'
import { Loading } from './parts/basics.tsx'
import { OpenFrame } from './parts/frame.tsx'
import { keepWanted } from './parts/kept.ts'
import { lazy } from './parts/lazy.tsx'
import { isPhone, rememberLanguage, rememberSignedIn, wasSignedIn } from './parts/remembered.ts'
import { type Fault, faultOf } from './parts/use-action.ts'
import type { Texts } from './texts/en.ts'
import { loadTexts } from './texts/index.ts'

const ConfirmPage = lazy(async () => (await import('./pages/enter/index.ts')).ConfirmPage)
const HomePage = lazy(async () => (await import('./pages/ways/index.ts')).HomePage)
const WayPhonePage = lazy(async () => (await import('./pages/ways/index.ts')).WayPhonePage)
const WayRemovePage = lazy(async () => (await import('./pages/ways/index.ts')).WayRemovePage)
const WayPage = lazy(async () => (await import('./pages/ways/index.ts')).WayPage)
const ActivityPage = lazy(async () => (await import('./pages/account/index.ts')).ActivityPage)
const NotMePage = lazy(async () => (await import('./pages/account/index.ts')).NotMePage)
const AccountPage = lazy(async () => (await import('./pages/account/index.ts')).AccountPage)
const DataPage = lazy(async () => (await import('./pages/account/index.ts')).DataPage)
const ErasePage = lazy(async () => (await import('./pages/account/index.ts')).ErasePage)
const DevicesPage = lazy(async () => (await import('./pages/account/index.ts')).DevicesPage)
const LanguagePage = lazy(async () => (await import('./pages/account/index.ts')).LanguagePage)
const PasswordPage = lazy(async () => (await import('./pages/account/index.ts')).PasswordPage)
const SessionsPage = lazy(async () => (await import('./pages/account/index.ts')).SessionsPage)
const PairPage = lazy(async () => (await import('./pages/phone/index.ts')).PairPage)
const PhonePage = lazy(async () => (await import('./pages/phone/index.ts')).PhonePage)
const ApprovePage = lazy(async () => (await import('./pages/approve/index.ts')).ApprovePage)
const AddPage = lazy(async () => (await import('./pages/setup/index.ts')).AddPage)
const FirstSetupPage = lazy(async () => (await import('./pages/setup/index.ts')).FirstSetupPage)

export type AppProps = {
  readonly api: Api
  readonly look: Look
  readonly language: PortalLanguage
  readonly texts: Texts
  /** The look could not be loaded. */
  readonly problem?: unknown
  readonly onLanguage: (language: PortalLanguage) => void
}

type Place = { readonly path: string; readonly state: PageState }

/** The address that gateways show. A phone answers there with its own key. */
function onPhone(page: Page | undefined): Page | undefined {
  return page?.page === 'approve' && isPhone() ? { page: 'phone' } : page
}

function placeNow(): Place {
  return { path: location.pathname, state: (history.state as PageState | null) ?? {} }
}

export function App(props: AppProps) {
  const { api, look } = props
  const [spoken, setSpoken] = useState({ language: props.language, texts: props.texts })
  const [place, setPlace] = useState(placeNow)
  const [me, setMe] = useState<Me>()
  const [problem, setProblem] = useState(props.problem)
  const page = onPhone(pageOf(place.path))

  const move = (how: 'pushState' | 'replaceState', path: string, state: PageState = {}) => {
    history[how](state, '', path)
    setPlace(placeNow())
  }
  const speak = async (language: PortalLanguage) => {
    const texts = await loadTexts(language)
    rememberLanguage(language)
    props.onLanguage(language)
    document.documentElement.lang = language
    setSpoken({ language, texts })
  }
  const latest = useRef(spoken.language)
  latest.current = spoken.language
  const reloadMe = async (): Promise<Me> => {
    const loaded = await api.me()
    if (loaded.language !== latest.current) await speak(loaded.language)
    rememberSignedIn(true)
    setMe(loaded)
    return loaded
  }
  const sessionEnded = () => {
    const hasEnded = wasSignedIn()
    keepWanted(location.pathname)
    rememberSignedIn(false)
    setMe(undefined)
    move('replaceState', '/sign-in', hasEnded ? { hasEnded } : {})
  }
  /** Loads what the page needs of the person; the session may have ended elsewhere. */
  const check = async () => {
    try {
      setProblem(undefined)
      await reloadMe()
    } catch (error) {
      if (error instanceof Problem && error.problem === 'signed-out') sessionEnded()
      else setProblem(error)
    }
  }

  const needsMe = page !== undefined && !isOpen(page)
  // Says other things to people who are signed in.
  const wantsMe = page?.page === 'new-phone' && me === undefined && wasSignedIn()
  useEffect(() => {
    if (needsMe && props.problem === undefined) void check()
    else if (wantsMe) void reloadMe().catch(() => undefined)
  }, [needsMe, wantsMe])
  useEffect(() => {
    const onMove = () => setPlace(placeNow())
    const onReturn = () => {
      const now = onPhone(pageOf(location.pathname))
      if (document.visibilityState === 'visible' && now !== undefined && !isOpen(now)) void check()
    }
    window.addEventListener('popstate', onMove)
    document.addEventListener('visibilitychange', onReturn)
    return () => {
      window.removeEventListener('popstate', onMove)
      document.removeEventListener('visibilitychange', onReturn)
    }
  }, [])

  const app: AppContext = {
    api,
    look,
    me,
    language: spoken.language,
    locale: localeOf(spoken.language, navigator.languages),
    say: (key, values) => fill(spoken.texts[key], values),
    state: place.state,
    go: (path, state) => move('pushState', path, state),
    replace: (path, state) => move('replaceState', path, state),
    back: () => history.back(),
    reloadMe,
    sessionEnded,
    signedOut: (state) => {
      rememberSignedIn(false)
      setMe(undefined)
      move('replaceState', '/signed-out', state)
    },
    chooseLanguage: async (language) => {
      await speak(language)
      // Otherwise the next page would speak as before.
      if (me?.session === 'setup') await api.setLanguage(language)
    },
  }
  const fault: Fault | undefined = problem === undefined ? undefined : faultOf(problem, app)
  const again = async () => {
    if (props.problem !== undefined) location.reload()
    else await check()
  }
  return (
    <AppContextOf.Provider value={app}>
      {fault !== undefined ? (
        <FaultPage fault={fault} onAgain={again} />
      ) : (
        <Current key={`${place.path} ${viewOf(place.state)}`} page={page} me={me} />
      )}
    </AppContextOf.Provider>
  )
}

/** A session that is only for setting up shows nothing else. */
function Current({ page, me }: { page: Page | undefined; me: Me | undefined }): JSX.Element {
  if (page === undefined) return <NotFoundPage />
  if (!isOpen(page) && me === undefined) {
    return (
      <OpenFrame>
        <Loading />
      </OpenFrame>
    )
  }
  if (!isOpen(page) && me?.session === 'setup') return <FirstSetupPage />
  switch (page.page) {
    case 'sign-in':
      return <SignInPage />
    case 'signed-out':
      return <SignedOutPage />
    case 'new-phone':
      return <NewPhonePage />
    case 'set-up':
      return <FirstSetupPage />
    case 'home':
      return <HomePage />
    case 'way':
      return <WayPage id={page.id} />
    case 'way-phone':
      return <WayPhonePage id={page.id} />
    case 'way-remove':
      return <WayRemovePage id={page.id} />
    case 'add':
      return <AddPage />
    case 'approve':
      return <ApprovePage />
    case 'phone':
      return <PhonePage />
    case 'pair':
      return <PairPage />
    case 'confirm':
      return <ConfirmPage />
    case 'activity':
      return <ActivityPage />
    case 'not-me':
      return <NotMePage id={page.id} />
    case 'account':
      return <AccountPage />
    case 'sessions':
      return <SessionsPage />
    case 'devices':
      return <DevicesPage />
    case 'password':
      return <PasswordPage />
    case 'language':
      return <LanguagePage />
    case 'data':
      return <DataPage />
    case 'erase':
      return <ErasePage />
  }
}
