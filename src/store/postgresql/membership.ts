import { randomUUID } from 'node:crypto'
import type { CompiledQuery } from 'kysely'
import type { Clock } from '../../support/index.ts'
import { migrations } from '../migrations/migrations.ts'
import { createPostgresqlQueries, databaseNowMs } from './queries.ts'

/** What a process says of itself when it enters the table of nodes. */
export type NodeSelf = {
  /** Of the configuration: a label. */
  readonly name: string
  readonly version: string
}

/** How other processes know this one. */
export type Membership = {
  /** The one in use. */
  processId(): string
  /** From now on the process is in the table, under whatever id it has. */
  join(onRenewed: (before: string) => void): void
  /** What enters it under its id; undefined where it is there. Afterwards, `entered`. */
  entry(): CompiledQuery | undefined
  entered(): void
  /** The process whose row has to be alive for a write to succeed; undefined for a process that is not a node. */
  fence(): string | undefined
  /** Others have declared this process dead: it goes on as another one. */
  renew(): void
}

/** `self`: absent for a command, which ends too soon to be declared dead. */
export function createMembership(self: NodeSelf | undefined, clock: Clock): Membership {
  const queries = createPostgresqlQueries()
  let processId: string = randomUUID()
  let enteredAs: string | undefined
  let tell: ((before: string) => void) | undefined

  return {
    processId: () => processId,
    join(onRenewed) {
      tell = onRenewed
    },
    entry() {
      if (self === undefined || tell === undefined || enteredAs === processId) return undefined
      const nowMs = clock.nowMs()
      const shownMs = clock.machineMs?.() ?? nowMs
      return queries
        .insertInto('node')
        .values({
          process_id: processId,
          ...{ name: self.name, version: self.version, state: 'serving', beat: 0 },
          ...{ started_at_ms: nowMs, beat_at_ms: shownMs, database_at_ms: databaseNowMs },
          ...{ configuration: '', open_sign_ins: 0, steps: migrations.length },
        })
        .onConflict((conflict) => conflict.column('process_id').doNothing())
        .compile()
    },
    entered() {
      enteredAs = processId
    },
    fence: () => enteredAs,
    renew() {
      const before = processId
      processId = randomUUID()
      tell?.(before)
    },
  }
}
