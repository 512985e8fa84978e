import type { LimitedUse, User } from '../../../accounts/index.ts'
import { dayMs, nameOfCaller } from '../../../support/index.ts'
import { AdminError } from '../../errors.ts'
import type { OperationCall } from '../../operation.ts'
import type { AdminParts } from '../../parts.ts'
import type { Person } from '../../people.ts'
import { recordChange } from '../../record-change.ts'
import { tellChange } from '../../tell-change.ts'
import { createHelpdeskCode } from '../helpdesk-code.ts'
import { noteIdle } from '../idle.ts'
import { type CodePage, writeCodePage } from './code-page.ts'

export type MadeCode = {
  readonly person: Person
  /** Shown once, stored nowhere. */
  readonly code: string
  readonly untilMs: number
  /** The person is blocked, so the code works only after an unlock. */
  readonly blocked?: true
  /** Address of the portal, where there is one. */
  readonly portal?: string
  /** What a printed page says, in the person's language; where there is a portal. */
  readonly page?: CodePage
}

/** Codes that one member of the helpdesk makes in a day, and that are made for one person. */
export const mostADay = { byOne: 20, forOne: 3 }

/** Counts one code for this person. */
export function codesForOne(userKey: string): LimitedUse {
  return { key: `enrolment-codes:for:${userKey}`, limit: mostADay.forOne, windowMs: dayMs }
}

/** Whether a password is new. 0: it must be changed at the next sign-in, so someone else has set it. */
export function isFresh(setMs: number, nowMs: number): boolean {
  return setMs === 0 || nowMs - setMs < dayMs
}

/** Throws AdminError `portal-missing` where no one could type a code. Offline it is not known whether there is a portal. */
export function refuseWithoutPortal(enrolment: AdminParts['enrolment']): void {
  if (enrolment === undefined || enrolment.settings().portal !== undefined) return
  throw new AdminError(
    'portal-missing',
    'There is no portal where a code could be used. Set web.people in the configuration first (docs/how-to/portal.md), or set something up for the user with holdfast authenticator add.',
  )
}

/** Rejects with AdminError `account-idle` for an account that was not used for long (PEOPLE R2). */
export async function refuseIdle(parts: AdminParts, person: Person): Promise<void> {
  await noteIdle(parts, person)
  const { idleSinceMs } = await parts.store.personRecords.load(person.key)
  if (idleSinceMs === undefined) return
  throw new AdminError(
    'account-idle',
    `${person.name} has not used the account since ${new Date(idleSinceMs).toISOString().slice(0, 10)}, so it may be forgotten. Find out whether the person still works here; then run holdfast enrolment lift ${person.name} and make the code.`,
  )
}

/**
 * Makes a code that works once, with the person's password, for 24 hours; an earlier one no longer does. Writes it to
 * the audit and tells the person. Whether it may be made is for the caller to find out.
 */
export async function makeCode(
  parts: AdminParts,
  { caller, signal }: Pick<OperationCall, 'caller' | 'signal'>,
  person: Person,
  detail: Readonly<Record<string, string>>,
): Promise<MadeCode> {
  const { store, clock } = parts
  const passwordStamp = await stampOf(parts, toUser(person), signal)
  const { code, row } = createHelpdeskCode(
    {
      ...{ userKey: person.key, madeBy: nameOfCaller(caller) },
      ...(passwordStamp === undefined ? {} : { passwordStamp }),
    },
    clock.nowMs(),
    store.hashingKey,
  )
  const { untilMs } = row
  // First the trail: a code that is not in the audit must not work.
  await recordChange(parts, caller, 'admin-enrolment-code-made', person, {
    ...{ ...detail, until: new Date(untilMs).toISOString() },
  })
  await store.accounts.noteUser(person.key, person.name)
  await store.enrolmentCodes.put(row)
  tellChange(parts, caller, person, { kind: 'helpdesk-code-made', untilMs })
  const { portal } = parts.enrolment?.settings() ?? {}
  const page = await writeCodePage(parts, person, untilMs)
  const { blocked } = await store.accounts.load(person.key)
  return {
    ...{ person, code, untilMs },
    ...(blocked === undefined ? {} : { blocked: true }),
    ...(portal === undefined ? {} : { portal }),
    ...(page === undefined ? {} : { page }),
  }
}

/** Undefined where the code must outlive a change: the first password of a new person has to be changed at once. */
async function stampOf(
  { enrolment, clock }: AdminParts,
  user: User | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (user === undefined || enrolment === undefined) return undefined
  const setMs = await enrolment.passwordSetMs(user, signal)
  return setMs !== undefined && isFresh(setMs, clock.nowMs())
    ? undefined
    : await enrolment.passwordStamp(user, signal)
}

/** Everything of a person that a directory has told; undefined for one who is only remembered. */
export function toUser({ directory, displayName, ...person }: Person): User | undefined {
  if (directory === undefined || displayName === undefined) return undefined
  return { groups: [], phones: [], ...person, directory, displayName }
}
