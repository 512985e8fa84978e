import type { KeyObject } from 'node:crypto'
import { CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { Connection } from '../../../../src/store/connection.ts'
import type { StoreContext } from '../../../../src/store/context.ts'
import { type HourKeys, shareHourKeys } from '../../../../src/store/hour-keys/hour-keys.ts'
import { createKeyring } from '../../../../src/store/index.ts'
import { openPostgresql } from '../../../../src/store/postgresql/open.ts'
import type { PostgresqlPlace } from '../../../../src/store/postgresql/place.ts'
import { openSealer, openSecrets } from '../../../../src/store/sealing/secrets.ts'
import { type Clock, systemClock } from '../../../../src/support/index.ts'
import { masterKey } from '../../../store/stores.ts'
import { type Postgresql, startPostgresql } from '../server.ts'
import { openDatabase } from '../stores.ts'

/** A connection as one process has it. Processes of many schedules use it, one after the other. */
export type Member = {
  readonly connection: Connection
  /** Told when the others have declared the process dead, and it has found out. */
  onRenewed: (before: string) => void
}

export type AuditedRow = {
  readonly attempt_id: string
  readonly outcome: string
}

/** One database that several processes share, and whose clock stands still until a schedule sets it. */
export type Pool = {
  readonly members: readonly Member[]
  readonly keys: HourKeys
  readonly auditKey: KeyObject
  /** Of an administrator, who waits for no turn. */
  readonly outside: StoreContext
  /** What a process works with. `connection`: its own, or one in front of it. */
  contextOf(member: Member, connection: Connection, clock: Clock): StoreContext
  setTime(nowMs: number): Promise<unknown>
  declareDead(processId: string): Promise<unknown>
  rowsOf(userKey: string): Promise<readonly AuditedRow[]>
  /** Forgets all sign-ins. All processes live again. */
  reset(): Promise<unknown>
  close(): Promise<void>
}

/** The database's time, as the schedule has set it. */
export const modelNow = (): RawBuilder<number> => sql<number>`(select now_ms from model_clock)`

const emptied = [
  ...['shared_kept', 'shared_miss', 'shared_claim', 'shared_prompt', 'shared_note'],
  ...['spent', 'prompt', 'limit_use', 'unanswered', 'audit'],
]
/** A busy machine is not a slow database. */
const commitTimeoutMs = 60_000

const raw = (text: string, values: readonly unknown[] = []) => CompiledQuery.raw(text, [...values])

/** Nothing in it outlives the test, so it need not wait for its disk. */
export function startModelServer(): Promise<Postgresql> {
  return startPostgresql({ fsync: 'off', full_page_writes: 'off' })
}

/** A database of its own, and connections for so many processes. */
export async function openPool(server: Postgresql, count = 4): Promise<Pool> {
  const { database, user } = await server.createDatabase()
  const hosts = [{ host: server.socketFolder, port: server.port }]
  const place: PostgresqlPlace = { hosts, database, user }
  await (await openDatabase(place, { sharing: 'several' })).close()
  const open = (name?: string) =>
    openPostgresql({
      ...{ place, clock: systemClock, whenMissing: 'refuse', sharing: 'several', commitTimeoutMs },
      ...(name === undefined ? {} : { self: { name, version: 'model' } }),
    })
  const { connection: own, queries } = await open()
  const keyring = createKeyring({ current: masterKey })
  const { sealer } = await openSealer({ connection: own, queries, keyring, mayBeNew: false })
  const { auditChain } = await openSecrets(own, queries, sealer)
  const base = { queries, sealer, cacheUsers: 0, hasManyChains: true }
  const onUnreadable = (error: Error) => {
    throw error
  }
  const outside: StoreContext = {
    ...{ ...base, connection: own, clock: systemClock, onUnreadable, chain: () => 'outside' },
  }
  const keys = await shareHourKeys(outside, () => undefined)
  if (keys === undefined) throw new Error('a database has keys')
  await own.run(raw('create table model_clock (now_ms bigint not null)'))
  await own.run(raw('insert into model_clock values (0)'))
  const members = await Promise.all(Array.from({ length: count }, (_, index) => join(index)))

  async function join(index: number): Promise<Member> {
    const { connection } = await open(`node-${index}`)
    const member: Member = { connection, onRenewed: () => undefined }
    await connection.join?.((before) => member.onRenewed(before))
    return member
  }

  const idOf = ({ connection }: Member) => connection.processId?.() ?? ''

  return {
    ...{ members, keys, auditKey: auditChain, outside },
    contextOf(member, connection, clock) {
      const chain = () => idOf(member)
      return { ...base, connection, clock, onUnreadable, chain }
    },
    setTime: (nowMs) => own.run(raw('update model_clock set now_ms = $1', [nowMs])),
    declareDead: (processId) =>
      own.run(raw("update node set state = 'dead' where process_id = $1", [processId])),
    rowsOf: (userKey) =>
      own.run(
        queries
          .selectFrom('audit')
          .select(['attempt_id', 'outcome'])
          .where('user_key', '=', userKey)
          .compile(),
      ),
    reset: () =>
      own.atomically([
        ...emptied.map((table) => raw(`delete from ${table}`)),
        raw('delete from node where process_id <> all(cast($1 as text[]))', [members.map(idOf)]),
        raw("update node set state = 'serving'"),
      ]),
    async close() {
      keys.stop()
      for (const { connection } of members) await connection.close()
      await own.close()
    },
  }
}
