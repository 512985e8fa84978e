import { mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import {
  createAuthority,
  createServerCertificate,
  openAuthority,
} from '../../src/certificates/index.ts'
import { type App, createApp } from '../../src/compose/index.ts'
import { connectAdmin } from '../../src/ops/index.ts'
import { createInstallationId, createKeyring, createStore } from '../../src/store/index.ts'
import { systemClock } from '../../src/support/index.ts'

/** Files that the service depends on and has read: losing one must not stop it, and must show at the next reload. */
describe('a file that is lost or exchanged while the service runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-lost-'))
  const file = (name: string) => join(folder, name)
  const master = Buffer.alloc(32, 3)
  let app: App
  let log = ''

  before(async () => {
    const request = { kind: 'ecdsa', days: 30, nowMs: systemClock.nowMs() } as const
    const authority = await createAuthority({ name: 'ours', ...request })
    const server = await createServerCertificate(openAuthority(authority), {
      ...request,
      names: ['radius.example'],
    })
    const files = {
      key: `${master.toString('base64')}\n`,
      secret: 'abcdefghijklmnopqrstuvwxyz012345\n',
      'users.yaml':
        'alice: { password_hash: "scrypt$16384$8$1$c2FsdHNhbHQ=$MDEyMzQ1Njc4OWFiY2RlZg==" }\n',
      macs: '00-11-22-33-44-55\n',
      'our.dictionary': 'ATTRIBUTE Our-Text 245 string\n',
      'ca.pem': authority.certificate,
      'cert.pem': server.certificate,
      'cert-key.pem': server.key,
    }
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(file(name), content, { mode: 0o600 })
    }
    writeFileSync(
      file('holdfast.yaml'),
      `listen: ["127.0.0.1:0"]
store: { sqlite: holdfast.db }
sealing_key: file:key
admin_socket: ${file('admin.sock')}
dictionaries: [our.dictionary]
eap: { cert_file: cert.pem, key_file: cert-key.pem, devices: { ca_file: ca.pem, ocsp: false } }
directories:
  people: { type: local, users_file: users.yaml }
gateways:
  vpn: { address: 192.0.2.1, secret: "file:secret", eap: { methods: [tls] } }
mac_rules:
  - { name: printers, gateway: vpn, mac_file: macs }
`,
    )
    await createStore({
      file: file('holdfast.db'),
      keyring: createKeyring({ current: master }),
      installationId: createInstallationId(),
    })
    app = await createApp({
      configFile: file('holdfast.yaml'),
      env: {},
      version: 'test',
      log: new PassThrough().on('data', (text) => {
        log += String(text)
      }),
      print: () => undefined,
    })
    await app.start()
  })
  after(async () => {
    await app?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function isServing(): Promise<boolean> {
    const admin = await connectAdmin(file('admin.sock'))
    try {
      const status = await admin.call('status', {})
      return typeof status === 'object'
    } finally {
      admin.close()
    }
  }

  const failureOf = () =>
    app.reload().then(
      () => 'read',
      (error: unknown) => String(error),
    )

  const names = [
    'holdfast.yaml',
    'key',
    'secret',
    'users.yaml',
    'macs',
    'our.dictionary',
    'ca.pem',
    'cert.pem',
    'cert-key.pem',
  ]
  for (const name of names) {
    it(`goes on without ${name}, and a reload names it`, async () => {
      renameSync(file(name), file('away'))
      expect(await failureOf()).to.include(file(name))
      expect(await isServing()).to.equal(true)
      // Garbage in its place, as after a restore of the wrong thing. A shared secret may be any text.
      writeFileSync(file(name), Buffer.from([0, 255, 0, 200, 10]))
      if (name !== 'secret') expect(await failureOf()).to.match(/^\w*Error: /)
      expect(await isServing()).to.equal(true)
      unlinkSync(file(name))
      renameSync(file('away'), file(name))
      expect(await failureOf()).to.equal('read')
    })
  }

  it('keeps the sealing key that it was started with, and says that a restart takes another', async () => {
    renameSync(file('key'), file('away'))
    writeFileSync(file('key'), Buffer.alloc(32, 4).toString('base64'), { mode: 0o600 })
    log = ''
    expect(await failureOf()).to.equal('read')
    // The log is written a moment later.
    while (!log.includes('sealing_key')) await new Promise((resolve) => setImmediate(resolve))
    renameSync(file('away'), file('key'))
    expect(await failureOf()).to.equal('read')
  })
})
