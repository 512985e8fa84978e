import { createSocket } from 'node:dgram'
import { once } from 'node:events'
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
import { runCli } from '../../src/cli/index.ts'
import { loadConfig, readInstallation } from '../../src/config/index.ts'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { createFakeIo, run, temporaryFolder } from './fake-io.ts'

describe('init', () => {
  const folder = temporaryFolder()
  const passwordFile = join(folder, 'given-password')
  writeFileSync(passwordFile, 'search: "me"\n')
  const flags = (target: string) => [
    ...['init', '--folder', target, '--controller', 'dc1.corp.example.com'],
    ...['--controller', 'ldaps://dc2.corp.example.com:1636', '--base-dn', 'DC=corp,DC=example'],
    ...['--bind-dn', 'holdfast@corp.example', '--bind-password-file', passwordFile],
    ...['--region', 'nl', '--gateway', '192.0.2.10', '--offline'],
  ]
  /** Nothing listens there. */
  const away = 'ldaps://127.0.0.1:1'
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
    // The unit hands over the whole folder.
    const text = readFileSync(join(target, 'holdfast.yaml'), 'utf8')
    const references = [...text.matchAll(/: credential:(\S+)$/gm)].map(([, name]) => name)
    expect(references.map((name) => `credentials/${name}`)).to.have.members(names.slice(1))
    expect(text).to.not.match(/: "?file:/)
  })

  it('asks for what no flag says, keeps what cannot be tried, and guesses the base DN', async () => {
    const target = join(folder, 'asked')
    const input = [
      ...[away, 'keep', 'holdfast', 'holdfast@corp.example', '', 'secret word', 'nonsense'],
      ...['DC=corp,DC=example', 'UK', 'nl', '0.0.0.0/0', '10.0.0.0/8 10.1.1.1', '192.0.2.0/24'],
    ]
    const { code, stderr } = await run(['init', '--folder', target], { input: input.join('\n') })
    expect(code, stderr).to.equal(exitCodes.ok)
    for (const said of [
      'cannot be reached',
      '"holdfast" lacks its domain',
      'An answer is needed.',
      '"nonsense" is not a DN',
      'The United Kingdom is GB',
      'anyone could try secrets',
      '10.1.1.1 lies inside 10.0.0.0/8',
      'This will be written:',
    ]) {
      expect(stderr).to.include(said)
    }
    expect(stderr).to.not.include('secret word')
    const config = loadConfig(join(target, 'holdfast.yaml'), { env: {} })
    expect(config.directories.ad).to.include({ baseDn: 'DC=corp,DC=example' })
    expect(config.gateways.vpn?.address).to.deep.equal(['192.0.2.0/24'])
  })

  it('proposes the base DN that the name of the server suggests', async () => {
    const words = ['init', '--folder', join(folder, 'guessed'), '--offline']
    const { stderr } = await run(words, { input: 'dc1.corp.example.com\na@b\np\n' })
    expect(stderr).to.include('[DC=corp,DC=example,DC=com]')
  })

  it('says which answer was missing where the input ends, and writes nothing', async () => {
    const target = join(folder, 'ended')
    const { code, stderr } = await run(['init', '--folder', target, '--offline'], {
      input: 'dc1\n',
    })
    expect(code).to.equal(exitCodes.failed)
    expect(stderr).to.match(/ended before an answer to "Account.*--bind-dn. Nothing was written/)
    expect(existsSync(target)).to.equal(false)
  })

  it('writes nothing when it is interrupted, not even between two questions', async () => {
    const target = join(folder, 'interrupted')
    const fake = createFakeIo()
    fake.interrupt()
    fake.stdin.end('dc1\na@b\nsecret\n\nNL\n192.0.2.10\n')
    const code = await runCli(['init', '--folder', target, '--offline'], fake.io)
    expect(code).to.equal(exitCodes.interrupted)
    expect(await runCli(flags(target), fake.io)).to.equal(exitCodes.interrupted)
    expect(existsSync(target)).to.equal(false)
  })

  describe('refuses what cannot work, says why, and writes nothing', () => {
    const short = join(folder, 'short-secret')
    writeFileSync(short, 'only15character\n')
    const cases: readonly (readonly [words: readonly string[], said: RegExp])[] = [
      [['--gateway', 'vpn.example.com'], /--gateway: "vpn\.example\.com" must be an address/],
      [['--gateway', '192.0.2.10'], /--gateway: 192\.0\.2\.10 lies inside 192\.0\.2\.10/],
      [['--gateway', '::ffff:192.0.2.1'], /write the IPv4 address/],
      [['--gateway', '224.0.0.5'], /is not the address of a machine/],
      [['--controller', 'http://dc1'], /--controller: "http:\/\/dc1" is not the name/],
      [['--region', 'XX'], /--region: "XX" is not a country code/],
      [['--preset', 'fortinet'], /--preset: "fortinet" is not known\. Kinds: aruba-cx/],
      [['--patience', 'long'], /--patience: "long" is not a time/],
      [['--preset', 'fortigate', '--patience', '6m'], /FortiGate waits 300s at most/],
      [['--gateway-secret-file', short], /15 characters.*guessed from one captured packet/],
      [['--listen', '1812'], /--listen: "1812" is not an address and a port/],
      [
        ['--flow', 'hold', '--second-factor-first'],
        /second_factor_first refuses everyone.*Use flow/,
      ],
      [['--gateway-name', 'a b'], /gateways.*a name has letters/],
    ]
    for (const [words, said] of cases) {
      it(words.map((word) => word.replace(folder, '…')).join(' '), async () => {
        const target = join(folder, 'refused')
        const single =
          words[0] === '--region'
            ? flags(target).filter((w) => !/^(--region|nl)$/.test(w))
            : flags(target)
        const { code, stderr } = await run([...single, ...words])
        expect(stderr).to.match(said)
        expect(code).to.equal(exitCodes.usage)
        expect(existsSync(target)).to.equal(false)
      })
    }
  })

  it('refuses a port that another program has, and takes another one', async () => {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    const target = join(folder, 'port')
    const words = [
      ...flags(target).filter((word) => !/^--(offline|controller)$|dc[12]/.test(word)),
      ...['--controller', away, '--store', join(folder, 'port.db'), '--listen'],
    ]
    const refused = await run([...words, `127.0.0.1:${port}`])
    expect(refused.stderr).to.include(`UDP port ${port} is in use by another program`)
    expect(refused.code).to.equal(exitCodes.usage)
    expect(existsSync(target)).to.equal(false)
    socket.close()
    await once(socket, 'close')
    const { code, stderr } = await run([...words, `127.0.0.1:${port}`])
    // A controller that is away may be back when the service starts.
    expect(stderr).to.match(/Warning: --controller: ldaps:\/\/127\.0\.0\.1:1 cannot be reached/)
    expect(code).to.equal(exitCodes.ok)
    expect(loadConfig(join(target, 'holdfast.yaml'), { env: {} }).listen).to.deep.equal([
      { address: '127.0.0.1', port },
    ])
  })

  it('takes options from a file of answers, and says where one is wrong', async () => {
    const target = join(folder, 'answers')
    const file = join(folder, 'answers.yaml')
    const text = `controller: [dc1.corp.example]\nbase-dn: DC=corp,DC=example\nbind-dn: a@corp.example
bind-password-file: ${passwordFile}\nregion: nl\ngateway: 192.0.2.10\noffline: true\n`
    writeFileSync(file, text)
    expect((await run(['init', '--folder', target, '--answers', file])).code).to.equal(exitCodes.ok)
    const config = loadConfig(join(target, 'holdfast.yaml'), { env: {} })
    expect(config.directories.ad).to.include({ bindDn: 'a@corp.example' })
    for (const [wrong, said] of [
      [`${text}regoin: NL\n`, /answers\.yaml:8: There is no option "regoin"/],
      ['region: [', /answers\.yaml:1: /],
      ['- a\n', /must hold one option a line/],
    ] as const) {
      writeFileSync(file, wrong)
      const refused = await run(['init', '--folder', join(folder, 'no'), '--answers', file])
      expect(refused.stderr).to.match(said)
      expect(refused.code).to.equal(exitCodes.usage)
    }
  })

  it('uses the authorities that are in the folder already, and keeps them', async () => {
    const target = join(folder, 'with-ca')
    mkdirSync(target)
    const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
    writeFileSync(join(target, 'ca.pem'), pem)
    const { code, stderr } = await run(flags(target))
    expect(code, stderr).to.equal(exitCodes.ok)
    expect(readFileSync(join(target, 'ca.pem'), 'utf8')).to.equal(pem)
    const { ad } = loadConfig(join(target, 'holdfast.yaml'), { env: {} }).directories
    expect(ad).to.include({ caFile: join(target, 'ca.pem') })
  })

  it('takes back what it has written when one file cannot be', async () => {
    const target = join(folder, 'half')
    mkdirSync(join(target, 'credentials/vpn-secret'), { recursive: true })
    const { code } = await run([...flags(target), '--force'])
    expect(code).to.equal(exitCodes['bad-file'])
    expect(readdirSync(target)).to.deep.equal(['credentials'])
    expect(readdirSync(join(target, 'credentials'))).to.deep.equal(['vpn-secret'])
  })

  it('never writes over a file, not even one of several', async () => {
    const target = join(folder, 'flags')
    const before = names.map((name) => readFileSync(join(target, name), 'utf8'))
    const { code, stderr } = await run(flags(target))
    expect(code).to.equal(exitCodes['bad-file'])
    expect(stderr).to.include('nothing was written')
    expect(stderr).to.not.include('?')
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

    it('and makes none in place of a lost one', async () => {
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
