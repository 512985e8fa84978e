import { type CompiledQuery, sql } from 'kysely'
import type { Clock, Timer } from '../../support/index.ts'
import type { Connection } from '../connection.ts'
import { type HintKind, tokenOf } from '../hints.ts'

/** One kind of thing that is waited for, and how its rows are asked for. */
export type Topic<Row = unknown> = {
  readonly kind: HintKind
  /** Whether it is asked for each second too, because someone waits for it. */
  readonly isUrgent: boolean
  /** What has changed of these ids: most often nothing. */
  query(ids: readonly string[]): CompiledQuery<Row>
  hear(rows: readonly Row[]): void
}

/**
 * Asks the database about everything this process waits for: when a hint comes, when hints may have been lost, and
 * once a second. One question at a time is under way, however many hints come; nothing is asked while nothing is
 * waited for.
 */
export type Asking = {
  add(topic: Topic, id: string): void
  remove(topic: Topic, id: string): void
  /** Asks for this one as soon as possible. */
  soon(topic: Topic, id: string): void
  /** Something may have changed; foreign tokens cost a look into a table. */
  hint(tokens: Iterable<string> | 'all'): void
  /** How many are waited for. */
  readonly size: number
  stop(): void
}

/** The ids that a topic asks about, as a table with the column `id`. */
export function asked(ids: readonly string[]) {
  return sql<{ id: string }>`unnest(cast(${ids} as text[]))`.as<'asked'>(sql`asked(id)`)
}

const everyMs = 1_000

export function createAsking(connection: Connection, clock: Clock): Asking {
  const waited = new Map<Topic, Set<string>>()
  /** By token. Where two have the same token, one learns of it a second later. */
  const tokens = new Map<string, { readonly topic: Topic; readonly id: string }>()
  let due = new Map<Topic, Set<string>>()
  let isWorking = false
  let isStopped = false
  let timer: Timer | undefined

  function mark(topic: Topic, ids: Iterable<string>): void {
    const known = waited.get(topic)
    const wanted = due.get(topic) ?? new Set()
    for (const id of ids) if (known?.has(id) === true) wanted.add(id)
    if (wanted.size > 0) due.set(topic, wanted)
  }

  function start(): void {
    if (isWorking || isStopped || due.size === 0) return
    isWorking = true
    void work()
  }

  async function work(): Promise<void> {
    while (due.size > 0 && !isStopped) {
      const asked = [...due]
      due = new Map()
      try {
        const rows = await connection.atomically(asked.map(([topic, ids]) => topic.query([...ids])))
        asked.forEach(([topic], index) => {
          topic.hear(rows[index] ?? [])
        })
      } catch {
        // The database is away: what is waited for stays waited for, and is asked for again.
        break
      }
    }
    isWorking = false
    schedule()
  }

  /** Also while the database is away. */
  function schedule(): void {
    if (timer !== undefined || isStopped || urgent().length === 0) return
    timer = clock.after(everyMs, () => {
      timer = undefined
      for (const [topic, ids] of urgent()) mark(topic, ids)
      schedule()
      start()
    })
  }

  function urgent() {
    return [...waited].filter(([topic, ids]) => topic.isUrgent && ids.size > 0)
  }

  return {
    add(topic, id) {
      const ids = waited.get(topic) ?? new Set()
      waited.set(topic, ids)
      ids.add(id)
      tokens.set(tokenOf(topic.kind, id), { topic, id })
      schedule()
    },

    remove(topic, id) {
      waited.get(topic)?.delete(id)
      const token = tokenOf(topic.kind, id)
      const known = tokens.get(token)
      if (known?.topic === topic && known.id === id) tokens.delete(token)
    },

    soon(topic, id) {
      mark(topic, [id])
      start()
    },

    hint(heard) {
      if (heard === 'all') for (const [topic, ids] of waited) mark(topic, ids)
      else {
        for (const token of heard) {
          const known = tokens.get(token)
          if (known !== undefined) mark(known.topic, [known.id])
        }
      }
      start()
    },

    get size() {
      return [...waited.values()].reduce((sum, ids) => sum + ids.size, 0)
    },

    stop() {
      isStopped = true
      timer?.cancel()
    },
  }
}
