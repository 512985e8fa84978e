/**
 * What is known of a notification. `rang`: a push service has taken it, which proves nothing. The others are signed by the
 * phone: its worker has shown it, its page has shown the prompt, the prompt was answered there.
 */
export type ReceiptKind = 'rang' | 'shown' | 'opened' | 'answered'

export type Receipt = {
  readonly promptId: string
  /** Id of the authenticator. */
  readonly phoneId: string
  readonly userKey: string
}

/** Milliseconds since 1970; the first time is kept. */
export type KeptReceipt = Receipt & {
  readonly rangAtMs?: number
  readonly shownAtMs?: number
  readonly openedAtMs?: number
  readonly answeredAtMs?: number
}

/** Every method rejects with StoreError when the store fails. */
export interface ReceiptStore {
  /** What is noted already stays as it is. */
  note(receipt: Receipt, kind: ReceiptKind, atMs: number): Promise<void>
  /** Of one person, since then, the oldest first. */
  list(userKey: string, sinceMs: number): Promise<readonly KeptReceipt[]>
  /** Takes away what is older than 30 days, a step of rows at a time. Gives how many there were. */
  purge(nowMs: number, stepRows: number): Promise<number>
}
