import * as z from 'zod'
import type { User } from '../../accounts/index.ts'
import { dayMs } from '../../support/index.ts'
import { AdminError } from '../errors.ts'
import { type OperationCall, operation, personName, reason } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { refuseToHelpdesk } from '../users/closed-to-helpdesk.ts'
import {
  codesForOne,
  isFresh,
  type MadeCode,
  makeCode,
  mostADay,
  refuseIdle,
  refuseWithoutPortal,
  toUser,
} from './codes/make-code.ts'
import { isIdle } from './idle.ts'

/** Operations of the helpdesk on enrolment: codes, and accounts that were not used for long. */
export function createEnrolmentCodeOperations(parts: AdminParts) {
  const { store, clock, findPerson } = parts

  async function refuseFresh(user: User | undefined, signal: AbortSignal): Promise<void> {
    if (user === undefined) return
    const setMs = await parts.enrolment?.passwordSetMs(user, signal)
    if (setMs === undefined || !isFresh(setMs, clock.nowMs())) return
    throw new AdminError(
      'password-fresh',
      `The password of ${user.name} was set less than 24 hours ago. The person who set it could use the code, so the helpdesk cannot make one; for a new user an administrator does (holdfast enrolment code ${user.name}).`,
    )
  }

  /** What keeps members of the helpdesk from letting themselves in, or too many others (PEOPLE R23). */
  async function checkHelpdesk(
    call: OperationCall,
    person: Person,
    user: User | undefined,
  ): Promise<void> {
    const { caller, signal } = call
    if (caller.via !== 'helpdesk-socket') return
    await refuseToHelpdesk(parts, call, person)
    if (user === undefined && parts.enrolment !== undefined) {
      throw new AdminError(
        'directory-down',
        `The directory of ${person.name} does not tell now when the password was set, so the helpdesk makes no code. Try again later, or ask an administrator.`,
      )
    }
    await refuseFresh(user, signal)
    const taken = await store.limits.take(
      [
        { key: `enrolment-codes:by:${caller.uid}`, limit: mostADay.byOne, windowMs: dayMs },
        codesForOne(person.key),
      ],
      clock.nowMs(),
    )
    if (taken.ok) return
    const [, whose] = taken.key.split(':')
    throw new AdminError(
      'too-many-codes',
      whose === 'by'
        ? `You have made ${mostADay.byOne} codes in 24 hours; ask an administrator for more.`
        : `${mostADay.forOne} codes were made for ${person.name} in 24 hours; ask an administrator.`,
    )
  }

  return {
    /** The code works once, with the person's password, for 24 hours; an earlier one no longer does. */
    'enrolment.code': operation(
      z.strictObject({ name: personName, reason }),
      async ({ name, reason: why }, call): Promise<MadeCode> => {
        refuseWithoutPortal(parts.enrolment)
        const person = await findPerson(name, call.signal)
        await refuseIdle(parts, person)
        await checkHelpdesk(call, person, toUser(person))
        return makeCode(parts, call, person, { reason: why })
      },
    ),

    /** From now on the account is taken as used, for 30 days. `wasIdle`: whether it was found idle. */
    'enrolment.lift': operation(
      z.strictObject({ name: personName, reason }),
      async ({ name, reason: why }, call) => {
        const { caller, signal } = call
        const person = await findPerson(name, signal)
        await refuseToHelpdesk(parts, call, person)
        const { idleSinceMs } = await store.personRecords.load(person.key)
        const wasIdle = idleSinceMs !== undefined || isIdle(person, clock.nowMs())
        await recordChange(parts, caller, 'admin-enrolment-lifted', person, { reason: why })
        await store.personRecords.liftIdle(person.key, clock.nowMs())
        return { person, wasIdle }
      },
    ),
  }
}
