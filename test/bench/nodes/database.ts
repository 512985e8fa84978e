import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyStore, createKeyring } from '../../../src/store/index.ts'
import { type Postgresql, startPostgresql } from '../../lab/postgresql/server.ts'
import type { Person } from '../load/loader.ts'
import { enrolEverybody } from '../sides/enrolled.ts'

/** A PostgreSQL on the disk of the temporary files, and a SQLite store, in which the same people have an app each. */
export type EnrolledDatabase = {
  readonly server: Postgresql
  readonly store: string
  readonly master: Uint8Array
  /** A database as after enrolling; gives its name. No one may have it open when it is removed. */
  copy(): Promise<string>
  drop(database: string): Promise<void>
  /** The database of FreeRADIUS: the same people in its own tables, whose rows of sign-ins are removed. */
  peer(): Promise<string>
  stop(): Promise<void>
}

/** Starts it, and enrols them. */
export async function enrolDatabase(people: readonly Person[]): Promise<EnrolledDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-nodes-'))
  const store = join(folder, 'store.db')
  const master = await enrolEverybody(store, people, ({ name }) => `people:${name}`)
  const server = await startPostgresql({ max_connections: '100' })
  const place = await server.createDatabase()
  // The source of a copy is marked as moved.
  const moved = join(folder, 'moved.db')
  copyFileSync(store, moved)
  await copyStore({
    from: { file: moved },
    to: { postgresql: place },
    keyring: createKeyring({ current: master }),
    node: 'bench',
  })
  await server.admin('vacuum analyze', place.database)
  await makePeer(server, people)
  let copies = 0
  return {
    ...{ server, store, master },
    async copy() {
      copies += 1
      const database = `copy_${copies}`
      await server.admin(`create database ${database} template ${place.database} owner holdfast`)
      return database
    },
    async drop(database) {
      await server.admin(`drop database ${database} with (force)`)
    },
    async peer() {
      await server.admin('truncate radpostauth', peerDatabase)
      return peerDatabase
    },
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const peerDatabase = 'radius'

/** The two tables of FreeRADIUS's own schema that a password and a row for each sign-in need. */
async function makePeer(server: Postgresql, people: readonly Person[]): Promise<void> {
  await server.admin(`create database ${peerDatabase} owner holdfast`)
  for (const statement of [
    'set role holdfast; create table radcheck (id serial primary key, username text not null, attribute text not null, op varchar(2) not null, value text not null)',
    'set role holdfast; create index radcheck_username on radcheck (username, attribute)',
    'set role holdfast; create table radpostauth (id bigserial primary key, username text not null, reply text, authdate timestamptz not null default now())',
  ]) {
    await server.admin(statement, peerDatabase)
  }
  for (let first = 0; first < people.length; first += 1_000) {
    const rows = people
      .slice(first, first + 1_000)
      .map(({ name, password }) => `('${name}', 'Cleartext-Password', ':=', '${password}')`)
    await server.admin(
      `insert into radcheck (username, attribute, op, value) values ${rows.join(', ')}`,
      peerDatabase,
    )
  }
  await server.admin('vacuum analyze', peerDatabase)
}
