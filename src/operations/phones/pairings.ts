import { randomBytes, randomInt } from 'node:crypto'
import { type Clock, constantTimeEqual, networkOf } from '../../support/index.ts'

/** A phone that has typed the code of a pairing, as the portal shows it to the person who has to confirm it. */
export type ClaimingPhone = {
  /** What its browser says it is: `Safari on iPhone`. */
  readonly name: string
  readonly address: string
  /** P-256, as SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
}

/** What a phone gets that was confirmed: its id, and the seed of the code that it shows without a network. */
export type PairedPhone = { readonly id: string; readonly seed: Uint8Array }

/** What a phone knows that has claimed a pairing. `check`: two digits that it shows. */
export type Claimed = { readonly token: string; readonly check: string; readonly untilMs: number }

export type ClaimState =
  | { readonly kind: 'waiting' | 'over' }
  | { readonly kind: 'paired'; readonly phone: PairedPhone }

/**
 * Pairings that are open. The code flows from the portal, where the person is signed in, to the new phone, and never the
 * other way (PEOPLE R4). They stay in memory: after a restart the person asks for another code.
 */
export type Pairings = {
  /** Opens one, in the place of an earlier one of this person. Gives the code, eight characters. */
  open(user: { readonly key: string; readonly name: string }, untilMs: number): string
  /** A phone names the person and types the code, which counts once. Undefined where that is wrong, or too late. */
  claim(userName: string, code: string, phone: ClaimingPhone): Claimed | undefined
  /** The phone that has typed this code and waits to be confirmed, with the check that it shows: no other browser's. */
  claimed(userKey: string, code: string): (ClaimingPhone & { readonly check: string }) | undefined
  /** It was confirmed; the phone may fetch this once. */
  finish(userKey: string, code: string, phone: PairedPhone): void
  end(userKey: string): void
  /** What has become of a claim, for the phone that made it. */
  ask(token: string): ClaimState
  size(): number
}

/** No letters and digits that look alike; 32 of them, so that eight are 40 bits, beside a name (NIST 800-63B-4). */
const characters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const codeLength = 8
/** From one network. Who knows a name ends its pairing for their own network alone. */
const mostTries = 10
/** From all of them; so many guesses at 40 bits find nothing. */
const mostTriesInAll = 100
/** Each is as long as ten minutes at most; a person has one. */
const mostOpen = 10_000

type Pairing = {
  readonly userKey: string
  readonly userName: string
  readonly code: string
  readonly untilMs: number
  /** Wrong tries by network. */
  readonly tries: Map<string, number>
  claim?: ClaimingPhone & { readonly check: string; readonly token: string }
  paired?: PairedPhone
}

export function createPairings({ nowMs }: Pick<Clock, 'nowMs'>): Pairings {
  const byUser = new Map<string, Pairing>()

  function sweep(): void {
    for (const [key, { untilMs }] of byUser) if (untilMs <= nowMs()) byUser.delete(key)
    for (const key of byUser.keys()) {
      if (byUser.size < mostOpen) break
      byUser.delete(key)
    }
  }

  /** The same name may be of two people, in two directories. */
  function takeTry(userName: string, code: string, address: string): Pairing | undefined {
    const name = userName.trim().toLowerCase()
    const network = networkOf(address)
    for (const pairing of byUser.values()) {
      if (pairing.userName !== name || pairing.claim !== undefined) continue
      if (pairing.untilMs <= nowMs() || !mayTry(pairing, network)) continue
      if (isEqual(pairing.code, bare(code))) return pairing
      pairing.tries.set(network, (pairing.tries.get(network) ?? 0) + 1)
    }
    return undefined
  }

  /** Another browser of the person may have opened one of its own since. */
  function openedWith(userKey: string, code: string): Pairing | undefined {
    const pairing = byUser.get(userKey)
    return pairing?.code === code ? pairing : undefined
  }

  return {
    open({ key: userKey, name }, untilMs) {
      sweep()
      const code = createCode()
      const userName = name.toLowerCase()
      byUser.delete(userKey)
      byUser.set(userKey, { userKey, userName, code, untilMs, tries: new Map() })
      return code
    },

    claim(userName, code, phone) {
      const pairing = takeTry(userName, code, phone.address)
      if (pairing === undefined) return undefined
      const check = String(randomInt(100)).padStart(2, '0')
      const token = randomBytes(32).toString('base64url')
      pairing.claim = { ...phone, check, token }
      return { check, token, untilMs: pairing.untilMs }
    },

    claimed(userKey, code) {
      const pairing = openedWith(userKey, code)
      if (pairing === undefined || pairing.untilMs <= nowMs()) return undefined
      return pairing.paired === undefined ? pairing.claim : undefined
    },

    finish(userKey, code, phone) {
      const pairing = openedWith(userKey, code)
      if (pairing !== undefined) pairing.paired = phone
    },

    end(userKey) {
      byUser.delete(userKey)
    },

    ask(token) {
      for (const { claim, paired, untilMs, userKey } of byUser.values()) {
        if (claim === undefined || !isEqual(claim.token, token)) continue
        if (untilMs <= nowMs()) return { kind: 'over' }
        if (paired === undefined) return { kind: 'waiting' }
        // The seed is told once.
        byUser.delete(userKey)
        return { kind: 'paired', phone: paired }
      }
      return { kind: 'over' }
    },

    size: () => byUser.size,
  }
}

function mayTry({ tries }: Pairing, network: string): boolean {
  const inAll = [...tries.values()].reduce((sum, count) => sum + count, 0)
  return (tries.get(network) ?? 0) < mostTries && inAll < mostTriesInAll
}

function createCode(): string {
  let code = ''
  while (code.length < codeLength) code += characters[randomInt(characters.length)]
  return code
}

/** People type codes as they are shown: `ABCD-EFGH`, or in small letters. */
function bare(code: string): string {
  return code.replaceAll(/[\s-]/g, '').toUpperCase()
}

function isEqual(known: string, given: string): boolean {
  return constantTimeEqual(Buffer.from(known), Buffer.from(given))
}
