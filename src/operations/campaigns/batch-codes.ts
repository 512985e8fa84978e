import * as z from 'zod'
import {
  codesForOne,
  type MadeCode,
  makeCode,
  refuseWithoutPortal,
} from '../enrolment/codes/make-code.ts'
import { AdminError } from '../errors.ts'
import { type OperationCall, operation, reason } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import { type ListedPerson, listPeople, neededParts } from './list-people.ts'
import { groupName } from './operations.ts'

/** Why someone of the group gets no code. `has-code`: one is valid already. `limit`: too many were made in 24 hours. */
export type NoCode = 'set-up' | 'blocked' | 'idle' | 'has-code' | 'limit'

/** What becomes of one person; `made` is absent where none was made, and in a dry run. */
export type BatchEvent =
  | { readonly skipped: { readonly name: string; readonly why: NoCode } }
  | { readonly wanted: { readonly name: string } }
  | { readonly made: MadeCode; readonly done: number; readonly of: number }

export type BatchResult = { readonly made: number; readonly skipped: number }

/** Codes last a day, and no one hands out more pages than this in that time. */
export const mostCodesAtOnce = 2_000

const batchArgs = z.strictObject({
  group: groupName,
  reason,
  dryRun: z.boolean().default(false),
  renew: z.boolean().default(false),
})

/** Codes for everyone of a group who has nothing set up. For administrators alone (PEOPLE R23). */
export function createBatchCodeOperations(parts: AdminParts) {
  const { store, clock } = parts

  /** Those who get a code, as far as can be told beforehand. */
  async function plan(
    { group, renew }: { readonly group: string; readonly renew: boolean },
    call: OperationCall,
  ): Promise<{ readonly chosen: readonly ListedPerson[]; readonly skipped: number }> {
    const directories = neededParts(parts).directories()
    const chosen: ListedPerson[] = []
    let skipped = 0
    for await (const people of listPeople(parts, { group, directories }, call.signal)) {
      for (const person of people) {
        const why = whyNone(person, renew)
        if (why === undefined) chosen.push(person)
        else {
          skipped += 1
          skip(call, person, why)
        }
      }
      if (chosen.length > mostCodesAtOnce) throw tooMany(group)
    }
    return { chosen, skipped }
  }

  /** Looks again, since others work at the same time: a code must not be made for someone who was blocked meanwhile. */
  async function isStillWanted(person: ListedPerson, renew: boolean): Promise<NoCode | undefined> {
    const { key } = person.user
    const nowMs = clock.nowMs()
    const standing = (await store.users.standings([key], nowMs)).get(key) ?? person.standing
    const why = whyNone({ ...person, standing }, renew)
    if (why !== undefined) return why
    return (await store.limits.take([codesForOne(key)], nowMs)).ok ? undefined : 'limit'
  }

  return {
    /** Sends an event for each person, of those who get a code as it is made. */
    'enrolment.codes': operation(
      batchArgs,
      async ({ group, reason: why, dryRun, renew }, call): Promise<BatchResult> => {
        refuseWithoutPortal(neededParts(parts))
        const { chosen, skipped } = await plan({ group, renew }, call)
        if (dryRun) {
          for (const { user } of chosen) call.send({ wanted: { name: user.name } })
          return { made: 0, skipped }
        }
        let made = 0
        for (const [at, person] of chosen.entries()) {
          // A code that no one can print any more is not made.
          if (call.signal.aborted) break
          const no = await isStillWanted(person, renew)
          if (no !== undefined) {
            skip(call, person, no)
            continue
          }
          const code = await makeCode(parts, call, person.user, { reason: why, group })
          made += 1
          call.send({ made: code, done: at + 1, of: chosen.length } satisfies BatchEvent)
        }
        return { made, skipped: skipped + chosen.length - made }
      },
    ),
  }
}

function skip(call: OperationCall, { user }: ListedPerson, why: NoCode): void {
  call.send({ skipped: { name: user.name, why } } satisfies BatchEvent)
}

function whyNone({ standing }: ListedPerson, renew: boolean): NoCode | undefined {
  if (standing.methods.length > 0) return 'set-up'
  if (standing.blocked) return 'blocked'
  if (standing.idle) return 'idle'
  return standing.codeUntilMs !== undefined && !renew ? 'has-code' : undefined
}

function tooMany(group: string): AdminError {
  return new AdminError(
    'too-many-codes',
    `More than ${mostCodesAtOnce} people of ${group} have nothing set up, and codes work for 24 hours only. No code was made. Choose a smaller group.`,
  )
}
