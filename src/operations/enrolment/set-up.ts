import type { NewAuthenticator, PasskeyAuthenticator, User } from '../../accounts/index.ts'
import { createTotpSeed, type Passkeys, type RegistrationResponse } from '../../methods/index.ts'
import type { Token } from '../../store/index.ts'
import { HoldfastError } from '../../support/index.ts'
import { withFirstCode } from '../authenticators/first-code.ts'
import type { AdminParts } from '../parts.ts'
import { checkTries, hasMostPhones, provePhone } from '../phones/prove-phone.ts'
import { type Factor, mayAdd, strengtheningMs } from '../strength.ts'
import type { FirstProof } from './first-proof.ts'
import type { EnrolmentParts } from './parts.ts'
import { pinPasskeyHost } from './passkey-host.ts'
import { type PendingSetup, provenNow } from './pending.ts'
import { provenToken } from './prove-token.ts'
import { EnrolmentRefused, type RefusalReason } from './refusal.ts'
import { checkSentProof, createSentProof } from './sent-proof.ts'
import { factorOf, offeredSetups, type Setup } from './setups.ts'
import { findSpareToken, hasSpareTokens } from './spare-tokens.ts'
import { appOf, contactAuthenticator, contactOf } from './unproven/authenticators.ts'

/** A new authenticator dies unproven (PEOPLE R8). */
const pendingMs = 600_000
const mostTries = 10

/**
 * What lets someone set something up: a second factor that was given for it, or what was given beside a first password.
 */
export type SetUpBasis = { readonly given: Factor } | { readonly proof: FirstProof | undefined }

export type WantedSetup = {
  readonly setup: Exclude<Setup, 'recovery'>
  readonly label?: string | undefined
  readonly phone?: string | undefined
  readonly backupPhone?: string | undefined
  readonly pin?: string | undefined
  readonly serial?: string | undefined
}

/** What proves it: codes that were typed, or what the browser says of a new passkey. */
export type Shown = {
  readonly codes: readonly string[]
  readonly passkey?: RegistrationResponse | undefined
}

/** What came of proving something. `again`: what was typed is wrong. `on`: the first number is proven, now the second. */
export type Proving =
  | { readonly kind: 'again' | 'on'; readonly pending: PendingSetup }
  | { readonly kind: 'proven'; readonly authenticator: NewAuthenticator }
  | { readonly kind: 'proven-token'; readonly token: Token; readonly proven: Token }
  | { readonly kind: 'proven-backup' }

export function createSetUp(parts: AdminParts, enrolment: EnrolmentParts) {
  const { store, clock } = parts
  const refuse = (user: User, reason: RefusalReason) =>
    new EnrolmentRefused(reason, enrolment.text(reason, user.language))

  /** Whether this may be added at all (PEOPLE R5); says why not. A stronger one is only taken once it is proven. */
  async function checkStrength(user: User, given: Factor, wanted: Factor): Promise<void> {
    const verdict = mayAdd(given, wanted)
    if (verdict === 'no') throw refuse(user, 'setup-mail-adds-nothing')
    if (verdict === 'yes') return
    const { strengthenedAtMs = 0 } = await store.personRecords.load(user.key)
    if (strengthenedAtMs + strengtheningMs > clock.nowMs()) {
      throw refuse(user, 'setup-strengthened-lately')
    }
  }

  async function checkOffered(user: User, setup: Setup): Promise<void> {
    const hasSpare = await hasSpareTokens(store)
    const offered = offeredSetups(parts.usableMethods(), enrolment.reach, user, hasSpare)
    if (!offered.includes(setup)) throw refuse(user, 'setup-not-offered')
  }

  function passkeysFor(user: User): Passkeys {
    const passkeys = enrolment.passkeys()
    if (passkeys === undefined) throw refuse(user, 'setup-not-offered')
    return passkeys
  }

  async function passkeysOf(user: User): Promise<readonly PasskeyAuthenticator[]> {
    const own = await store.authenticators.list(user.key)
    return own.filter((each) => each.method === 'passkey')
  }

  /** What the browser says of a new passkey: it proves itself, and has one try. */
  async function provePasskey(
    user: User,
    { label, unproven }: PendingSetup,
    response: RegistrationResponse | undefined,
  ): Promise<NewAuthenticator> {
    const challenge = unproven.setup === 'passkey' ? unproven.challenge : ''
    const passkeys = passkeysFor(user)
    const made = response && (await passkeys.verifyRegistration(response, challenge, user.key))
    const isKnown = made && (await store.authenticators.findPasskey(made.credentialId))
    if (made === undefined || isKnown !== undefined) throw refuse(user, 'setup-passkey-wrong')
    await pinPasskeyHost(store.settings, passkeys.host)
    return { ...made, label }
  }

  async function readPhone(user: User, written: string | undefined): Promise<string> {
    const number = written === undefined ? undefined : await enrolment.readPhone(written)
    if (number === undefined) throw refuse(user, 'setup-phone-invalid')
    return number
  }

  async function toUnproven(user: User, wanted: WantedSetup): Promise<PendingSetup['unproven']> {
    const { setup, pin, serial = '' } = wanted
    switch (setup) {
      case 'app':
        return { setup, seed: Buffer.from(createTotpSeed()).toString('base64') }
      case 'token':
        return { setup, serial: serial.trim() }
      case 'passkey': {
        const options = await passkeysFor(user).registrationOptions({
          ...{ key: user.key, name: user.name, displayName: user.displayName },
          userHandle: await store.personRecords.userHandle(user.key),
          existing: await passkeysOf(user),
        })
        return { setup, options: JSON.stringify(options), challenge: options.challenge }
      }
      case 'push':
        if (await hasMostPhones(store.authenticators, user)) throw refuse(user, 'setup-not-offered')
        return { setup, code: await enrolment.pairings.open(user, clock.nowMs() + pendingMs) }
      case 'email':
        return { setup, address: user.email ?? '' }
      case 'sms':
        return { setup, phone: await readPhone(user, wanted.phone) }
      case 'call': {
        const phone = await readPhone(user, wanted.phone)
        const { backupPhone } = wanted
        const backup = backupPhone === undefined ? undefined : await readPhone(user, backupPhone)
        return {
          ...{ setup, phone },
          ...(backup === undefined || backup === phone ? {} : { backupPhone: backup }),
          // A PIN is asked for where # approves; a code that is read out has none.
          ...(pin === undefined || enrolment.reach.wayOf('call') !== 'approve' ? {} : { pin }),
        }
      }
    }
  }

  /** Sends a code where the contact is proven by one. A phone that proves itself by a call rings when the page asks. */
  async function askFor(
    user: User,
    pending: PendingSetup,
    signal: AbortSignal,
  ): Promise<PendingSetup> {
    const contact = contactOf(user, pending)
    if (contact === undefined || enrolment.reach.wayOf(contact.method) !== 'send') return pending
    const place = { userKey: user.key, to: provenNow(pending), hashKey: store.hashingKey }
    const { code, proof } = createSentProof(place, enrolment.settings().tries, clock.nowMs())
    const reached = await enrolment.reach.sendCode(user, contact, code, signal)
    if (reached.kind === 'limit') throw refuse(user, 'prompt-limit')
    if (reached.kind === 'failed') throw refuse(user, 'prompt-failed')
    return { ...pending, sent: proof }
  }

  async function start(
    user: User,
    unproven: PendingSetup['unproven'],
    label: string,
    basis: SetUpBasis,
    signal: AbortSignal,
  ): Promise<PendingSetup> {
    const pending: PendingSetup = {
      ...{ unproven, label, isAtBackup: false },
      triesLeft: unproven.setup === 'push' ? checkTries : mostTries,
      untilMs: clock.nowMs() + pendingMs,
      ...('given' in basis
        ? { given: basis.given }
        : basis.proof === undefined
          ? {}
          : { proof: basis.proof }),
    }
    return askFor(user, pending, signal)
  }

  async function proveByRing(user: User, pending: PendingSetup, signal: AbortSignal) {
    const contact = contactOf(user, pending)
    if (contact === undefined || contact.method === 'email') return 'no' as const
    const rung = await enrolment.reach.ring(user, contact, signal)
    switch (rung) {
      case 'approved':
        return 'yes' as const
      case 'limit':
        throw refuse(user, 'prompt-limit')
      case 'failed':
        throw refuse(user, 'prompt-failed')
      case 'fraud':
        throw refuse(user, 'setup-reported')
      default:
        return 'no' as const
    }
  }

  function proveBySent(user: User, pending: PendingSetup, typed: string): 'yes' | PendingSetup {
    const { sent } = pending
    const place = { userKey: user.key, to: provenNow(pending), hashKey: store.hashingKey }
    const checked =
      sent === undefined
        ? ({ kind: 'ended' } as const)
        : checkSentProof(sent, typed, place, clock.nowMs())
    if (checked.kind === 'wrong') return { ...pending, sent: checked.proof }
    if (checked.kind === 'right') return 'yes'
    throw refuse(user, 'setup-tries-used')
  }

  /** Goes by one number after the other; undefined once the last is proven. */
  async function proveContact(
    user: User,
    pending: PendingSetup,
    typed: string,
    signal: AbortSignal,
  ): Promise<Extract<Proving, { readonly pending: PendingSetup }> | undefined> {
    const method = pending.unproven.setup === 'backup' ? 'call' : pending.unproven.setup
    const rings = method === 'call' && enrolment.reach.wayOf('call') === 'approve'
    if (rings) {
      if ((await proveByRing(user, pending, signal)) === 'no') {
        return { kind: 'again', pending: countTry(user, pending) }
      }
    } else {
      const proven = proveBySent(user, pending, typed)
      if (proven !== 'yes') return { kind: 'again', pending: proven }
    }
    const { unproven } = pending
    const isMore =
      unproven.setup === 'call' && unproven.backupPhone !== undefined && !pending.isAtBackup
    if (!isMore) return undefined
    const { sent: _, ...rest } = pending
    const next = await askFor(user, { ...rest, isAtBackup: true }, signal)
    return { kind: 'on', pending: next }
  }

  function countTry(user: User, pending: PendingSetup): PendingSetup {
    const triesLeft = pending.triesLeft - 1
    if (triesLeft <= 0) throw refuse(user, 'setup-tries-used')
    return { ...pending, triesLeft }
  }

  return {
    refuse,
    checkStrength,

    /** Begins to set something up. Rejects with EnrolmentRefused; nothing is kept of it here. */
    async begin(
      user: User,
      wanted: WantedSetup,
      basis: SetUpBasis,
      signal: AbortSignal,
    ): Promise<PendingSetup> {
      await checkOffered(user, wanted.setup)
      const unproven = await toUnproven(user, wanted)
      const hasPin = unproven.setup === 'call' && unproven.pin !== undefined
      if ('given' in basis) await checkStrength(user, basis.given, factorOf(wanted.setup, hasPin))
      return start(user, unproven, wanted.label ?? '', basis, signal)
    },

    /** Begins to prove a second number of a phone that is there. */
    async beginBackup(
      user: User,
      change: {
        readonly id: string
        readonly phone: string
        readonly pin?: string | null | undefined
      },
      given: Factor,
      signal: AbortSignal,
    ): Promise<PendingSetup> {
      const phone = await readPhone(user, change.phone)
      const { id, pin } = change
      const unproven = {
        setup: 'backup',
        id,
        phone,
        ...(pin === undefined ? {} : { pin }),
      } as const
      return start(user, unproven, '', { given }, signal)
    },

    /** Checks what was typed, or rings. Rejects with EnrolmentRefused where it is over. */
    async prove(
      user: User,
      pending: PendingSetup,
      { codes, passkey }: Shown,
      signal: AbortSignal,
    ): Promise<Proving> {
      const nowMs = clock.nowMs()
      if (nowMs >= pending.untilMs) throw refuse(user, 'setup-ended')
      const [first = '', second = ''] = codes.map((code) => code.replace(/\s/g, ''))
      const { unproven, label } = pending
      if (unproven.setup === 'token') {
        const token = await findSpareToken(store, unproven.serial)
        // An unknown serial number is a wrong code: which numbers there are is told to no one.
        const proven = token && provenToken(token, [first, second], nowMs)
        if (token === undefined || proven === undefined) {
          return { kind: 'again', pending: countTry(user, pending) }
        }
        return { kind: 'proven-token', token, proven }
      }
      if (unproven.setup === 'push') {
        const phone = await provePhone(enrolment.pairings, user, unproven.code, first, label)
        if (phone === 'wait') return { kind: 'on', pending }
        if (phone === 'wrong') return { kind: 'again', pending: countTry(user, pending) }
        return { kind: 'proven', authenticator: phone }
      }
      if (unproven.setup === 'passkey') {
        return { kind: 'proven', authenticator: await provePasskey(user, pending, passkey) }
      }
      if (unproven.setup === 'app') {
        try {
          return {
            kind: 'proven',
            authenticator: withFirstCode(appOf(user, unproven.seed, label), first, nowMs),
          }
        } catch (error) {
          const isWrong = error instanceof HoldfastError && error.code === 'codes-do-not-fit'
          if (!isWrong) throw error
          return { kind: 'again', pending: countTry(user, pending) }
        }
      }
      const open = await proveContact(user, pending, first, signal)
      if (open !== undefined) return open
      if (unproven.setup === 'backup') return { kind: 'proven-backup' }
      return { kind: 'proven', authenticator: contactAuthenticator(user, unproven, label) }
    },
  }
}

export type SetUp = ReturnType<typeof createSetUp>
