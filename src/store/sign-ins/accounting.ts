import type { AccountingRecord, AccountingResult, AccountingStore } from '../../accounts/index.ts'
import { dayMs } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { AccountingRow } from '../schema.ts'

const keptForMs = dayMs

/** The same attributes within this time are a record sent again: a gateway that reboots twice takes longer. */
const sameEventMs = 300_000

type Values = AccountingRow & { from_ms: number; to_ms: number }

export function createAccountingStore({ connection, queries }: StoreContext): AccountingStore {
  const query = prepareQueries(queries)
  let held: Promise<Map<string, number>> | undefined

  /** Counted once and at each purge, not at each record: a table of a day may have millions. */
  function countHeld(): Promise<Map<string, number>> {
    held ??= countByGateway().catch((error: unknown) => {
      held = undefined
      throw error
    })
    return held
  }

  async function countByGateway(): Promise<Map<string, number>> {
    const rows = await connection.run(query.counts({}))
    return new Map(rows.map(({ gateway, records }) => [gateway, Number(records)]))
  }

  async function add(
    records: readonly AccountingRecord[],
    maxRecords: number,
  ): Promise<readonly AccountingResult[]> {
    const counts = await countHeld()
    let left = maxRecords - sumOf(counts)
    const asked = records.map((record) => {
      const own = counts.get(record.gateway) ?? 0
      const hasRoom = own < left
      // Before it is known whether it is new: a commit without an answer may have stored it.
      if (hasRoom) {
        counts.set(record.gateway, own + 1)
        left -= 1
      }
      return { record, hasRoom }
    })
    const answers = await connection.atomically(
      asked.map(({ record, hasRoom }) => {
        const values = toValues(record)
        return hasRoom ? query.add(values) : query.find(values)
      }),
    )
    return asked.map(({ record, hasRoom }, index): AccountingResult => {
      const isFound = (answers[index]?.length ?? 0) > 0
      if (!hasRoom) return isFound ? 'repeated' : 'full'
      if (isFound) return 'recorded'
      counts.set(record.gateway, (counts.get(record.gateway) ?? 1) - 1)
      return 'repeated'
    })
  }

  return {
    add,

    count: async () => sumOf(await countHeld()),

    async lastOf(gateways) {
      const found = await connection.atomically(gateways.map((gateway) => query.last({ gateway })))
      const lastAtMs = new Map<string, number>()
      gateways.forEach((gateway, index) => {
        const atMs = found[index]?.[0]?.last_ms
        if (typeof atMs === 'number') lastAtMs.set(gateway, atMs)
      })
      return lastAtMs
    },

    async purge(nowMs, atMost) {
      // What lies far ahead came while the clock was wrong, and would stay until that time.
      const old = query.purgeOld({ limit_ms: nowMs - keptForMs, at_most: atMost })
      const ahead = query.purgeAhead({ limit_ms: nowMs + keptForMs, at_most: atMost })
      for (const step of [old, ahead]) {
        for (;;) {
          const { length } = await connection.run(step)
          if (length < atMost) break
        }
      }
      held = undefined
    },
  }
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const count of counts.values()) sum += count
  return sum
}

function toValues(record: AccountingRecord): Values {
  return {
    digest: record.digest,
    event_at_ms: record.eventAtMs,
    gateway: record.gateway,
    source: record.source,
    received_at_ms: record.receivedAtMs,
    status_type: record.statusType,
    attributes: record.attributes,
    from_ms: record.eventAtMs - sameEventMs,
    to_ms: record.eventAtMs + sameEventMs,
  }
}

const columns = [
  'digest',
  'event_at_ms',
  'gateway',
  'source',
  'received_at_ms',
  'status_type',
  'attributes',
] as const
const keyColumns = ['digest', 'event_at_ms'] as const

function prepareQueries(queries: Queries) {
  const find = (value: Named<Values>) =>
    queries
      .selectFrom('accounting')
      .select('event_at_ms')
      .where('digest', '=', value('digest'))
      .where('event_at_ms', '>=', value('from_ms'))
      .where('event_at_ms', '<=', value('to_ms'))
  const purge = (operator: '<=' | '>') => (value: Named<{ limit_ms: number; at_most: number }>) =>
    queries
      .deleteFrom('accounting')
      .where((row) =>
        row(
          row.refTuple(...keyColumns),
          'in',
          row
            .selectFrom('accounting')
            .select(keyColumns)
            .where('received_at_ms', operator, value('limit_ms'))
            .orderBy('received_at_ms')
            .limit(value('at_most'))
            .$asTuple(...keyColumns),
        ),
      )
      .returning('event_at_ms')
  return {
    find: prepare(find),
    add: prepare((value: Named<Values>) =>
      queries
        .insertInto('accounting')
        .columns(columns)
        .expression(
          queries
            .selectNoFrom(({ val }) => columns.map((name) => val(value(name)).as(name)))
            .where(({ exists, not }) => not(exists(find(value)))),
        )
        .returning('event_at_ms'),
    ),
    counts: prepare(() =>
      queries
        .selectFrom('accounting')
        .select(({ fn }) => ['gateway', fn.countAll<number>().as('records')])
        .groupBy('gateway'),
    ),
    last: prepare((value: Named<{ gateway: string }>) =>
      queries
        .selectFrom('accounting')
        .select(({ fn }) => fn.max('received_at_ms').as('last_ms'))
        .where('gateway', '=', value('gateway')),
    ),
    purgeOld: prepare(purge('<=')),
    purgeAhead: prepare(purge('>')),
  }
}
