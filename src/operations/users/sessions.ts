import * as z from 'zod'
import { sessionMs, type WebSession } from '../../accounts/index.ts'
import { endSessionsOf } from '../end-sessions.ts'
import { AdminError } from '../errors.ts'
import { operation, personName, reason } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { subjectOf } from '../subject.ts'

/** A session at the portal, without anything that could stand for it. */
export type SessionView = Pick<
  WebSession,
  'kind' | 'method' | 'createdAtMs' | 'seenAtMs' | 'endsAtMs' | 'address' | 'userAgent'
> & {
  /** Unlike any other of the person. */
  readonly id: string
}

/** What a session is called: the beginning of its token's hash, in hex digits. */
export function sessionId({ tokenHash }: Pick<WebSession, 'tokenHash'>): string {
  return Buffer.from(tokenHash.subarray(0, 8)).toString('hex')
}

const id = z.string().regex(/^[\da-f]{16}$/, 'an id has 16 hex digits, as `session list` shows it')

/** Operations on sessions of the portal: who is signed in there, and ending it. */
export function createSessionOperations(parts: AdminParts) {
  const { store, clock } = parts
  const { webSessions } = store

  const openOf = ({ key }: Person) => webSessions.list(key, clock.nowMs(), sessionMs.idle)

  return {
    /** Those that are open, in the order of their start. */
    'session.list': operation(
      z.strictObject({ name: personName.optional() }),
      async ({ name }, call): Promise<{ person: Person; sessions: readonly SessionView[] }> => {
        const person = await subjectOf(parts, name, call)
        return { person, sessions: (await openOf(person)).map(viewSession) }
      },
    ),

    /** One session, or all; at the portal, all others. `ended`: how many there were. */
    'session.end': operation(
      z.strictObject({
        name: personName.optional(),
        id: id.optional(),
        reason: reason.optional(),
      }),
      async (
        { name, id: wanted, reason: why },
        call,
      ): Promise<{ person: Person; ended: number }> => {
        const person = await subjectOf(parts, name, call)
        if (wanted === undefined) {
          const ended = await endSessionsOf(parts, call.caller, person, 'asked-for', why)
          return { person, ended }
        }
        const session = (await openOf(person)).find((each) => sessionId(each) === wanted)
        if (session === undefined || !(await webSessions.end(session.tokenHash))) {
          throw new AdminError('session-unknown', 'There is no such session; it may have ended.')
        }
        await recordChange(parts, call.caller, 'admin-sessions-ended', person, {
          ...{ why: 'asked-for', session: wanted, count: '1', reason: why },
        })
        return { person, ended: 1 }
      },
    ),
  }
}

function viewSession(session: WebSession): SessionView {
  const { tokenHash: _, userKey: __, userName: ___, passwordStamp: ____, ...view } = session
  return { id: sessionId(session), ...view }
}
