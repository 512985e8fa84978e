import * as z from 'zod'
import type { User } from '../../accounts/index.ts'
import { dayMs, nameOfCaller } from '../../support/index.ts'
import { AdminError } from '../errors.ts'
import { type OperationCall, operation, personName, reason } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { tellChange } from '../tell-change.ts'
import { refuseOwnAccount } from '../users/own-account.ts'
import { createHelpdeskCode } from './helpdesk-code.ts'
import { isIdle, noteIdle } from './idle.ts'

export type MadeCode = {
  readonly person: Person
  /** Shown once, stored nowhere. */
  readonly code: string
  readonly untilMs: number
  /** Address of the portal, where there is one. */
  readonly portal?: string
}

/** Codes that one member of the helpdesk makes in a day, and that are made for one person. */
const mostADay = { byOne: 20, forOne: 3 }

/** Operations of the helpdesk on enrolment: codes, and accounts that were not used for long. */
export function createEnrolmentCodeOperations(parts: AdminParts) {
  const { store, clock, findPerson } = parts

  /** 0: it must be changed at the next sign-in, so someone else has set it. */
  const isFresh = (setMs: number) => setMs === 0 || clock.nowMs() - setMs < dayMs

  async function refuseFresh(user: User | undefined, signal: AbortSignal): Promise<void> {
    if (user === undefined) return
    const setMs = await parts.enrolment?.passwordSetMs(user, signal)
    if (setMs === undefined || !isFresh(setMs)) return
    throw new AdminError(
      'password-fresh',
      `The password of ${user.name} was set less than 24 hours ago. Whoever has set it could use the code, so the helpdesk makes none; for a new user an administrator does (holdfast enrolment code ${user.name}).`,
    )
  }

  /** Undefined where the code must outlive a change: the first password of a new person has to be changed at once. */
  async function stampOf(user: User | undefined, signal: AbortSignal): Promise<string | undefined> {
    if (user === undefined || parts.enrolment === undefined) return undefined
    const setMs = await parts.enrolment.passwordSetMs(user, signal)
    return setMs !== undefined && isFresh(setMs)
      ? undefined
      : await parts.enrolment.passwordStamp(user, signal)
  }

  /** What keeps the helpdesk from opening doors for itself, or for too many (PEOPLE R23). */
  async function checkHelpdesk(
    call: OperationCall,
    person: Person,
    user: User | undefined,
  ): Promise<void> {
    const { caller, signal } = call
    if (caller.via !== 'helpdesk-socket') return
    await refuseOwnAccount(parts, call, person)
    await refuseFresh(user, signal)
    const taken = await store.limits.take(
      [
        { key: `enrolment-codes:by:${caller.uid}`, limit: mostADay.byOne, windowMs: dayMs },
        { key: `enrolment-codes:for:${person.key}`, limit: mostADay.forOne, windowMs: dayMs },
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
    /** The code counts once, with the person's password, for 24 hours; an earlier one no longer does. */
    'enrolment.code': operation(
      z.strictObject({ name: personName, reason }),
      async ({ name, reason: why }, call): Promise<MadeCode> => {
        const { caller, signal } = call
        const person = await findPerson(name, signal)
        const user = toUser(person)
        await noteIdle(parts, person)
        const { idleSinceMs } = await store.personRecords.load(person.key)
        if (idleSinceMs !== undefined) {
          throw new AdminError(
            'account-idle',
            `${person.name} has not used the account since ${new Date(idleSinceMs).toISOString().slice(0, 10)}, so it may be forgotten. Find out whether the person still works here; then run holdfast enrolment lift ${person.name} and make the code.`,
          )
        }
        await checkHelpdesk(call, person, user)
        const passwordStamp = await stampOf(user, signal)
        const { code, row } = createHelpdeskCode(
          {
            ...{ userKey: person.key, madeBy: nameOfCaller(caller) },
            ...(passwordStamp === undefined ? {} : { passwordStamp }),
          },
          clock.nowMs(),
          store.hashingKey,
        )
        const { untilMs } = row
        // First the trail: a code that no one can see must not count.
        await recordChange(parts, caller, 'admin-enrolment-code-made', person, {
          ...{ reason: why, until: new Date(untilMs).toISOString() },
        })
        await store.accounts.noteUser(person.key, person.name)
        await store.enrolmentCodes.put(row)
        tellChange(parts, caller, person, { kind: 'helpdesk-code-made', untilMs })
        const { portal } = parts.enrolment?.settings() ?? {}
        return { person, code, untilMs, ...(portal === undefined ? {} : { portal }) }
      },
    ),

    /** From now on the account counts as used, for 30 days. `wasIdle`: whether it was found idle. */
    'enrolment.lift': operation(
      z.strictObject({ name: personName, reason }),
      async ({ name, reason: why }, call) => {
        const { caller, signal } = call
        const person = await findPerson(name, signal)
        await refuseOwnAccount(parts, call, person)
        const { idleSinceMs } = await store.personRecords.load(person.key)
        const wasIdle = idleSinceMs !== undefined || isIdle(person, clock.nowMs())
        await recordChange(parts, caller, 'admin-enrolment-lifted', person, { reason: why })
        await store.personRecords.liftIdle(person.key, clock.nowMs())
        return { person, wasIdle }
      },
    ),
  }
}

/** Everything of a person that a directory has told; undefined for one who is only remembered. */
function toUser({ directory, displayName, ...person }: Person): User | undefined {
  if (directory === undefined || displayName === undefined) return undefined
  return { groups: [], phones: [], ...person, directory, displayName }
}
