import type { AccountingRecord, AccountingResult } from '../../accounts/index.ts'

/** Stores records; results in their order. Rejects where it cannot, and then none of them may be answered. */
export type StoreRecords = (
  records: readonly AccountingRecord[],
) => Promise<readonly AccountingResult[]>

/** `failed`: nothing is known to be stored. */
export type Settle = (result: AccountingResult | { readonly failed: unknown }) => void

export type AccountingQueueOptions = {
  readonly store: StoreRecords
  /** Records that may wait, those that are being stored included. Default 1000: 4 MB at most. */
  readonly maxWaiting?: number
  /** Records that are stored at a time, so that a commit which sign-ins share stays short: 25 take some 2 ms. Default 25. */
  readonly atOnce?: number
}

/** Records on their way to the store: one group is being stored, the next gathers meanwhile. */
export interface AccountingQueue {
  /** Gives false where there is no room, and then takes nothing. Calls `settle` once, never inside this call. */
  offer(key: string, record: AccountingRecord, settle: Settle): boolean
  /** Whether what was offered with this key has not been settled yet. */
  isWaiting(key: string): boolean
  /** Resolves when nothing waits. */
  drain(): Promise<void>
}

type Waiting = {
  readonly key: string
  readonly record: AccountingRecord
  readonly settle: Settle
}

export function createAccountingQueue(options: AccountingQueueOptions): AccountingQueue {
  const { store, maxWaiting = 1_000, atOnce = 25 } = options
  const keys = new Set<string>()
  const byGateway = new Map<string, number>()
  let waiting: Waiting[] = []
  let storing: Promise<void> | undefined

  /** A gateway may use as much as it leaves free for others: a gateway that floods gets half, and the others go on. */
  function hasRoomFor(gateway: string): boolean {
    return (byGateway.get(gateway) ?? 0) < maxWaiting - keys.size
  }

  async function storeAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, atOnce)
      waiting = waiting.slice(atOnce)
      await storeGroup(group)
    }
    storing = undefined
  }

  async function storeGroup(group: readonly Waiting[]): Promise<void> {
    let results: readonly AccountingResult[] = []
    let failed: unknown
    try {
      results = await store(group.map(({ record }) => record))
    } catch (error) {
      failed = error
    }
    group.forEach(({ key, record: { gateway }, settle }, index) => {
      keys.delete(key)
      const left = (byGateway.get(gateway) ?? 1) - 1
      if (left > 0) byGateway.set(gateway, left)
      else byGateway.delete(gateway)
      settle(results[index] ?? { failed })
    })
  }

  return {
    offer(key, record, settle) {
      const { gateway } = record
      if (!hasRoomFor(gateway)) return false
      keys.add(key)
      byGateway.set(gateway, (byGateway.get(gateway) ?? 0) + 1)
      waiting.push({ key, record, settle })
      // After what else arrived in this turn, so that it shares the commit.
      storing ??= new Promise<void>((resolve) => setImmediate(resolve)).then(storeAll)
      return true
    },
    isWaiting: (key) => keys.has(key),
    async drain() {
      await storing
    },
  }
}
