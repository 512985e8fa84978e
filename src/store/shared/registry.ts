import { type RawBuilder, sql } from 'kysely'
import type { Adopt, SignInRegistry } from '../../signin/index.ts'
import type { Clock } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import type { Hints } from '../hints.ts'
import type { HourKeys } from '../hour-keys/hour-keys.ts'
import { isAliveProcess } from '../nodes/alive.ts'
import type { Nodes } from '../nodes/nodes.ts'
import { createAsking } from './asking.ts'
import { createClaims } from './claims.ts'
import { createTimes, type SharedContext } from './context.ts'
import { createKept } from './kept.ts'
import { createMisses } from './misses.ts'
import { createPages } from './pages.ts'
import { createPrompts } from './prompts.ts'
import { abandonedMs, createPurge } from './purge.ts'
import { sealForAnHour } from './values.ts'

/** The registry of all processes that share a database. */
export type SharedRegistry = SignInRegistry & {
  /** Listens, and goes on with what dead processes have left open. */
  start(): Promise<void>
  /** What is open stays open, for other processes. */
  close(): Promise<void>
  /** Rows that are left once those whose time has passed are gone. */
  size(): Promise<number>
}

export type SharedRegistryOptions = {
  /** Goes on with a prompt that another process has opened. */
  readonly adopt: Adopt
  /** Seal session keys, so that no backup opens them. Default: sealed as everything else. */
  readonly hourKeys?: Pick<HourKeys, 'seal' | 'open'> | undefined
  /** Default: of the store. */
  readonly clock?: Clock
  /** For tests: the database's time as an expression. */
  readonly databaseNow?: () => RawBuilder<number>
  /** For tests: what nodes have found out about that time. */
  readonly time?: Nodes['time']
  /** For tests: a condition, whether a process is alive. */
  readonly isAlive?: (column: RawBuilder<unknown>) => RawBuilder<boolean>
  /** Told when notices of the database do not come any more. */
  readonly onDeaf?: (detail: string) => void
  /** For tests: another way to tell other processes. */
  readonly hints?: Hints
}

const tryAgainMs = 1_000

/** Everything that sign-ins agree on, in rows: each decision is one statement, or statements of one transaction. */
export function createSharedRegistry(
  store: StoreContext,
  createHints: (onDeaf?: (detail: string) => void) => Hints,
  nodes: Pick<Nodes, 'processId' | 'onDeath' | 'time'>,
  options: SharedRegistryOptions,
): SharedRegistry {
  const { connection, queries, sealer, onUnreadable } = store
  const { adopt, hourKeys, clock = store.clock, isAlive = isAliveProcess } = options
  const { hints = createHints(options.onDeaf), time = nodes.time } = options
  const hourSealer = hourKeys === undefined ? sealer : sealForAnHour(hourKeys)
  const times = createTimes(clock, time, options.databaseNow)
  const asking = createAsking(connection, clock)
  const purge = createPurge({ connection, queries, clock, times, isAlive })
  let isClosed = false
  let endDeaths: (() => void) | undefined

  function keepTrying(work: () => Promise<unknown>): void {
    work().catch(() => {
      if (!isClosed) clock.after(tryAgainMs, () => keepTrying(work))
    })
  }

  const context: SharedContext = {
    ...{ connection, queries, sealer, hourSealer, clock, times, isAlive, hints, asking, purge },
    ...{ processId: nodes.processId, keepTrying, onUnreadable },
  }
  const pages = createPages(context)
  const prompts = createPrompts(context, pages, adopt)
  const { promptOnPage, followPage, noteRefused, keepChallenge, takeChallenge } = pages
  const { takeOver, stop, ...promptParts } = prompts

  return {
    isShared: true,
    ...createKept(context),
    ...createMisses(context),
    ...createClaims(context),
    ...promptParts,
    ...{ promptOnPage, followPage, noteRefused, keepChallenge, takeChallenge },

    async start() {
      await hints.listen(
        (tokens) => asking.hint(tokens),
        () => asking.hint('all'),
      )
      endDeaths = nodes.onDeath(({ processId, isOwn }) => {
        // Whose followers are told by what they ask.
        asking.hint('all')
        if (isOwn) return
        keepTrying(() => takeOver({ processId }))
        keepTrying(() => purge.run())
        purge.expect(clock.nowMs() + abandonedMs)
      })
      await takeOver('all-dead')
      await purge.run()
    },

    async close() {
      isClosed = true
      endDeaths?.()
      asking.stop()
      purge.stop()
      stop()
      await hints.close()
    },

    async size() {
      await purge.run()
      const tables = ['kept', 'miss', 'claim', 'prompt', 'note'] as const
      const counts = await Promise.all(
        tables.map((name) =>
          connection.run(
            queries.selectFrom(`shared_${name}`).select(sql<number>`count(*)`.as('rows')).compile(),
          ),
        ),
      )
      return counts.reduce((sum, [count]) => sum + (count?.rows ?? 0), 0)
    },
  }
}
