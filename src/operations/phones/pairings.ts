import { createHash, randomBytes, randomInt } from 'node:crypto'
import * as z from 'zod'
import type { Pairing, PairingStore } from '../../accounts/index.ts'
import { type Clock, constantTimeEqual, networkOf } from '../../support/index.ts'

/** A phone that has typed the code of a pairing, as the portal shows it to the person who has to confirm it. */
export type ClaimingPhone = {
  /** What its browser says it is: `Safari on iPhone`. */
  readonly name: string
  readonly address: string
  /** P-256, as SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
}

/** What a confirmed phone gets: its id, and the seed of the code that it shows without a network. */
export type PairedPhone = { readonly id: string; readonly seed: Uint8Array }

/** What a phone knows once it has claimed a pairing. `check`: two digits that it shows. */
export type Claimed = { readonly token: string; readonly check: string; readonly untilMs: number }

export type ClaimState =
  | { readonly kind: 'waiting' | 'over' }
  | { readonly kind: 'paired'; readonly phone: PairedPhone }

/**
 * Pairings that are open. The code flows from the portal, where the person is signed in, to the new phone, and never the
 * other way (PEOPLE R4).
 */
export type Pairings = {
  /** Opens one, in place of an earlier one of this person. Gives the code, eight characters. */
  open(user: { readonly key: string; readonly name: string }, untilMs: number): Promise<string>
  /** A phone names the person and types the code, which works once. Undefined where that is wrong, or too late. */
  claim(userName: string, code: string, phone: ClaimingPhone): Promise<Claimed | undefined>
  /** The phone that has typed this code and waits to be confirmed, with the check that it shows: no other browser's. */
  claimed(
    userKey: string,
    code: string,
  ): Promise<(ClaimingPhone & { readonly check: string }) | undefined>
  /** It was confirmed; the phone may fetch this once. */
  finish(userKey: string, code: string, phone: PairedPhone): Promise<void>
  /** What has become of a claim, for the phone that made it. */
  ask(token: string): Promise<ClaimState>
}

/**
 * No letters and digits that are easily confused; 32 of them, so that eight are 40 bits, beside a name (NIST
 * 800-63B-4).
 */
const characters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const codeLength = 8
/** From one network. A stranger who knows a name ends its pairing only for their own network. */
const mostTries = 10
/** From all of them; so many guesses at 40 bits find nothing. */
const mostTriesInAll = 100

const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')))

/** What a row of the store keeps sealed. A node of the next version may have added to it. */
const contentSchema = z.object({
  code: z.string(),
  /** Wrong tries by network. */
  tries: z.record(z.string(), z.int()),
  claim: z
    .object({ name: z.string(), address: z.string(), publicKey: bytes, check: z.string() })
    .optional(),
  paired: z.object({ id: z.string(), seed: bytes }).optional(),
})
type Content = z.output<typeof contentSchema>

/** The rules of pairings; `store` keeps them, and of two changes at once it takes one. */
export function createPairings(
  { nowMs }: Pick<Clock, 'nowMs'>,
  store: Omit<PairingStore, 'purge'>,
): Pairings {
  const isOpen = ({ untilMs }: Pairing) => untilMs > nowMs()

  function change(
    pairing: Pairing,
    content: Content,
    tokenHash = pairing.tokenHash,
  ): Promise<boolean> {
    return store.change(pairing, {
      content: format(content),
      ...(tokenHash === undefined ? {} : { tokenHash }),
    })
  }

  /** One try at one pairing. A wrong one is counted before anyone learns of it, whichever process takes it. */
  async function claimOne(
    id: string,
    name: string,
    code: string,
    phone: ClaimingPhone,
  ): Promise<Claimed | undefined> {
    const network = networkOf(phone.address)
    for (;;) {
      const pairing = (await store.ofName(name)).find((each) => each.id === id)
      if (pairing === undefined || !isOpen(pairing)) return undefined
      const content = parse(pairing)
      if (content.claim !== undefined || !mayTry(content, network)) return undefined
      if (!isEqual(content.code, code)) {
        const tries = { ...content.tries, [network]: (content.tries[network] ?? 0) + 1 }
        if (await change(pairing, { ...content, tries })) return undefined
        continue
      }
      const check = String(randomInt(100)).padStart(2, '0')
      const token = randomBytes(32).toString('base64url')
      const { name: browser, address, publicKey } = phone
      const claim = { name: browser, address, publicKey: new Uint8Array(publicKey), check }
      if (await change(pairing, { ...content, claim }, hashOf(token))) {
        return { check, token, untilMs: pairing.untilMs }
      }
    }
  }

  /** Another browser of the person may have opened one of its own since. */
  async function openedWith(userKey: string, code: string) {
    const pairing = await store.ofPerson(userKey)
    const content = pairing && parse(pairing)
    return content?.code === code ? { pairing, content } : undefined
  }

  return {
    async open({ key: userKey, name }, untilMs) {
      const code = createCode()
      await store.open({
        ...{ id: randomBytes(16).toString('base64url'), userKey, userName: name.toLowerCase() },
        ...{ untilMs, version: 0, content: format({ code, tries: {} }) },
      })
      return code
    },

    async claim(userName, code, phone) {
      const name = userName.trim().toLowerCase()
      // The same name may be of two people, in two directories.
      for (const { id } of await store.ofName(name)) {
        const claimed = await claimOne(id, name, bare(code), phone)
        if (claimed !== undefined) return claimed
      }
      return undefined
    },

    async claimed(userKey, code) {
      const found = await openedWith(userKey, code)
      if (found?.pairing === undefined || !isOpen(found.pairing)) return undefined
      return found.content.paired === undefined ? found.content.claim : undefined
    },

    async finish(userKey, code, { id, seed }) {
      for (;;) {
        const found = await openedWith(userKey, code)
        if (found?.pairing === undefined) return
        const paired = { id, seed: new Uint8Array(seed) }
        if (await change(found.pairing, { ...found.content, paired })) return
      }
    },

    async ask(token) {
      const pairing = await store.ofToken(hashOf(token))
      if (pairing === undefined || !isOpen(pairing)) return { kind: 'over' }
      const { paired } = parse(pairing)
      if (paired === undefined) return { kind: 'waiting' }
      // The seed is told once.
      return (await store.end(pairing)) ? { kind: 'paired', phone: paired } : { kind: 'over' }
    },
  }
}

function parse({ content }: Pairing): Content {
  return contentSchema.parse(JSON.parse(content))
}

function format({ claim, paired, ...content }: Content): string {
  const text = (value: Uint8Array) => Buffer.from(value).toString('base64')
  return JSON.stringify({
    ...content,
    ...(claim && { claim: { ...claim, publicKey: text(claim.publicKey) } }),
    ...(paired && { paired: { ...paired, seed: text(paired.seed) } }),
  })
}

function mayTry({ tries }: Content, network: string): boolean {
  const inAll = Object.values(tries).reduce((sum, count) => sum + count, 0)
  return (tries[network] ?? 0) < mostTries && inAll < mostTriesInAll
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

function hashOf(token: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(token).digest())
}
