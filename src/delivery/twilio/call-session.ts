import { randomBytes } from 'node:crypto'
import type { CallRequest, CallResult, DialogueStep } from '../ports.ts'

/** A call that is open: from before the provider is asked for it until its end is known. */
export type CallSession = {
  /**
   * Names the call in webhook addresses: 128 random bits, 22 characters of base64url. Another takes its place where another
   * process has called the backup number.
   */
  token: string
  readonly request: CallRequest
  /** What the provider calls it; undefined when the provider did not take it. */
  readonly providerId: Promise<string | undefined>
  setProviderId(providerId: string | undefined): void
  /** What was said last. */
  step: DialogueStep
  /** How many webhooks of the dialogue were taken: each is taken once, in order. */
  turn: number
  /** Who took the call, where the provider listens for that: `human`, `machine_...`, `unknown`. */
  answeredBy: string | undefined
  readonly result: Promise<CallResult>
  readonly isOpen: boolean
  /** Ends it. Only the first result is kept. `hangUp`: the line is still up and must not be. */
  end(result: CallResult, how?: { hangUp: boolean }): void
}

export type CallSessions = {
  /** `token`: of a call that another process has placed. */
  open(request: CallRequest, token?: string): CallSession
  /** Undefined once it has ended. */
  find(token: string): CallSession | undefined
  /** The call of this prompt, which is known by this token from now on. */
  rename(promptId: string, token: string): CallSession | undefined
}

/** `hangUp` is called for sessions that end while the line is up. */
export function createCallSessions(hangUp: (session: CallSession) => void): CallSessions {
  const sessions = new Map<string, CallSession>()

  return {
    open(request, token = randomBytes(16).toString('base64url')) {
      const providerId = Promise.withResolvers<string | undefined>()
      const result = Promise.withResolvers<CallResult>()
      const session: CallSession = {
        token,
        request,
        providerId: providerId.promise,
        setProviderId: providerId.resolve,
        step: request.dialogue.start,
        turn: 0,
        answeredBy: undefined,
        result: result.promise,
        get isOpen() {
          return sessions.has(session.token)
        },
        end(ended, how) {
          if (!sessions.delete(session.token)) return
          if (how?.hangUp) hangUp(session)
          result.resolve(ended)
        },
      }
      sessions.set(token, session)
      return session
    },
    find: (token) => sessions.get(token),
    rename(promptId, token) {
      const session = [...sessions.values()].find(({ request }) => request.id === promptId)
      if (session === undefined) return undefined
      sessions.delete(session.token)
      session.token = token
      sessions.set(token, session)
      return session
    },
  }
}
