import {
  type AuthenticatorStore,
  type Method,
  sessionMs,
  type User,
  type WebSession,
  type WebSessionStore,
} from '../../accounts/index.ts'
import type { Rechecked } from '../../signin/index.ts'
import { type Clock, constantTimeEqual } from '../../support/index.ts'
import { createToken, type Token } from './tokens.ts'

/** As long as it takes to set up a first authenticator. */
const setupMs = 1_800_000

export type SessionParts = {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly store: WebSessionStore
  readonly authenticators: Pick<AuthenticatorStore, 'list'>
  /** Whether the rules let this person stay signed in from there, and what the directory says of them now. */
  readonly recheck: (who: Who) => Promise<Rechecked>
}

export type Who = {
  readonly userKey: string
  readonly userName: string
  /** Network address of the browser. */
  readonly address: string
}

/** A browser, as the session that it gets describes it. */
export type Browser = { readonly address: string; readonly userAgent: string }

/** What has proven the second factor. */
export type SessionFactor = { readonly method: Method; readonly authenticatorId: string }

export type Sessions = {
  /**
   * Signs a person in. `factor`: what has proven it; without one the session is good for setting up a first
   * authenticator and nothing else. Undefined for someone who may not be signed in after all.
   */
  begin(person: User, browser: Browser, factor?: SessionFactor): Promise<Token | undefined>
  /** The session of a token, if it has not ended; one that does not ends here. */
  use(tokenHash: Uint8Array, address: string): Promise<WebSession | undefined>
  /**
   * Whether it has not ended. This is not a use of it: a page that lies open is not a sign of the person. `isDue`: what
   * only the directory knows is asked as well.
   */
  stillStands(session: WebSession, address: string, isDue: boolean): Promise<boolean>
  /**
   * The same session under a new token, as after each confirmed change, with the password and the authenticators that
   * the person has from now on. Undefined where it has ended meanwhile.
   */
  renew(session: WebSession, factor: SessionFactor): Promise<Token | undefined>
  /** Ends the one with this token, as when its browser signs out. */
  end(tokenHash: Uint8Array): Promise<boolean>
}

/** Sessions of people at the portal (PEOPLE R18). Nothing of them is kept in the process. */
export function createSessions({ clock, store, authenticators, recheck }: SessionParts): Sessions {
  /** Ours by their id, the directory's by what the directory says; undefined: it does not say now. */
  async function isThere(userKey: string, id: string, user?: User): Promise<boolean | undefined> {
    if (!id.startsWith('directory:')) {
      return (await authenticators.list(userKey)).some((each) => each.id === id)
    }
    if (user === undefined) return undefined
    const [, method, ...rest] = id.split(':')
    const to = rest.join(':')
    return method === 'email' ? user.email === to : user.phones.includes(to)
  }

  /** A removed authenticator ends it at once; what only the directory knows is asked once a minute. */
  async function stands(session: WebSession, address: string, isDue: boolean): Promise<boolean> {
    const { authenticatorId, passwordStamp, userKey, userName } = session
    const checked = isDue ? await recheck({ userKey, userName, address }) : undefined
    if (checked?.kind === 'refused') return false
    const allowed = checked?.kind === 'allowed' ? checked : undefined
    const stamp = allowed?.passwordStamp
    // A session that began while the directory did not tell could outlive a change: it ends, too.
    if (stamp !== undefined && stamp !== passwordStamp) return false
    if (authenticatorId === undefined) return true
    return (await isThere(userKey, authenticatorId, allowed?.user)) ?? true
  }

  return {
    async begin(person, { address, userAgent }, factor) {
      const who = { userKey: person.key, userName: person.name, address }
      const checked = await recheck(who)
      if (checked.kind === 'refused') return undefined
      const nowMs = clock.nowMs()
      const token = createToken()
      const isAdded = await store.add({
        ...who,
        tokenHash: token.hash,
        kind: factor === undefined ? 'setup' : 'whole',
        ...factor,
        ...stampOf(checked),
        createdAtMs: nowMs,
        seenAtMs: nowMs,
        endsAtMs: nowMs + (factor === undefined ? setupMs : sessionMs.most),
        userAgent,
      })
      return isAdded ? token : undefined
    },

    async use(tokenHash, address) {
      const nowMs = clock.nowMs()
      const session = await store.use(tokenHash, nowMs, sessionMs.idle)
      if (session === undefined) return undefined
      // The store notes a use once a minute: it has noted this one.
      if (await stands(session, address, session.seenAtMs === nowMs)) return session
      await store.end(tokenHash)
      return undefined
    },

    async stillStands({ tokenHash, userKey }, address, isDue) {
      const open = await store.list(userKey, clock.nowMs(), sessionMs.idle)
      const session = open.find((each) => constantTimeEqual(each.tokenHash, tokenHash))
      return session !== undefined && (await stands(session, address, isDue))
    },

    async renew(session, factor) {
      const { authenticatorId: _, method: __, passwordStamp: ___, tokenHash, ...same } = session
      // Ended first: where two requests renew it at once, one goes on.
      if (!(await store.end(tokenHash))) return undefined
      const checked = await recheck(session)
      if (checked.kind === 'refused') return undefined
      const user = checked.kind === 'allowed' ? checked.user : undefined
      // What was just taken away by itself cannot end the session that did so.
      const isKept = (await isThere(session.userKey, factor.authenticatorId, user)) !== false
      const token = createToken()
      const isAdded = await store.add({
        ...same,
        tokenHash: token.hash,
        method: factor.method,
        ...(isKept ? { authenticatorId: factor.authenticatorId } : {}),
        ...stampOf(checked, session.passwordStamp),
        seenAtMs: clock.nowMs(),
      })
      return isAdded ? token : undefined
    },

    end: (tokenHash) => store.end(tokenHash),
  }
}

/** `earlier` stays where the directory does not tell now. */
function stampOf(checked: Rechecked, earlier?: string): { readonly passwordStamp?: string } {
  const passwordStamp = (checked.kind === 'allowed' ? checked.passwordStamp : undefined) ?? earlier
  return passwordStamp === undefined ? {} : { passwordStamp }
}
