import * as z from 'zod'
import { methods, type ReportStop } from '../../accounts/index.ts'
import { stopStranger, untilDone } from '../../signin/index.ts'
import { endSessionsOf } from '../end-sessions.ts'
import { AdminError } from '../errors.ts'
import { operation } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { subjectOf } from '../subject.ts'
import { hadPassword } from './outcome-words.ts'
import { ownParts } from './own-parts.ts'

/** A mailbox opens with the password that may be known, and codes on paper can be found (PEOPLE R13). */
const weak: ReadonlySet<string> = new Set(['email', 'recovery'])

/**
 * "This was not me", about one of the person's sign-ins: other sessions and remembered devices end, administrators hear
 * of it, and where someone has the password, the same stops as by 0# in a call. `holdfast user unlock` ends it.
 */
export function createReportOperation(parts: AdminParts) {
  const { store, clock } = parts
  const { accounts, audit, remembered } = store

  return {
    /**
     * `method`: of the second factor that was given for it. `stopped` is `nothing` where the one who signed in did not
     * know the password, or where the report was not proven well enough.
     */
    'own.report': operation(
      z.strictObject({ signIn: z.string().min(1).max(64), method: z.enum(methods) }),
      async ({ signIn, method }, call): Promise<{ readonly stopped: ReportStop }> => {
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
        const mayStop = isKnown && !weak.has(method)
        const keep = call.caller.via === 'portal' ? call.caller.tokenHash : undefined
        const stopped = mayStop ? await stop(person, keep) : 'nothing'
        const place = last.device
        own.onReport(person, {
          ...{ how: 'portal', gateway: last.gateway, signInId: signIn, stopped },
          ...(place === undefined ? {} : { from: place }),
        })
        await accounts.endBypass(person.key)
        await remembered.forget(person.key)
        await endSessionsOf(parts, call.caller, person, 'reported')
        await recordChange(parts, call.caller, 'admin-sign-in-reported', person, {
          ...{ signIn, gateway: last.gateway, outcome: last.outcome, method, stopped, place },
        })
        return { stopped }
      },
    ),
  }

  /** It must not get lost where the store fails. */
  async function stop({ key }: Person, keep: Uint8Array | undefined): Promise<ReportStop> {
    const { onFraud, onStopFailed } = ownParts(parts)
    const stopped = await untilDone(
      clock,
      () => stopStranger({ ...store, clock, onFraud: onFraud() }, key, keep),
      onStopFailed,
    )
    return stopped ?? 'not-yet'
  }
}
