/** One Accounting-Request of a gateway, as it is kept (RFC 2866). */
export type AccountingRecord = {
  /** Name of the gateway whose secret has proven it. */
  readonly gateway: string
  /** Address it came from. */
  readonly source: string
  readonly receivedAtMs: number
  /** When it happened: Event-Timestamp, or else `receivedAtMs` less Acct-Delay-Time. */
  readonly eventAtMs: number
  /** Acct-Status-Type: 1 Start, 2 Stop, 3 Interim-Update, 7 On, 8 Off. */
  readonly statusType: number
  /** Equal for a record that is sent again: 16 bytes. */
  readonly digest: Uint8Array
  /** As they are in the packet. */
  readonly attributes: Uint8Array
}

/** `repeated`: it is there already. `full`: it is not kept, because there is no room. */
export type AccountingResult = 'recorded' | 'repeated' | 'full'

/** Keeps records for a day. They are facts for later and grant nothing. */
export interface AccountingStore {
  /**
   * Stores what is new, durably when it resolves; results in the order of the records. Of `maxRecords`
   * one gateway can have as many as it leaves free for others, so half of them at most.
   */
  add(
    records: readonly AccountingRecord[],
    maxRecords: number,
  ): Promise<readonly AccountingResult[]>
  /** When the last record of each gateway came; gateways without one are left out. */
  lastOf(gateways: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Records that are kept, some of which may be older than a day. */
  count(): Promise<number>
  /** Deletes records that are older than a day, `atMost` in a step. */
  purge(nowMs: number, atMost: number): Promise<void>
}
