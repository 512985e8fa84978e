import type { KeyObject } from 'node:crypto'
import type { StoreContext } from '../context.ts'
import { formatOf } from './chain.ts'
import { countedBy, foundContent, rangesARow } from './erasures.ts'
import { rangesOf } from './seq-ranges.ts'
import type { AuditWriter } from './writer.ts'

/** Years of rows are read through, once. */
const timeoutMs = 3_600_000

/**
 * Version 0.1.0 erased without naming the rows. What is erased when this version first opens such a store is named
 * here, in rows that say so: it can no longer be told which of them was erased by a command, but none can be added
 * since. It happens once: every row that is written from now on says that it was done.
 */
export async function nameFoundErasures(
  context: StoreContext,
  writer: AuditWriter,
  key: KeyObject,
): Promise<void> {
  const { connection, queries, clock, chain } = context
  const ownLast = queries
    .selectFrom('audit')
    .selectAll()
    .where('node', '=', chain())
    .orderBy('seq', 'desc')
    .limit(1)
    .compile()
  const [own] = await connection.run(ownLast)
  // The result of every start except the first.
  if (own !== undefined && formatOf(own, key) !== 'row') return
  const latest = queries
    .selectFrom('audit')
    .selectAll()
    .where((row) =>
      row(
        row.refTuple('node', 'seq'),
        'in',
        row
          .selectFrom('audit')
          .select((last) => ['node', last.fn.max<number>('seq').as('seq')])
          .groupBy('node')
          .$asTuple('node', 'seq'),
      ),
    )
    .compile()
  const [heads] = await connection.atomically([latest], { timeoutMs })
  if (heads.length === 0 || heads.some((row) => formatOf(row, key) !== 'row')) return

  const [erased, erasures] = await connection.atomically(
    [
      queries.selectFrom('audit').select(['node', 'seq']).where('salt', 'is', null).compile(),
      queries
        .selectFrom('audit')
        .select(['kind', 'timeline'])
        .where('kind', '=', 'erasure')
        .compile(),
    ],
    { timeoutMs },
  )
  const recorded = erasures.reduce((sum, row) => sum + countedBy(row), 0)
  const written: Promise<void>[] = []
  for (const [whose, rows] of Map.groupBy(erased, (row) => row.node)) {
    const ranges = rangesOf(rows.map(({ seq }) => seq))
    for (let at = 0; at < ranges.length; at += rangesARow) {
      const named = new Map([[whose, ranges.slice(at, at + rangesARow)]])
      // In one turn, and so in one transaction.
      written.push(writer.append(foundContent(clock.nowMs(), named, recorded)))
    }
  }
  await Promise.all(written)
}
