import type { DatabaseFacts } from '../../../store/index.ts'
import { counted } from '../../../support/index.ts'
import type { CheckRow } from '../check-row.ts'

/** Moments in the store are of this machine, and people compare them with the log of the server. */
const mostOffsetMs = 5_000

/** The server that has the store; nothing where the store is a file. `losesNothing`: what the configuration says. */
export function checkDatabase(
  facts: DatabaseFacts | undefined,
  losesNothing: boolean,
): readonly CheckRow[] {
  if (facts === undefined) return []
  return [serverRow(facts), replicationRow(facts, losesNothing), clockRow(facts.aheadMs)]
}

function serverRow({ version, tls, isSuperuser }: DatabaseFacts): CheckRow {
  const way = tls ?? 'its Unix socket'
  const detail = `PostgreSQL ${version} by ${way}`
  if (!isSuperuser) return row('database', 'ok', detail, '')
  return row(
    'database',
    'warning',
    `${detail}, as a superuser`,
    'Use a role that owns this database and may do nothing else: see docs/how-to/postgresql.md.',
  )
}

function replicationRow(
  { standbys, isSynchronous }: DatabaseFacts,
  losesNothing: boolean,
): CheckRow {
  if (losesNothing && !isSynchronous) {
    return row(
      'replication',
      'failed',
      `asynchronous, ${counted(standbys, 'standby', 'standbys')}, but the configuration says failover: loses_nothing: codes used in the last moments would work again`,
      'Set synchronous_standby_names on the server, or failover: may_lose.',
    )
  }
  if (isSynchronous) {
    const detail = `synchronous, ${counted(standbys, 'standby', 'standbys')}`
    return standbys > 0
      ? row('replication', 'ok', `${detail}${losesNothing ? '' : pauseRemark}`, '')
      : row(
          'replication',
          'failed',
          `${detail}: no commit ends while none is there`,
          'Start a standby, or take it out of synchronous_standby_names.',
        )
  }
  if (standbys === 0) return row('replication', 'ok', 'no standby', '')
  return row(
    'replication',
    'warning',
    `asynchronous, ${counted(standbys, 'standby', 'standbys')}: when one takes over, codes used in the last moments work again`,
    'Set synchronous_standby_names on the server. See docs/how-to/postgresql.md.',
  )
}

const pauseRemark =
  '; failover: loses_nothing would spare people the minute without codes after a take-over'

function clockRow(aheadMs: number): CheckRow {
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  const detail = `${counted(seconds, 'second')} ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine`
  return Math.abs(aheadMs) <= mostOffsetMs
    ? row('clock of the database', 'ok', 'agrees with this machine', '')
    : row('clock of the database', 'warning', detail, 'Set both clocks by NTP.')
}

function row(what: string, state: CheckRow['state'], detail: string, remedy: string): CheckRow {
  return { area: 'store', what, state, detail, remedy }
}
