import * as z from 'zod'
import { type AccountState, methods, pausesOf } from '../../accounts/index.ts'
import { ownPromptLimits } from '../../signin/index.ts'
import type { ListedUser } from '../../store/index.ts'
import { resetLastStep, type StepReset } from '../authenticators/reset-last-step.ts'
import { type AuthenticatorView, viewAuthenticator } from '../authenticators/view.ts'
import { operation, personName, reason } from '../operation.ts'
import { usersPerPage } from '../page-sizes.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { subjectOf } from '../subject.ts'
import { tellChange } from '../tell-change.ts'
import { refuseToHelpdesk } from './closed-to-helpdesk.ts'
import type { DirectoryStatus, DirectoryStatusOf } from './directory-status.ts'
import { addressesOf } from './export.ts'

export type UserDetails = {
  readonly person: Person
  readonly state: AccountState
  readonly authenticators: readonly AuthenticatorView[]
  /** Sign-ins that stand for the second factor of later ones; `remembered.list` has them. */
  readonly remembered: number
  /** What the directory says now. */
  readonly directoryStatus: DirectoryStatus
}

const hourMs = 3_600_000

const named = z.strictObject({ name: personName })
const explained = named.extend({ reason: reason.optional() })
/** At the portal it is who is signed in there. */
const ofSelf = z.strictObject({ name: personName.optional() })

/** Operations on people: who is known, their status, blocking and releasing. */
export function createUserOperations(parts: AdminParts) {
  const { store, findPerson, clock } = parts
  const { accounts, authenticators, remembered, users } = store
  const directoryStatusOf: DirectoryStatusOf = async (person, signal) =>
    (await parts.service?.directoryStatusOf(person, signal)) ?? { unasked: 'no service runs' }

  return {
    /** One page in the order of names; `after` is the last person of the page before. */
    'user.list': operation(
      z.strictObject({
        search: z.string().max(256).optional(),
        after: z.looseObject({ userKey: z.string(), name: z.string() }).optional(),
      }),
      async ({ search, after }): Promise<readonly ListedUser[]> =>
        await users.listUsers({
          limit: usersPerPage,
          ...(search === undefined ? {} : { search }),
          ...(after === undefined ? {} : { after }),
        }),
    ),

    'user.show': operation(named, async ({ name }, { signal }): Promise<UserDetails> => {
      const person = await findPerson(name, signal)
      const [state, enrolled, known, directoryStatus] = await Promise.all([
        accounts.load(person.key),
        authenticators.list(person.key),
        remembered.list(person.key, clock.nowMs()),
        directoryStatusOf(person, signal),
      ])
      return {
        person,
        state,
        authenticators: enrolled.map((each) => viewAuthenticator(each, parts.usableMethods())),
        remembered: known.length,
        directoryStatus,
      }
    }),

    'user.block': operation(
      named.extend({ reason }),
      async ({ name, reason: why }, { signal, caller }): Promise<Person> => {
        const person = await findPerson(name, signal)
        await accounts.noteUser(person.key, person.name)
        await accounts.block(person.key, why, clock.nowMs())
        await recordChange(parts, caller, 'admin-user-blocked', person, { reason: why })
        tellChange(parts, caller, person, { kind: 'blocked' })
        return person
      },
    ),

    /**
     * Ends block, lock and back-off, sets every count of the person back, and accepts codes again that a clock ahead
     * has shut out; `before` is what there was to end.
     */
    'user.unlock': operation(explained, async ({ name, reason: why }, call) => {
      const { signal, caller } = call
      const person = await findPerson(name, signal)
      await refuseToHelpdesk(parts, call, person)
      const before = await accounts.load(person.key)
      const hadPrompts = await releaseCounts(parts, person)
      await recordChange(parts, caller, 'admin-user-unlocked', person, { reason: why })
      const enrolled = await authenticators.list(person.key)
      const reset: StepReset[] = []
      for (const one of enrolled) {
        const done =
          one.method === 'totp' ? await resetLastStep(parts, caller, person, one) : undefined
        if (done !== undefined) reset.push(done)
      }
      // A notice of nothing teaches people to leave the others unread.
      if (hadPrompts || reset.length > 0 || isHeldBack(before, clock.nowMs())) {
        tellChange(parts, caller, person, { kind: 'unlocked' })
      }
      return { person, before, reset, directoryStatus: await directoryStatusOf(person, signal) }
    }),

    /** The method asked first at sign-ins, where the gateway allows it; null: the gateway's order. */
    'user.prefer': operation(
      ofSelf.extend({ method: z.enum(methods).nullable() }),
      async ({ name, method }, call): Promise<Person & { readonly unusable?: true }> => {
        const person = await subjectOf(parts, name, call)
        await accounts.noteUser(person.key, person.name)
        await accounts.setDefaultMethod(person.key, method ?? undefined)
        await recordChange(parts, call.caller, 'admin-default-method-set', person, {
          method: method ?? 'none',
        })
        tellChange(parts, call.caller, person, {
          kind: 'default-changed',
          ...(method === null ? {} : { method }),
        })
        const isUsable = method === null || parts.usableMethods().includes(method)
        return isUsable ? person : { ...person, unusable: true }
      },
    ),

    /**
     * Erases what is stored of a person. The audit stays, with `eraseAudit` without their data: that is for
     * administrators alone, or a thief could cover the tracks.
     */
    'user.forget': operation(
      explained.extend({ eraseAudit: z.boolean() }),
      async ({ name, eraseAudit, reason: why }, call) => {
        const person = await findPerson(name, call.signal)
        const before = await authenticators.list(person.key)
        const known = await users.removeUser(person.key, {
          eraseAudit,
          addresses: addressesOf(person),
        })
        // After an erasure the trail must not name the person again.
        await recordChange(
          parts,
          call.caller,
          'admin-user-removed',
          eraseAudit ? undefined : person,
          { reason: why },
        )
        tellChange(parts, call.caller, person, { kind: 'reset', authenticators: before })
        return { person, known }
      },
    ),
  }
}

/** Whether there is a block, a pause or a lock to end, or a wrong code or password to forget. */
function isHeldBack(state: AccountState, nowMs: number): boolean {
  const { blocked, promptsStopped, lockedUntilMs, slowedUntilMs } = state
  if (blocked !== undefined || promptsStopped !== undefined) return true
  if (pausesOf(state, nowMs).length > 0) return true
  if (Math.max(lockedUntilMs, slowedUntilMs) > nowMs) return true
  return state.wrongCodes > 0 || state.wrongPasswords > 0
}

/**
 * Sets every count of a person back: failures with block, lock and back-off, misses by password, and the
 * limits on prompts to them and their numbers (RULES 41). Limits that belong to all stay. True where a prompt of the
 * last hour was counted.
 */
async function releaseCounts(parts: AdminParts, person: Person): Promise<boolean> {
  const { clock, service, store } = parts
  await store.accounts.release(person.key)
  await service?.forgetMisses(person.key)
  const enrolled = await store.authenticators.list(person.key)
  const own = ownPromptLimits(person, enrolled)
  const counted = own.map((key) => ({ key, limit: 1, windowMs: hourMs }))
  const had = await store.limits.look(counted, clock.nowMs())
  await store.limits.release(own)
  return !had.ok
}
