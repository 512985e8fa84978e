import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { methods } from '../../src/accounts/index.ts'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runCli } from '../../src/cli/index.ts'
import { passwordSealerOf, sealForConfig } from '../../src/compose/sealed-passwords.ts'
import { identifyConfig, saltIdentity } from '../../src/config/identity.ts'
import { loadConfig } from '../../src/config/index.ts'
import { createLocalDirectory } from '../../src/directory/index.ts'
import { otpCode, parseSeed } from '../../src/methods/index.ts'
import {
  createAdminOperations,
  createDirectoryStatusLookup,
  createPersonLookup,
} from '../../src/operations/index.ts'
import { type AdminSocket, startAdminSocket } from '../../src/ops/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import { Secret, systemClock } from '../../src/support/index.ts'
import { holdsText } from '../holds-text.ts'
import { createFakeIo, run, temporaryFolder } from './fake-io.ts'

const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const master = Buffer.alloc(32, 5)

/** An installation in a folder: configuration, key, and a store that a service has made. */
async function install(folder: string) {
  mkdirSync(folder, { recursive: true })
  const file = (name: string) => join(folder, name)
  writeFileSync(file('sealing-key'), `${master.toString('base64')}\n`, { mode: 0o600 })
  writeFileSync(file('gateway-secret'), 'abcdefghijklmnopqrstuvwxyz012345\n', { mode: 0o600 })
  writeFileSync(
    file('users.yaml'),
    '# ours\nalice: { password_hash: "scrypt$16384$8$1$c2FsdHNhbHQ=$MDEyMzQ1Njc4OWFiY2RlZg==" }\n',
  )
  writeFileSync(
    file('holdfast.yaml'),
    `store: { sqlite: ${file('holdfast.db')} }
sealing_key: file:sealing-key
node_name: test
admin_socket: ${file('admin.sock')}
directories:
  people: { type: local, users_file: users.yaml }
gateways:
  vpn: { address: 192.0.2.1, secret: "file:gateway-secret" }
`,
  )
  const store = await openInstalled(folder)
  await store.accounts.noteUser('people:alice', 'alice')
  await store.accounts.noteUser('people:bob', 'bob')
  await store.accounts.stopPrompts('people:bob', systemClock.nowMs())
  return { store, config: file('holdfast.yaml'), file }
}

function openInstalled(folder: string): Promise<Store> {
  const keyring = createKeyring({ current: master })
  return openStore({ file: join(folder, 'holdfast.db'), keyring, node: 'test' })
}

const rejected = (signInId: string, startedAtMs: number) => ({
  signInId,
  attemptId: `a-${signInId}`,
  startedAtMs,
  endedAtMs: startedAtMs + 1000,
  gateway: 'vpn',
  sourceAddress: '192.0.2.1',
  userName: 'alice',
  userKey: 'people:alice',
  outcome: 'reject' as const,
  reason: 'password-wrong' as const,
  timeline: [{ atMs: startedAtMs, what: 'received' }],
})

/** The same commands, once with a running service and once on the store alone. */
for (const mode of ['service', 'store'] as const) {
  describe(`commands with the ${mode}`, () => {
    const folder = join(temporaryFolder(), mode)
    let config: string
    let file: (name: string) => string
    let store: Store
    let socket: AdminSocket | undefined
    let reloads = 0

    before(async () => {
      const installed = await install(folder)
      config = installed.config
      file = installed.file
      store = installed.store
      const nowMs = systemClock.nowMs()
      await store.audit.record(rejected('Sone', nowMs))
      // One that lasted longer is written after those that began later.
      for (const [id, agoMs] of Object.entries({ Dtwo: 4000, Dlong: 5000, Dthree: 4000 })) {
        await store.audit.record({ ...rejected(id, nowMs - agoMs), gateway: 'web' })
      }
      if (mode === 'store') {
        await store.close()
        return
      }
      const directory = createLocalDirectory(
        {
          name: 'people',
          users: ['alice', 'bob'].map((name) => ({ name, password: new Secret('x') })),
          allowClear: true,
        },
        { clock: systemClock },
      )
      socket = await startAdminSocket({
        path: file('admin.sock'),
        operations: createAdminOperations({
          clock: systemClock,
          store,
          findPerson: createPersonLookup({ directories: [directory], users: store.users }),
          gateways: async () => [],
          usableMethods: () => methods,
          issuer: 'Example',
          scratchFolder: folder,
          service: {
            devices: () => undefined,
            status: () => ({
              version: '1',
              node: 'n',
              pid: 1,
              startedAtMs: 0,
              installationId: store.installationId,
              configFile: config,
              storeFile: file('holdfast.db'),
              listen: [],
            }),
            check: async () => [
              { area: 'directory', what: 'people', state: 'failed', detail: 'down', remedy: 'Up.' },
            ],
            configuration: () => {
              const identity = identifyConfig(loadConfig(config, { env: {} }))
              return { readAtMs: 0, digestWith: (salt) => saltIdentity(identity, salt) }
            },
            groupPins: async () => ({}),
            directoryStatusOf: createDirectoryStatusLookup([directory]),
            support: async () => ({ madeAt: 'now' }),
            dryRun: () => Promise.reject(new Error('nobody signs in here')),
            nameAttributes: () => [],
            forgetMisses: async () => undefined,
            reload: async () => {
              reloads += 1
            },
            sealPassword: (owner, password, as) =>
              sealForConfig(loadConfig(config, { env: {} }), owner, password, as),
          },
        }),
        onInternalError: (_operation, error) => {
          throw error
        },
      })
    })
    after(async () => {
      await socket?.close()
      if (mode === 'service') await store.close()
    })

    const holdfast = (argv: readonly string[], input = '') =>
      run([...argv, '--config', config], { input })

    it('says on stderr when no service is running, and only then', async () => {
      const { stderr, code } = await holdfast(['user', 'list'])
      expect(code).to.equal(exitCodes.ok)
      expect(stderr).to.equal(
        mode === 'store' ? 'No service is running: working on the store itself.\n' : '',
      )
    })

    it('blocks, lists and unlocks', async () => {
      expect((await holdfast(['user', 'block', 'Alice', '--reason', 'lost'])).code).to.equal(0)
      const listed = JSON.parse((await holdfast(['user', 'list', '--json'])).stdout)
      expect(listed).to.have.length(2)
      expect(listed[0]).to.include({ name: 'alice', blocked: true })
      expect((await holdfast(['user', 'show', 'alice'])).stdout).to.match(/State +blocked: lost/)
      expect((await holdfast(['user', 'unlock', 'alice'])).stdout).to.include('was blocked (lost)')
      const { code, stderr } = await holdfast(['user', 'block', 'nobody'])
      expect(code).to.equal(exitCodes['not-found'])
      expect(stderr).to.include(
        mode === 'store'
          ? 'Nothing is stored under the name "nobody". Only the running service can ask'
          : 'No user is called "nobody"',
      )
    })

    it('unlock says that calls and messages had stopped after a report', async () => {
      const show = ['user', 'show', 'bob']
      expect((await holdfast(show)).stdout).to.match(/State +a stranger was reported/)
      const { stdout } = await holdfast(['user', 'unlock', 'bob'])
      expect(stdout).to.include('got no calls and messages, since a stranger was reported')
      expect((await holdfast(show)).stdout).to.match(/State +free/)
    })

    it('gives a bypass, lists it and ends it', async () => {
      const why = ['--reason', 'phone at home']
      const given = await holdfast(['bypass', 'Alice', '--for', '2h', '--once', ...why])
      expect(given.stdout).to.match(/^alice signs in with the password alone: once, until 20/)
      const listed = JSON.parse((await holdfast(['bypass', 'list', '--json'])).stdout)
      expect(listed[0]).to.include({ name: 'alice', once: true, reason: 'phone at home' })
      expect((await holdfast(['bypass', 'list'])).stdout).to.match(
        /alice +20.* once +phone at home/,
      )
      expect((await holdfast(['user', 'show', 'alice'])).stdout).to.match(/Bypass +once, until 20/)
      const ended = await holdfast(['bypass', 'end', 'alice'])
      expect(ended.stdout).to.include('The bypass of alice (phone at home) has ended.')
      expect((await holdfast(['bypass', 'list'])).stdout).to.equal('No user has a bypass.\n')
      for (const wrong of ['8d', '30s', 'soon']) {
        const refused = await holdfast(['bypass', 'alice', '--for', wrong, ...why])
        expect(refused.code, wrong).to.equal(exitCodes.usage)
      }
      expect((await holdfast(['bypass', 'alice'])).code).to.equal(exitCodes.usage)
    })

    it('lists what is remembered of a person, and forgets it', async () => {
      const nowMs = systemClock.nowMs()
      const signIn = {
        userKey: 'people:alice',
        gatewayGroup: 'vpn',
        device: { kind: 'mac' as const, value: '001122334455' },
        network: 'corp',
        method: 'call' as const,
        atMs: nowMs - 1000,
        untilMs: nowMs + 3_600_000,
      }
      const address = { kind: 'address' as const, value: '203.0.113.7' }
      const writing = mode === 'service' ? store : await openInstalled(folder)
      await writing.remembered.keep(signIn, 'stamp')
      await writing.remembered.keep({ ...signIn, device: address, atMs: nowMs - 2000 }, 'stamp')
      const certificate = { kind: 'certificate' as const, value: '0A1B' }
      await writing.remembered.keep({ ...signIn, device: certificate, atMs: nowMs - 3000 }, 'stamp')
      if (mode === 'store') await writing.close()

      const list = ['remembered', 'list', 'alice']
      const listed = await holdfast(list)
      expect(listed.stdout).to.match(/00:11:22:33:44:55 +vpn +corp +call +20/)
      expect(listed.stdout).to.match(/203\.0\.113\.7 +vpn/)
      expect(listed.stdout).to.match(/certificate:0A1B +vpn/)
      const [first] = JSON.parse((await holdfast([...list, '--json'])).stdout)
      const [at, until] = [signIn.atMs, signIn.untilMs].map((ms) => new Date(ms).toISOString())
      expect(first).to.deep.equal({ ...signIn, at, until })

      expect((await holdfast(['user', 'show', 'alice'])).stdout).to.match(/Devices remembered +3\n/)

      const forget = (...further: string[]) =>
        holdfast(['remembered', 'forget', 'alice', ...further])
      expect((await forget('--device', '00-11-22-33-44-56')).stdout).to.match(/^Nothing was/)
      const one = await forget('--device', '0011.2233.4455')
      expect(one.stdout).to.equal(
        'alice is asked for the second factor again from 00:11:22:33:44:55.\n',
      )
      expect((await forget('--device', 'certificate:0a1b')).stdout).to.include(
        'from certificate:0A1B',
      )
      const left = (await holdfast(list)).stdout
      expect(left).to.include('203.0.113.7')
      expect(left).to.not.include('00:11:22').and.not.include('0A1B')
      expect((await forget()).stdout).to.equal('alice is asked for the second factor again.\n')
      expect((await holdfast(list)).stdout).to.equal('Nothing is remembered of alice.\n')
      expect((await forget()).stdout).to.equal('Nothing was remembered of alice.\n')
      expect((await forget('--device', 'my laptop')).code).to.equal(exitCodes.usage)
      expect((await holdfast(['remembered', 'list', 'zoe'])).code).to.equal(exitCodes['not-found'])
    })

    it('exports everything about a person, page by page, and no secret', async () => {
      const writing = mode === 'service' ? store : await openInstalled(folder)
      await writing.accounts.noteUser('people:kim', 'kim')
      const phone = { method: 'call', userKey: 'people:kim', label: 'desk' } as const
      await writing.authenticators.add({ ...phone, phone: '+31612345678', pin: '470815' })
      const long = 'x'.repeat(4_000)
      const kim = { userKey: 'people:kim', userName: 'kim' }
      const timeline = [{ atMs: 1, what: 'asked', detail: { long } }]
      const write = (_: unknown, index: number) =>
        writing.audit.record({ ...rejected(`export-${index}`, 1_000 + index), ...kim, timeline })
      await Promise.all(Array.from({ length: 210 }, write))
      if (mode === 'store') await writing.close()

      const { stdout, code } = await holdfast(['user', 'export', 'kim'])
      expect(code).to.equal(exitCodes.ok)
      expect(stdout).to.not.include('470815')
      const { person, tables, auditIsCut } = JSON.parse(stdout)
      expect([person.key, auditIsCut]).to.deep.equal(['people:kim', false])
      const calls = tables.authenticator.filter(
        ({ method }: { method: string }) => method === 'call',
      )
      expect(calls[0]).to.include({ phone: '+31612345678', pin: 'kept, not shown' })
      const ids = tables.audit.map(({ sign_in_id: id }: { sign_in_id: string }) => id)
      const rejects = ids.filter((id: string) => id.startsWith('export-'))
      expect([rejects.length, new Set(rejects).size]).to.deep.equal([210, 210])
      expect((await holdfast(['user', 'export', 'zoe'])).code).to.equal(exitCodes['not-found'])
      const { stdout: rows } = await holdfast([
        'audit',
        'search',
        '--reason',
        'admin-person-exported',
      ])
      expect(rows.split('\n').filter((line) => line.includes('kim'))).to.have.length(1)
      await holdfast(['user', 'remove', 'kim', '--yes'])
    })

    it('lists where a user is signed in at the portal, and ends it', async () => {
      const nowMs = systemClock.nowMs()
      const token = (byte: number) => new Uint8Array(32).fill(byte)
      const session = {
        ...{ userKey: 'people:alice', userName: 'alice', kind: 'whole' as const },
        ...{ createdAtMs: nowMs, seenAtMs: nowMs, endsAtMs: nowMs + 3_600_000 },
        ...{ address: '203.0.113.7', userAgent: 'Firefox\u001b[31m', method: 'totp' as const },
      }
      const writing = mode === 'service' ? store : await openInstalled(folder)
      await writing.webSessions.add({ ...session, tokenHash: token(0xaa) })
      await writing.webSessions.add({ ...session, tokenHash: token(0xbb), kind: 'setup' })
      await writing.webSessions.add({ ...session, tokenHash: token(0xcc) })
      if (mode === 'store') await writing.close()

      const list = ['session', 'list', 'alice']
      const listed = await holdfast(list)
      expect(listed.stdout).to.match(/aaaaaaaaaaaaaaaa .* totp +203\.0\.113\.7 +Firefox/)
      expect(listed.stdout).to.match(/bbbbbbbbbbbbbbbb .* set-up only +203/)
      expect(listed.stdout).to.not.include('\u001b')
      const [first] = JSON.parse((await holdfast([...list, '--json'])).stdout)
      expect(first).to.include({ id: 'a'.repeat(16), kind: 'whole', seenAtMs: nowMs })

      const end = (...further: string[]) => holdfast(['session', 'end', 'alice', ...further])
      const one = await end('--id', 'a'.repeat(16))
      expect(one.stdout).to.equal('alice is signed out of the portal in that browser.\n')
      expect((await end('--id', 'a'.repeat(16))).code).to.equal(exitCodes['not-found'])
      expect((await end('--id', 'aaaa')).code).to.equal(exitCodes.usage)
      expect((await end('--reason', 'left')).stdout).to.equal(
        'alice is signed out of the portal everywhere.\n',
      )
      expect((await end()).stdout).to.equal('alice was not signed in at the portal.\n')
      expect((await holdfast(list)).stdout).to.equal('alice is not signed in at the portal.\n')
    })

    it('enrols an app with QR code and link, lists it without the seed, removes it', async () => {
      const seedFile = file('seed')
      writeFileSync(seedFile, base32)
      const added = await holdfast(['authenticator', 'add', 'alice', '--seed-file', seedFile])
      expect(added.stdout).to.match(/█ ▄▄▄▄▄ █/)
      expect(added.stdout).to.include(`secret=${base32}`)
      const listed = await holdfast(['authenticator', 'list', 'alice', '--json'])
      const [authenticator] = JSON.parse(listed.stdout)
      expect(authenticator).to.include({ method: 'totp' })
      expect(listed.stdout).to.not.include(base32)
      const remove = ['authenticator', 'remove', 'alice', authenticator.id.slice(0, 8)]
      expect((await holdfast(remove)).code).to.equal(exitCodes.ok)
      expect((await holdfast(remove)).code).to.equal(exitCodes['not-found'])
    })

    it('asks for the PIN of a phone, which is on no command line', async () => {
      const argv = ['authenticator', 'add', 'bob', '-m', 'call', '--phone', '+31612345678', '--pin']
      expect((await holdfast(argv, '12\n')).code).to.equal(exitCodes.usage)
      const { code, stdout, stderr } = await holdfast(argv, '4711\n')
      expect(code).to.equal(exitCodes.ok)
      expect(holdsText(stdout + stderr, '4711')).to.equal(false)
      expect((await holdfast(['authenticator', 'list', 'bob'])).stdout).to.include('with PIN')
    })

    it('puts an HOTP token right by two codes', async () => {
      const seedFile = file('hotp-seed')
      writeFileSync(seedFile, base32)
      await holdfast(['authenticator', 'add', 'bob', '-m', 'hotp', '--seed-file', seedFile])
      const seed = parseSeed(base32) ?? new Uint8Array()
      const token = { seed, algorithm: 'sha1', digits: 6 } as const
      const [first, second] = [otpCode(token, 40), otpCode(token, 41)]
      const spaced = `${first.slice(0, 3)} ${first.slice(3)}`
      const resync = ['authenticator', 'resync', 'bob']
      const { stdout, stderr, code } = await holdfast(resync, `${spaced}\n${second}\n`)
      expect(code, stderr).to.equal(exitCodes.ok)
      expect(stdout + stderr)
        .to.include('of bob is right')
        .and.not.include(first)
      const list = await holdfast(['authenticator', 'list', 'bob'])
      expect(list.stdout).to.include('counter 42')
      const again = await holdfast(resync, `${first}\n${second}\n`)
      expect(again.code).to.equal(exitCodes.failed)
      expect(again.stderr).to.include('not two unused codes in a row')
    })

    it('sets the method that is asked first, and shows it', async () => {
      expect((await holdfast(['user', 'prefer', 'bob', 'sms'])).stdout).to.include('asked for sms')
      expect((await holdfast(['user', 'show', 'bob'])).stdout).to.match(/Prefers +sms/)
      expect((await holdfast(['user', 'prefer', 'bob', 'none'])).code).to.equal(exitCodes.ok)
      expect((await holdfast(['user', 'show', 'bob'])).stdout).to.match(/Prefers +the order/)
      expect((await holdfast(['user', 'prefer', 'bob', 'smoke'])).code).to.equal(exitCodes.usage)
    })

    it('imports all seeds or none, after a table, and leaves them the second time', async () => {
      const tokens = file('tokens.csv')
      const missing = await holdfast(['import', tokens])
      expect(missing.stderr).to.include(
        'tokens.csv cannot be read: there is no such file (ENOENT).',
      )
      const [one, other] = ['IJKLMNOP'.repeat(4), 'ABCDEFGH'.repeat(4)]
      writeFileSync(tokens, `user,serial,seed\nalice,1,${one}\nnobody,2,${other}\n`)
      const refused = await holdfast(['import', tokens])
      expect(refused.code).to.equal(exitCodes['bad-file'])
      expect(refused.stdout).to.match(/\n3 +2 +nobody +totp .* refused: no directory knows/)
      expect(refused.stderr).to.include('nothing was imported, because 1 token is refused')
      writeFileSync(tokens, `user,serial,seed\nalice,1,${one}\nbob,2,${other}\n`)
      const dryRun = await holdfast(['import', tokens, '--dry-run'])
      expect(dryRun.stdout).to.include('\n2 to add, 0 there already, 0 to replace, 0 refused.\n')
      expect(dryRun.stdout).to.match(/because this is a dry run\.\n$/)
      expect((await holdfast(['import', tokens])).stdout).to.match(
        /\n2 imported, 0 there already\.\n$/,
      )
      const again = await holdfast(['import', tokens])
      expect(again.stdout).to.match(/\n2 +1 +alice +.*already there: this person has this token/)
      expect(again.stdout).to.match(/\n0 imported, 2 there already\.\n$/)
    })

    it('searches the audit and shows a time line', async () => {
      const search = await holdfast(['audit', 'search', '--user', 'ALICE', '--since', '1h'])
      expect(search.stdout).to.match(/ alice +vpn +reject +password-wrong +1\.0 s {2}Sone\n/)
      const none = await holdfast(['audit', 'search', '--reason', 'accepted', '--json'])
      expect(JSON.parse(none.stdout)).to.deep.equal([])
      expect((await holdfast(['audit', 'show', 'So'])).stdout).to.include('+0 ms  received')
      expect((await holdfast(['audit', 'show', 'none'])).code).to.equal(exitCodes['not-found'])
    })

    it('shows sign-ins in the order in which they began', async () => {
      const argv = ['audit', 'search', '--gateway', 'web']
      const ids = ['Dlong', 'Dtwo', 'Dthree']
      const { stdout } = await holdfast(argv)
      expect([...stdout.matchAll(/ (D\w+)$/gm)].map(([, id]) => id)).to.deep.equal(ids)
      const entries: readonly { signInId: string }[] = JSON.parse(
        (await holdfast([...argv, '--json'])).stdout,
      )
      expect(entries.map(({ signInId }) => signInId)).to.deep.equal(ids)
    })

    it('writes a backup that opens, and never over a file', async () => {
      const backup = file('backup.db')
      expect((await holdfast(['backup', backup])).code).to.equal(exitCodes.ok)
      expect(statSync(backup).mode & 0o777).to.equal(0o600)
      expect((await holdfast(['backup', backup])).code).to.equal(exitCodes['bad-file'])
      const copy = await openStore({
        file: backup,
        keyring: createKeyring({ current: master }),
        node: 'test',
      })
      expect(await copy.users.listUsers({})).to.have.length(2)
      await copy.close()
      const nowhere = await holdfast(['backup', file('no/such/folder')])
      expect(nowhere.code).to.equal(exitCodes['bad-file'])
    })

    it('adds people to a users file, keeps its comments, and reloads a service', async () => {
      const argv = ['user', 'add', 'carol', '--phone', '+31687654321', '--group', 'staff']
      const before = reloads
      expect((await holdfast(argv, 'correct horse\n')).code).to.equal(exitCodes.ok)
      const users = readFileSync(file('users.yaml'), 'utf8')
      expect(users).to.match(/^# ours\nalice: /)
      expect(users).to.match(/carol:\n {2}password_hash: scrypt\$/)
      expect(users).to.not.include('correct horse')
      expect(reloads - before).to.equal(mode === 'service' ? 1 : 0)
      const { code, stderr } = await holdfast(argv, 'other\n')
      expect(code).to.equal(exitCodes.failed)
      expect(stderr).to.include('already')
    })

    it('seals a password for one person, for whom check then accepts it, and for no one else', async () => {
      const seal = ['user', 'seal', 'erin', '--directory', 'people']
      const { stdout, stderr, code } = await holdfast(seal, 'correct horse\n')
      expect(code, stderr).to.equal(exitCodes.ok)
      expect(stdout).to.match(/^sealed_password: sealed\$[A-Za-z0-9+/=]{50,}\n$/)
      const users = readFileSync(file('users.yaml'), 'utf8')
      const states: string[] = []
      for (const name of ['erin', 'mallory']) {
        writeFileSync(file('users.yaml'), `${users}${name}: { ${stdout.trim()} }\n`)
        const rows = JSON.parse((await holdfast(['check', '--json'])).stdout)
        states.push(`${rows[0].state} ${rows[0].detail}`)
      }
      writeFileSync(file('users.yaml'), users)
      expect(states[0]).to.equal('ok gateways: 1')
      expect(states[1]).to.match(/^failed .* sealed password of mallory in people /)
    })

    it('seals with another key where one is given, and for no directory that is not there', async () => {
      const newKey = file('next-key')
      await run(['key', 'create', newKey])
      const seal = ['user', 'seal', 'erin', '--directory', 'people']
      const { stdout } = await holdfast([...seal, '--key-file', newKey], 'correct horse\n')
      const sealer = passwordSealerOf(new Secret(readFileSync(newKey, 'utf8')))
      const sealed = stdout.trim().replace('sealed_password: ', '')
      const opened = sealer.open({ directory: 'people', user: 'erin' }, sealed, 'password')
      expect(opened.reveal()).to.equal('correct horse')
      const nowhere = await holdfast(['user', 'seal', 'erin', '--directory', 'poeple'], 'x\n')
      expect(nowhere.code).to.equal(exitCodes['not-found'])
      expect(nowhere.stderr).to.include('there are: people')
      const empty = await holdfast(seal, '\n')
      expect(empty.code).to.equal(exitCodes.usage)
    })

    it('seals an NT hash, which check believes there and not as a password', async () => {
      const seal = ['user', 'seal', 'erin', '--directory', 'people', '--nt-hash']
      const { stdout, stderr, code } = await holdfast(seal, 'correct horse\n')
      expect(code, stderr).to.equal(exitCodes.ok)
      // 12 bytes of nonce, 16 of hash, 16 of tag.
      expect(stdout).to.match(/^sealed_nt_hash: sealed\$[A-Za-z0-9+/]{59}=\n$/)
      const users = readFileSync(file('users.yaml'), 'utf8')
      const states: string[] = []
      for (const line of [stdout.trim(), stdout.trim().replace('nt_hash', 'password')]) {
        writeFileSync(file('users.yaml'), `${users}erin: { ${line} }\n`)
        const rows = JSON.parse((await holdfast(['check', '--json'])).stdout)
        states.push(`${rows[0].state} ${rows[0].detail}`)
      }
      writeFileSync(file('users.yaml'), users)
      expect(states[0]).to.equal('ok gateways: 1')
      expect(states[1]).to.match(/^failed .* sealed password of erin in people /)
    })

    it('does not leave a users file that the next start would refuse', async () => {
      const before = readFileSync(file('users.yaml'), 'utf8')
      for (const argv of [
        ['user', 'add', 'two words'],
        ['user', 'add', 'erin', '--email', 'nobody'],
      ]) {
        const { code, stderr } = await holdfast(argv, 'secret\n')
        expect(code, stderr).to.equal(exitCodes.usage)
      }
      const users = file('users.yaml')
      expect(readFileSync(users, 'utf8')).to.equal(before)
    })

    it('removes a person from store and users file', async () => {
      const { stdout, code } = await holdfast(['user', 'remove', 'alice', '--yes'])
      expect(code).to.equal(exitCodes.ok)
      expect(stdout).to.include('alice is forgotten').and.include('no longer in')
      expect(readFileSync(file('users.yaml'), 'utf8')).to.not.include('alice')
    })

    it('checks', async () => {
      const { stdout, code } = await holdfast(['check', '--json'])
      const rows = JSON.parse(stdout)
      const states = Object.fromEntries(
        rows.map(({ area, what, state }: Record<string, string>) => [`${area} ${what}`, state]),
      )
      expect(states[`configuration ${config}`]).to.equal('ok')
      expect(states['service running']).to.equal(mode === 'service' ? 'ok' : 'warning')
      expect(states['directory people']).to.equal(mode === 'service' ? 'failed' : 'ok')
      if (mode === 'store') expect(states['store audit chain']).to.equal('ok')
      expect(code).to.equal(mode === 'service' ? exitCodes.failed : exitCodes.ok)
    })

    it('writes a support bundle, once', async () => {
      const words = ['support', file('bundle.json')]
      const { code, stdout, stderr } = await holdfast(words)
      expect(code, stderr).to.equal(exitCodes.ok)
      expect(stdout).to.include('Read it before you send it.')
      expect(statSync(file('bundle.json')).mode & 0o777).to.equal(0o600)
      const text = readFileSync(file('bundle.json'), 'utf8')
      expect(JSON.parse(text)).to.have.property('madeAt')
      expect(text).not.to.match(/alice|abcdefghij|192\.0\.2\.1/)
      expect((await holdfast(words)).code).to.equal(exitCodes['bad-file'])
    })

    it('restores a backup when the service is stopped, and keeps what was there', async () => {
      const { code, stdout, stderr } = await holdfast(['restore', file('backup.db'), '--yes'])
      if (mode === 'service') {
        expect(code).to.equal(exitCodes['service-not-running'])
        expect(stderr).to.include('Stop the service')
        return
      }
      expect(code).to.equal(exitCodes.ok)
      const kept = /kept as (\S+)\.\n/.exec(stdout)?.[1] ?? ''
      expect(existsSync(kept)).to.equal(true)
      const listed = JSON.parse((await holdfast(['user', 'list', '--json'])).stdout)
      expect(listed.map(({ name }: { name: string }) => name)).to.deep.equal(['alice', 'bob'])
    })

    it('rotates the sealing key; the old one then opens nothing', async () => {
      const newKey = file('new-key')
      expect((await run(['key', 'create', newKey])).code).to.equal(exitCodes.ok)
      expect(statSync(newKey).mode & 0o777).to.equal(0o600)
      const rotated = await holdfast(['key', 'rotate', newKey])
      expect(rotated.stdout).to.match(/sealed with the new key: [1-9]/)
      if (mode === 'service') return
      expect((await holdfast(['user', 'list'])).stderr).to.include('is not the key of the store')
      // Cut off before the key was put in place: the same command again finds both.
      expect((await holdfast(['key', 'rotate', newKey])).code).to.equal(exitCodes.ok)
      writeFileSync(file('sealing-key'), readFileSync(newKey))
      expect((await holdfast(['user', 'list'])).code).to.equal(exitCodes.ok)
    })
  })
}

describe('commands beside a service that cannot be reached', () => {
  it('do not open a store that another process has open', async () => {
    const { store, config } = await install(join(temporaryFolder(), 'busy'))
    const { code, stderr } = await run(['user', 'list', '--config', config])
    expect(code).to.equal(exitCodes['service-not-running'])
    expect(stderr).to.include('another process has the file open')
    await store.close()
  })

  it('make no store where there is none: an empty one would take used codes again', async () => {
    const { store, config, file } = await install(join(temporaryFolder(), 'none'))
    await store.close()
    writeFileSync(config, readFileSync(config, 'utf8').replace('holdfast.db', 'other.db'))
    const { code, stderr } = await run(['user', 'list', '--config', config])
    expect(code).to.equal(exitCodes.failed)
    expect(stderr).to.include(`${file('other.db')}: the file is not there`)
    expect(existsSync(file('other.db'))).to.equal(false)
  })
})

describe('audit follow', () => {
  it('prints one JSON object a line as things happen, and ends with Ctrl-C', async () => {
    const { store, config, file } = await install(join(temporaryFolder(), 'follow'))
    const socket = await startAdminSocket({
      path: file('admin.sock'),
      operations: createAdminOperations({
        clock: systemClock,
        store,
        findPerson: createPersonLookup({ directories: [], users: store.users }),
        gateways: async () => [],
        usableMethods: () => methods,
        issuer: 'Example',
        scratchFolder: file(''),
      }),
      onInternalError: () => undefined,
    })
    const fake = createFakeIo()
    const running = runCli(['audit', 'follow', '--json', '--config', config], fake.io)
    // What comes before it listens is of the past.
    while (!fake.stdout().includes('\n')) {
      await store.audit.record(rejected('Sfollow', systemClock.nowMs()))
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    fake.interrupt()
    expect(await running).to.equal(exitCodes.interrupted)
    const [line = ''] = fake.stdout().split('\n')
    expect(JSON.parse(line)).to.include({ signInId: 'Sfollow', reason: 'password-wrong' })
    await socket.close()
    await store.close()
  })
})
