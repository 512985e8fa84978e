import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Look, Me, PortalLanguage } from '../../../people/contract.ts'
import type { Api } from '../logic/api.ts'
import type { TextKey } from '../texts/en.ts'

export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string

/** A line that the next page shows on top, about what was just done. */
export type Note = { readonly key: TextKey; readonly values?: Readonly<Record<string, string>> }

/** What an entry of the browser's history carries: never a secret. */
export type PageState = Readonly<Record<string, unknown>> & { readonly note?: Note }

export type AppContext = {
  readonly api: Api
  readonly say: Say
  readonly language: PortalLanguage
  /** The language with the region that the browser adds, for dates: `en-GB`. */
  readonly locale: string
  readonly look: Look
  readonly me: Me | undefined
  /** Of this entry of the history. */
  readonly state: PageState
  go(path: string, state?: PageState): void
  /** Takes the place of this entry. */
  replace(path: string, state?: PageState): void
  back(): void
  reloadMe(): Promise<Me>
  /** The server says that there is no session any more. */
  sessionEnded(): void
  signedOut(state?: PageState): void
  chooseLanguage(language: PortalLanguage): Promise<void>
}

export const AppContextOf = createContext<AppContext | undefined>(undefined)

export function useApp(): AppContext {
  const app = useContext(AppContextOf)
  if (app === undefined) throw new Error('outside of the app')
  return app
}

/** The person who is signed in; only on pages that need a session. */
export function useMe(): Me {
  const { me } = useApp()
  if (me === undefined) throw new Error('needs a session')
  return me
}
