import * as z from 'zod'
import { methods } from '../../accounts/index.ts'
import { endSessionsOf } from '../end-sessions.ts'
import { AdminError } from '../errors.ts'
import { operation } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import { recordChange } from '../record-change.ts'
import { subjectOf } from '../subject.ts'
import { tellChange } from '../tell-change.ts'
import { hadPassword } from './outcome-words.ts'
import { ownParts } from './own-parts.ts'

/** What a report has stopped. `nothing`: whoever it was did not know the password, or mail alone has proven the report. */
export type Stopped = 'prompts' | 'account' | 'nothing'

/** A mailbox opens with the password that may be known, and codes on paper can be found (PEOPLE R13). */
const weak: ReadonlySet<string> = new Set(['email', 'recovery'])

/**
 * "This was not me", about one of the person's sign-ins: other sessions and remembered devices end, the security contact
 * hears of it, and where somebody has the password, calls and messages stop. Where the person has no code to type, the
 * account is blocked, as by 0# in a call. `holdfast user unlock` ends either.
 */
export function createReportOperation(parts: AdminParts) {
  const { store, clock } = parts
  const { accounts, audit, authenticators, remembered } = store

  return {
    /** `method`: of the second factor that was given for it. */
    'own.report': operation(
      z.strictObject({ signIn: z.string().min(1).max(64), method: z.enum(methods) }),
      async ({ signIn, method }, call): Promise<{ readonly stopped: Stopped }> => {
        const person = await subjectOf(parts, undefined, call)
        const own = ownParts(parts)
        const rows = await audit.searchAudit({ id: signIn, kind: 'sign-in', limit: 100 })
        const theirs = rows.filter(
          ({ userKey, signInId }) => userKey === person.key && signInId === signIn,
        )
        const [last] = theirs
        if (last === undefined) {
          throw new AdminError('sign-in-unknown', 'There is no sign-in of yours with this id.')
        }
        const isKnown = theirs.some(({ outcome, reason }) => hadPassword(outcome, reason))
        const stopped = isKnown && !weak.has(method) ? await stop(person.key) : 'nothing'
        await accounts.endBypass(person.key)
        await remembered.forget(person.key)
        await endSessionsOf(parts, call.caller, person, 'reported')
        const place = last.device
        await recordChange(parts, call.caller, 'admin-sign-in-reported', person, {
          ...{ signIn, gateway: last.gateway, outcome: last.outcome, method, stopped, place },
        })
        own.onReport({ user: person.name, gateway: last.gateway, signInId: signIn, stopped })
        tellChange(parts, call.caller, person, { kind: 'reported' })
        return { stopped }
      },
    ),
  }

  async function stop(userKey: string): Promise<Stopped> {
    const nowMs = clock.nowMs()
    const enrolled = await authenticators.list(userKey)
    if (enrolled.some(({ method }) => method === 'totp' || method === 'hotp')) {
      await accounts.stopPrompts(userKey, nowMs)
      return 'prompts'
    }
    await accounts.block(userKey, 'fraud reported by the person', nowMs)
    return 'account'
  }
}
