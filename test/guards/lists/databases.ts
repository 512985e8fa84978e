import type { Guard } from '../guard.ts'

const lab = (name: string) => [`test/lab/postgresql/${name}.test.ts`]
const session = 'src/store/postgresql/session.ts'
const transaction = 'src/store/postgresql/transaction.ts'

/** Guards of a store in PostgreSQL. */
export const databaseGuards: readonly Guard[] = [
  {
    name: 'database O1: processes take turns to write, by a lock that comes before',
    file: transaction,
    source: "    opening.push(client.query('select pg_advisory_xact_lock($1, $2)', values))",
    without: '    void values',
    noticedBy: lab('several'),
  },
  {
    name: 'database O3: codes that were used are used at the server that takes over too',
    file: 'src/store/postgresql/connection.ts',
    source: 'if (epoch > 0) await writeBack(found)',
    without: '',
    noticedBy: lab('failover'),
  },
  {
    name: 'database O3: the chain of the audit goes on from what the new server has',
    file: 'src/store/audit/writer.ts',
    source: 'return head?.epoch === connection.epoch() ? head : undefined',
    without: 'return head',
    noticedBy: lab('failover'),
  },
  {
    name: 'database O4: a commit whose wait for a standby was cancelled is no success',
    file: transaction,
    source: 'if (session.unreplicated() > before) {',
    without: 'if (session.unreplicated() < before) {',
    noticedBy: lab('failover'),
  },
  {
    name: 'database O17: one process has a database',
    file: session,
    source: 'if (rows[0]?.taken === true) return',
    without: 'return',
    noticedBy: lab('connection'),
  },
  {
    name: 'database O20: a pooler that shares connections is refused',
    file: session,
    source: 'if (!(await heard)) {',
    without: 'if (!(await heard) && channel === undefined) {',
    noticedBy: lab('pooler'),
  },
  {
    name: 'database O21: an old primary is not used',
    file: session,
    source: 'if (timeline !== 0 && timeline < seenTimeline) {',
    without: 'if (timeline < 0) {',
    noticedBy: lab('failover'),
  },
  {
    name: 'database: the certificate of the server is verified',
    file: 'src/store/postgresql/client.ts',
    source: 'rejectUnauthorized: true,',
    without: 'rejectUnauthorized: false,',
    noticedBy: lab('connection'),
  },
  {
    name: 'database: a store that was copied elsewhere does not start',
    file: 'src/store/open-store.ts',
    source: 'await refuseMoved({ connection, queries })',
    without: '',
    noticedBy: lab('copy'),
  },
]
