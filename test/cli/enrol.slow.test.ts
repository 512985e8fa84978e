import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runCli } from '../../src/cli/index.ts'
import { otpCode, parseSeed } from '../../src/methods/index.ts'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { createFakeIo, run, temporaryFolder } from './fake-io.ts'

const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const master = Buffer.alloc(32, 5)
const sha1 = { algorithm: 'sha1', digits: 6 } as const

/** What the app shows, some steps from now. */
function codeNow(seed: string, steps = 0): string {
  const bytes = parseSeed(seed)
  if (bytes === undefined) throw new Error('no seed')
  return otpCode({ ...sha1, seed: bytes }, Math.floor(Date.now() / 30_000) + steps)
}

const hotpCode = (counter: number) =>
  otpCode({ ...sha1, seed: parseSeed(base32) ?? Buffer.alloc(20) }, counter)

describe('authenticator add with --verify and --svg', () => {
  const folder = temporaryFolder()
  const config = join(folder, 'holdfast.yaml')
  const seedFile = join(folder, 'seed')
  const add = (...words: string[]) => ['authenticator', 'add', ...words, '--config', config]

  before(async () => {
    const scrypt = 'scrypt$16384$8$1$c2FsdHNhbHQ=$MDEyMzQ1Njc4OWFiY2RlZg=='
    const people = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace']
    const users = people.map((name) => `${name}: { password_hash: "${scrypt}" }`).join(', ')
    writeFileSync(join(folder, 'key'), `${master.toString('base64')}\n`, { mode: 0o600 })
    writeFileSync(join(folder, 'secret'), 'abcdefghijklmnopqrstuvwxyz012345', { mode: 0o600 })
    writeFileSync(seedFile, base32, { mode: 0o600 })
    writeFileSync(
      config,
      `store: { sqlite: ${join(folder, 'store.db')} }
sealing_key: file:key
node_name: test
admin_socket: ${join(folder, 'admin.sock')}
directories: { people: { type: local, users: { ${users} } } }
gateways: { vpn: { address: 192.0.2.1, secret: "file:secret" } }
`,
    )
    await inStore(({ accounts }) =>
      Promise.all(people.map((name) => accounts.noteUser(`people:${name}`, name))),
    )
  })

  async function inStore<Result>(
    work: (store: Awaited<ReturnType<typeof openStore>>) => Promise<Result>,
  ): Promise<Result> {
    const keyring = createKeyring({ current: master })
    const store = await openStore({ file: join(folder, 'store.db'), keyring, node: 'test' })
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  }
  const enrolled = (name: string) =>
    inStore(({ authenticators }) => authenticators.list(`people:${name}`))

  it('asks for the first code of a new seed, again after a wrong one, and spends the right one', async () => {
    const fake = createFakeIo()
    let typed = false
    fake.io.stdout.on('data', () => {
      const [, seed] = /secret=([A-Z2-7]+)/.exec(fake.stdout()) ?? []
      if (seed === undefined || typed) return
      typed = true
      // Half an hour ahead: of this seed, but not a current code.
      fake.stdin.write(`12345\n${codeNow(seed, 60)}\n${codeNow(seed)}\n`)
    })
    expect(await runCli(add('alice', '--verify'), fake.io)).to.equal(exitCodes.ok)
    expect(fake.stderr()).to.include('A code has 6 or 8 digits.')
    expect(fake.stderr()).to.include('This is not a code of the new authenticator.')
    expect(fake.stderr().match(/Code that the app shows now/g)).to.have.length(3)
    expect(fake.stdout()).to.match(/alice has a new totp authenticator/)
    expect(fake.stdout().match(/otpauth:/g)).to.have.length(1)
    const [app, ...more] = await enrolled('alice')
    expect(more).to.deep.equal([])
    expect(app?.method === 'totp' ? app.lastStep : -1).to.be.within(
      Math.floor(Date.now() / 30_000) - 2,
      Math.floor(Date.now() / 30_000),
    )
  })

  it('enrols nothing where the input ends, or Ctrl-C comes, before a right code', async () => {
    const ended = await run(add('bob', '--verify'), { input: '000000\n' })
    expect(ended.code).to.equal(exitCodes.failed)
    expect(ended.stderr).to.include('Nothing was enrolled.').and.include('The input ended')
    const fake = createFakeIo()
    fake.io.stderr.on('data', () => {
      if (fake.stderr().includes('Code that the app shows')) fake.interrupt()
    })
    expect(await runCli(add('bob', '--verify'), fake.io)).to.equal(exitCodes.interrupted)
    expect(fake.stderr()).to.include('Nothing was enrolled.')
    expect(await enrolled('bob')).to.deep.equal([])
  })

  it('learns how far the clock of a token is off', async () => {
    const input = `${codeNow(base32, -4)}\n`
    const { code } = await run(add('carol', '--verify', '--seed-file', seedFile), { input })
    expect(code).to.equal(exitCodes.ok)
    const [token] = await enrolled('carol')
    expect(token?.method === 'totp' ? token.driftSteps : 0).to.be.within(-5, -4)
  })

  it('goes on after the first code of an HOTP token, from the counter it has', async () => {
    const words = ['--method', 'hotp', '--counter', '3', '--verify', '--seed-file', seedFile]
    // One press before its counter is a used code.
    const input = `${hotpCode(2)}\n${hotpCode(5)}\n`
    const { code, stderr } = await run(add('dave', ...words), { input })
    expect(code).to.equal(exitCodes.ok)
    expect(stderr).to.include('This is not a code of the new authenticator.')
    const [token] = await enrolled('dave')
    expect(token).to.include({ method: 'hotp', counter: 6 })
  })

  it('writes the picture for this user alone, and says to delete it', async () => {
    const file = join(folder, 'erin.svg')
    const { code, stdout } = await run(add('erin', '--svg', file))
    expect(code).to.equal(exitCodes.ok)
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    expect(readFileSync(file, 'utf8')).to.match(/^<\?xml .*<svg .*<\/svg>\n$/s)
    expect(stdout).to.include(`The QR code is in ${file}.`).and.include('delete it')
    expect(await enrolled('erin')).to.have.length(1)
  })

  it('says why there can be no picture, and enrols nothing then', async () => {
    const { code, stderr } = await run(add('frank', '--svg', join(folder, 'none', 'frank.svg')))
    expect(code).to.equal(exitCodes['bad-file'])
    expect(stderr).to.include('frank.svg cannot be written: its folder does not exist (ENOENT).')
    expect(await enrolled('frank')).to.deep.equal([])
  })

  it('writes over nothing without --force, and follows no link', async () => {
    const [file, link, target] = ['old.svg', 'link.svg', 'target'].map((name) => join(folder, name))
    if (!file || !link || !target) throw new Error('no names')
    for (const path of [file, target]) writeFileSync(path, 'old', { mode: 0o644 })
    symlinkSync(target, link)
    for (const path of [file, link]) {
      const { code, stderr } = await run(add('frank', '--svg', path))
      expect(code, stderr).to.equal(exitCodes['bad-file'])
      expect(stderr).to.include(`${path} exists already, so nothing was enrolled.`)
    }
    expect(await enrolled('frank')).to.deep.equal([])
    for (const path of [file, link]) {
      const { code } = await run(add('frank', '--svg', path, '--force'))
      expect(code).to.equal(exitCodes.ok)
      expect(readFileSync(path, 'utf8')).to.include('<svg')
      expect(statSync(path).mode & 0o777).to.equal(0o600)
    }
    expect(readFileSync(target, 'utf8')).to.equal('old')
  })

  it('takes the picture away again where no right code came, or no user has the name', async () => {
    const file = join(folder, 'gone.svg')
    const aborted = await run(add('grace', '--svg', file, '--verify'), { input: '' })
    expect(aborted.code).to.equal(exitCodes.failed)
    expect(existsSync(file)).to.equal(false)
    const unknown = await run(add('nobody', '--svg', file))
    expect(unknown.code).to.equal(exitCodes['not-found'])
    expect(existsSync(file)).to.equal(false)
    const missing = join(folder, 'no-folder')
    const noFolder = await run(add('grace', '--svg', join(missing, 'x.svg')))
    expect(noFolder.code).to.equal(exitCodes['bad-file'])
    mkdirSync(missing)
    expect(await enrolled('grace')).to.deep.equal([])
  })

  const refused = [
    [['--verify', '--method', 'sms', '--phone', '+31612345678'], '--verify is for totp and hotp'],
    [['--svg', 'x.svg', '--method', 'recovery'], '--svg is for totp and hotp, not for recovery'],
    [['--verify', '--json'], 'it cannot be used with --json'],
    [['--method', 'email', '--address', 'bob'], 'holdfast: --address: must be a mail address'],
    [
      ['--method', 'call', '--phone', '+31612345678', '--backup-phone', '0612'],
      'holdfast: --backup-phone: must be a number such as +31612345678',
    ],
  ] as const
  for (const [words, text] of refused) {
    it(`refuses ${words.join(' ')}`, async () => {
      const { code, stderr } = await run(add('grace', ...words))
      expect(code).to.equal(exitCodes.usage)
      expect(stderr).to.include(text)
    })
  }
})
