import { rmSync } from 'node:fs'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import { type Clock, systemClock } from '../../support/index.ts'
import type { ChainReport } from '../audit/verify.ts'
import type { Database } from '../database.ts'
import { StoreError } from '../errors.ts'
import { migrate } from '../migrations/migrate.ts'
import { isStoreAt, openDatabase, openStore, type StorePlace } from '../open-store.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { markMoved } from './moved.ts'
import { copiedTables, ownTables } from './tables.ts'

const rowsAtOnce = 500
/** It reads and writes years of an audit, and no sign-in waits for it. */
const longMs = 3_600_000

export type CopyOptions = {
  readonly from: StorePlace
  /** Where no store is. */
  readonly to: StorePlace
  readonly keyring: Keyring
  /** Whose chain of the audit goes on, and what its row says of the copy. */
  readonly node: string
  readonly detail?: Readonly<Record<string, string>>
  readonly clock?: Clock
}

export type Copied = {
  readonly rows: number
  readonly installationId: string
  /** The chains in the copy, which held in the source too. */
  readonly chain: ChainReport & { readonly ok: true }
}

/**
 * Copies a store to another place, also to another kind of database: ids, sealed values and the chains of the audit
 * stay as they are. No service may have either open. The source is marked, so that it does not start by mistake.
 * Throws StoreError: `store-exists` for a target that holds something, `store-damaged` where a chain does not hold,
 * or what failed. After a failure the target holds no store.
 */
export async function copyStore(options: CopyOptions): Promise<Copied> {
  const { from, to, keyring, node, clock = systemClock } = options
  if (await isStoreAt(to, clock)) {
    throw new StoreError('store-exists', 'the target holds something already')
  }
  const installationId = await examine(from, options)
  const rows = await copyRows(from, to, clock)
  const target = await openStore({
    ...to,
    ...{ keyring, node, clock, installationId },
    whenMissing: 'refuse',
  })
  try {
    const chain = await target.audit.verifyAuditChain()
    if (!chain.ok) throw brokenChain(chain)
    const { detail = {} } = options
    await target.audit.alert({ atMs: clock.nowMs(), kind: 'admin-store-copied', detail })
    await markSource(from, clock)
    return { rows, installationId, chain }
  } finally {
    await target.close()
  }
}

/** The source is brought up to date, must open with the key, and its chains must hold. */
async function examine(
  from: StorePlace,
  { keyring, node, clock = systemClock }: CopyOptions,
): Promise<string> {
  const source = await openStore({ ...from, ...{ keyring, node, clock }, whenMissing: 'refuse' })
  try {
    const chain = await source.audit.verifyAuditChain()
    if (!chain.ok) throw brokenChain(chain)
    return source.installationId
  } finally {
    await source.close()
  }
}

function brokenChain({ node, seq, fault }: ChainReport & { readonly ok: false }): StoreError {
  return new StoreError('store-damaged', `audit of ${node}, row ${seq}: ${fault}`)
}

async function copyRows(from: StorePlace, to: StorePlace, clock: Clock): Promise<number> {
  await using source = await opened(from, clock, 'refuse')
  await using target = await opened(to, clock, 'make')
  try {
    await migrate({ ...target.database, mayBeNew: true })
    let rows = 0
    for (const [table, key] of Object.entries(copiedTables)) {
      rows += await copyTable(source.database, target.database, table, key)
    }
    return rows
  } catch (error) {
    await removeAll(to, target.database)
    throw error
  }
}

async function opened(place: StorePlace, clock: Clock, whenMissing: 'make' | 'refuse') {
  const database = await openDatabase({ ...place, whenMissing, commitTimeoutMs: longMs }, clock)
  return { database, [Symbol.asyncDispose]: () => database.connection.close() }
}

type AnyTable = Kysely<Record<string, Record<string, unknown>>>

async function copyTable(
  source: Database,
  target: Database,
  table: string,
  key: readonly string[],
): Promise<number> {
  // What is copied needs no types of its columns.
  const read = source.queries as unknown as AnyTable
  const write = target.queries as unknown as AnyTable
  const columns = sql.join(key.map((name) => sql.ref(name)))
  let rows = 0
  let last: Readonly<Record<string, unknown>> | undefined
  for (;;) {
    let page = read.selectFrom(table).selectAll().limit(rowsAtOnce)
    for (const name of key) page = page.orderBy(name)
    if (last !== undefined) {
      const from = sql.join(key.map((name) => sql.val(last?.[name])))
      page = page.where(sql<boolean>`(${columns}) > (${from})`)
    }
    const found = await source.connection.run(page.compile())
    if (found.length > 0) {
      refuseNul(table, found)
      await target.connection.run(write.insertInto(table).values(found).compile())
      rows += found.length
      last = found.at(-1)
    }
    if (found.length < rowsAtOnce) return rows
  }
}

/** A changed text would break its chain or its seal, and PostgreSQL takes no NUL. */
function refuseNul(table: string, rows: readonly Readonly<Record<string, unknown>>[]): void {
  const has = (value: unknown) => typeof value === 'string' && value.includes('\0')
  const row = rows.find((each) => Object.values(each).some(has))
  if (row === undefined) return
  const which = table === 'audit' ? `row ${row.seq} of ${row.node}` : 'a row'
  throw new StoreError('store-not-copied', `${table}: ${which} holds a text with a NUL character`)
}

/** So that the next try finds nothing. */
async function removeAll(to: StorePlace, { connection, queries }: Database): Promise<void> {
  if ('file' in to) {
    await connection.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${to.file}${suffix}`, { force: true })
    return
  }
  const drops: CompiledQuery[] = [...ownTables, ...Object.keys(copiedTables)].map((table) =>
    queries.schema.dropTable(table).ifExists().compile(),
  )
  await connection.atomically(drops)
}

async function markSource(from: StorePlace, clock: Clock): Promise<void> {
  await using source = await opened(from, clock, 'refuse')
  await markMoved(source.database, clock.nowMs())
}
