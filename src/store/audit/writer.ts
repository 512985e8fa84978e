import type { KeyObject } from 'node:crypto'
import type { CompiledQuery } from 'kysely'
import type { StoreContext } from '../context.ts'
import { StoreError } from '../errors.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { AuditRow } from '../schema.ts'
import { type AuditContent, type ChainHead, chainRow, chainStart } from './chain.ts'

export interface AuditWriter {
  /** `together`: what counts with the row, or not at all. Resolves when the row is durable; rejects with StoreError, and then no row was chained. */
  append(content: AuditContent, together?: readonly CompiledQuery[]): Promise<void>
  /** Resolves when nothing waits to be written. */
  drain(): Promise<void>
}

type Waiting = {
  readonly content: AuditContent
  readonly together: readonly CompiledQuery[]
  resolve(): void
  reject(error: unknown): void
}

/** If a database is entered again that often in a row, it does not help. */
const mostTries = 10

/** Rows written in one go; what more is waiting follows in the next. */
const rowsAtOnce = 1000

/**
 * Appends to this process's chain, of which it is the only writer: one group of rows at a time, since
 * each row needs the hash of the one before.
 */
export function createAuditWriter(context: StoreContext, key: KeyObject): AuditWriter {
  const { connection, queries, chain } = context
  const query = prepareQueries(queries)
  let waiting: Waiting[] = []
  let writing: Promise<void> | undefined
  let head: (ChainHead & { readonly epoch: number }) | undefined

  /** The end of the chain is not what it was once another server has taken over. */
  function knownHead(): ChainHead | undefined {
    return head?.epoch === connection.epoch() ? head : undefined
  }

  async function loadHead(node: string): Promise<ChainHead> {
    const [[last], [anchor]] = await connection.atomically([
      query.lastRow({ node }),
      query.anchor({ node }),
    ])
    return last ?? anchor ?? { seq: 0, hash: chainStart }
  }

  // Runs behind all promise callbacks of this turn, so that every sign-in an answer of the store
  // has let go on is in the group.
  function planWrite(): void {
    if (writing !== undefined || waiting.length === 0) return
    writing = new Promise<void>((resolve) => process.nextTick(resolve)).then(writeGroup)
  }

  async function writeGroup(): Promise<void> {
    const group = waiting.slice(0, rowsAtOnce)
    waiting = waiting.slice(rowsAtOnce)
    try {
      await appendGroup(group)
      for (const one of group) one.resolve()
    } catch (error) {
      // A write that was given up may still have happened: the file knows where the chain ends.
      head = undefined
      for (const one of group) one.reject(error)
    }
    writing = undefined
    planWrite()
  }

  async function appendGroup(group: readonly Waiting[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const known = knownHead()
      // Once others have declared us dead, the chain is another one; the epoch then is too, and nothing is written.
      const node = chain()
      let end = known ?? (await loadHead(node))
      const epoch = node === chain() ? connection.epoch() : -1
      const writes = group.flatMap(({ content, together }) => {
        const row = chainRow(content, node, end, key)
        end = row
        return [query.insert(row), ...together]
      })
      try {
        await connection.atomically(writes, { epoch })
        head = { seq: end.seq, hash: end.hash, epoch }
        connection.noteAudit(node, end.seq)
        return
      } catch (error) {
        // Nothing was written, and the chain may end elsewhere now.
        const isAnew = error instanceof StoreError && error.code === 'database-anew'
        if (!isAnew || node !== chain() || tries === mostTries) throw error
        head = undefined
      }
    }
  }

  return {
    append: (content, together = []) =>
      new Promise((resolve, reject) => {
        waiting.push({ content, together, resolve, reject })
        planWrite()
      }),
    async drain() {
      while (writing !== undefined) await writing
    },
  }
}

function prepareQueries(queries: Queries) {
  return {
    lastRow: prepare((value: Named<{ node: string }>) =>
      queries
        .selectFrom('audit')
        .select(['seq', 'hash'])
        .where('node', '=', value('node'))
        .orderBy('seq', 'desc')
        .limit(1),
    ),
    anchor: prepare((value: Named<{ node: string }>) =>
      queries.selectFrom('audit_anchor').select(['seq', 'hash']).where('node', '=', value('node')),
    ),
    insert: prepare((value: Named<AuditRow>) =>
      queries.insertInto('audit').values({
        node: value('node'),
        seq: value('seq'),
        previous_hash: value('previous_hash'),
        hash: value('hash'),
        kind: value('kind'),
        started_at_ms: value('started_at_ms'),
        ended_at_ms: value('ended_at_ms'),
        sign_in_id: value('sign_in_id'),
        attempt_id: value('attempt_id'),
        reference: value('reference'),
        gateway: value('gateway'),
        method: value('method'),
        outcome: value('outcome'),
        reason: value('reason'),
        user_key: value('user_key'),
        user_name: value('user_name'),
        source_address: value('source_address'),
        device: value('device'),
        timeline: value('timeline'),
        salt: value('salt'),
        personal_hash: value('personal_hash'),
      }),
    ),
  }
}
