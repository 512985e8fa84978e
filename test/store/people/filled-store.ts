import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import { createFolder, masterKey, signInRecord } from '../stores.ts'

/** Tables without `user_key`, and where else it is shown that nothing of a person stays in them, or why nothing is. */
export const otherTables: Readonly<Record<string, string>> = {
  schema_version: 'a number',
  meta: 'the installation',
  key_check: 'the sealing key',
  secret: 'renewed password hashes stand under the key of the person: filled below',
  setting: 'what gateways and directories are like',
  limit_use: 'keys end in a key, number or address of a person: filled below',
  spent: 'ids of sign-ins',
  accounting: 'packets as they came, for a day; the names in them are of no directory',
  audit_anchor: 'hashes',
  node: 'processes',
  hour_key: 'keys',
  call_turn: 'accounts of providers',
  contraction: 'numbers',
  timeline: 'servers of the database',
  shared_kept: 'ids are hashes or random',
  shared_claim: 'keys are hashes',
  shared_note: 'of a prompt, which is found by its person',
}

export type Column = {
  readonly table: string
  readonly name: string
  readonly value: SQLInputValue
}

/** What is in the columns of a person's rows: another value each, so that it is found wherever it goes. */
export type Filled = { readonly userKey: string; readonly columns: readonly Column[] }

export type FilledStore = {
  readonly file: string
  /** Every table that there is. */
  readonly tables: readonly string[]
  fill(name: string): Filled
  open(): ReturnType<typeof openStore>
  /** Every cell of the database as text. */
  dump(): readonly { readonly table: string; readonly text: string }[]
  remove(): void
}

/** A store in which one row of every table with `user_key` belongs to each of two people, without anyone naming the tables. */
export async function createFilledStore(): Promise<FilledStore> {
  const folder = createFolder()
  const file = join(folder.path, 'store.db')
  const open = () =>
    openStore({ file, keyring: createKeyring({ current: masterKey }), node: 'node-1' })
  await (await open()).close()

  const use = <Result>(work: (database: DatabaseSync) => Result): Result => {
    const database = new DatabaseSync(file)
    try {
      return work(database)
    } finally {
      database.close()
    }
  }
  const tables = use((database) =>
    database
      .prepare(`select name from sqlite_master where type = 'table' order by name`)
      .all()
      .map(({ name }) => String(name)),
  )
  let numbers = 1_900_000_000_000

  function valueFor(person: string, table: string, column: string, type: string): SQLInputValue {
    if (column === 'user_key') return userKeyOf(person)
    const text = `${person}:${table}.${column}`
    if (type.toLowerCase() === 'text') return text
    if (type.toLowerCase() === 'blob') return Buffer.from(text)
    numbers += 1_001
    return numbers
  }

  return {
    file,
    tables,
    open,
    fill: (person) =>
      use((database) => {
        const columns: Column[] = []
        for (const table of tables) {
          const known = database.prepare(`pragma table_info("${table}")`).all()
          if (table === 'audit' || !known.some(({ name }) => name === 'user_key')) continue
          const row = known.map(({ name, type }) => {
            const column = String(name)
            return { table, name: column, value: valueFor(person, table, column, String(type)) }
          })
          const names = row.map(({ name }) => `"${name}"`).join(', ')
          const places = row.map(() => '?').join(', ')
          const insert = `insert into "${table}" (${names}) values (${places})`
          database.prepare(insert).run(...row.map(({ value }) => value))
          columns.push(...row)
        }
        return { userKey: userKeyOf(person), columns }
      }),
    dump: () =>
      use((database) =>
        tables.flatMap((table) =>
          database
            .prepare(`select * from "${table}"`)
            .all()
            .flatMap((row) => Object.values(row))
            .map((value) => ({
              table,
              text: value instanceof Uint8Array ? Buffer.from(value).toString() : String(value),
            })),
        ),
      ),
    remove: () => folder.remove(),
  }
}

export const userKeyOf = (person: string) => `corp:${person}`
/** As `fill` has named the person in `user`. */
export const nameOf = (person: string) => `${person}:user.name`

/** What is not found by the column `user_key`: the audit, counts against limits, a renewed password hash. */
export async function fillTheRest(
  store: Awaited<ReturnType<typeof openStore>>,
  person: string,
  nowMs: number,
): Promise<void> {
  const userKey = userKeyOf(person)
  const record = {
    ...{ userName: nameOf(person), sourceAddress: `${person}:source`, device: `${person}:device` },
    timeline: [{ atMs: 1, what: 'asked', detail: { to: `${person}:timeline` } }],
  }
  await store.audit.record(signInRecord({ ...record, userKey, signInId: `${person[0]}-1` }))
  // The directory was down: the name is all that was known.
  const { userKey: _, ...nameless } = signInRecord({ ...record, signInId: `${person[0]}-2` })
  await store.audit.record({ ...nameless, userName: nameOf(person).toUpperCase() })
  await store.audit.alert({
    ...{ atMs: 2, kind: 'admin-user-blocked', userKey, userName: nameOf(person) },
    detail: { reason: `${person}:reason` },
  })
  await store.renewedHashes.keep({ userKey, of: 'old', hash: 'new' })
  const keys = [
    `prompts:user:${userKey}`,
    `notices:sms:grave:${userKey}`,
    `prompts:to:${person}:authenticator.phone`,
    `prompts:to:${person}:authenticator.backup_phone`,
    `notices:to:${person}:authenticator.address`,
    `prompts:to:${person}:in-the-directory`,
  ]
  const uses = keys.map((key) => ({ key, limit: 5, windowMs: 3_600_000 }))
  await store.limits.take(uses, nowMs)
}
