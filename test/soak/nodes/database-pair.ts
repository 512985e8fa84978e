import { setTimeout as sleep } from 'node:timers/promises'
import type { Instance, Postgresql, Standby } from '../../lab/postgresql/server.ts'

/** A primary and the standby that follows it. They change places, and their ports stay. */
export type DatabasePair = {
  /** The port that the standby had at the beginning. */
  readonly otherPort: number
  primary(): Instance
  standby(): Standby
  /** Commits wait for the standby from now on. */
  wait(): Promise<void>
  /** The primary crashes, and the standby takes over. No commit waits for another one then. */
  failOver(): Promise<void>
  /** Puts a new standby where the primary has crashed. */
  mend(): Promise<void>
  stop(): Promise<void>
}

/** Starts a standby for this server. */
export async function startDatabasePair(first: Postgresql): Promise<DatabasePair> {
  let primary: Instance = first
  let standby = await first.startStandby()
  let deadPort = first.port
  return {
    otherPort: standby.port,
    primary: () => primary,
    standby: () => standby,
    async wait() {
      await primary.admin("alter system set synchronous_standby_names = 'standby'")
      await primary.admin('select pg_reload_conf()')
      const read = "select 1 from pg_stat_replication where sync_state = 'sync'"
      while ((await primary.admin(read)).length === 0) await sleep(50)
    },
    async failOver() {
      await primary.stop('immediate')
      await standby.promote()
      deadPort = primary.port
      primary = standby
    },
    async mend() {
      standby = await primary.startStandby(undefined, deadPort)
    },
    async stop() {
      for (const server of [primary, standby]) await server.stop('immediate')
    },
  }
}
