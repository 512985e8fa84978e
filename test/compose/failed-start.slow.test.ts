import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { createApp } from '../../src/compose/index.ts'
import {
  createInstallationId,
  createKeyring,
  createStore,
  openStore,
} from '../../src/store/index.ts'

describe('a service that cannot start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-failed-'))
  const file = (name: string) => join(folder, name)
  const keyring = createKeyring({ current: Buffer.alloc(32, 3) })

  before(async () => {
    writeFileSync(file('key'), Buffer.alloc(32, 3).toString('base64'), { mode: 0o600 })
    writeFileSync(file('secret'), 'abcdefghijklmnopqrstuvwxyz012345\n', { mode: 0o600 })
    await createStore({
      file: file('holdfast.db'),
      keyring,
      installationId: createInstallationId(),
    })
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** Starts, and gives what was logged. */
  async function fail(
    port: number,
    hash = 'scrypt$16384$8$1$c2FsdHNhbHQ=$MDEyMzQ1Njc4OWFiY2RlZg==',
  ): Promise<{ error: unknown; events: string[] }> {
    writeFileSync(
      file('holdfast.yaml'),
      `listen: ["127.0.0.1:${port}"]
store: { sqlite: holdfast.db }
sealing_key: file:key
admin_socket: ${file('admin.sock')}
audit: { head_file: ${file('head.json')} }
directories: { people: { type: local, users: { alice: { password_hash: "${hash}" } } } }
gateways: { vpn: { address: 192.0.2.1, secret: "file:secret" } }
`,
    )
    const log = new PassThrough()
    let text = ''
    log.setEncoding('utf8')
    log.on('data', (chunk) => {
      text += String(chunk)
    })
    const options = { configFile: file('holdfast.yaml'), env: {}, version: 'test', log }
    const error = await createApp({ ...options, print: () => undefined })
      .then((app) => app.start())
      .then(
        () => undefined,
        (cause: unknown) => cause,
      )
    // Lines are gathered for a moment.
    while (!text.includes('service-starting')) await new Promise((done) => setImmediate(done))
    const lines = text.trim().split('\n')
    return { error, events: lines.map((line) => JSON.parse(line).event) }
  }

  /** As the next process would. */
  async function opensAgain(): Promise<void> {
    const store = await openStore({ file: file('holdfast.db'), keyring, node: 'other' })
    await store.close()
    expect(existsSync(file('admin.sock'))).to.equal(false)
  }

  it('leaves nothing open where its port is taken, and keeps the end of the audit last', async () => {
    const taken = createSocket('udp4').bind(0, '127.0.0.1')
    await once(taken, 'listening')
    const { error, events } = await fail(taken.address().port)
    taken.close()
    expect(error).to.have.property('code', 'listen-failed')
    expect(events.filter((event) => event === 'audit-head')).to.have.length(2)
    expect(existsSync(file('head.json'))).to.equal(true)
    await opensAgain()
  })

  it('leaves nothing open and says nothing about the audit where its parts do not fit', async () => {
    rmSync(file('head.json'), { force: true })
    const { error, events } = await fail(0, 'scrypt$1')
    expect(error).to.have.property('code', 'password-hash-invalid')
    expect(events).not.to.include('audit-head')
    expect(existsSync(file('head.json'))).to.equal(false)
    await opensAgain()
  })
})
