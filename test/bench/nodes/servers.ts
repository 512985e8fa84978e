import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startFreeRadius } from '../../lab/freeradius.ts'
import { labDatabasePassword } from '../../lab/postgresql/server.ts'
import type { Person } from '../load/loader.ts'
import { type BenchApp, startApp } from '../sides/app.ts'
import { benchSecret } from '../sides/gateway.ts'
import type { EnrolledDatabase } from './database.ts'

/** Servers that do the same work and share what they know. */
export type Servers = {
  readonly pids: readonly number[]
  readonly ports: readonly number[]
  stop(): Promise<void>
}

/** The whole service with its store in a file. */
export async function startOnSqlite(
  { store, master }: EnrolledDatabase,
  people: readonly Person[],
): Promise<Servers> {
  return together([
    await startApp((folder) => {
      copyFileSync(store, join(folder, 'store.db'))
      return configOf(folder, master, people, `store: { sqlite: ${folder}/store.db }`)
    }),
  ])
}

/** So many nodes on a database that no one has used yet. */
export async function startOnPostgresql(
  enrolled: EnrolledDatabase,
  people: readonly Person[],
  nodes: number,
): Promise<Servers> {
  const { server, master } = enrolled
  const database = await enrolled.copy()
  const apps: BenchApp[] = []
  for (let node = 0; node < nodes; node += 1) {
    const app = await startApp((folder) => {
      const password = join(folder, 'password')
      writeFileSync(password, labDatabasePassword, { mode: 0o600 })
      const store = `node_name: node-${node}
store:
  postgresql:
    hosts: ["127.0.0.1:${server.port}"]
    database: ${database}
    user: holdfast
    password: file:${password}
    tls: { ca_file: ${server.caFile} }`
      return configOf(folder, master, people, store)
    })
    apps.push(app)
  }
  const { pids, ports, stop } = together(apps)
  return {
    ...{ pids, ports },
    async stop() {
      await stop()
      await enrolled.drop(database)
    },
  }
}

function together(apps: readonly BenchApp[]): Servers {
  return {
    pids: apps.map(({ pid }) => pid),
    ports: apps.map(({ port }) => port),
    async stop() {
      for (const app of apps) await app.stop()
    },
  }
}

function configOf(
  folder: string,
  master: Uint8Array,
  people: readonly Person[],
  store: string,
): string {
  writeFileSync(join(folder, 'key'), Buffer.from(master).toString('base64'), { mode: 0o600 })
  const users = people.map(({ name, password }) => `${name}: { password: "${password}" }\n`)
  writeFileSync(join(folder, 'people.yaml'), users.join(''), { mode: 0o600 })
  return `
${store}
sealing_key: file:${folder}/key
directories:
  people: { type: local, users_file: ${folder}/people.yaml }
gateways:
  vpn: { address: 127.0.0.1, secret: ${benchSecret}, flow: append, patience: 20s }
`
}

/**
 * FreeRADIUS with its PostgreSQL module on the same server: it reads the password in one statement, and writes a row
 * for each sign-in. It checks no code.
 */
export async function startPeer(enrolled: EnrolledDatabase): Promise<Servers> {
  const database = await enrolled.peer()
  const { server } = enrolled
  const { pid, port, stop } = await startFreeRadius(() => ({
    modules: `
  pap {
  }
  sql {
    driver = "rlm_sql_postgresql"
    dialect = "postgresql"
    radius_db = "host=127.0.0.1 port=${server.port} dbname=${database} user=holdfast password='${labDatabasePassword}' sslmode=require"
    sql_user_name = "%{User-Name}"
    read_groups = no
    read_profiles = no
    authorize_check_query = "select id, username, attribute, value, op from radcheck where username = '%{SQL-User-Name}' order by id"
    pool {
      start = 32
      min = 32
      max = 32
      spare = 0
      uses = 0
      lifetime = 0
      idle_timeout = 0
    }
    post-auth {
      query = "insert into radpostauth (username, reply) values ('%{SQL-User-Name}', '%{reply:Packet-Type}')"
    }
  }`,
    authorize: `
    sql
    pap`,
    authenticate: `
    Auth-Type PAP {
      pap
    }`,
    postAuth: '    sql',
  }))
  return { pids: [pid], ports: [port], stop }
}
