import { sql } from 'kysely'
import type { Clock } from '../../support/index.ts'
import type { Connection } from '../connection.ts'
import { createPostgresqlQueries, databaseNowMs } from './queries.ts'

/** What a server says of itself, for `holdfast check`. */
export type DatabaseFacts = {
  /** Such as `15.7 (Debian 15.7-0+deb12u1)`. */
  readonly version: string
  /** Such as `TLSv1.3`; null on a Unix socket. */
  readonly tls: string | null
  /** How far the server's clock is ahead of the one of this machine. */
  readonly aheadMs: number
  /** Servers that copy this one at the moment. */
  readonly standbys: number
  /** Whether a commit waits for one of them. */
  readonly isSynchronous: boolean
  readonly isSuperuser: boolean
}

export async function readFacts(
  connection: Connection,
  clock: Clock,
): Promise<DatabaseFacts | undefined> {
  const read = sql<
    Omit<DatabaseFacts, 'aheadMs'> & { atMs: number }
  >`select current_setting('server_version') as version,
    (select version from pg_stat_ssl where pid = pg_backend_pid() and ssl) as tls,
    ${databaseNowMs} as "atMs",
    (select count(*) from pg_stat_replication) as standbys,
    current_setting('synchronous_standby_names') <> ''
      and current_setting('synchronous_commit') <> 'local' as "isSynchronous",
    (select rolsuper from pg_roles where rolname = current_user) as "isSuperuser"`
  const shownMs = () => clock.machineMs?.() ?? clock.nowMs()
  const askedMs = shownMs()
  const [found] = await connection.run(read.compile(createPostgresqlQueries()))
  if (found === undefined) return undefined
  const { atMs, ...facts } = found
  return { ...facts, aheadMs: atMs - (askedMs + shownMs()) / 2 }
}
