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
    name: 'database O9: a key of the hour is deleted, and with it all that was sealed',
    file: 'src/store/hour-keys/hour-keys.ts',
    source: 'if (oldest < earlier) await removeHourKeys(context, earlier)',
    without: '',
    noticedBy: lab('hour-keys'),
  },
  {
    name: 'database O9: what is sealed for one place opens at no other',
    file: 'src/store/hour-keys/hour-keys.ts',
    source: 'sealAesGcm(key, value, bound)])',
    without: "sealAesGcm(key, value, '')])",
    noticedBy: lab('hour-keys'),
  },
  {
    name: 'database O14: what another process hashes with the other key is looked up too',
    file: 'src/signin/passwords/keyed-hash.ts',
    source: 'keys().map((each) => hashWith(each, parts))',
    without: '[hashWith(current(), parts)]',
    noticedBy: [
      'test/signin/passwords/keyed-hash.test.ts',
      'test/signin/equal-requests.test.ts',
      ...lab('hour-keys'),
    ],
  },
  {
    name: 'database O14: a key is there for all before it counts',
    file: 'src/store/hour-keys/choose.ts',
    source: 'Math.max(dueMs, nowMs + aheadMs)',
    without: 'nowMs',
    noticedBy: ['test/store/hour-keys/choose.test.ts'],
  },
  {
    name: 'database O14: an old key in the place of a new one does not open',
    file: 'src/store/hour-keys/rows.ts',
    source: 'column: String(number)',
    without: "column: 'sealed'",
    noticedBy: lab('hour-keys'),
  },
  {
    name: 'database O40: only an equal request spends again',
    file: 'src/store/sign-ins/judge-reuse.ts',
    source: 'claimKeys.some((key) => areEqual(key, spentClaim))',
    without: 'claimKeys.length > 0',
    noticedBy: ['test/signin/equal-requests.test.ts', ...lab('hour-keys')],
  },
  {
    name: 'database O40: an equal request spends again for ten seconds',
    file: 'src/store/sign-ins/judge-reuse.ts',
    source: ' && Math.abs(agoMs) < equalForMs',
    without: '',
    noticedBy: ['test/signin/equal-requests.test.ts', ...lab('hour-keys')],
  },
  {
    name: 'database O40: a port of the gateway makes no requests equal',
    file: 'src/signin/sharing/join.ts',
    source: 'if (joinKey === undefined || !isLasting(attempt)) return { requestAuthenticator }',
    without: 'if (joinKey === undefined) return { requestAuthenticator }',
    noticedBy: ['test/signin/equal-requests.test.ts'],
  },
  {
    name: 'database O40: one State of two devices makes no requests equal',
    file: 'src/signin/sharing/join.ts',
    source: "const device = namedDevice(attempt) ?? ''",
    without: "const device = ''",
    noticedBy: ['test/signin/equal-requests.test.ts'],
  },
  {
    name: 'database O40: a file keeps nothing of equal requests',
    file: 'src/store/sign-ins/judge-reuse.ts',
    source: 'return processId === undefined ? null : (claimKeys?.[0] ?? null)',
    without: 'return claimKeys?.[0] ?? (processId === undefined ? null : null)',
    noticedBy: ['test/store/sign-ins/equal-in-file.test.ts'],
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
