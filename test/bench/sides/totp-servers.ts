import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { formatSeed } from '../../../src/methods/index.ts'
import { startFreeRadius } from '../../lab/freeradius.ts'
import { benchPeople } from '../load/people.ts'
import { type BenchApp, startApp } from './app.ts'
import { enrolEverybody, seedOf } from './enrolled.ts'
import { benchSecret } from './gateway.ts'
import type { RadiusServer } from './radius-server.ts'

/** Warm-up takes as many of them as it needs, at most `mostToWarm`; the others are measured. */
export const totpPeople = benchPeople(60_000)
export const mostToWarm = 40_000

/** A store in which everyone has an authenticator app. Each turn starts with a copy of it. */
export type Enrolled = {
  readonly store: string
  readonly master: Uint8Array
  remove(): void
}

export async function enrolTotpPeople(): Promise<Enrolled> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-store-'))
  const store = join(folder, 'store.db')
  const master = await enrolEverybody(store, totpPeople, ({ name }) => `people:${name}`)
  return { store, master, remove: () => rmSync(folder, { recursive: true }) }
}

/**
 * The whole service as it is installed. `checkout`: the folder of the Holdfast to run; default this one. `more`: YAML
 * after the configuration.
 */
export function startTotpOurs(
  { store, master }: Enrolled,
  checkout?: string,
  more = '',
): Promise<BenchApp> {
  return startApp((folder) => {
    copyFileSync(store, join(folder, 'store.db'))
    writeFileSync(join(folder, 'key'), Buffer.from(master).toString('base64'), { mode: 0o600 })
    const users = totpPeople.map(({ name, password }) => `${name}: { password: "${password}" }\n`)
    writeFileSync(join(folder, 'people.yaml'), users.join(''), { mode: 0o600 })
    return `
store: { sqlite: ${folder}/store.db }
sealing_key: file:${folder}/key
directories:
  people: { type: local, users_file: ${folder}/people.yaml }
gateways:
  vpn: { address: 127.0.0.1, secret: ${benchSecret}, flow: append, patience: 20s }
${more}`
  }, checkout)
}

/** FreeRADIUS with the same people: it checks the code and writes a row, but remembers no used code. */
export function startTotpPeer(): Promise<RadiusServer> {
  return startFreeRadius((folder) => {
    const database = new DatabaseSync(join(folder, 'audit.db'))
    database.exec('pragma journal_mode = wal')
    database.exec(
      'create table radpostauth (id integer primary key, username text, reply text, authdate text)',
    )
    database.close()
    const users = totpPeople.map(
      (person) =>
        `${person.name} Cleartext-Password := "${person.password}", TOTP-Secret := "${formatSeed(seedOf(person))}"\n`,
    )
    writeFileSync(join(folder, 'users'), users.join(''))
    return {
      modules: `
  files {
    filename = ${folder}/users
  }
  pap {
  }
  totp {
  }
  sql {
    driver = "rlm_sql_sqlite"
    dialect = "sqlite"
    sqlite {
      filename = ${folder}/audit.db
      busy_timeout = 5000
    }
    open_query = "pragma synchronous = full"
    sql_user_name = "%{User-Name}"
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
      query = "insert into radpostauth (username, reply, authdate) values ('%{SQL-User-Name}', '%{reply:Packet-Type}', '%S')"
    }
  }`,
      authorize: `
    files
    if (&User-Password =~ /^(.*)([0-9]{6})$/) {
      update request {
        &User-Password := "%{1}"
        &TOTP-Password := "%{2}"
      }
    }
    pap`,
      authenticate: `
    Auth-Type PAP {
      pap
      if (ok) {
        totp
      }
    }`,
      postAuth: '    sql',
    }
  })
}
