import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { CheckRow } from '../../../src/operations/index.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { holdfast } from '../cli.ts'
import { openGateway } from '../gateway.ts'
import { freePort } from '../port.ts'
import { type Service, startService } from '../service.ts'
import { codeOf, enrolApps, lastingConfig, type Place, seedOf } from '../service-config.ts'
import { labDatabasePassword, needPostgresql, type Postgresql, startPostgresql } from './server.ts'

describe('a service whose store is PostgreSQL', function () {
  this.timeout(600_000)
  let server: Postgresql
  const folders: string[] = []
  const services: Service[] = []

  before(async function () {
    needPostgresql(this)
    server = await startPostgresql()
  })
  afterEach(async () => {
    for (const service of services.splice(0)) await service.stop()
  })
  after(async () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    await server?.stop()
  })

  function config(where: Place, { database }: PostgresqlPlace) {
    const secrets = join(where.folder, 'secrets')
    mkdirSync(secrets, { mode: 0o700, recursive: true })
    writeFileSync(join(secrets, 'database'), `${labDatabasePassword}\n`, { mode: 0o600 })
    return {
      ...lastingConfig(where),
      store: {
        postgresql: {
          ...{ hosts: [`127.0.0.1:${server.port}`], database, user: 'holdfast' },
          ...{ password: 'file:secrets/database', tls: { ca_file: server.caFile } },
        },
      },
    }
  }
  async function start(place: PostgresqlPlace): Promise<Service> {
    const service = await startService((where) => JSON.stringify(config(where, place)))
    services.push(service)
    return service
  }
  function folder(): string {
    const made = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
    folders.push(made)
    return made
  }
  const run = ({ configFile, folder: home }: Service, ...args: readonly string[]) =>
    holdfast([...args, '--config', configFile], { XDG_RUNTIME_DIR: home })

  async function signIn({ port }: Service, password: string) {
    const withinMs = 60_000
    const gateway = await openGateway({ port })
    try {
      return (await gateway.signIn({ user: 'alice', password, nas: 'append' }, withinMs))?.kind
    } finally {
      gateway.close()
    }
  }

  it('lets a person in by password and app, once a code, and writes the audit', async () => {
    const place = await server.createDatabase()
    const service = await start(place)
    await enrolApps(service, ['alice'])
    const code = codeOf(seedOf('alice'))
    expect(await signIn(service, `wonderland,${code}`)).to.equal('accept')
    expect(await signIn(service, `wonderland,${code}`)).to.equal('reject')

    const { stdout } = await run(service, 'check', '--json')
    const rows = (JSON.parse(stdout) as readonly CheckRow[]).filter(({ area }) => area === 'store')
    const found = new Map(rows.map(({ what, state, detail }) => [what, `${state}: ${detail}`]))
    expect(found.get('database')).to.match(/^ok: PostgreSQL \d+.* by TLSv1\.\d$/)
    expect(found.get('replication')).to.equal('ok: no standby')
    expect(found.get('clock of the database')).to.equal('ok: agrees with this machine')
    expect(found.get('audit chain')).to.match(/^ok: \d+ rows, unbroken/)

    // After a restart the code is still used, and the app still there.
    await service.stop()
    const again = await startService((where) => JSON.stringify(config(where, place)), service)
    services.push(again)
    expect(await signIn(again, `wonderland,${code}`)).to.equal('reject')
    expect(await signIn(again, `wonderland,${codeOf(seedOf('alice'), 1)}`)).to.equal('accept')
  })

  it('keeps a command away that needs the database alone, and is named to it', async () => {
    const place = await server.createDatabase()
    await start(place)
    // As on another machine, where no service answers.
    const where = { port: await freePort(), httpPort: await freePort(), folder: folder() }
    const file = join(where.folder, 'holdfast.yaml')
    writeFileSync(file, JSON.stringify(config(where, place)))
    const command = ['store', 'restored', '--yes', '--config', file]
    const restored = await holdfast(command, { XDG_RUNTIME_DIR: where.folder })
    expect(restored.code).to.equal(3)
    expect(restored.stderr).to.contain(`postgresql ${place.database} at 127.0.0.1:${server.port}`)
    expect(restored.stderr).to.match(/node \S+ from 127\.0\.0\.1 since .* has it open/)
    expect(restored.stderr).to.not.match(/^\s+at /m)
  })

  it('says what saves a database', async () => {
    const service = await start(await server.createDatabase())
    const backup = await run(service, 'backup', join(folder(), 'backup.db'))
    expect(backup.code).to.not.equal(0)
    expect(backup.stderr).to.contain('pg_dump')
    const restore = await run(service, 'restore', service.configFile)
    expect(restore.stderr).to.contain('pg_restore')
  })

  it('refuses sign-ins while the server is away, says so, and goes on when it is back', async () => {
    const service = await start(await server.createDatabase())
    await enrolApps(service, ['alice'])
    await server.stop('immediate')
    expect(await signIn(service, `wonderland,${codeOf(seedOf('alice'))}`)).to.equal('reject')
    await service.printed(/"event":"store-gone"/)
    await server.start()
    await service.printed(/"event":"store-back"/)
    expect(await signIn(service, `wonderland,${codeOf(seedOf('alice'), 1)}`)).to.equal('accept')
    expect(service.output()).to.not.contain(labDatabasePassword)
  })

  it('lets a sign-in wait for the server, before any password is tried', async () => {
    const service = await start(await server.createDatabase())
    await enrolApps(service, ['alice'])
    await server.stop('immediate')
    await service.printed(/"event":"store-gone"/)
    const waiting = signIn(service, `wonderland,${codeOf(seedOf('alice'))}`)
    await server.start()
    expect(await waiting).to.equal('accept')
  })

  it('waits for a server that is up later than it is', async () => {
    const place = await server.createDatabase()
    await server.stop()
    // The first who asks finds no server, and then it starts.
    const asked = new Promise<void>((resolve) => {
      const nobody = createServer((socket) => {
        socket.destroy()
        nobody.close(() => resolve())
      }).listen(server.port, '127.0.0.1')
    })
    const [service] = await Promise.all([start(place), asked.then(() => server.start())])
    expect(service.output()).to.match(/"event":"store-failed".*as the primary/)
    expect(service.output()).to.match(/"event":"store-created"/)
  })
})
