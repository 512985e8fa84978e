import * as z from 'zod'
import { type Authenticator, directoryOfKey, methods, type User } from '../../accounts/index.ts'
import { registrationResponse } from '../../methods/index.ts'
import type { Caller } from '../../support/index.ts'
import { endSessionsOf } from '../end-sessions.ts'
import { AdminError } from '../errors.ts'
import { nothing, type OperationCall, operation } from '../operation.ts'
import { loadPauses, type OwnPause } from '../own/pauses.ts'
import type { AdminParts } from '../parts.ts'
import { recordChange } from '../record-change.ts'
import { type Factor, mayTakeAway } from '../strength.ts'
import { tellChange } from '../tell-change.ts'
import { addressesOf } from '../users/export.ts'
import { type Added, createAddProven } from './add-proven.ts'
import { firstProofs } from './first-proof.ts'
import { type PendingSetup, type PendingView, pendingSetup, viewPending } from './pending.ts'
import { createSetUp, type SetUpBasis } from './set-up.ts'
import { type OwnAuthenticator, offeredSetups, setups, viewOwn } from './setups.ts'
import { hasSpareTokens } from './spare-tokens.ts'

/** `pending` is for a sealed row of the browser; `view` is what the person has to do. */
export type OwnPending = { readonly pending: PendingSetup; readonly view: PendingView }
export type OwnAdded = {
  readonly kind: 'added'
  readonly authenticator: OwnAuthenticator
  readonly method: Authenticator['method']
  readonly codes?: readonly string[]
}
export type OwnStep =
  | ({ readonly kind: 'pending'; readonly wrong?: true } & OwnPending)
  | OwnAdded
  | { readonly kind: 'changed' }

export type OwnPage = {
  readonly authenticators: readonly OwnAuthenticator[]
  readonly setups: readonly (typeof setups)[number][]
  /** Numbers of the directory, as a proposal. */
  readonly proposedPhones: readonly string[]
  /** A stranger was reported: no calls and messages until the helpdesk allows them again. */
  readonly promptsStopped?: true
  /** From where nothing is asked now. */
  readonly paused: readonly OwnPause[]
}

/** The second factor that was given for this change a moment ago. The portal says it, never the browser. */
const factor = z.strictObject({ method: z.enum(methods), hasPin: z.boolean() })
const basis = z.union([
  z.strictObject({ given: factor }),
  z.strictObject({ proof: z.enum(firstProofs).optional() }),
])
const text = z.string().max(256)
const wanted = z.strictObject({
  setup: z.enum(setups),
  label: z.string().max(64).optional(),
  phone: text.optional(),
  backupPhone: text.optional(),
  pin: z
    .string()
    .regex(/^\d{4,12}$/)
    .optional(),
  serial: text.optional(),
})

/** What people do about their own ways to sign in, at the portal. None of it takes a name. */
export function createOwnOperations(parts: AdminParts) {
  const { store } = parts

  function needed() {
    const { enrolment } = parts
    if (enrolment === undefined) {
      throw new AdminError('needs-service', 'This needs the running service, and none is running.')
    }
    const setUp = createSetUp(parts, enrolment)
    return { enrolment, setUp, addProven: createAddProven(parts, setUp) }
  }

  /** The person who is signed in; what the directory cannot tell now is empty. */
  async function whoAsks({ caller, signal }: OperationCall): Promise<User> {
    if (caller.via !== 'portal') throw new AdminError('not-permitted', 'This is for the portal.')
    const { userKey: key, name } = caller
    const found = await parts.enrolment?.findUser(key, signal)
    return (
      found ?? {
        key,
        name,
        directory: directoryOfKey(key),
        displayName: name,
        groups: [],
        phones: [],
      }
    )
  }

  const viewOf = async (user: User, pending: PendingSetup): Promise<OwnPending> => ({
    pending,
    view: viewPending(pending, {
      ...{ issuer: parts.issuer, account: user.name },
      phone:
        pending.unproven.setup === 'push'
          ? await parts.enrolment?.pairings.claimed(user.key, pending.unproven.code)
          : undefined,
    }),
  })

  async function showAdded(user: User, { authenticator, codes }: Added): Promise<OwnAdded> {
    const { defaultMethod } = await store.accounts.load(user.key)
    return {
      kind: 'added',
      authenticator: viewOwn(authenticator, defaultMethod),
      method: authenticator.method,
      ...(codes === undefined ? {} : { codes }),
    }
  }

  /** One of the person's own, by its whole id: those of others are never looked at. */
  async function find(user: User, id: string): Promise<Authenticator> {
    const found = (await store.authenticators.list(user.key)).find((each) => each.id === id)
    if (found === undefined) throw needed().setUp.refuse(user, 'setup-gone')
    return found
  }

  async function noteChange(
    caller: Caller,
    user: User,
    before: Authenticator,
    kind: 'renamed' | 'changed',
  ): Promise<{ readonly kind: 'changed' }> {
    const { id, method } = before
    await recordChange(parts, caller, `admin-authenticator-${kind}`, user, { id, method })
    const authenticator = await find(user, id)
    tellChange(
      parts,
      caller,
      user,
      kind === 'renamed'
        ? { kind: 'authenticator-renamed', authenticator }
        : { kind: 'phone-changed', before, authenticator },
    )
    return { kind: 'changed' }
  }

  function checkStrength(user: User, given: Factor, target: Authenticator): void {
    if (!mayTakeAway(given, factorOfOwn(target)))
      throw needed().setUp.refuse(user, 'setup-too-weak')
  }

  return {
    /** What a person has and can set up. */
    'own.show': operation(nothing, async (_, call): Promise<OwnPage> => {
      const user = await whoAsks(call)
      const { enrolment } = needed()
      const [own, { defaultMethod, promptsStopped }, hasSpare, paused] = await Promise.all([
        store.authenticators.list(user.key),
        store.accounts.load(user.key),
        hasSpareTokens(store),
        loadPauses(
          parts,
          {
            placeOf: (address) => parts.own?.placeOf(address),
            nameOf: (group) => parts.own?.gatewayLabel(group, user.language) ?? group,
          },
          user.key,
        ),
      ])
      return {
        // A phone stands for the code that it shows.
        authenticators: own
          .filter((each) => !isOfPhone(each))
          .map((each) => viewOwn(each, defaultMethod)),
        setups: offeredSetups(parts.usableMethods(), enrolment.reach, user, hasSpare),
        proposedPhones: user.phones,
        paused,
        ...(promptsStopped === undefined ? {} : { promptsStopped: true }),
      }
    }),

    /** Begins to set something up. Recovery codes need no proof: they are shown once, and can be used. */
    'own.begin': operation(
      z.strictObject({ wanted, basis }),
      async (args, call): Promise<OwnStep> => {
        const user = await whoAsks(call)
        const { setUp, addProven } = needed()
        const start: SetUpBasis = 'given' in args.basis ? args.basis : { proof: args.basis.proof }
        if (!('given' in start)) {
          const own = await store.authenticators.list(user.key)
          if (start.proof !== 'helpdesk-code' && own.length > 0) {
            throw setUp.refuse(user, 'setup-there-already')
          }
        }
        const { setup, ...rest } = args.wanted
        if (setup !== 'recovery') {
          const pending = await setUp.begin(user, { setup, ...rest }, start, call.signal)
          return { kind: 'pending', ...(await viewOf(user, pending)) }
        }
        if (!('given' in start) || !parts.usableMethods().includes('recovery')) {
          throw setUp.refuse(user, 'setup-not-offered')
        }
        await setUp.checkStrength(user, start.given, { method: 'recovery', hasPin: false })
        return showAdded(user, await addProven.addRecoveryCodes(call.caller, user))
      },
    ),

    /** Proves it: `pending` comes from the sealed row, so that it is what was begun. */
    'own.prove': operation(
      z.strictObject({
        pending: pendingSetup,
        codes: z.array(z.string().max(128)).max(2).default([]),
        passkey: registrationResponse.optional(),
      }),
      async ({ pending, codes, passkey }, call): Promise<OwnStep> => {
        const user = await whoAsks(call)
        const { enrolment, setUp, addProven } = needed()
        const { caller, signal } = call
        const proving = await setUp.prove(user, pending, { codes, passkey }, signal)
        switch (proving.kind) {
          case 'again':
            return { kind: 'pending', wrong: true, ...(await viewOf(user, proving.pending)) }
          case 'on':
            return { kind: 'pending', ...(await viewOf(user, proving.pending)) }
          case 'proven': {
            const { authenticator } = proving
            const added = await addProven.add(caller, user, pending, authenticator)
            const { seed } = added
            const { unproven } = pending
            if (seed !== undefined && unproven.setup === 'push') {
              const phone = { id: added.authenticator.id, seed }
              await enrolment.pairings.finish(user.key, unproven.code, phone)
            }
            return showAdded(user, added)
          }
          case 'proven-token':
            return showAdded(user, await addProven.claim(caller, user, pending, proving))
          case 'proven-backup': {
            const { unproven, given } = pending
            if (unproven.setup !== 'backup' || given === undefined) {
              throw setUp.refuse(user, 'setup-ended')
            }
            const before = await find(user, unproven.id)
            checkStrength(user, given, before)
            const { phone: backupPhone, pin } = unproven
            const change = { backupPhone, ...(pin === undefined ? {} : { pin }) }
            if (!(await store.authenticators.change(user.key, before.id, change))) {
              throw setUp.refuse(user, 'setup-gone')
            }
            return noteChange(caller, user, before, 'changed')
          }
        }
      },
    ),

    'own.rename': operation(
      z.strictObject({ id: text, label: z.string().max(64) }),
      async ({ id, label }, call): Promise<OwnStep> => {
        const user = await whoAsks(call)
        const before = await find(user, id)
        if (!(await store.authenticators.change(user.key, id, { label }))) {
          throw needed().setUp.refuse(user, 'setup-gone')
        }
        return noteChange(call.caller, user, before, 'renamed')
      },
    ),

    /**
     * Erases what is stored of the person. The audit stays, and so does the day on which something was first set up: no
     * campaign opens for them again (PEOPLE R2). It takes a factor as strong as the strongest that goes.
     */
    'own.erase': operation(
      z.strictObject({ given: factor }),
      async ({ given }, call): Promise<OwnStep> => {
        const user = await whoAsks(call)
        const own = await store.authenticators.list(user.key)
        for (const target of own) checkStrength(user, given, target)
        await store.users.removeUser(user.key, { addresses: addressesOf(user) })
        await store.personRecords.markEnrolled(user.key, parts.clock.nowMs())
        await recordChange(parts, call.caller, 'admin-user-removed', user, {})
        tellChange(parts, call.caller, user, { kind: 'reset', authenticators: own })
        return { kind: 'changed' }
      },
    ),

    /** With equal strength only, and never the last one, except recovery codes (PEOPLE R5). */
    'own.remove': operation(
      z.strictObject({ id: text, given: factor }),
      async ({ id, given }, call): Promise<OwnStep> => {
        const user = await whoAsks(call)
        const { setUp } = needed()
        const target = await find(user, id)
        checkStrength(user, given, target)
        const others = (await store.authenticators.list(user.key)).filter(
          (each) => each.id !== id && each.method !== 'recovery' && !isOfPhone(each, id),
        )
        if (target.method !== 'recovery' && others.length === 0) {
          throw setUp.refuse(user, 'setup-last-one')
        }
        if (!(await store.authenticators.remove(user.key, id))) {
          throw setUp.refuse(user, 'setup-gone')
        }
        await endSessionsOf(parts, call.caller, user, 'authenticator-removed')
        const { method } = target
        await recordChange(parts, call.caller, 'admin-authenticator-removed', user, { id, method })
        tellChange(parts, call.caller, user, {
          ...{ kind: 'authenticator-removed', authenticator: target },
        })
        return { kind: 'changed' }
      },
    ),

    /** PIN and second number of a phone that is called. A new number has to be proven. */
    'own.phone': operation(
      z.strictObject({
        id: text,
        backupPhone: text.nullable().optional(),
        pin: z
          .string()
          .regex(/^\d{4,12}$/)
          .nullable()
          .optional(),
        given: factor,
      }),
      async ({ id, backupPhone, pin, given }, call): Promise<OwnStep> => {
        const user = await whoAsks(call)
        const { setUp } = needed()
        const before = await find(user, id)
        if (before.method !== 'call') throw setUp.refuse(user, 'setup-not-offered')
        checkStrength(user, given, before)
        if (typeof backupPhone === 'string') {
          const change = { id, phone: backupPhone, pin }
          const pending = await setUp.beginBackup(user, change, given, call.signal)
          return { kind: 'pending', ...(await viewOf(user, pending)) }
        }
        const change = {
          ...(backupPhone === undefined ? {} : { backupPhone }),
          ...(pin === undefined ? {} : { pin }),
        }
        const isChanged =
          Object.keys(change).length > 0 &&
          (await store.authenticators.change(user.key, id, change))
        return isChanged ? noteChange(call.caller, user, before, 'changed') : { kind: 'changed' }
      },
    ),
  }
}

/** Whether it is the code that a phone shows: this phone, or any. */
function isOfPhone(each: Authenticator, phone?: string): boolean {
  if (each.method !== 'totp' || each.phoneId === undefined) return false
  return phone === undefined || each.phoneId === phone
}

function factorOfOwn(authenticator: Authenticator): Factor {
  const hasPin = 'pin' in authenticator && authenticator.pin !== undefined
  return { method: authenticator.method, hasPin }
}
