import type { TimelineEntry } from '../../signin/index.ts'
import type { Clock, Timer } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import type { Nodes } from '../nodes/nodes.ts'
import type { AuditRow } from '../schema.ts'
import type { AuditContent, ChainHead } from './chain.ts'
import { emptyContent } from './content.ts'
import type { AuditWriter } from './writer.ts'

// Where several processes write chains, an attacker who can write the database could delete a whole chain, or cut off
// its end, and the rest would still be valid. So each chain says now and then where the others ended (O17).

/** Where the chain of a process ended. */
type NotedHead = ChainHead & { readonly node: string }

const reason = 'audit-chains'
/** The most in one row, so that it is small enough to be shown. */
const chainsARow = 200

/** Notes in this process's chain where all chains end. */
export function createChainNotes(
  { connection, queries, clock }: StoreContext,
  writer: AuditWriter,
) {
  const ends = queries
    .selectFrom('audit')
    .select(['node', 'seq', 'hash'])
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
    .orderBy('node')
    .compile()

  return async (): Promise<void> => {
    const heads = await connection.run(ends)
    const atMs = clock.nowMs()
    const written: Promise<void>[] = []
    for (let at = 0; at < heads.length; at += chainsARow) {
      written.push(writer.append(contentOf(atMs, heads.slice(at, at + chainsARow))))
    }
    await Promise.all(written)
  }
}

const everyMs = 3_600_000

/** Notes them as the first row of a process, each hour, and as its last row. What cannot be noted is noted an hour later. */
export async function noteChainsHourly(
  note: () => Promise<void>,
  { onDeath }: Pick<Nodes, 'onDeath'>,
  clock: Clock,
): Promise<{ stop(): Promise<void> }> {
  let timer: Timer | undefined
  const noteNow = () => note().catch(() => undefined)
  const plan = () => {
    timer = clock.after(everyMs, () => void noteNow().then(plan))
  }
  await note()
  plan()
  // It goes on as another process, with a chain of its own.
  const forget = onDeath(({ isOwn }) => {
    if (isOwn) void noteNow()
  })
  return {
    async stop() {
      timer?.cancel()
      forget()
      await noteNow()
    },
  }
}

function contentOf(atMs: number, heads: readonly NotedHead[]): AuditContent {
  const timeline = heads.map(({ node, seq, hash }): TimelineEntry => {
    return { atMs, what: 'chain', detail: { node, seq, hash } }
  })
  return {
    ...emptyContent,
    ...{ kind: 'alert', reason, started_at_ms: atMs, ended_at_ms: atMs },
    timeline: JSON.stringify(timeline),
  }
}

/** Where a row says that chains ended. */
export function notedHeads(
  row: Pick<AuditRow, 'kind' | 'reason' | 'timeline'>,
): readonly NotedHead[] {
  if (row.kind !== 'alert' || row.reason !== reason || row.timeline === null) return []
  const timeline = JSON.parse(row.timeline) as readonly TimelineEntry[]
  return timeline.flatMap(({ detail = {} }) => {
    const { node, seq, hash } = detail
    const isHead = typeof node === 'string' && typeof seq === 'number' && typeof hash === 'string'
    return isHead ? [{ node, seq, hash }] : []
  })
}
