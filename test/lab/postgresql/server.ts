import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Context } from 'mocha'
import { Client } from 'pg'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { Secret } from '../../../src/support/index.ts'
import { makeCertificates } from '../certificates.ts'
import { stopOnExit } from '../child.ts'
import { skip } from '../need.ts'
import { freePort } from '../port.ts'

const run = promisify(execFile)
const debianFolder = '/usr/lib/postgresql'

export const labDatabasePassword = 'correct horse'

/** A running PostgreSQL with a role `holdfast` that may log in, and nothing else. */
export type Postgresql = Instance & {
  readonly port: number
  /** Where its Unix socket is; local users are trusted there. */
  readonly socketFolder: string
  /** The authority of its certificate for 127.0.0.1 and localhost, PEM text and its file. */
  readonly ca: string
  readonly caFile: string
  /** An empty database that `holdfast` owns, as the store enters it: by TLS and password. */
  createDatabase(): Promise<PostgresqlPlace>
}

export type Standby = Instance & { promote(): Promise<void> }

/** A server that runs, with all of its databases. */
export type Instance = {
  readonly port: number
  /** Runs statements as the superuser. */
  admin<Row>(statement: string, database?: string): Promise<readonly Row[]>
  /** Starts it again after `stop`. */
  start(): Promise<void>
  /** `fast` ends connections in order; `immediate` is a crash. */
  stop(how?: 'fast' | 'immediate'): Promise<void>
  /** A copy that follows it, through another port where one is given, and listens on a free port or on `port`. */
  startStandby(through?: number, port?: number): Promise<Standby>
}

export function hasPostgresql(): boolean {
  return findPrograms() !== undefined
}

/** Skips the test, or fails it under `CI`, where PostgreSQL is not installed. */
export function needPostgresql(context: Context): void {
  if (findPrograms() === undefined) {
    skip('PostgreSQL is missing; on Debian: apt-get install postgresql', context)
  }
}

/** The programs of the newest version. Debian keeps them where no PATH looks. */
function findPrograms(): string | undefined {
  try {
    const [newest] = readdirSync(debianFolder).sort((one, other) => Number(other) - Number(one))
    return newest && join(debianFolder, newest, 'bin')
  } catch {
    return undefined
  }
}

/** Where its programs are. */
export function programFolder(): string {
  return findPrograms() ?? ''
}

/** It refuses to run as root. */
function user(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (option: string) =>
    Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/**
 * Starts a PostgreSQL on a free port of the loopback. It is stopped when the run ends. Its processes, and those of its
 * copies, have these variables more in their environment.
 */
export async function startPostgresql(
  settings: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Postgresql> {
  const programs = findPrograms() ?? ''
  const owner = user()
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-postgresql-'))
  const give = (path: string) => {
    if (owner.uid !== undefined && owner.gid !== undefined) chownSync(path, owner.uid, owner.gid)
  }
  const certificates = await makeCertificates(folder, ['IP:127.0.0.1', 'DNS:localhost'])
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  for (const path of [folder, data, certificates.keyFile, certificates.certificateFile]) give(path)
  // Sorts by the rules of a language, as most servers do.
  await run(
    join(programs, 'initdb'),
    [
      ...['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N'],
      ...['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US'],
    ],
    { cwd: folder, ...owner },
  )
  writeFileSync(
    join(data, 'pg_hba.conf'),
    [
      'local all all trust',
      'hostssl all holdfast 127.0.0.1/32 scram-sha-256',
      'local replication all trust',
      'host replication all 127.0.0.1/32 trust',
      '',
    ].join('\n'),
  )
  const port = await freePort()
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    ...{ ssl: 'on', ssl_cert_file: certificates.certificateFile },
    ssl_key_file: certificates.keyFile,
    max_connections: '60',
    ...settings,
  }
  const home = { folder, programs, owner, environment, settings: all }
  const primary = createInstance({ home, port, data })
  let databases = 0
  await primary.start()
  await primary.admin(`create role holdfast login password '${labDatabasePassword}'`)
  return {
    ...{ socketFolder: folder, ca: certificates.ca, caFile: certificates.caFile },
    ...primary,
    async createDatabase() {
      databases += 1
      const database = `store_${databases}`
      await primary.admin(`create database ${database} owner holdfast`)
      const password = new Secret(labDatabasePassword)
      return {
        hosts: [{ host: '127.0.0.1', port }],
        ...{ database, user: 'holdfast', password, ca: certificates.ca },
      }
    },
  }
}

/** What a server and its copies have in common. */
type Home = {
  readonly folder: string
  readonly programs: string
  readonly owner: ReturnType<typeof user>
  readonly environment: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, string>>
}

/** One server of the lab, from its folder of data. */
function createInstance({
  home,
  port,
  data,
}: {
  readonly home: Home
  readonly port: number
  readonly data: string
}): Instance {
  const { folder, programs, owner, environment } = home
  const settings = { ...home.settings, port: String(port) }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  let child: ChildProcess | undefined
  return {
    port,
    async start() {
      const started = spawn(join(programs, 'postgres'), ['-D', data, ...options], {
        ...{ cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...owner },
        env: { ...process.env, ...environment },
      })
      child = started
      let said = ''
      stopOnExit(started, () => rmSync(folder, { recursive: true, force: true }))
      await new Promise<void>((resolve, reject) => {
        started.stderr?.on('data', (text) => {
          said += text
          if (said.includes('ready to accept')) resolve()
        })
        started.once('exit', () => reject(new Error(`PostgreSQL ended: ${said}`)))
      })
    },
    async admin<Row>(statement: string, database = 'postgres') {
      const client = new Client({ host: folder, port, user: 'postgres', database })
      client.on('error', () => undefined)
      await client.connect()
      try {
        const { rows } = await client.query(statement)
        return rows as readonly Row[]
      } finally {
        await client.end()
      }
    },
    async stop(how = 'fast') {
      const ending = child
      if (ending === undefined || ending.exitCode !== null) return
      // Nothing else may keep this process waiting.
      ending.ref()
      const gone = new Promise((resolve) => ending.once('exit', resolve))
      ending.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await gone
    },
    async startStandby(through = port, wanted) {
      const ownPort = wanted ?? (await freePort())
      const copy = mkdtempSync(join(folder, 'standby-'))
      if (owner.uid !== undefined && owner.gid !== undefined) chownSync(copy, owner.uid, owner.gid)
      const from = `host=127.0.0.1 port=${through} user=postgres application_name=standby`
      await run(
        join(programs, 'pg_basebackup'),
        ['-D', copy, '-d', from, '-R', '-X', 'stream', '-c', 'fast'],
        { cwd: folder, ...owner },
      )
      const standby = createInstance({ home, port: ownPort, data: copy })
      await standby.start()
      return {
        ...standby,
        async promote() {
          await standby.admin('select pg_promote(false)')
          const read = 'select pg_is_in_recovery() as still'
          while ((await standby.admin<{ still: boolean }>(read))[0]?.still !== false) {
            await new Promise((resolve) => setTimeout(resolve, 50))
          }
        },
      }
    },
  }
}
