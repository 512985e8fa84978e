import type { StoreContext } from '../context.ts'
import { isAliveProcess } from './alive.ts'

/**
 * `draining`: serves until what it holds has ended, and takes nothing new. `stopped`: ended by itself. `dead`: others
 * saw it neither beat nor hold its lock.
 */
export type NodeState = 'serving' | 'draining' | 'stopped' | 'dead'

/** A process that has or had the database open. */
export type Node = {
  /** A random UUID; a process that was declared dead goes on with another. */
  readonly processId: string
  /** Of the configuration: a label, which two processes may share by mistake. */
  readonly name: string
  readonly version: string
  readonly state: NodeState
  readonly startedAtMs: number
  /** When it beat last, by its own clock. */
  readonly beatAtMs: number
  /** How far its clock was ahead of the database's then. */
  readonly aheadMs: number
  /** Of the configuration it uses, without what each node has of its own. Empty until it serves. */
  readonly configuration: string
  readonly openSignIns: number
}

export type Death = {
  readonly processId: string
  readonly name: string
  /** This process was declared dead: it goes on with another id, and what it held is no longer its own. */
  readonly isOwn: boolean
}

/** The processes that share a database. A file has one process, and no Nodes. */
export interface Nodes {
  /** Of this process, as rows name it. It changes when this process was declared dead: ask each time. */
  processId(): string
  /** Those of the last day, the oldest first. */
  list(): Promise<readonly Node[]>
  /** Whether a process serves or drains. In a statement: isAliveProcess. */
  isAlive(processId: string): Promise<boolean>
  /** Told of each death once, also of those that others have declared. Gives what ends it. */
  onDeath(listener: (death: Death) => void): () => void
  /** Asks all processes of this name to take nothing new, at their next beat. Gives them. */
  drain(name: string): Promise<readonly Node[]>
  /** Says that this process ends by itself. Safe to call twice. */
  stop(): Promise<void>
}

/** Undefined where the store is a file. */
export function createNodes({ connection, queries }: StoreContext): Nodes | undefined {
  const { processId } = connection
  if (processId === undefined) return undefined
  const listeners = new Set<(death: Death) => void>()
  return {
    processId,
    list: async () => [],
    async isAlive(asked) {
      const query = queries
        .selectFrom('node')
        .select('process_id')
        .where('process_id', '=', asked)
        .where(isAliveProcess(asked))
      return (await connection.run(query.compile())).length > 0
    },
    onDeath(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    drain: async () => [],
    stop: async () => undefined,
  }
}
