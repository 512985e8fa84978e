import type { ChangeRequest, PortalAuthenticator, SignInStep } from '../../../people/contract.ts'
import { withoutSecret } from '../logic/setup-flow.ts'
import type { TextKey } from '../texts/en.ts'
import { type AppContext, type Note, useApp } from './app-context.ts'
import { keepPending, keepRecoveryCodes } from './kept.ts'
import { useAction } from './use-action.ts'

/** What a change is, for the page that confirms it, and where it leads. Kept in the history: no secrets. */
export type Flow = {
  readonly what: TextKey
  readonly values?: Readonly<Record<string, string>>
  /** The page after it was made, and after "cancel". */
  readonly after: string
  readonly cancelled: string
  readonly done: Note
  /** The way to sign in that the new one takes the place of. */
  readonly replaces?: string
  /** There is no session afterwards. */
  readonly endsSession?: true
  readonly isTrial?: true
}

/** Goes on with what the server says about a change. */
export function useFollow() {
  const app = useApp()
  return async (step: SignInStep, flow: Flow, how: 'go' | 'replace'): Promise<void> => {
    if (step.step !== 'done') {
      app[how]('/confirm', { step, flow })
      return
    }
    const { result } = step
    const carried = flow.replaces === undefined ? {} : { replaces: flow.replaces }
    if (flow.endsSession) return app.signedOut({ note: flow.done })
    if (result.kind === 'pending') {
      keepPending(result.pending)
      const screen = { screen: 'prove', pending: withoutSecret(result.pending) }
      app[how]('/add', { screen, ...carried })
      return
    }
    if (result.kind === 'added') {
      keepRecoveryCodes(result.codes)
      await app.reloadMe()
      app[how]('/add', { screen: { screen: 'added' }, ...carried })
      return
    }
    if (result.kind === 'reported') {
      const canChange = app.me?.canChangePassword === true
      const next = app.say(canChange ? 'not-me-password-now' : 'not-me-password-elsewhere')
      const note: Note = { key: `not-me-done-${result.stopped}`, values: { next } }
      // A block ends every session.
      if (result.stopped === 'account') return app.signedOut({ note })
      await app.reloadMe()
      app[how](flow.after, { note })
      return
    }
    const before = app.me?.authenticators ?? []
    const { authenticators: after } = await app.reloadMe()
    if (countPasskeys(after) < countPasskeys(before)) forgetOnDevice(app.api)
    app[how](flow.after, { note: flow.done })
  }
}

function countPasskeys(ways: readonly PortalAuthenticator[]): number {
  return ways.filter(({ setup }) => setup === 'passkey').length
}

/** A device goes on offering a passkey that was removed here, unless it is told. Nothing waits for that. */
function forgetOnDevice(api: AppContext['api']): void {
  Promise.all([import('../passkeys/browser.ts'), api.acceptedPasskeys()])
    .then(([{ tellAccepted }, accepted]) => tellAccepted(accepted))
    .catch(() => undefined)
}

/** Begins a change: the server asks for a fresh proof first, only for this change. */
export function useChange() {
  const { api } = useApp()
  const follow = useFollow()
  const action = useAction()
  return {
    ...action,
    start: (change: ChangeRequest, flow: Flow) =>
      action.run(async () => await follow(await api.confirm(change), flow, 'go')),
    startTrial: (id: string, flow: Flow) =>
      action.run(async () => await follow(await api.tryOut(id), flow, 'go')),
  }
}
