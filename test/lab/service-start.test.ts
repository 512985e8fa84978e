import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { hashPassword } from '../../src/directory/index.ts'
import { Secret } from '../../src/support/index.ts'
import { cpuSeconds } from '../bench/machine/process-cpu.ts'
import { holdfast } from './cli.ts'
import { openGateway } from './gateway.ts'
import { freePort } from './port.ts'
import { type Service, startService } from './service.ts'
import { codeOf, enrolApps, lastingConfig, type Place, seedOf } from './service-config.ts'

describe('a service that starts', function () {
  this.timeout(600_000)
  const folders: string[] = []
  const services: Service[] = []

  function folder(): string {
    const made = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
    folders.push(made)
    return made
  }
  async function place(): Promise<Place> {
    return { port: await freePort(), httpPort: await freePort(), folder: folder() }
  }
  async function start(yaml: (place: Place) => string): Promise<Service> {
    const service = await startService(yaml)
    services.push(service)
    return service
  }
  /** Runs `serve` with this configuration, which must not start. */
  function serve(where: Place, config: unknown) {
    const file = join(where.folder, 'holdfast.yaml')
    writeFileSync(file, JSON.stringify(config))
    return holdfast(['serve', '--config', file], { XDG_RUNTIME_DIR: where.folder })
  }

  afterEach(async () => {
    for (const service of services.splice(0)) await service.stop()
  })
  after(() => {
    for (const each of folders) rmSync(each, { recursive: true, force: true })
  })

  it('refuses a store that another one has, and names the file', async () => {
    const first = await start((where) => JSON.stringify(lastingConfig(where)))
    const { sqlite } = lastingConfig(first).store
    const second = await place()
    const ended = await serve(second, { ...lastingConfig(second), store: { sqlite } })
    expect(ended.code).to.equal(3)
    expect(ended.stderr).to.contain(sqlite)
    expect(ended.stderr).to.match(/another process/)
    expect(ended.stderr).to.not.match(/^\s+at /m)
  })

  it('refuses a port that another one has, and names it', async () => {
    const first = await start((where) => JSON.stringify(lastingConfig(where)))
    const second = await place()
    const listen = [`127.0.0.1:${first.port}`]
    const ended = await serve(second, { ...lastingConfig(second), listen })
    expect(ended.code).to.equal(1)
    expect(ended.stderr).to.contain(`cannot listen on 127.0.0.1 port ${first.port}`)
    expect(ended.stderr).to.contain('Does Holdfast run already?')
    expect(ended.stdout).to.not.contain('store-failed')
    expect(ended.stderr).to.not.match(/^\s+at /m)

    const http = { listen: `127.0.0.1:${first.httpPort}` }
    const again = await serve(second, { ...lastingConfig(second), http })
    expect(again.code).to.equal(1)
    expect(again.stderr).to.contain(String(first.httpPort)).and.contain('admin_socket')
    // What failed to start lets go of its store, and starts once the port is its own.
    const fine = await startService((where) => JSON.stringify(lastingConfig(where)), second)
    services.push(fine)
  })

  it('counts its start from that of the process, loading the sources included', async () => {
    const waitMs = 1_500
    const before = process.env.NODE_OPTIONS
    const wait = `import{isMainThread}from'node:worker_threads';if(isMainThread)await new Promise((go)=>setTimeout(go,${waitMs}))`
    process.env.NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(wait)}`
    try {
      const { output } = await start((where) => JSON.stringify(lastingConfig(where)))
      const [, readyMs] = /ready after (\d+) ms/.exec(output()) ?? []
      expect(Number(readyMs)).to.be.greaterThan(waitMs)
    } finally {
      if (before === undefined) delete process.env.NODE_OPTIONS
      else process.env.NODE_OPTIONS = before
    }
  })

  it('works without the demo: secrets from files, a hashed password, nothing unsafe', async () => {
    const hash = await hashPassword(new Secret('correct horse'))
    const service = await start((where) => {
      const secrets = join(where.folder, 'secrets')
      mkdirSync(secrets, { mode: 0o700 })
      const secret = (name: string, value: string) => {
        writeFileSync(join(secrets, name), `${value}\n`, { mode: 0o600 })
        return `file:secrets/${name}`
      }
      return JSON.stringify({
        listen: [`127.0.0.1:${where.port}`],
        admin_socket: join(where.folder, 'admin.sock'),
        store: { sqlite: 'store/holdfast.db' },
        sealing_key: secret('sealing-key', Buffer.alloc(32, 9).toString('base64')),
        directories: { staff: { type: 'local', users: { alice: { password_hash: hash } } } },
        gateways: {
          vpn: {
            address: '127.0.0.1',
            secret: secret('vpn', 'a-long-shared-secret'),
            flow: 'append',
          },
        },
      })
    })
    expect(service.output()).to.not.contain('setting-unsafe')
    const readyMs = Number(/"tookMs":(\d+)/.exec(service.output())?.[1])
    const restingMb = residentMb(service)
    const cpuMs = 1_000 * cpuSeconds(service.process.pid ?? 0)
    console.log(`      ready after ${readyMs} ms, ${cpuMs} ms of CPU, ${restingMb} MB resident`)
    // Not the time on the wall, which says as much about what else runs here.
    expect(cpuMs).to.be.lessThan(5_000)
    expect(restingMb).to.be.lessThan(200)
    await enrolApps(service, ['alice'])
    const gateway = await openGateway({ port: service.port, secret: 'a-long-shared-secret' })
    const signIn = (password: string) => gateway.signIn({ user: 'alice', password })
    const code = codeOf(seedOf('alice'))
    expect((await signIn(`correct horse,${code}`))?.kind).to.equal('accept')
    expect((await signIn(`correct horse,${code}`))?.kind).to.equal('reject')
    gateway.close()
  })
})

function residentMb({ process: { pid } }: Service): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024)
}
