import type {
  AuthenticatorStore,
  PushAuthenticator,
  Receipt,
  ReceiptStore,
} from '../../accounts/index.ts'
import type { Clock } from '../../support/index.ts'
import { isSignedBy, receiptBytes } from './key.ts'

/** A phone says that it has shown or opened a prompt, and has signed that. */
export type SaidReceipt = {
  readonly phone: string
  readonly prompt: string
  readonly receipt: 'shown' | 'opened'
  readonly signature: Uint8Array
}

export type Receipts = {
  /** Notes what is signed by a phone that was asked. Anything else changes nothing. */
  take(said: SaidReceipt): Promise<void>
  /** An answer is signed over its prompt, and is its own receipt. Never rejects: what was answered stays so. */
  answered(receipt: Receipt): Promise<void>
}

export function createReceipts(parts: {
  readonly authenticators: Pick<AuthenticatorStore, 'findPhone'>
  readonly receipts: Pick<ReceiptStore, 'note'>
  readonly clock: Pick<Clock, 'nowMs'>
  /** Whether receipts are kept, by the configuration in use. */
  readonly areKept: () => boolean
  /** Whether this phone was asked with this prompt: what was never asked fills no table. */
  readonly wasAsked: (phone: PushAuthenticator, promptId: string) => Promise<boolean>
  readonly onError: (error: unknown) => void
}): Receipts {
  const { areKept, authenticators, clock, receipts, wasAsked } = parts
  return {
    async take({ phone: id, prompt, receipt, signature }) {
      if (!areKept()) return
      const phone = await authenticators.findPhone(id)
      if (phone === undefined) return
      if (!isSignedBy(phone.publicKey, receiptBytes(receipt, id, prompt), signature)) return
      if (!(await wasAsked(phone, prompt))) return
      const { userKey } = phone
      await receipts.note({ promptId: prompt, phoneId: id, userKey }, receipt, clock.nowMs())
    },

    async answered(receipt) {
      if (!areKept()) return
      await receipts.note(receipt, 'answered', clock.nowMs()).catch(parts.onError)
    },
  }
}
