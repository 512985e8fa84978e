import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { StoreError } from '../errors.ts'
import { connectClient, destroyClient } from './client.ts'
import { sqlStateOf, toStoreError } from './failures.ts'
import { hearOneself } from './notice.ts'
import { formatHost, type PostgresqlPlace } from './place.ts'

/** Numbers by which all Holdfasts know the advisory locks of a database: the letters `Hold`, and which lock. */
export const lockClass = 0x48_6f_6c_64
const ownerLock = 1
export const turnLock = 2
export const startLock = 3

/** Of the lock that a process holds as long as it is connected. `processId`: a piece of SQL. */
export const processLockKey = (processId: string) =>
  `hashtextextended('holdfast process ' || ${processId}, 0)`

const oldestVersion = 140_000
/** Beside the wait for the lock. */
const enterTimeoutMs = 3_000
const lockPauseMs = 100

export type SessionOptions = {
  /** Of this process, a UUID: by it, its own older connections are found. */
  readonly processId: string
  /** `alone`: no other process may have the database open. `several`: each takes its turn to write. */
  readonly sharing: 'alone' | 'several'
  /** Whether others watch over this process: it then holds a lock on its id as long as it is connected. */
  readonly isNode: boolean
  /** A statement is ended by the server after this. */
  readonly statementTimeoutMs: number
  /** How long to wait for a lock that another process, or an older connection of ours, may let go. */
  readonly lockWaitMs: number
  /** The server that was used last: the same one with a lower timeline is an old primary. */
  readonly seen: ServerMark | undefined
}

/** Which server it is, and which of its lives: a standby that takes over begins another one. */
export type ServerMark = {
  /** Of all servers that copy each other; empty where the server does not tell. */
  readonly system: string
  /** Of the server's log; it rises when a standby takes over. 0 where the server does not tell. */
  readonly timeline: number
  /** When the server was started. */
  readonly startedAt: string
}

/** One connection to the primary, with the lock that keeps other processes out. */
export type Session = {
  readonly client: Client
  readonly mark: ServerMark
  /** False once the connection has ended. */
  readonly isOpen: () => boolean
  /** Notices since the session began by which a commit is only on the primary, whatever the server answered. */
  readonly unreplicated: () => number
}

/** Enters the first host that is the primary. Rejects with StoreError `database-…`. */
export async function openSession(
  place: PostgresqlPlace,
  options: SessionOptions,
): Promise<Session> {
  const failures: StoreError[] = []
  for (const host of place.hosts) {
    try {
      return await enter(place, host, options)
    } catch (cause) {
      const error = toStoreError(cause)
      const where = place.hosts.length > 1 ? `${formatHost(host)}: ` : ''
      failures.push(new StoreError(error.code, `${where}${error.detail}`, { cause }))
    }
  }
  // A server that can be reached and refuses tells more than one that is away.
  const worst = failures.find(({ code }) => code !== 'database-away') ?? failures[0]
  throw new StoreError(
    worst?.code ?? 'database-away',
    failures.map(({ detail }) => detail).join('; '),
    { cause: worst },
  )
}

async function enter(
  place: PostgresqlPlace,
  host: PostgresqlPlace['hosts'][number],
  options: SessionOptions,
): Promise<Session> {
  let isOpen = true
  let unreplicated = 0
  const connect = (name: string, onLost = () => {}) => connectClient(place, host, { name, onLost })
  const client = await connect(`holdfast ${options.processId}`, () => {
    isOpen = false
  })
  // Its text is in the server's language; where it comes from is not.
  client.on('notice', ({ routine }) => {
    if (routine === 'SyncRepWaitForLSN') unreplicated += 1
  })
  // A server that is silent in between would block us, and everything that waits for us, forever.
  const limitMs = enterTimeoutMs + options.lockWaitMs
  const timer = setTimeout(() => destroyClient(client), limitMs)
  try {
    const mark = await examine(client, options)
    await hearOneself(client, () => connect('holdfast notice'))
    await settle(client, options)
    await takeLock(client, options)
    return { client, mark, isOpen: () => isOpen, unreplicated: () => unreplicated }
  } catch (error) {
    destroyClient(client)
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Whether this server will do. */
async function examine(client: Client, { seen: before }: SessionOptions): Promise<ServerMark> {
  const {
    rows: [seen],
  } = await client.query<{ standby: boolean; version: number; encoding: string }>(
    `select pg_is_in_recovery() as standby, current_setting('server_version_num')::int as version,
      current_setting('server_encoding') as encoding`,
  )
  if (seen === undefined) throw new StoreError('database-away', 'the server gives no answer')
  if (seen.standby) throw new StoreError('database-away', 'the server is a standby')
  if (seen.version < oldestVersion) {
    const version = Math.floor(seen.version / 10_000)
    throw new StoreError('database-unfit', `the server has version ${version}`)
  }
  if (seen.encoding !== 'UTF8') {
    throw new StoreError('database-unfit', `the database has the encoding ${seen.encoding}`)
  }
  const mark = await readMark(client)
  const { system, timeline } = mark
  if (before !== undefined && timeline !== 0 && system === before.system) {
    if (timeline < before.timeline) {
      const detail = `the server is an old primary: timeline ${timeline}, ${before.timeline} was seen`
      throw new StoreError('database-away', detail)
    }
  }
  return mark
}

async function readMark(client: Client): Promise<ServerMark> {
  const startedAt = await readText(client, 'pg_postmaster_start_time()')
  const system = await readText(client, '(select system_identifier from pg_control_system())')
  // The first part of the name of a file of the log.
  const file = await readText(client, 'pg_walfile_name(pg_current_wal_lsn())')
  const timeline = file === '' ? 0 : Number.parseInt(file.slice(0, 8), 16)
  return { system, timeline, startedAt }
}

/** Empty where a server does not tell, as some managed ones. */
async function readText(client: Client, expression: string): Promise<string> {
  try {
    const { rows } = await client.query<{ text: string }>(`select (${expression})::text as text`)
    return rows[0]?.text ?? ''
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error
    return ''
  }
}

async function settle(client: Client, { statementTimeoutMs }: SessionOptions): Promise<void> {
  const settings = {
    statement_timeout: statementTimeoutMs,
    lock_timeout: Math.round(statementTimeoutMs / 2),
    // What a process that was stopped or cut off holds must not keep the others waiting.
    idle_in_transaction_session_timeout: Math.min(5_000, statementTimeoutMs),
    ...{ tcp_user_timeout: 10_000, tcp_keepalives_idle: 10, tcp_keepalives_interval: 5 },
    tcp_keepalives_count: 3,
    default_transaction_isolation: 'read committed',
    default_transaction_read_only: 'off',
    bytea_output: 'hex',
  }
  for (const [name, value] of Object.entries(settings)) {
    await client.query('select set_config($1, $2, false)', [name, String(value)])
  }
  // A code that was used must be used after a crash too.
  await client.query(
    "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
  )
}

/**
 * The lock goes with the connection, so the process that writes holds it. A connection of our own that we gave up may
 * still have it, for instance while its commit waits for a standby: the server ends that first.
 */
async function takeLock(
  client: Client,
  { processId, sharing, isNode, lockWaitMs }: SessionOptions,
): Promise<void> {
  const lock = sharing === 'alone' ? 'pg_try_advisory_lock' : 'pg_try_advisory_lock_shared'
  const ask = async (call: string, values: readonly unknown[]): Promise<boolean> => {
    const { rows } = await client.query<{ taken: boolean }>(`select ${call} as taken`, [...values])
    return rows[0]?.taken === true
  }
  let hasOwner = false
  for (let tries = 1; ; tries += 1) {
    hasOwner ||= await ask(`${lock}($1, $2)`, [lockClass, ownerLock])
    const hasAll =
      hasOwner &&
      (!isNode || (await ask(`pg_try_advisory_lock(${processLockKey('$1')})`, [processId])))
    if (hasAll) return
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = $1 and usename = current_user and pid <> pg_backend_pid()`,
      [`holdfast ${processId}`],
    )
    if (tries * lockPauseMs > lockWaitMs) throw await inUse(client)
    await sleep(lockPauseMs)
  }
}

async function inUse(client: Client): Promise<StoreError> {
  const { rows } = await client.query<{ name: string; address: string; since: string }>(
    `select application_name as name, coalesce(host(client_addr), 'this machine') as address,
        to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as since
      from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and classid = $1 and objid = $2 and granted`,
    [lockClass, ownerLock],
  )
  const [holder] = rows
  const who =
    holder === undefined
      ? 'another process'
      : `${await nodeNameOf(client, holder.name)} from ${holder.address} since ${holder.since} UTC`
  return new StoreError('database-in-use', `${who} has it open`)
}

/** `node vpn1` for the connection of a node; otherwise what the connection calls itself. */
async function nodeNameOf(client: Client, connection: string): Promise<string> {
  try {
    const { rows } = await client.query<{ name: string }>(
      "select name from node where 'holdfast ' || process_id = $1",
      [connection],
    )
    return rows[0] === undefined ? connection : `node ${rows[0].name}`
  } catch {
    // A store that is older than its nodes.
    return connection
  }
}
