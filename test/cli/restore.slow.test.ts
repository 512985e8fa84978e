import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { attackerId, startAttacker } from '../files/attacker.ts'
import { needRoot, skip } from '../lab/need.ts'
import { newTotp, signInRecord } from '../store/stores.ts'
import { run, temporaryFolder } from './fake-io.ts'

const key = Buffer.alloc(32, 9)
const base = temporaryFolder()
chmodSync(base, 0o755)
const at = (...names: readonly string[]) => join(base, ...names)

/** What is kept in another place: the backup and the key. */
const backup = at('kept', 'backup.db')
const keyFile = at('kept', 'key')
let installationId = ''

async function makeBackup(name: string, master = key): Promise<string> {
  const store = await openStore({
    file: at('kept', `${name}.source`),
    keyring: createKeyring({ current: master }),
    node: 'n',
  })
  await store.accounts.noteUser('people:alice', 'alice')
  await store.authenticators.add(newTotp('people:alice'))
  await store.audit.record(signInRecord({ endedAtMs: Date.parse('2026-03-01T08:12:00Z') }))
  const file = at('kept', name)
  await store.backup(file)
  await store.close()
  if (file === backup) installationId = store.installationId
  return file
}

/** A machine with nothing but the program; with `configured`, also a configuration, whose secrets are missing. */
function bareMachine(name: string, configured = true) {
  const etc = at(name, 'etc')
  const storeFile = at(name, 'var', 'lib', 'holdfast', 'holdfast.db')
  mkdirSync(configured ? etc : at(name), { recursive: true })
  if (configured) {
    writeFileSync(
      join(etc, 'holdfast.yaml'),
      `store: { sqlite: ${storeFile} }
node_name: n
admin_socket: ${at(name, 'admin.sock')}
directories:
  people: { type: local, users: {} }
gateways:
  vpn: { address: 192.0.2.1, secret: "credential:vpn-secret" }
`,
    )
  }
  const restore = (...argv: readonly string[]) =>
    run(['restore', ...argv, '--yes', '--config', join(etc, 'holdfast.yaml')])
  return { etc, storeFile, restore, credential: (file: string) => join(etc, 'credentials', file) }
}

async function namesIn(file: string): Promise<readonly string[]> {
  const keyring = createKeyring({ current: key })
  const store = await openStore({ file, keyring, node: 'n', whenMissing: 'refuse' })
  try {
    return (await store.users.listUsers({ limit: 9 })).map((user) => user.name)
  } finally {
    await store.close()
  }
}

describe('restore on a bare machine', () => {
  before(async () => {
    mkdirSync(at('kept'))
    writeFileSync(keyFile, `${key.toString('base64')}\n`, { mode: 0o600 })
    await makeBackup('backup.db')
  })

  it('makes the folder, brings key and id to their places, and says what is left to do', async () => {
    const { storeFile, restore, credential, etc } = bareMachine('new')
    const { code, stdout, stderr } = await restore(backup, '--key-file', keyFile)
    expect(code, stderr).to.equal(exitCodes.ok)
    expect(await namesIn(storeFile)).to.deep.equal(['alice'])
    expect(readFileSync(credential('installation-id'), 'utf8').trim()).to.equal(installationId)
    expect(readFileSync(credential('sealing-key'), 'utf8').trim()).to.equal(key.toString('base64'))
    const modes = [storeFile, join(storeFile, '..'), credential('sealing-key'), credential('')]
    expect(modes.map((path) => statSync(path).mode & 0o777)).to.deep.equal([
      0o600, 0o700, 0o600, 0o700,
    ])
    expect(stdout).to.include('1 user, 1 authenticator and 1 audit row')
    expect(stdout).to.include('2026-03-01T08:12:00.000Z')
    // The secret that the configuration names is named with file and line.
    expect(stdout).to.match(/- Correct \S+holdfast\.yaml:7:\d+: gateways\.vpn\.secret: credential/)
    expect(stdout).to.include('cp ')
    expect(stdout).to.include(`holdfast check --config ${join(etc, 'holdfast.yaml')}`)
    expect(readdirSync(join(storeFile, '..'))).to.deep.equal(['holdfast.db'])
  })

  it('says which key is missing, and where it looked', async () => {
    const { storeFile, restore, credential } = bareMachine('keyless')
    const { code, stderr } = await restore(backup)
    expect(code).to.equal(exitCodes.configuration)
    expect(stderr).to.include(credential('sealing-key')).and.to.include('--key-file')
    expect(existsSync(storeFile)).to.equal(false)
  })

  it('needs no configuration, and says where it belongs', async () => {
    const io = bareMachine('nothing', false)
    const { code, stderr } = await io.restore(at('kept', 'not-there.db'), '--key-file', keyFile)
    expect(code).to.equal(exitCodes['bad-file'])
    expect(stderr).to.include('not-there.db')
    expect(existsSync(io.etc)).to.equal(false)
  })

  it('can be done twice, and keeps what was there', async () => {
    const { storeFile, restore } = bareMachine('twice')
    await restore(backup, '--key-file', keyFile)
    const { code, stdout } = await restore(backup)
    expect(code).to.equal(exitCodes.ok)
    const [, kept = ''] = /kept as (\S+)\./.exec(stdout) ?? []
    expect(await namesIn(kept)).to.deep.equal(['alice'])
    expect(await namesIn(storeFile)).to.deep.equal(['alice'])
  })

  it('leaves no log of a lost store to be applied to the restored one', async () => {
    const { storeFile, restore } = bareMachine('log')
    await restore(backup, '--key-file', keyFile)
    const store = await openStore({
      file: storeFile,
      keyring: createKeyring({ current: key }),
      node: 'n',
    })
    await store.accounts.noteUser('people:mallory', 'mallory')
    const log = readFileSync(`${storeFile}-wal`)
    await store.close()
    rmSync(storeFile)
    writeFileSync(`${storeFile}-wal`, log)
    expect((await restore(backup)).code).to.equal(exitCodes.ok)
    expect(await namesIn(storeFile)).to.deep.equal(['alice'])
  })

  it('changes nothing for a backup that is cut, or sealed with another key', async () => {
    const { storeFile, restore, credential } = bareMachine('cut')
    const cut = await makeBackup('cut.db')
    truncateSync(cut, statSync(cut).size / 2)
    const foreign = await makeBackup('foreign.db', Buffer.alloc(32, 1))
    for (const [file, pattern] of [
      [cut, /damaged|malformed/],
      [foreign, /this sealing key \(\w{8}\) is not the key of the store \(\w{8}\)/],
    ] as const) {
      const { code, stderr } = await restore(file, '--key-file', keyFile)
      expect(code, file).to.equal(exitCodes.failed)
      expect(stderr).to.match(pattern)
      expect(existsSync(storeFile)).to.equal(false)
      expect(existsSync(credential('installation-id'))).to.equal(false)
    }
  })

  it('takes a backup of another installation with the same key, and says whose it is', async () => {
    const { restore, credential } = bareMachine('another')
    await restore(backup, '--key-file', keyFile)
    const { code, stdout } = await restore(await makeBackup('second.db'))
    expect(code).to.equal(exitCodes.ok)
    expect(stdout).to.include(`in the place of ${installationId}`)
    expect(readFileSync(credential('installation-id'), 'utf8').trim()).to.not.equal(installationId)
  })

  it('is refused while a process has the store open, also one that does not listen', async () => {
    const { storeFile, restore } = bareMachine('running')
    await restore(backup, '--key-file', keyFile)
    const store = await openStore({
      file: storeFile,
      keyring: createKeyring({ current: key }),
      node: 'n',
    })
    const { code, stderr } = await restore(backup)
    expect(code).to.equal(exitCodes['service-not-running'])
    expect(stderr).to.include(`process ${process.pid} has it open`)
    expect((await store.probe()).ok).to.equal(true)
    await store.close()
  })

  it('leaves the old store as it is when the disk is full', async function () {
    needRoot(this)
    const { storeFile, restore } = bareMachine('full')
    const folder = join(storeFile, '..')
    mkdirSync(folder, { recursive: true })
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', folder])
    if (mounted.status !== 0) return skip('a small file system cannot be mounted', this)
    try {
      expect((await restore(backup, '--key-file', keyFile)).code).to.equal(exitCodes.ok)
      const before = readFileSync(storeFile).toString('hex')
      const { bavail, bsize } = statfsSync(folder)
      // Half of what the restored store needs stays free.
      writeFileSync(join(folder, 'filler'), Buffer.alloc(bavail * bsize - before.length / 4))
      const { code, stderr } = await restore(backup)
      expect(code).to.equal(exitCodes.failed)
      expect(stderr).to.include('the disk is full')
      expect(readFileSync(storeFile).toString('hex')).to.equal(before)
      expect(readdirSync(folder)).to.have.members(['holdfast.db', 'filler'])
    } finally {
      spawnSync('umount', [folder])
    }
  })
})

describe('commands of root in a folder of another user', () => {
  const secret = at('of-root')

  before(function () {
    needRoot(this)
    writeFileSync(secret, 'like /etc/shadow', { mode: 0o600 })
  })

  const expectUntouched = () => {
    expect(readFileSync(secret, 'utf8')).to.equal('like /etc/shadow')
    const { uid, mode } = statSync(secret)
    expect([uid, mode & 0o777]).to.deep.equal([0, 0o600])
  }

  it('write and give away nothing of root: key, certificates, backup, support, restore', async () => {
    const { storeFile, restore, etc } = bareMachine('attacked')
    const { code, stderr } = await restore(backup, '--key-file', keyFile)
    expect(code, stderr).to.equal(exitCodes.ok)
    const config = join(etc, 'holdfast.yaml')
    writeFileSync(join(etc, 'credentials', 'vpn-secret'), 'abcdefghijklmnopqrstuvwxyz012345')
    const theirs = at('theirs')
    mkdirSync(theirs)
    for (const path of [theirs, join(storeFile, '..'), storeFile]) {
      chownSync(path, attackerId, attackerId)
    }
    const attackers = await Promise.all(
      [theirs, join(storeFile, '..')].map((folder) => startAttacker(folder, secret)),
    )
    try {
      for (const argv of [
        ['key', 'create', join(theirs, 'key')],
        ['certificate', 'create', 'radius.corp.example', '--folder', theirs],
        ['certificate', 'create', 'radius.corp.example', '--folder', theirs, '--force'],
        ['backup', join(theirs, 'b.db'), '--config', config],
        ['support', join(theirs, 's.json'), '--config', config],
        ['restore', backup, '--yes', '--config', config],
        ['user', 'list', '--config', config],
        ['check', '--config', config],
      ]) {
        await run(argv)
        expectUntouched()
      }
      expect(attackers.some(({ exchanged }) => exchanged.length > 1)).to.equal(true)
    } finally {
      for (const attacker of attackers) await attacker.end()
    }
  })

  it('keep owner and mode of a users file, which the service reads by its group', async () => {
    const folder = at('users')
    mkdirSync(folder)
    const users = join(folder, 'users.yaml')
    writeFileSync(users, 'alice: { password_hash: x }\n')
    chownSync(users, 0, attackerId)
    chmodSync(users, 0o640)
    const config = join(folder, 'holdfast.yaml')
    writeFileSync(config, 'directories: { people: { type: local, users_file: users.yaml } }\n')
    const { code, stderr } = await run(['user', 'add', 'bob', '--config', config], {
      input: 'builder\n',
    })
    expect(code, stderr).to.equal(exitCodes.ok)
    const { uid, gid, mode } = statSync(users)
    expect([uid, gid, mode & 0o777]).to.deep.equal([0, attackerId, 0o640])
    expect(readFileSync(users, 'utf8')).to.include('bob').and.to.include('alice')
  })
})
