import type { Timer } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import type { NodeRow } from '../schema.ts'
import { isAliveProcess } from './alive.ts'
import { createClocks, type SharedTime } from './clocks.ts'
import {
  askTime,
  declareDead,
  drainNamed,
  forgetEnded,
  look,
  moveBeat,
  setState,
} from './statements.ts'
import { beatMs, createWatch } from './watch.ts'

/**
 * `draining`: serves until what it holds has ended, and takes nothing new. `stopped`: ended by itself. `dead`: others
 * saw it neither beat nor hold its lock.
 */
export type NodeState = NodeRow['state']

/** A process that has or had the database open. */
export type Node = {
  /** A random UUID; a process that was declared dead goes on with another. */
  readonly processId: string
  /** Of the configuration: a label, which two processes may share by mistake. */
  readonly name: string
  readonly version: string
  readonly state: NodeState
  /** Whether it is connected to the database at the moment: it holds its lock. */
  readonly isConnected: boolean
  readonly startedAtMs: number
  /** When it beat last, by the clock of its machine. */
  readonly beatAtMs: number
  /** How far that clock was ahead of the database's then. */
  readonly aheadMs: number
  /** Digest of the configuration that it uses, without what each node has of its own. Empty until it serves. */
  readonly configuration: string
  readonly openSignIns: number
}

export type Death = {
  readonly processId: string
  readonly name: string
  /** This process was declared dead: it goes on with another id, and what it held is no longer its own. */
  readonly isOwn: boolean
}

/** What a process tells the others of itself. */
export type NodeDescription = Pick<Node, 'configuration' | 'openSignIns'>

/** The processes that share a database. A file has one process, and no Nodes. */
export interface Nodes {
  /** Of this process, as rows name it. It changes when this process was declared dead: ask each time. */
  processId(): string
  /** Those of the last day, the oldest first. */
  list(): Promise<readonly Node[]>
  /** The time that rows go by; undefined where that is the database's. */
  time(): SharedTime | undefined
  /** Whether a process serves or drains. In a statement: isAliveProcess. */
  isAlive(processId: string): Promise<boolean>
  /**
   * Told of each death once, also of those of the last day and of those that others have declared.
   * Gives what ends it.
   */
  onDeath(listener: (death: Death) => void): () => void
  /** Told once when this process is asked to drain. */
  onDrain(listener: () => void): void
  /** Told once of each other process that beats under the name of this one. */
  onTwin(listener: (twin: Pick<Node, 'processId' | 'name'>) => void): void
  /** What each beat says from now on. */
  describe(read: () => NodeDescription): void
  /** Asks all processes of this name to take nothing new; each learns it with its next beat. Gives them. */
  drain(name: string): Promise<readonly Node[]>
  /** Says that this process ends by itself. Safe to call twice. */
  stop(): Promise<void>
}

const keptMs = 86_400_000

/**
 * Undefined where the store is a file. `serves`: whether this process is one that the others watch over. `onTime` gets
 * the time by most clocks, where there are three or more.
 */
export async function openNodes(
  { connection, queries, clock }: StoreContext,
  node: string,
  serves: boolean,
  onTime: (mostMs: number) => void = () => undefined,
): Promise<Nodes | undefined> {
  const { processId = () => '', join } = connection
  if (join === undefined) return undefined
  const deathListeners = new Set<(death: Death) => void>()
  const deaths = new Map<string, Death>()
  const twins = new Set<string>()
  const firstBeats = new Map<string, number>()
  const watch = createWatch()
  const clocks = createClocks()
  const machineMs = () => clock.machineMs?.() ?? clock.nowMs()
  let onDrain: (() => void) | undefined
  let onTwin: ((twin: Pick<Node, 'processId' | 'name'>) => void) | undefined
  let describe = (): NodeDescription => ({ configuration: '', openSignIns: 0 })
  let isDraining = false
  let timer: Timer | undefined
  let beating: Promise<void> | undefined
  let isStopped = false

  function tellDeath(death: Death): void {
    if (deaths.has(death.processId)) return
    deaths.set(death.processId, death)
    for (const listener of deathListeners) listener(death)
  }

  /** `shownMs`: what the machine's clock showed at `beganMs` of the time that only goes on. */
  function noteClocks(
    databaseMs: number | undefined,
    rows: readonly NodeRow[],
    { beganMs, shownMs }: { readonly beganMs: number; readonly shownMs: number },
  ): void {
    if (databaseMs === undefined) return
    // It was asked somewhere between then and now.
    const askedMs = shownMs + (performance.now() - beganMs) / 2
    const others = rows.filter(({ process_id }) => process_id !== processId())
    const mostMs = clocks.see({ databaseMs, ownAheadMs: askedMs - databaseMs, others }, beganMs)
    if (mostMs !== undefined) onTime(mostMs)
  }

  async function beat(): Promise<void> {
    const own = processId()
    const began = { beganMs: performance.now(), shownMs: machineMs() }
    const report = { ...describe(), beatAtMs: began.shownMs }
    const [[moved], rows] = await connection.atomically([
      moveBeat(queries, own, report),
      look(queries),
      forgetEnded(queries, keptMs),
    ])
    noteClocks(moved?.database_at_ms, rows, began)
    if (moved?.state === 'draining' && !isDraining) {
      isDraining = true
      onDrain?.()
    }
    // One that goes on as a new process goes on draining.
    if (moved?.state === 'serving' && isDraining) {
      await connection.run(setState(queries, own, 'draining'))
    }
    const others = rows.filter(({ process_id }) => process_id !== own)
    for (const suspect of watch.judge(performance.now(), others)) {
      const [declared] = await connection.run(declareDead(queries, suspect))
      if (declared !== undefined) tellDeath({ ...declared, isOwn: false })
    }
    for (const { process_id, name, state } of others) {
      if (state === 'dead') tellDeath({ processId: process_id, name, isOwn: false })
    }
    noteTwins(others)
  }

  /** One that was killed a moment ago is there too, and does not beat any more. */
  function noteTwins(others: readonly NodeRow[]): void {
    for (const { process_id: id, name, state, beat: now } of others) {
      if (name !== node || state === 'dead' || state === 'stopped' || twins.has(id)) continue
      const first = firstBeats.get(id)
      if (first === undefined) firstBeats.set(id, now)
      else if (now > first && onTwin !== undefined) {
        twins.add(id)
        onTwin({ processId: id, name })
      }
    }
  }

  async function beatAndGoOn(): Promise<void> {
    const beganMs = performance.now()
    // Requests to the store report what is wrong in the meantime, and the next beat tries again.
    beating = beat().catch(() => undefined)
    await beating
    if (isStopped) return
    const restMs = Math.max(0, beatMs - (performance.now() - beganMs))
    timer = clock.after(restMs, () => void beatAndGoOn())
  }

  if (serves) {
    await join((before) => tellDeath({ processId: before, name: node, isOwn: true }))
    const began = { beganMs: performance.now(), shownMs: machineMs() }
    const [[asked], rows] = await connection.atomically([askTime(queries), look(queries)])
    noteClocks(asked?.nowMs, rows, began)
    timer = clock.after(beatMs, () => void beatAndGoOn())
  }

  return {
    processId,
    time: clocks.time,
    async list() {
      const rows = await connection.run(look(queries))
      // Its own lock is free for itself.
      return rows.map((row) => toNode(row, row.process_id === processId() || !row.isLockFree))
    },
    async isAlive(asked) {
      const query = queries
        .selectFrom('node')
        .select('process_id')
        .where('process_id', '=', asked)
        .where(isAliveProcess(asked))
      return (await connection.run(query.compile())).length > 0
    },
    onDeath(listener) {
      deathListeners.add(listener)
      for (const death of deaths.values()) listener(death)
      return () => deathListeners.delete(listener)
    },
    onDrain(listener) {
      onDrain = listener
    },
    onTwin(listener) {
      onTwin = listener
    },
    describe(read) {
      describe = read
    },
    async drain(name) {
      const rows = await connection.run(drainNamed(queries, name))
      return rows.map((row) => toNode(row, true))
    },
    async stop() {
      if (isStopped) return
      isStopped = true
      timer?.cancel()
      await beating
      if (!serves) return
      // Where the database is away, the others find out.
      await connection.run(setState(queries, processId(), 'stopped')).catch(() => undefined)
    },
  }
}

function toNode(row: NodeRow, holdsLock: boolean): Node {
  return {
    processId: row.process_id,
    ...{ name: row.name, version: row.version, state: row.state },
    isConnected: holdsLock && (row.state === 'serving' || row.state === 'draining'),
    startedAtMs: row.started_at_ms,
    beatAtMs: row.beat_at_ms,
    aheadMs: row.beat_at_ms - row.database_at_ms,
    configuration: row.configuration,
    openSignIns: row.open_sign_ins,
  }
}
