import type {
  AccountStore,
  AuthenticatorStore,
  PushAuthenticator,
  PushSubscription,
} from '../../accounts/index.ts'
import type { Signer, ToSign } from '../../signin/index.ts'
import type { Clock } from '../../support/index.ts'
import {
  answerBytes,
  bellBytes,
  helloBytes,
  isSignedBy,
  type PhoneStatement,
  statementBytes,
  streamBytes,
} from './key.ts'

/** What a phone says, and its signature over it. */
export type PhoneHello = {
  readonly phone: string
  readonly atMs: number
  readonly signature: Uint8Array
}
export type PhoneAnswer = {
  readonly phone: string
  /** As it was typed; '' for a report. */
  readonly number: string
  readonly signature: Uint8Array
}

/** Judges signatures of phones: whose a right one is. */
export type PhoneJudge = {
  /** The phone that asks what waits for it. `clock`: signed too long ago, or by another clock. */
  hello(said: PhoneHello): Promise<PushAuthenticator | 'clock' | undefined>
  /** The phone that says where it gets its notifications: no one else may say it (PEOPLE R14). */
  bell(
    said: PhoneHello & { readonly subscription: PushSubscription | undefined },
  ): Promise<PushAuthenticator | 'clock' | undefined>
  /** The phone that opens a stream: one for each signature, as a stream lasts longer than what was overheard. */
  opens(said: PhoneHello): Promise<PushAuthenticator | 'clock' | undefined>
  /** Whether it still belongs to this person, who is not blocked. */
  stillCounts(phone: PushAuthenticator): Promise<boolean>
  /** The phone that says this, whose use is noted; undefined also where it was signed too long ago. */
  states(said: PhoneHello, statement: PhoneStatement): Promise<PushAuthenticator | undefined>
  /** The phone of this person that has signed what was expected, whose use is noted; undefined where none has. */
  judge(said: PhoneAnswer, expected: ToSign, userKey: string): Promise<Signer | undefined>
}

/** A hello shows what is open, and lets no one in; one that was overheard is soon worth nothing. */
const helloMs = 30_000
const nowhere: PushSubscription = {
  endpoint: '',
  p256dh: new Uint8Array(),
  auth: new Uint8Array(),
}

export function createPhoneJudge(parts: {
  readonly accounts: Pick<AccountStore, 'load'>
  readonly authenticators: Pick<AuthenticatorStore, 'findPhone' | 'usePhone'>
  readonly clock: Pick<Clock, 'nowMs'>
  /** True once for each name, at all processes; absent where there is one. */
  readonly once?: (name: string, untilMs: number) => Promise<boolean>
}): PhoneJudge {
  const { accounts, authenticators, clock, once } = parts
  /** When each phone has said that it opens a stream, the last time. */
  const openedAtMs = new Map<string, number>()

  async function findSigner({ phone: id, atMs, signature }: PhoneHello, signed: Uint8Array) {
    const phone = await authenticators.findPhone(id)
    if (phone === undefined || !isSignedBy(phone.publicKey, signed, signature)) return undefined
    return Math.abs(clock.nowMs() - atMs) > helloMs ? 'clock' : phone
  }

  return {
    hello: (said) => findSigner(said, helloBytes(said.phone, said.atMs)),

    bell: ({ subscription, ...said }) =>
      findSigner(said, bellBytes(said.phone, said.atMs, subscription ?? nowhere)),

    async opens(said) {
      const phone = await findSigner(said, streamBytes(said.phone, said.atMs))
      if (phone === undefined || phone === 'clock') return phone
      for (const [id, atMs] of openedAtMs) {
        if (atMs < clock.nowMs() - helloMs) openedAtMs.delete(id)
      }
      if (said.atMs <= (openedAtMs.get(phone.id) ?? 0)) return undefined
      openedAtMs.set(phone.id, said.atMs)
      if (once === undefined) return phone
      // As long as the signature is valid by a clock that is slow.
      const isFirst = await once(`phone-stream:${phone.id}:${said.atMs}`, said.atMs + 4 * helloMs)
      return isFirst ? phone : undefined
    },

    async stillCounts({ id, userKey }) {
      const phone = await authenticators.findPhone(id)
      return phone?.userKey === userKey && (await accounts.load(userKey)).blocked === undefined
    },

    async states(said, statement) {
      const phone = await findSigner(said, statementBytes(statement, said.phone, said.atMs))
      if (phone === undefined || phone === 'clock') return undefined
      return (await authenticators.usePhone(phone.id, clock.nowMs())) ? phone : undefined
    },

    async judge({ phone: id, number, signature }, { authenticators: may, challenge }, userKey) {
      const phone = await authenticators.findPhone(id)
      if (phone === undefined || phone.userKey !== userKey || !may.includes(id)) return undefined
      if (!isSignedBy(phone.publicKey, answerBytes(challenge, number), signature)) return undefined
      const isThere = await authenticators.usePhone(id, clock.nowMs())
      return isThere ? { authenticatorId: id, name: phone.label, typed: number } : undefined
    },
  }
}
