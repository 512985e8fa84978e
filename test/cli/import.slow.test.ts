import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { methods } from '../../src/accounts/index.ts'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runCli } from '../../src/cli/index.ts'
import { createLocalDirectory } from '../../src/directory/index.ts'
import { createAdminOperations, createPersonLookup } from '../../src/operations/index.ts'
import { type AdminSocket, startAdminSocket } from '../../src/ops/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import { Secret, systemClock } from '../../src/support/index.ts'
import { createFakeIo, run, temporaryFolder } from './fake-io.ts'

const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const hex = Buffer.from('12345678901234567890').toString('hex')
const list = `user,serial,seed\nalice,1001,${base32}\nbob,1002,${'ABCDEFGH'.repeat(4)}\n`

describe('holdfast import', () => {
  const folder = temporaryFolder()
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  let store: Store
  let socket: AdminSocket
  const path = join(folder, 'run', 'admin.sock')
  const enrolled = (name: string) => store.authenticators.list(`people:${name}`)
  const holdfast = (argv: readonly string[]) => run(['import', ...argv, '--socket', path])

  before(async () => {
    store = await openStore({
      file: join(folder, 'store.db'),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      node: 'test',
    })
    const users = ['alice', 'bob'].map((name) => ({ name, password: new Secret('x') }))
    const directory = createLocalDirectory(
      { name: 'people', users, allowClear: true },
      { clock: systemClock },
    )
    socket = await startAdminSocket({
      path,
      operations: createAdminOperations({
        clock: systemClock,
        store,
        findPerson: createPersonLookup({ directories: [directory], users: store.users }),
        gateways: async () => [],
        usableMethods: () => methods,
        issuer: 'Example',
        scratchFolder: folder,
      }),
      onInternalError: (_, error) => {
        throw error
      },
    })
  })
  afterEach(async () => {
    for (const { userKey } of await store.users.listUsers({})) await store.users.removeUser(userKey)
  })
  after(async () => {
    await socket.close()
    await store.close()
  })

  /** What a person at a terminal sees, who types `answer` when asked. */
  async function atTerminal(argv: readonly string[], answer: string) {
    const fake = createFakeIo()
    const io = { ...fake.io, stdin: Object.assign(fake.stdin, { isTTY: true }) }
    const isAsked = new Promise<void>((resolve) => {
      fake.io.stderr.on('data', (text) => {
        if (String(text).includes('(yes/no)')) resolve()
      })
    })
    void isAsked.then(() => fake.stdin.write(`${answer}\n`))
    const code = await runCli(['import', ...argv, '--socket', path], io)
    await new Promise(setImmediate)
    return { code, stdout: fake.stdout(), stderr: fake.stderr() }
  }

  it('shows a table and asks at a terminal; only yes imports', async () => {
    const tokens = file('asked.csv', list)
    const no = await atTerminal([tokens], 'no')
    expect(no.code).to.equal(exitCodes.failed)
    expect(no.stdout).to.match(/LINE +SERIAL +USER +METHOD +CODES +RESULT\n2 +1001 +alice +totp/)
    expect(no.stderr).to.include('Import these tokens now').and.include('Nothing was changed.')
    expect(await enrolled('alice')).to.have.length(0)
    const yes = await atTerminal([tokens], 'yes')
    expect(yes.code).to.equal(exitCodes.ok)
    expect(yes.stdout).to.match(/\n2 imported, 0 there already\.\n$/)
    expect(await enrolled('alice')).to.have.length(1)
  })

  it('does not ask with --yes, in a dry run, and when there is nothing to do', async () => {
    const tokens = file('unasked.csv', list)
    const dryRun = await atTerminal([tokens, '--dry-run'], 'yes')
    expect(dryRun.stderr).to.not.include('(yes/no)')
    expect(await enrolled('alice')).to.have.length(0)
    expect((await atTerminal([tokens, '--yes'], 'no')).stderr).to.not.include('(yes/no)')
    expect(await enrolled('alice')).to.have.length(1)
    const again = await atTerminal([tokens], 'no')
    expect(again.stderr).to.not.include('(yes/no)')
    expect(again.stdout).to.match(/\n0 imported, 2 there already\.\n$/)
  })

  it('imports nothing with a refused row, and the others with --skip-refused', async () => {
    const tokens = file(
      'refused.csv',
      `${list}alice,1003,AAAA\nnobody,1004,${'QRSTUVWX'.repeat(4)}\n`,
    )
    const refused = await holdfast([tokens])
    expect(refused.code).to.equal(exitCodes['bad-file'])
    expect(refused.stdout)
      .to.match(/\n4 +1003 +refused: the seed has 2 bytes/)
      .and.match(/\n5 +1004 +nobody .*refused: no directory knows this user name/)
      .and.include('2 to add, 0 there already, 0 to replace, 2 refused.')
    expect(refused.stderr).to.include('--skip-refused')
    expect(await enrolled('alice')).to.have.length(0)
    const skipped = await holdfast([tokens, '--skip-refused'])
    expect(skipped.code).to.equal(exitCodes.ok)
    expect(skipped.stdout).to.match(/\n2 imported, 0 there already, 2 refused\.\n$/)
    expect(await enrolled('bob')).to.have.length(1)
  })

  it('shows drift, validity and what an administrator must know of a token', async () => {
    const key = (serial: string, inside: string, policy = '') => `<KeyPackage>
<DeviceInfo><SerialNo>${serial}</SerialNo></DeviceInfo><Key Id="${serial}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp">
<Data><Secret><PlainValue>${Buffer.from(`1234567890-${serial}`).toString('base64')}</PlainValue></Secret>${inside}</Data>
<UserId>alice</UserId>${policy}</Key></KeyPackage>`
    const drift = '<TimeDrift><PlainValue>-1</PlainValue></TimeDrift>'
    const expiry = (year: number) =>
      `<Policy><ExpiryDate>${year}-05-31T00:00:00Z</ExpiryDate></Policy>`
    const keys = [key('7001', drift), key('7002', '', expiry(2999)), key('7003', '', expiry(2001))]
    const pskc = file('keys.xml', `<KeyContainer>${keys.join('\n')}</KeyContainer>`)
    const { stdout, code } = await holdfast([pskc])
    expect(code).to.equal(exitCodes['bad-file'])
    expect(stdout)
      .to.match(/7001 +alice +totp +6 digits, 30 s, sha1, clock 1 step behind +add\n/)
      .and.match(/7002 +alice +totp +6 digits, 30 s, sha1, until 2999-05-31 +add\n/)
      .and.match(/7003 +refused: it expired on 2001-05-31 \(ExpiryDate\)\n/)
  })

  it('names file, line and serial number where no seed of a file can be used', async () => {
    const log = `508328,vvcccccccccb,16e60d67f0b5,${'ab'.repeat(16)},000000000000,2013-04-01T12:00:00,\n`
    const { code, stdout, stderr } = await holdfast([file('log.csv', log)])
    expect(code).to.equal(exitCodes['bad-file'])
    expect(stdout).to.equal('')
    expect(stderr).to.match(/log\.csv:1: serial number 508328: .*Yubico OTP/)
    expect(stderr).to.include('nothing was imported, because no token in')
  })

  it('takes columns, defaults and users from the command line', async () => {
    const tokens = file('bare.csv', `${hex},red,5005\n`)
    const users = file(
      'users.csv',
      Buffer.from('\uFEFFuser\tserial\r\nalice\t5005\r\n', 'utf16le').toString('latin1'),
    )
    writeFileSync(users, Buffer.from('\uFEFFuser\tserial\r\nalice\t5005\r\n', 'utf16le'))
    const argv = ['--columns', 'seed_hex,label,serial', '--users', users]
    const { stdout } = await holdfast([tokens, ...argv, '--set', 'digits=8', '--set', 'period=60'])
    expect(stdout).to.match(/5005 +alice +totp +8 digits, 60 s, sha1 +add\n/)
    expect((await enrolled('alice'))[0]).to.include({ label: 'red 5005', digits: 8 })
  })

  it('says which settings there are', async () => {
    const { code, stderr } = await holdfast([file('set.csv', list), '--set', 'pin=1234'])
    expect(code).to.equal(exitCodes.usage)
    expect(stderr).to.include('--set digits=8').and.not.include('1234')
  })

  it('opens PSKC with a password from a file', async () => {
    const derived = '<KeyContainer><EncryptionKey><DerivedKey/></EncryptionKey></KeyContainer>'
    const pskc = file('derived.xml', derived)
    expect((await holdfast([pskc])).stderr).to.include('give it with --password-file')
    const password = file('password', 'qwerty\n')
    const { stderr } = await holdfast([pskc, '--password-file', password])
    expect(stderr).to.include('derived.xml:1: the key derivation')
  })

  it('shortens the table of a long list, but not what is refused', async () => {
    const rows = Array.from({ length: 300 }, (_, at) => {
      const bytes = Buffer.alloc(20, at % 250)
      bytes.writeUInt32BE(at)
      return `${at === 299 ? 'nobody' : 'alice'},${6_000_000 + at},${bytes.toString('hex')}`
    })
    const tokens = file('long.csv', `user,serial,seed_hex\n${rows.join('\n')}\n`)
    const { stdout } = await holdfast([tokens, '--dry-run'])
    expect(stdout).to.match(/\n301 +6000299 +nobody .*refused/)
    expect(stdout).to.include('\nand 199 more\n')
    expect(stdout.split('\n').length).to.be.below(120)
  })

  it('shows no serial number and no user that could be a seed', async () => {
    const secret = 'q7RmW2xYp9Lk4TzB8vNc'
    const tokens = file(
      'mixed.csv',
      `seed,user,serial\n${base32},alice,${secret}\n${'ABCDEFGH'.repeat(4)},${secret},1002\n${'IJKLMNOP'.repeat(4)},bob,880479B6-A2CA-2080-17\n`,
    )
    const { stdout, stderr } = await holdfast([tokens])
    expect(stdout).to.match(/\n2 +refused: the serial number has the form of a seed/)
    expect(stdout).to.match(/\n3 +1002 +totp .*refused: no directory knows/)
    expect(stdout).to.match(/\n4 +\(21 characters\) +bob /)
    expect(stdout + stderr)
      .to.not.include(secret.slice(0, 8))
      .and.not.include(base32)
  })

  describe('without users', () => {
    const spare = `serial,seed\n00012,${base32}\n1002,${'ABCDEFGH'.repeat(4)}\n1003,${'IJKLMNOP'.repeat(4)}\n`
    const spareToken = (...argv: readonly string[]) =>
      run(['spare-token', ...argv, '--socket', path])

    it('refuses, and says how they become spare tokens', async () => {
      const { code, stderr } = await holdfast([file('spare.csv', spare)])
      expect(code).to.equal(exitCodes['bad-file'])
      expect(stderr).to.include('import it as a spare token with --spare')
    })

    it('makes spare tokens with --spare, twice without harm, and lists and removes them', async () => {
      const tokens = file('spare.csv', spare)
      const users = file('owner.csv', 'serial,user\n1003,bob\n')
      const argv = [tokens, '--users', users, '--spare']
      const dryRun = await holdfast([...argv, '--dry-run'])
      expect(dryRun.stdout)
        .to.match(/\n2 +00012 +totp +6 digits, 30 s, sha1 +spare\n/)
        .and.match(/\n4 +1003 +bob +totp .* add\n/)
        .and.include('1 to add, 2 spare, 0 there already, 0 to replace, 0 refused.')
      const first = await holdfast(argv)
      expect(first.stdout).to.match(
        /\n1 imported, 2 imported as spare tokens, 0 there already\.\n$/,
      )
      expect((await holdfast(argv)).stdout).to.match(/\n0 imported, 3 there already\.\n$/)
      expect((await spareToken('list')).stdout).to.match(
        /^SERIAL +METHOD +DETAIL +SINCE\n00012 +totp +sha1, 6 digits, 30 s .*\n1002 +totp .*\n$/,
      )
      const json = JSON.parse((await spareToken('list', '--json')).stdout)
      expect(json).to.have.length(2)
      expect(json[0])
        .to.include({ serial: '00012', setUpBy: 'import' })
        .and.not.have.property('seed')
      expect((await spareToken('remove', '00012')).stdout).to.equal('1 spare token removed.\n')
      const unknown = await spareToken('remove', '1002', '12')
      expect(unknown.code).to.equal(exitCodes['not-found'])
      expect(unknown.stderr).to.include('No spare token has the serial number 12.')
      for (const wrong of [['remove'], ['remove', '1002', '--all']]) {
        expect((await spareToken(...wrong)).code).to.equal(exitCodes.usage)
      }
      expect((await spareToken('remove', '--all')).stderr).to.include('confirm with --yes')
      expect((await spareToken('remove', '--all', '--yes')).stdout).to.equal(
        '1 spare token removed.\n',
      )
      expect((await spareToken('list')).stdout).to.equal('No spare tokens.\n')
      expect(await enrolled('bob')).to.have.length(1)
    })

    it('refuses a serial number that lost its zeros, with --spare too', async () => {
      const users = file('zeros.csv', 'serial,user\n12,bob\n')
      const refused = await holdfast([file('spare.csv', spare), '--users', users, '--spare'])
      expect(refused.code).to.equal(exitCodes['bad-file'])
      expect(refused.stdout).to.include('differs only in leading zeros')
    })
  })

  it('takes more in one request than an answer may have', async () => {
    const rows = Array.from({ length: 6000 }, (_, at) => {
      const bytes = Buffer.alloc(20)
      bytes.writeUInt32BE(at)
      return `${at % 2 === 0 ? 'alice' : 'bob'},${7_000_000 + at},${bytes.toString('hex')}`
    })
    const tokens = file('many.csv', `user,serial,seed_hex\n${rows.join('\n')}\n`)
    const { stdout, stderr } = await holdfast([tokens])
    expect(stderr).to.equal('')
    expect(stdout).to.match(/\n6000 imported, 0 there already\.\n$/)
    expect(await enrolled('bob')).to.have.length(3000)
  })
})
