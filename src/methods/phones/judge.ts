import type { AuthenticatorStore, PushAuthenticator } from '../../accounts/index.ts'
import type { Signer, ToSign } from '../../signin/index.ts'
import type { Clock } from '../../support/index.ts'
import { answerBytes, helloBytes, isSignedBy } from './key.ts'

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
  /** The phone of this person that has signed what was expected, whose use is noted; undefined where none has. */
  judge(said: PhoneAnswer, expected: ToSign, userKey: string): Promise<Signer | undefined>
}

/** A hello shows what is open, and lets nobody in; one that was overheard is soon worth nothing. */
const helloMs = 30_000

export function createPhoneJudge(parts: {
  readonly authenticators: Pick<AuthenticatorStore, 'findPhone' | 'usePhone'>
  readonly clock: Pick<Clock, 'nowMs'>
}): PhoneJudge {
  const { authenticators, clock } = parts
  return {
    async hello({ phone: id, atMs, signature }) {
      const phone = await authenticators.findPhone(id)
      if (phone === undefined) return undefined
      if (!isSignedBy(phone.publicKey, helloBytes(id, atMs), signature)) return undefined
      return Math.abs(clock.nowMs() - atMs) > helloMs ? 'clock' : phone
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
