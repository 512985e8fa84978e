import {
  type Authenticator,
  type NewAuthenticator,
  spareTokenOwner,
  type User,
} from '../../accounts/index.ts'
import { createRecoveryCodes, hashRecoveryCode } from '../../methods/index.ts'
import type { Token } from '../../store/index.ts'
import type { Caller } from '../../support/index.ts'
import type { AdminParts } from '../parts.ts'
import { addPhone } from '../phones/add-phone.ts'
import { recordChange } from '../record-change.ts'
import { type Factor, mayAdd, strengtheningMs } from '../strength.ts'
import { tellChange } from '../tell-change.ts'
import type { PendingSetup } from './pending.ts'
import type { SetUp } from './set-up.ts'
import { factorOf } from './setups.ts'

const recoveryCodeCount = 10
/** Where two browsers finish a first enrolment at the same moment, one succeeds. */
const firstEnrolmentMs = 60_000

export type Added = {
  readonly authenticator: Authenticator
  /** Recovery codes, shown this once. */
  readonly codes?: readonly string[]
  /** Of the code that a new phone shows. */
  readonly seed?: Uint8Array
}

/** Puts what was proven into use, if that is still allowed: changes since it was begun are looked at too. */
export function createAddProven(parts: AdminParts, { refuse }: Pick<SetUp, 'refuse'>) {
  const { store, clock } = parts

  /** Called before anything of it is written. Rejects with EnrolmentRefused. */
  async function checkAgain(user: User, pending: PendingSetup, wanted: Factor): Promise<void> {
    const { given, proof } = pending
    const nowMs = clock.nowMs()
    if (given === undefined) {
      if (proof !== 'helpdesk-code' && (await store.authenticators.list(user.key)).length > 0) {
        throw refuse(user, 'setup-there-already')
      }
      const key = `first-enrolment:${user.key}`
      const taken = await store.limits.take([{ key, limit: 1, windowMs: firstEnrolmentMs }], nowMs)
      if (!taken.ok) throw refuse(user, 'setup-there-already')
      return
    }
    const verdict = mayAdd(given, wanted)
    if (verdict === 'no') throw refuse(user, 'setup-mail-adds-nothing')
    if (verdict === 'yes') return
    if (!(await store.personRecords.takeStrengthening(user.key, nowMs, strengtheningMs))) {
      throw refuse(user, 'setup-strengthened-lately')
    }
  }

  async function tell(caller: Caller, user: User, added: Authenticator): Promise<void> {
    const { id, method } = added
    await recordChange(parts, caller, 'admin-authenticator-added', user, { id, method })
    tellChange(parts, caller, user, { kind: 'authenticator-added', authenticator: added })
  }

  /** New ones take the place of old ones: a list that was lost must not go on working. */
  async function addRecoveryCodes(caller: Caller, user: User): Promise<Added> {
    const before = await store.authenticators.list(user.key)
    const codes = createRecoveryCodes(recoveryCodeCount)
    const codeHashes = codes.map((code) => hashRecoveryCode(code, user.key, store.hashingKey))
    const authenticator = await store.authenticators.add({
      ...{ method: 'recovery', userKey: user.key, label: '', codeHashes, setUpBy: 'self' },
    })
    for (const { id, method } of before) {
      if (method === 'recovery') await store.authenticators.remove(user.key, id)
    }
    await tell(caller, user, authenticator)
    return { authenticator, codes }
  }

  /** A first one brings recovery codes along, for the day on which it is lost. */
  async function settle(
    caller: Caller,
    user: User,
    pending: PendingSetup,
    authenticator: Authenticator,
  ): Promise<Added> {
    await tell(caller, user, authenticator)
    if (pending.given !== undefined) return { authenticator }
    await store.personRecords.markEnrolled(user.key, clock.nowMs())
    await store.enrolmentCodes.remove(user.key)
    // Another browser that was about to set something up had a password and a proof, as a thief may have.
    await store.webSteps.forget(user.key)
    await store.webSessions.endAll(user.key, caller.via === 'portal' ? caller.tokenHash : undefined)
    if (!parts.usableMethods().includes('recovery')) return { authenticator }
    const { codes = [] } = await addRecoveryCodes(caller, user)
    return { authenticator, codes }
  }

  return {
    addRecoveryCodes,

    async add(
      caller: Caller,
      user: User,
      pending: PendingSetup,
      proven: NewAuthenticator,
    ): Promise<Added> {
      const hasPin = proven.method === 'call' && proven.pin !== undefined
      await checkAgain(user, pending, { method: proven.method, hasPin })
      await store.accounts.noteUser(user.key, user.name)
      const setUpBy = pending.proof === 'helpdesk-code' ? 'helpdesk' : 'self'
      if (proven.method === 'push') {
        const { added, seed } = await addPhone(store.authenticators, { ...proven, setUpBy })
        return { ...(await settle(caller, user, pending, added)), seed }
      }
      const added = await store.authenticators.add({ ...proven, setUpBy })
      return settle(caller, user, pending, added)
    },

    /** The token is the person's from here on, and no longer spare. */
    async claim(
      caller: Caller,
      user: User,
      pending: PendingSetup,
      { token, proven }: { readonly token: Token; readonly proven: Token },
    ): Promise<Added> {
      await checkAgain(user, pending, factorOf('token', false))
      await store.accounts.noteUser(user.key, user.name)
      // Taken from the heap first: of two who claim it, one finds it there.
      if (!(await store.authenticators.remove(spareTokenOwner, token.id))) {
        throw refuse(user, 'setup-ended')
      }
      const { id: _, createdAtMs: __, ...rest } = proven
      const label = pending.label === '' ? token.label : pending.label
      const fresh = { ...rest, userKey: user.key, label }
      const added = await store.authenticators.add(fresh).catch(async (error: unknown) => {
        // Otherwise the token in their hand would be no one's, and no longer spare.
        await store.tokens.exchange({ add: [token], remove: [] }).catch(() => undefined)
        throw error
      })
      return settle(caller, user, pending, added)
    },
  }
}
