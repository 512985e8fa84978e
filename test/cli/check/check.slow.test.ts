import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { exitCodes } from '../../../src/cli/exit-codes.ts'
import { programVersion } from '../../../src/cli/program-version.ts'
import { width } from '../../../src/cli/text/print.ts'
import { type App, createApp } from '../../../src/compose/index.ts'
import type { CheckRow } from '../../../src/operations/index.ts'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import { run, temporaryFolder } from '../fake-io.ts'

const oldKey = Buffer.alloc(32, 5)
const newKey = Buffer.alloc(32, 6)
const folder = temporaryFolder()
const file = (name: string, content?: string) => {
  const path = join(folder, name)
  if (content !== undefined) writeFileSync(path, content, { mode: 0o600 })
  return path
}

const local = '{ type: local }'
type Change = {
  readonly directories?: string
  readonly store?: string
  readonly key?: string
  readonly more?: string
}

/** A configuration of its own, with a store and a socket of its own unless they are named. */
function configure(name: string, change: Change = {}): string {
  file('gateway-secret', 'abcdefghijklmnopqrstuvwxyz012345')
  file('old-key', oldKey.toString('base64'))
  file('new-key', newKey.toString('base64'))
  return file(
    `${name}.yaml`,
    `listen: ["127.0.0.1:0"]
store: { sqlite: ${change.store ?? `${name}.db`} }
sealing_key: file:${change.key ?? 'old-key'}
node_name: test
admin_socket: ${name}.sock
directories: ${change.directories ?? `{ people: ${local} }`}
gateways:
  vpn: { address: 192.0.2.1, secret: "file:gateway-secret" }
${change.more ?? ''}
`,
  )
}

async function rowsOf(...argv: string[]) {
  const { code, stdout, stderr } = await run(['check', '--json', ...argv])
  return { code, stderr, rows: JSON.parse(stdout) as readonly CheckRow[] }
}

const find = (rows: readonly CheckRow[], area: string, what: string) =>
  rows.find((row) => row.area === area && row.what.includes(what))

async function makeStore(name: string, key = oldKey) {
  const keyring = createKeyring({ current: key })
  return openStore({ file: file(name), keyring, node: 'test' })
}

describe('check without a service', () => {
  it('examines the file it is given, and says what it did not look at', async () => {
    const config = configure('alone', { directories: `{ one: ${local}, two: ${local} }` })
    const { code, rows } = await rowsOf('--config', config)
    expect(code).to.equal(exitCodes.failed)
    expect(find(rows, 'configuration', config)?.state).to.equal('ok')
    expect(find(rows, 'directory', 'two')?.state).to.equal('ok')
    expect(find(rows, 'service', 'running')).to.include({ state: 'warning' })
    expect(find(rows, 'store', 'alone.db')?.state).to.equal('failed')
    expect(find(rows, 'store', 'alone.db')?.remedy).to.include('holdfast store create')
  })

  it('looks at the store that the service has left', async () => {
    const config = configure('left')
    await (await makeStore('left.db')).close()
    const { rows } = await rowsOf('--config', config)
    expect(find(rows, 'store', 'audit chain')?.state).to.equal('ok')
    expect(find(rows, 'store', 'sealing key')?.state).to.equal('ok')
    expect(find(rows, 'gateway', 'vpn')?.detail).to.include('no request came yet')
    expect(find(rows, 'gateway', 'unknown senders')?.state).to.equal('not-examined')
  })

  it('fails where there is no configuration and no service', async () => {
    const { code, rows } = await rowsOf()
    expect(code).to.equal(exitCodes.configuration)
    expect(rows[0]).to.include({ area: 'configuration', state: 'failed' })
    expect(rows[0]?.remedy).to.include('--config')
  })

  it('fails for a socket that is named and where nothing listens', async () => {
    const { code, rows } = await rowsOf('--socket', file('none.sock'))
    expect(code).to.equal(exitCodes.failed)
    expect(rows).to.have.length(1)
    expect(rows[0]).to.include({ area: 'service', state: 'failed' })
    expect(rows[0]?.detail).to.include('none.sock')
  })

  for (const [what, more, setting] of [
    [
      'a missing ca_file',
      'delivery: { mail: { type: smtp, host: h, from: a@b.c, ca_file: gone } }',
      'delivery.mail.ca_file',
    ],
    ['a missing dictionary', 'dictionaries: [gone]', 'dictionaries.0'],
  ] as const) {
    it(`has a row for ${what}, and says that nothing else was examined`, async () => {
      const config = configure('missing', { more })
      const { code, rows } = await rowsOf('--config', config)
      expect(code).to.equal(exitCodes.configuration)
      const [row] = rows
      expect(row).to.include({ area: 'configuration', state: 'failed' })
      expect(row?.what).to.match(/missing\.yaml:\d+:\d+$/)
      expect(row?.detail).to.equal(
        `${setting}: ${file('gone')} cannot be read: there is no such file (ENOENT)`,
      )
      const skipped = rows.filter(({ state }) => state === 'not-examined').map(({ area }) => area)
      expect(skipped).to.deep.equal(['certificate', 'provider', 'directory'])
    })
  }

  it('has one warning a kind for what dictionary files say and we cannot do', async () => {
    const lines = ['VENDOR Acme 65001', 'BEGIN-VENDOR Acme', 'ATTRIBUTE Acme-Flag 1 bool']
    lines.push(
      'ATTRIBUTE Acme-Blob 2 struct',
      'MEMBER Acme-Part byte',
      'ATTRIBUTE Acme-Other 3 group',
    )
    lines.push('ATTRIBUTE Acme-More 4 struct', 'END-VENDOR Acme', '')
    const path = file('acme', lines.join('\n'))
    const reply = (attribute: string) =>
      `  other: { address: 192.0.2.2, secret: "file:gateway-secret", reply: { ${attribute} } }\ndictionaries: [acme]`
    const flag = configure('flag', { more: reply('Acme-Flag: true') })
    const { rows } = await rowsOf('--config', flag)
    const warnings = rows.filter(({ what }) => what === 'dictionaries')
    expect(warnings.map(({ state, detail }) => [state, detail])).to.deep.equal([
      [
        'warning',
        `Attributes of type struct are left out: 2. The first is Acme-Blob, line 4 of ${path}`,
      ],
      [
        'warning',
        `Attributes of type group are left out: 1. The first is Acme-Other, line 6 of ${path}`,
      ],
    ])
    const blob = configure('blob', { more: reply('Acme-Blob: "0x01"') })
    const { code, rows: failed } = await rowsOf('--config', blob)
    expect(code).to.equal(exitCodes.configuration)
    expect(failed[0]?.detail).to.equal(
      `gateways.other.reply.Acme-Blob: ${path}:4 has Acme-Blob, but attributes of type struct are left out. You can write it as Attr-26.65001.2 with its bytes, such as 0x0001`,
    )
  })

  it('says of providers what it does not try', async () => {
    const more = `delivery: { texts: { type: http, url: "http://127.0.0.1:1/?{to}{text}" }, mail: { type: smtp, host: 127.0.0.1, port: 1, from: a@b.c } }
methods: { sms: { via: texts }, email: { via: mail } }`
    const { rows } = await rowsOf('--config', configure('providers', { more }))
    const providers = rows.filter(({ area }) => area === 'provider')
    expect(providers.map(({ state }) => state)).to.deep.equal(['failed', 'failed'])
    expect(providers[0]?.detail).to.include('ECONNREFUSED')
  })

  it('fits 80 columns in a pipe, whatever is wrong', async () => {
    const deep = join(folder, 'a-folder-with-a-name', 'x'.repeat(90), 'dictionary')
    for (const more of [`dictionaries: ["${deep}"]`, `${'y'.repeat(100)}: 1`, '']) {
      const { stdout } = await run(['check', '--config', configure('wide', { more })])
      for (const line of stdout.split('\n')) expect(width(line), line).to.be.at.most(80)
      expect(stdout).to.not.include('\u001b')
    }
  })
})

describe('check of a sealing key that was half changed', () => {
  it('names both keys and the way out where a rotation was cut off', async () => {
    const config = configure('cut')
    const store = await makeStore('cut.db')
    const rotation = store.rotateKeys(newKey).catch((error: unknown) => error)
    await store.close()
    await rotation
    const { code, rows } = await rowsOf('--config', config)
    expect(code).to.equal(exitCodes.failed)
    const row = find(rows, 'store', 'cut.db')
    expect(row?.state).to.equal('failed')
    expect(row?.detail).to.match(/sealed with the keys \w{8} and \w{8}, given \w{8}/)
    expect(row?.remedy).to.include('holdfast key rotate FILE again')
    expect((await run(['key', 'rotate', file('new-key'), '--config', config])).code).to.equal(0)
    const done = await rowsOf('--config', configure('cut', { key: 'new-key' }))
    expect(find(done.rows, 'store', 'sealing key')?.state).to.equal('ok')
  })

  it('says that the old key is still named where the service has changed it', async () => {
    const config = configure('unplaced')
    await (await makeStore('unplaced.db')).close()
    const app = await startApp(config)
    try {
      expect((await run(['key', 'rotate', file('new-key'), '--config', config])).code).to.equal(0)
      const { code, rows } = await rowsOf('--config', config)
      expect(code).to.equal(exitCodes.failed)
      const row = find(rows, 'store', 'sealing key')
      expect(row?.state).to.equal('failed')
      expect(row?.detail).to.match(/sealed with key \w{8}, and sealing_key is \w{8}/)
      configure('unplaced', { key: 'new-key' })
      const placed = await rowsOf('--config', config)
      expect(find(placed.rows, 'store', 'sealing key')?.state).to.equal('ok')
      expect(find(placed.rows, 'service', 'running')?.detail).to.include('with this configuration')
    } finally {
      await app.stop()
    }
  })
})

async function startApp(configFile: string): Promise<App> {
  const app = await createApp({
    configFile,
    env: {},
    version: programVersion(),
    log: new PassThrough().resume(),
    print: () => undefined,
  })
  await app.start()
  return app
}

describe('check beside a service (RULES 40)', () => {
  const name = 'served'
  let app: App
  let config: string
  before(async () => {
    config = configure(name)
    await (await makeStore(`${name}.db`)).close()
    app = await startApp(config)
  })
  beforeEach(() => configure(name))
  after(() => app?.stop())

  it('takes the word of the service for what it runs', async () => {
    const { code, rows } = await rowsOf('--config', config)
    expect(code).to.equal(exitCodes.ok)
    expect(find(rows, 'service', 'running')).to.include({ state: 'ok' })
    expect(find(rows, 'service', 'running')?.detail).to.include('with this configuration')
    expect(rows.filter(({ area }) => area === 'directory')).to.have.length(1)
    const skipped = rows.filter(({ state }) => state === 'not-examined')
    // No unit of the tests writes a journal.
    expect(skipped.map(({ what }) => what)).to.have.members(['audit head', 'audit in the journal'])
  })

  it('finds the file of the service where only its socket is named', async () => {
    const { rows } = await rowsOf('--socket', file(`${name}.sock`))
    expect(find(rows, 'configuration', config)?.state).to.equal('ok')
  })

  it('does not mind a comment, and minds a file that the configuration names', async () => {
    const more = '# nothing new\n'
    configure(name, { more })
    const commented = await rowsOf('--config', config)
    expect(find(commented.rows, 'service', 'running')?.state).to.equal('ok')
    file('gateway-secret', 'another-secret-of-the-same-gateway')
    const changed = await rowsOf('--config', config)
    expect(find(changed.rows, 'service', 'running')).to.include({ state: 'warning' })
    expect(find(changed.rows, 'service', 'running')?.remedy).to.include('holdfast reload')
  })

  it('examines the directories of a file that has changed, not those of the service', async () => {
    const servers = 'servers: "ldap://127.0.0.1:1", start_tls: true'
    const account = 'bind_dn: "cn=x,dc=corp", bind_password: "file:gateway-secret"'
    const corp = `{ type: ldap, kind: openldap, ${servers}, ${account}, base_dn: "dc=corp", phone_attributes: [] }`
    configure(name, {
      directories: `{ corp: ${corp} }`,
      more: '  second: { address: 192.0.2.2, secret: "file:gateway-secret" }',
    })
    const { code, rows } = await rowsOf('--config', config)
    expect(code).to.equal(exitCodes.failed)
    const directories = rows.filter(({ area }) => area === 'directory')
    expect(directories.some(({ what }) => what.startsWith('people'))).to.equal(false)
    expect(find(directories, 'directory', 'corp ldap://127.0.0.1:1 connect')?.state).to.equal(
      'failed',
    )
    expect(find(rows, 'service', 'running')?.detail).to.include('has changed since')
    expect(find(rows, 'gateway', 'second')).to.include({
      state: 'not-examined',
      detail: 'not examined: the running service does not have it',
    })
    expect(find(rows, 'store', 'audit chain')?.state).to.equal('ok')
  })

  it('says that the service runs another file, and looks at the store of the one given', async () => {
    const other = configure('other')
    writeFileSync(other, readFileSync(other, 'utf8').replace('other.sock', `${name}.sock`))
    const { code, rows } = await rowsOf('--config', other)
    expect(code).to.equal(exitCodes.failed)
    const running = find(rows, 'service', 'running')
    expect(running?.state).to.equal('warning')
    expect(running?.detail).to.include(`${config}, not ${other}`)
    expect(find(rows, 'store', 'other.db')?.detail).to.include('the file is not there')
  })

  it('goes on where the file is broken, and says what the service has', async () => {
    configure(name, { more: 'nonsense: true' })
    const { code, rows } = await rowsOf('--config', config)
    expect(code).to.equal(exitCodes.configuration)
    expect(find(rows, 'service', 'running')?.detail).to.include('cannot be used now')
    expect(rows.some(({ state }) => state === 'not-examined')).to.equal(true)
    expect(find(rows, 'store', 'audit chain')?.state).to.equal('ok')
  })

  it('says where it cannot know the socket, and takes the one that is named', async () => {
    writeFileSync(config, 'directories: [')
    const { code, rows } = await rowsOf('--config', config)
    expect(code).to.equal(exitCodes.configuration)
    expect(find(rows, 'service', 'running')?.state).to.equal('not-examined')
    const named = await rowsOf('--config', config, '--socket', file(`${name}.sock`))
    expect(find(named.rows, 'service', 'running')?.detail).to.include('cannot be used now')
  })

  it('tells an authenticator that cannot be used, when it is added and after', async () => {
    await run(['user', 'block', 'alice', '--config', config])
    configure(name, {
      directories: '{ people: { type: local, users: { alice: { sealed_nt_hash: "x" } } } }',
    })
    const add = ['authenticator', 'add', 'zoe', '-m', 'sms', '--phone', '+31612345678']
    const users = 'zoe: { password_hash: "scrypt$16384$8$1$c2FsdHNhbHQ=$MDEyMzQ1Njc4OWFiY2RlZg==" }'
    configure(name, { directories: `{ people: { type: local, users: { ${users} } } }` })
    await app.reload()
    const added = await run([...add, '--config', config])
    expect(added.code).to.equal(exitCodes.ok)
    expect(added.stderr).to.include('zoe cannot use it').and.include('methods.sms')
    const preferred = await run(['user', 'prefer', 'zoe', 'sms', '--config', config])
    expect(preferred.stderr).to.include('no effect now').and.include('methods.sms')
    const listed = await run(['authenticator', 'list', 'zoe', '--config', config])
    expect(listed.stdout).to.include('cannot be used')
    const { rows } = await rowsOf('--config', config)
    const row = find(rows, 'method', 'sms')
    expect(row?.state).to.equal('warning')
    expect(row?.detail).to.equal(
      'cannot be used by "zoe": 1 enrolled, and methods.sms is not set up',
    )
  })
})
