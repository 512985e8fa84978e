import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { loadConfig, readInstallation } from '../../src/config/index.ts'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { root } from '../docs/pages.ts'
import { run, temporaryFolder } from './fake-io.ts'

describe('init', () => {
  const folder = temporaryFolder()
  const passwordFile = join(folder, 'given-password')
  writeFileSync(passwordFile, 'search: "me"\n')
  const flags = (target: string) => [
    ...['init', '--folder', target, '--controller', 'dc1.corp.example.com'],
    ...['--controller', 'ldaps://dc2.corp.example.com:1636', '--base-dn', 'DC=corp,DC=example'],
    ...['--bind-dn', 'holdfast@corp.example', '--bind-password-file', passwordFile],
    ...['--region', 'nl', '--gateway', '192.0.2.10'],
  ]
  const credentials = ['bind-password', 'vpn-secret', 'sealing-key']
  const names = ['holdfast.yaml', ...credentials.map((name) => `credentials/${name}`)]
  const modeOf = (path: string) => statSync(path).mode & 0o777

  it('writes from flags a configuration that loads, and secrets for their owner alone', async () => {
    const target = join(folder, 'flags')
    const { code, stdout } = await run(flags(target))
    expect(code).to.equal(exitCodes.ok)
    expect(stdout.trim().split('\n')).to.deep.equal(names.map((name) => join(target, name)))
    const config = loadConfig(join(target, 'holdfast.yaml'), { env: {} })
    const directory = config.directories.ad
    expect(directory).to.deep.include({
      servers: ['ldaps://dc1.corp.example.com', 'ldaps://dc2.corp.example.com:1636'],
      baseDn: 'DC=corp,DC=example',
    })
    const bindPassword = directory?.type === 'ldap' ? directory.bindPassword.reveal() : ''
    expect(bindPassword).to.equal('search: "me"')
    expect(config.gateways.vpn?.secret.reveal()).to.match(/^[\w-]{32}$/)
    expect(Buffer.from(config.sealingKey?.reveal() ?? '', 'base64')).to.have.length(32)
    const text = readFileSync(join(target, 'holdfast.yaml'), 'utf8')
    expect(text).to.not.include('search: \\"me')
    expect(text).to.match(/^ *# /m)
  })

  it('fits the unit: a file the service can read, and what systemd hands over to it', async () => {
    const target = join(folder, 'unit')
    const before = process.umask(0o077)
    try {
      expect((await run(flags(target))).code).to.equal(exitCodes.ok)
    } finally {
      process.umask(before)
    }
    expect(names.map((name) => modeOf(join(target, name)))).to.deep.equal([
      0o644, 0o600, 0o600, 0o600,
    ])
    expect([target, join(target, 'credentials')].map(modeOf)).to.deep.equal([0o755, 0o700])
    const unit = readFileSync(join(root, 'systemd/holdfast.service'), 'utf8')
    const loaded = [...unit.matchAll(/^LoadCredential=(\S+):\/etc\/holdfast\/(\S+)$/gm)]
    expect(loaded.map(([, , file]) => file)).to.have.members([
      ...names.slice(1),
      'credentials/installation-id',
    ])
    const text = readFileSync(join(target, 'holdfast.yaml'), 'utf8')
    const references = [...text.matchAll(/: credential:(\S+)$/gm)].map(([, name]) => name)
    expect([...references, 'installation-id']).to.have.members(loaded.map(([, name]) => name))
    expect(text).to.not.match(/: "?file:/)
  })

  it('asks for what no flag says, and guesses the base DN', async () => {
    const target = join(folder, 'asked')
    const input = 'dc1.corp.example.com\n\nholdfast@corp.example\nsecret word\nnl\n192.0.2.0/24\n'
    const { code, stderr } = await run(['init', '--folder', target], { input })
    expect(code).to.equal(exitCodes.ok)
    expect(stderr).to.include('[DC=corp,DC=example,DC=com]')
    expect(stderr).to.not.include('secret word')
    const config = loadConfig(join(target, 'holdfast.yaml'), { env: {} })
    expect(config.directories.ad).to.include({ baseDn: 'DC=corp,DC=example,DC=com' })
    expect(config.gateways.vpn?.address).to.deep.equal(['192.0.2.0/24'])
  })

  it('writes nothing when an answer is missing or wrong', async () => {
    const bad: readonly (readonly [argv: readonly string[], input: string])[] = [
      [[], 'dc1.corp.example.com\n\n\n'],
      [['--gateway', 'vpn.example.com'], 'dc1\nDC=x\nuser\npassword\nNL\n'],
      [['--controller', 'ht tp://x'], '\n'],
    ]
    for (const [argv, input] of bad) {
      const target = join(folder, 'bad')
      const { code } = await run(['init', '--folder', target, ...argv], { input })
      expect(code).to.equal(exitCodes.usage)
      expect(existsSync(target)).to.equal(false)
    }
    const { code } = await run(['init', '--folder', join(folder, 'bad')], { input: 'dc1\n' })
    expect(code).to.equal(exitCodes.failed)
  })

  it('never writes over a file, not even one of several', async () => {
    const target = join(folder, 'flags')
    const before = names.map((name) => readFileSync(join(target, name), 'utf8'))
    const { code, stderr } = await run(flags(target))
    expect(code).to.equal(exitCodes['bad-file'])
    expect(stderr).to.include('nothing was written')
    expect(names.map((name) => readFileSync(join(target, name), 'utf8'))).to.deep.equal(before)
  })

  it('writes over with --force, but keeps the key that opens the store', async () => {
    const target = join(folder, 'flags')
    const read = (name: string) => readFileSync(join(target, name), 'utf8')
    const [key, secret] = ['sealing-key', 'vpn-secret'].map((name) => read(`credentials/${name}`))
    expect((await run([...flags(target), '--force'])).code).to.equal(exitCodes.ok)
    expect(read('credentials/sealing-key')).to.equal(key)
    expect(read('credentials/vpn-secret')).to.not.equal(secret)
  })

  describe('makes the store with its id, once', () => {
    const target = join(folder, 'with-store')
    const store = join(folder, 'state', 'holdfast.db')
    const idFile = join(target, 'credentials/installation-id')
    const initHere = (...more: readonly string[]) =>
      run([...flags(target), '--store', store, ...more])

    it('beside the sealing key and in the store', async () => {
      const { code, stderr } = await initHere()
      expect(code).to.equal(exitCodes.ok)
      expect(stderr).to.include(`Made a new store at ${store}`)
      expect([idFile, store, join(folder, 'state')].map(modeOf)).to.deep.equal([
        0o600, 0o600, 0o700,
      ])
      const { installation, sealingKey } = loadConfig(join(target, 'holdfast.yaml'), { env: {} })
      const { id } = readInstallation(installation)
      expect(id).to.equal(readFileSync(idFile, 'utf8').trim())
      const opened = await openStore({
        file: store,
        node: 'n',
        keyring: createKeyring({ current: Buffer.from(sealingKey?.reveal() ?? '', 'base64') }),
        whenMissing: 'refuse',
      })
      await opened.close()
      expect(opened.installationId).to.equal(id)
    })

    it('and leaves both as they are when it is run again', async () => {
      const before = [readFileSync(idFile, 'utf8'), readFileSync(store).toString('hex')]
      const { code, stderr } = await initHere('--force')
      expect(code).to.equal(exitCodes.ok)
      expect(stderr).to.include(`The store at ${store} is kept`)
      expect([readFileSync(idFile, 'utf8'), readFileSync(store).toString('hex')]).to.deep.equal(
        before,
      )
    })

    it('and makes none in the place of a lost one', async () => {
      rmSync(store)
      const { code, stderr } = await initHere('--force')
      expect(code).to.equal(exitCodes.ok)
      expect(stderr).to.include('holdfast store create')
      expect(existsSync(store)).to.equal(false)
    })
  })

  it('refuses a folder that other users can write: they would choose the secrets', async () => {
    const target = join(folder, 'shared')
    mkdirSync(join(target, 'credentials'), { recursive: true })
    for (const [path, mode] of [
      [target, 0o775],
      [join(target, 'credentials'), 0o770],
    ] as const) {
      chmodSync(path, mode)
      const { code, stderr } = await run(flags(target))
      expect(code).to.equal(exitCodes['bad-file'])
      expect(stderr).to.include(`${path} is not used`)
      expect(readdirSync(join(target, 'credentials'))).to.deep.equal([])
      chmodSync(path, 0o755)
    }
  })
})
