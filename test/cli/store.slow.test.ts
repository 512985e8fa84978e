import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { attackerId } from '../files/attacker.ts'
import { needRoot } from '../lab/need.ts'
import { run, temporaryFolder } from './fake-io.ts'

const key = Buffer.alloc(32, 5)
const base = temporaryFolder()

/** A configuration, its key and no store; a folder of its own. */
function install(name: string) {
  const folder = join(base, name)
  const file = (...names: readonly string[]) => join(folder, ...names)
  mkdirSync(file('state'), { recursive: true })
  writeFileSync(file('sealing-key'), `${key.toString('base64')}\n`, { mode: 0o600 })
  writeFileSync(file('secret'), 'abcdefghijklmnopqrstuvwxyz012345\n', { mode: 0o600 })
  writeFileSync(
    file('holdfast.yaml'),
    `store: { sqlite: state/holdfast.db }
sealing_key: file:sealing-key
admin_socket: ${file('admin.sock')}
directories:
  people: { type: local, users: {} }
gateways:
  vpn: { address: 192.0.2.1, secret: "file:secret" }
`,
  )
  const holdfast = (...argv: readonly string[]) => run([...argv, '--config', file('holdfast.yaml')])
  const open = (change = {}) =>
    openStore({
      file: file('state/holdfast.db'),
      keyring: createKeyring({ current: key }),
      node: 'n',
      ...change,
    })
  return { file, holdfast, open, idOf: () => readFileSync(file('installation-id'), 'utf8').trim() }
}

describe('store create', () => {
  it('makes nothing unasked, and then the store with its id beside the sealing key', async () => {
    const { file, holdfast, open, idOf } = install('create')
    const asked = await holdfast('store', 'create')
    expect(asked.code).to.equal(exitCodes.usage)
    expect(asked.stdout).to.include('It knows no user')
    expect(existsSync(file('state/holdfast.db'))).to.equal(false)
    expect((await holdfast('store', 'create', '--yes')).code).to.equal(exitCodes.ok)
    expect(statSync(file('state/holdfast.db')).mode & 0o777).to.equal(0o600)
    const store = await open({ whenMissing: 'refuse', installationId: idOf() })
    await store.close()
    expect((await holdfast('user', 'list')).code).to.equal(exitCodes.ok)
  })

  it('makes none in place of another one, and leaves that as it is', async () => {
    const { file, holdfast, open } = install('there')
    await (await open()).close()
    const before = readFileSync(file('state/holdfast.db')).toString('hex')
    const { code, stderr } = await holdfast('store', 'create', '--yes')
    expect(code).to.equal(exitCodes['bad-file'])
    expect(stderr).to.include('exists')
    expect(readFileSync(file('state/holdfast.db')).toString('hex')).to.equal(before)
  })

  it('gives up the installation that was there, and its log', async () => {
    const { file, holdfast, open, idOf } = install('anew')
    await holdfast('store', 'create', '--yes')
    const before = idOf()
    rmSync(file('state/holdfast.db'))
    writeFileSync(file('state/holdfast.db-wal'), 'of the lost one')
    const { stdout } = await holdfast('store', 'create', '--yes')
    expect(stdout).to.include(before)
    expect(idOf()).to.not.equal(before)
    expect(existsSync(file('state/holdfast.db-wal'))).to.equal(false)
    await (await open({ whenMissing: 'refuse', installationId: idOf() })).close()
  })

  it('needs a configuration and a key', async () => {
    const { file, holdfast } = install('bare')
    rmSync(file('sealing-key'))
    expect((await holdfast('store', 'create', '--yes')).code).to.equal(exitCodes.configuration)
    rmSync(file('holdfast.yaml'))
    expect((await holdfast('store', 'create', '--yes')).code).to.equal(exitCodes.configuration)
    expect(readdirSync(file('state'))).to.deep.equal([])
  })

  it('gives it to the user whose folder it is', async function () {
    needRoot(this)
    const { file, holdfast } = install('theirs')
    chownSync(file('state'), attackerId, attackerId)
    await holdfast('store', 'create', '--yes')
    expect(statSync(file('state/holdfast.db'))).to.include({ uid: attackerId, gid: attackerId })
    expect(statSync(file('installation-id'))).to.include({ uid: 0 })
  })

  it('makes the folder that the link of a StateDirectory leads to, where that was deleted', async () => {
    const { file, holdfast } = install('deleted')
    rmSync(file('state'), { recursive: true })
    symlinkSync('private/holdfast', file('state'))
    mkdirSync(file('private'), { mode: 0o700 })
    const { code, stderr } = await holdfast('store', 'create', '--yes')
    expect(code, stderr).to.equal(exitCodes.ok)
    expect(readdirSync(file('private/holdfast'))).to.deep.equal(['holdfast.db'])
    expect(statSync(file('private/holdfast')).mode & 0o777).to.equal(0o700)
  })

  it('is not led round by links that lead to each other', async () => {
    const { file, holdfast } = install('round')
    rmSync(file('state'), { recursive: true })
    symlinkSync('other', file('state'))
    symlinkSync('state', file('other'))
    expect((await holdfast('store', 'create', '--yes')).code).to.equal(exitCodes['bad-file'])
  })

  it('is not led elsewhere by a link in the folder of another user', async function () {
    needRoot(this)
    const { file, holdfast } = install('link')
    symlinkSync(file('made-by-root'), file('state/holdfast.db'))
    chownSync(file('state'), attackerId, attackerId)
    const { code } = await holdfast('store', 'create', '--yes')
    expect(code).to.not.equal(exitCodes.ok)
    expect(existsSync(file('made-by-root'))).to.equal(false)
  })
})

describe('an installation from before the id', () => {
  it('works on, is warned by check, and is adopted once', async () => {
    const { file, holdfast, open, idOf } = install('upgraded')
    const old = await open()
    await old.accounts.noteUser('people:alice', 'alice')
    await old.close()
    expect((await holdfast('user', 'list')).stdout).to.include('alice')
    expect((await holdfast('check')).stdout).to.match(/WARN +store +installation: its id/)
    const adopted = await holdfast('store', 'adopt')
    expect(adopted.code, adopted.stderr).to.equal(exitCodes.ok)
    expect(idOf()).to.equal(old.installationId)
    expect((await holdfast('check')).stdout).to.match(/ok +store +installation/)
    expect((await holdfast('store', 'adopt')).stdout).to.include('names this store already')
    expect(existsSync(file('state/holdfast.db'))).to.equal(true)
  })
})

describe('another store in place of the right one', () => {
  const { file, holdfast, open, idOf } = install('other')

  before(async () => {
    await holdfast('store', 'create', '--yes')
    renameSync(file('state/holdfast.db'), file('right.db'))
    await (await open()).close()
  })

  it('is refused by commands and named by check, although the key opens it', async () => {
    const { code, stderr } = await holdfast('user', 'list')
    expect(code).to.equal(exitCodes.failed)
    expect(stderr).to.include(idOf())
    const check = await holdfast('check')
    expect(check.stdout).to.match(/FAIL +store/)
    expect(check.code).to.equal(exitCodes.failed)
  })

  it('is adopted only when the caller says so', async () => {
    const before = idOf()
    expect((await holdfast('store', 'adopt')).code).to.equal(exitCodes.usage)
    expect(idOf()).to.equal(before)
    expect((await holdfast('store', 'adopt', '--yes')).code).to.equal(exitCodes.ok)
    expect(idOf()).to.not.equal(before)
    expect((await holdfast('user', 'list')).code).to.equal(exitCodes.ok)
  })

  it('is not hidden by a file that holds no id', async () => {
    writeFileSync(file('installation-id'), 'x')
    const { code, stderr } = await holdfast('user', 'list')
    expect(code).to.equal(exitCodes.configuration)
    expect(stderr).to.include(file('installation-id'))
  })
})
