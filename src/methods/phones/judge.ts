import type {
  AuthenticatorStore,
  PushAuthenticator,
  PushSubscription,
} from '../../accounts/index.ts'
import type { Signer, ToSign } from '../../signin/index.ts'
import type { Clock } from '../../support/index.ts'
import { answerBytes, bellBytes, helloBytes, isSignedBy } from './key.ts'

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
  /** The phone of this person that has signed what was expected, whose use is noted; undefined where none has. */
  judge(said: PhoneAnswer, expected: ToSign, userKey: string): Promise<Signer | undefined>
}

/** A hello shows what is open, and lets nobody in; one that was overheard is soon worth nothing. */
const helloMs = 30_000
const nowhere: PushSubscription = {
  endpoint: '',
  p256dh: new Uint8Array(),
  auth: new Uint8Array(),
}

export function createPhoneJudge(parts: {
  readonly authenticators: Pick<AuthenticatorStore, 'findPhone' | 'usePhone'>
  readonly clock: Pick<Clock, 'nowMs'>
}): PhoneJudge {
  const { authenticators, clock } = parts

  async function findSigner({ phone: id, atMs, signature }: PhoneHello, signed: Uint8Array) {
    const phone = await authenticators.findPhone(id)
    if (phone === undefined || !isSignedBy(phone.publicKey, signed, signature)) return undefined
    return Math.abs(clock.nowMs() - atMs) > helloMs ? 'clock' : phone
  }

  return {
    hello: (said) => findSigner(said, helloBytes(said.phone, said.atMs)),

    bell: ({ subscription, ...said }) =>
      findSigner(said, bellBytes(said.phone, said.atMs, subscription ?? nowhere)),

    async judge({ phone: id, number, signature }, { authenticators: may, challenge }, userKey) {
      const phone = await authenticators.findPhone(id)
      if (phone === undefined || phone.userKey !== userKey || !may.includes(id)) return undefined
      if (!isSignedBy(phone.publicKey, answerBytes(challenge, number), signature)) return undefined
      const isThere = await authenticators.usePhone(id, clock.nowMs())
      return isThere ? { authenticatorId: id, name: phone.label, typed: number } : undefined
    },
  }
}
