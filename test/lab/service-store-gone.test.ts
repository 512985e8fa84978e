import { readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { otpCode, parseSeed } from '../../src/methods/index.ts'
import { holdfast } from './cli.ts'
import { openGateway } from './gateway.ts'
import { type Service, startService } from './service.ts'
import { administer, lastingConfig, seedOf } from './service-config.ts'

const seed = parseSeed(seedOf('alice')) ?? new Uint8Array()
const codeAt = (counter: number) => otpCode({ seed, algorithm: 'sha1', digits: 6 }, counter)

/** RULES 43, over the whole service: what it says at its four places, and the way back. */
describe('a service whose store is deleted', function () {
  this.timeout(600_000)
  let service: Service
  const storeFile = (name = '') => join(service.folder, 'store', name)

  before(async () => {
    service = await startService((place) => JSON.stringify(lastingConfig(place)))
    const authenticator = { method: 'hotp', seed: seedOf('alice') }
    await administer(service, [['authenticator.add', { name: 'alice', authenticator }]])
  })
  after(async () => {
    await service?.stop('SIGKILL')
    rmSync(service.folder, { recursive: true, force: true })
  })

  async function signIn(counter: number): Promise<string | undefined> {
    const gateway = await openGateway({ port: service.port, secret: 'testing123' })
    try {
      const password = `wonderland,${codeAt(counter)}`
      const reply = await gateway.signIn({ user: 'alice', password, nas: 'append' })
      return reply?.kind
    } finally {
      gateway.close()
    }
  }
  const command = (...argv: readonly string[]) =>
    holdfast([...argv, '--config', service.configFile], { XDG_RUNTIME_DIR: service.folder })
  const readyz = async () => {
    const response = await fetch(`http://127.0.0.1:${service.httpPort}/readyz`)
    return { status: response.status, text: await response.text() }
  }

  it('refuses sign-ins at once, and says so in /readyz, check and the log', async () => {
    expect(await signIn(0)).to.equal('accept')
    for (const name of readdirSync(storeFile())) {
      renameSync(storeFile(name), join(service.folder, name))
    }
    expect(await signIn(1)).to.equal('reject')
    expect(await readyz()).to.deep.equal({
      status: 503,
      text: '{"status":"not ready","parts":[{"part":"store","detail":"store-gone"}]}',
    })
    const check = await command('check')
    expect(check.code).to.equal(1)
    expect(check.stdout).to.match(/FAIL +store +writes: store-gone/)
    expect(check.stdout.match(/^FAIL/gm), check.stdout).to.have.length(1)
    await service.printed(/sign-ins are refused: .*holdfast\.db is gone/)
  })

  it('saves what it has, and goes on where the very files come back', async () => {
    const saved = join(service.folder, 'saved.db')
    expect((await command('backup', saved)).code).to.equal(0)
    for (const name of ['holdfast.db', 'holdfast.db-wal']) {
      renameSync(join(service.folder, name), storeFile(name))
    }
    await service.printed(/the store at .* is back/)
    expect((await readyz()).status).to.equal(200)
    expect(await signIn(1)).to.equal('accept')
  })

  it('has forgotten no code when what it saved is restored', async () => {
    const saved = join(service.folder, 'saved-later.db')
    for (const name of readdirSync(storeFile())) rmSync(storeFile(name))
    expect((await command('backup', saved)).code).to.equal(0)
    await service.stop()
    expect((await command('restore', saved, '--yes')).code).to.equal(0)
    service = await startService((place) => JSON.stringify(lastingConfig(place)), service)
    expect(await signIn(0)).to.equal('reject')
    expect(await signIn(1)).to.equal('reject')
    expect(await signIn(2)).to.equal('accept')
  })
})
