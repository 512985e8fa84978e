import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Node } from '../../../src/store/index.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { holdfast } from '../cli.ts'
import { openGateway } from '../gateway.ts'
import { type Service, startService } from '../service.ts'
import { codeOf, enrolApps, lastingConfig, type Place, seedOf } from '../service-config.ts'
import { labDatabasePassword, needPostgresql, type Postgresql, startPostgresql } from './server.ts'

describe('two services on one PostgreSQL', function () {
  this.timeout(600_000)
  let server: Postgresql
  let place: PostgresqlPlace
  const services: Service[] = []

  before(async function () {
    needPostgresql(this)
    server = await startPostgresql()
  })
  beforeEach(async () => {
    place = await server.createDatabase()
  })
  afterEach(async () => {
    for (const service of services.splice(0)) {
      service.process.kill('SIGCONT')
      await service.stop()
    }
  })
  after(() => server?.stop())

  /** Both of one installation, as an administrator copies its secrets to the second machine. */
  async function start(nodeName: string, keep?: Service): Promise<Service> {
    const service = await startService((where) => {
      const secrets = join(where.folder, 'secrets')
      mkdirSync(secrets, { mode: 0o700, recursive: true })
      writeFileSync(join(secrets, 'database'), `${labDatabasePassword}\n`, { mode: 0o600 })
      return JSON.stringify(configOf(where, nodeName))
    }, keep)
    services.push(service)
    return service
  }
  function configOf(where: Place, nodeName: string) {
    return {
      ...lastingConfig(where),
      node_name: nodeName,
      store: {
        postgresql: {
          ...{ hosts: [`127.0.0.1:${server.port}`], database: place.database, user: 'holdfast' },
          ...{ password: 'file:secrets/database', tls: { ca_file: server.caFile } },
        },
      },
    }
  }
  async function signIn({ port }: Service, password: string) {
    const withinMs = 60_000
    const gateway = await openGateway({ port })
    try {
      return (await gateway.signIn({ user: 'alice', password, nas: 'append' }, withinMs))?.kind
    } finally {
      gateway.close()
    }
  }
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const states = async () =>
    (
      await server.admin<{ name: string; state: string }>(
        'select name, state from node order by started_at_ms',
        place.database,
      )
    ).map(({ name, state }) => `${name} ${state}`)
  const run = ({ configFile, folder }: Service, ...args: readonly string[]) =>
    holdfast([...args, '--config', configFile], { XDG_RUNTIME_DIR: folder })

  it('let a person in at either, and a code works once', async () => {
    const [one, two] = [await start('vpn1'), await start('vpn2')]
    await enrolApps(one, ['alice'])
    const code = codeOf(seedOf('alice'))
    expect(await signIn(one, `wonderland,${code}`)).to.equal('accept')
    expect(await signIn(two, `wonderland,${code}`)).to.equal('reject')
    expect(await signIn(two, `wonderland,${codeOf(seedOf('alice'), 1)}`)).to.equal('accept')
    // A command that finds no service of its own works beside both of them.
    await one.stop()
    const blocked = await run(one, 'user', 'block', 'alice')
    expect(blocked.stderr).to.contain('working on the store itself')
    expect(blocked.code).to.equal(0)
    expect(await states()).to.deep.equal(['vpn1 stopped', 'vpn2 serving'])
    const search = await run(two, 'audit', 'search', '--json')
    expect(JSON.parse(search.stdout)).to.have.length.above(3)
    rmSync(one.folder, { recursive: true, force: true })
  })

  it('are listed, compared and drained', async () => {
    const [one, two] = [await start('vpn1'), await start('vpn2')]
    const listed = async () => {
      const { stdout } = await run(one, 'node', 'list', '--json')
      return JSON.parse(stdout) as readonly Node[]
    }
    // With its first beat a node says which configuration it has.
    await until(async () => (await listed()).every(({ configuration }) => configuration !== ''))
    const nodes = await listed()
    expect(nodes.map(({ name, state }) => [name, state])).to.deep.equal([
      ['vpn1', 'serving'],
      ['vpn2', 'serving'],
    ])
    expect(nodes[0]?.configuration)
      .to.match(/^[0-9a-f]{16}$/)
      .and.equal(nodes[1]?.configuration)
    const table = await run(two, 'node', 'list')
    expect(table.stdout).to.match(/vpn2 +[0-9a-f]{8} +serving .* 0 /)

    const drained = await run(one, 'node', 'drain', 'vpn2')
    expect(drained.stdout).to.contain('vpn2 no longer answers Status-Server')
    await two.printed(/"event":"node-draining"/)
    expect(await states()).to.deep.equal(['vpn1 serving', 'vpn2 draining'])
    expect((await fetch(`http://127.0.0.1:${two.httpPort}/readyz`)).status).to.equal(503)
    expect((await fetch(`http://127.0.0.1:${one.httpPort}/readyz`)).status).to.equal(200)
    // It still serves those that have not gone yet.
    await enrolApps(one, ['alice'])
    expect(await signIn(two, `wonderland,${codeOf(seedOf('alice'))}`)).to.equal('accept')
    const unknown = await run(one, 'node', 'drain', 'vpn9')
    expect(unknown.code).to.not.equal(0)
    expect(unknown.stderr).to.contain('No node vpn9 serves')
  })

  it('notice that one was killed, and let it come back as a new process', async () => {
    const [one, two] = [await start('vpn1'), await start('vpn2')]
    await one.stop('SIGKILL')
    await two.printed(/"event":"node-dead","node":"vpn1"/)
    expect(await states()).to.deep.equal(['vpn1 dead', 'vpn2 serving'])
    const again = await start('vpn1', one)
    await enrolApps(again, ['alice'])
    expect(await signIn(again, `wonderland,${codeOf(seedOf('alice'))}`)).to.equal('accept')
    expect(two.output()).to.not.contain('node-name-twice')
  })

  it('go on without one that stands still, which then goes on as a new process (O11)', async () => {
    const [one, two] = [await start('vpn1'), await start('vpn2')]
    await enrolApps(two, ['alice'])
    one.process.kill('SIGSTOP')
    await two.printed(/"event":"node-dead","node":"vpn1"/)
    expect(await signIn(two, `wonderland,${codeOf(seedOf('alice'))}`)).to.equal('accept')
    one.process.kill('SIGCONT')
    await one.printed(/"event":"node-declared-dead"/)
    expect(await signIn(one, `wonderland,${codeOf(seedOf('alice'), 1)}`)).to.equal('accept')
    expect(await states()).to.deep.equal(['vpn1 dead', 'vpn2 serving', 'vpn1 serving'])
    expect(two.output()).to.not.contain('node-declared-dead')
    const check = await run(two, 'check', '--json')
    expect(check.stdout).to.match(/"what": ?"audit chain",\s*"state": ?"ok"/)
  })

  it('warn of a process with the same name, and work (O17)', async () => {
    const [one, two] = [await start('vpn1'), await start('vpn1')]
    await one.printed(/"event":"node-name-twice","node":"vpn1"/)
    await enrolApps(one, ['alice'])
    expect(await signIn(two, `wonderland,${codeOf(seedOf('alice'))}`)).to.equal('accept')
  })
})
