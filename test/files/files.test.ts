import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  checkTrustedPath,
  FileError,
  findHolders,
  makePrivateFolder,
  openFolder,
  placeFile,
  writeFileIn,
} from '../../src/files/index.ts'
import { needRoot } from '../lab/need.ts'
import { rejectionOf } from '../store/stores.ts'
import { attackerId, startAttacker } from './attacker.ts'

const me = process.getuid?.() ?? 0

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-files-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function failureOf(work: () => void): string {
  try {
    work()
  } catch (error) {
    if (error instanceof FileError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'none'
}

describe('the way to a file', () => {
  const base = temporary()
  const way = (path: string, last: 'ours' | 'any' = 'any') =>
    failureOf(() => checkTrustedPath(path, { last }))

  it('is good below /tmp, in folders of our own, and where there is nothing yet', () => {
    mkdirSync(join(base, 'ours/deep'), { recursive: true })
    expect(way(join(base, 'ours/deep'), 'ours')).to.equal('none')
    expect(way(join(base, 'ours/not/there'), 'ours')).to.equal('none')
    symlinkSync('ours/../ours', join(base, 'link'))
    expect(way(join(base, 'link/deep'), 'ours')).to.equal('none')
  })

  for (const mode of [0o775, 0o757, 0o1777]) {
    it(`is not good where the last folder has mode ${mode.toString(8)}`, () => {
      const folder = join(base, `mode-${mode}`)
      mkdirSync(folder)
      chmodSync(folder, mode)
      expect(way(folder, 'ours')).to.match(/folder-not-safe: .*can be written by its group/)
      expect(way(folder, 'any')).to.equal('none')
    })
  }

  it('is not good through a folder that a group can write', () => {
    mkdirSync(join(base, 'group/below'), { recursive: true })
    chmodSync(join(base, 'group'), 0o775)
    expect(way(join(base, 'group/below'))).to.include(`${join(base, 'group')} is not used`)
    symlinkSync(join(base, 'group/below'), join(base, 'by-link'))
    expect(way(join(base, 'by-link/file'))).to.include(`${join(base, 'group')} is not used`)
  })

  it('ends, where links lead to each other', () => {
    symlinkSync('b', join(base, 'a'))
    symlinkSync('a', join(base, 'b'))
    expect(way(join(base, 'a/x'))).to.match(/too many links/)
  })

  it('is not good through a folder or a link of another user, though /tmp is', function () {
    needRoot(this)
    mkdirSync(join(base, 'theirs/below'), { recursive: true })
    chownSync(join(base, 'theirs'), attackerId, attackerId)
    expect(way(join(base, 'theirs'))).to.equal('none')
    expect(way(join(base, 'theirs'), 'ours')).to.match(/belongs to user 61234/)
    expect(way(join(base, 'theirs/below'))).to.match(/belongs to user 61234/)
    const link = join(tmpdir(), `holdfast-link-${process.pid}`)
    symlinkSync('/etc', link)
    after(() => rmSync(link))
    expect(way(join(link, 'passwd'))).to.equal('none')
    rmSync(link)
    symlinkSync('/etc', link)
    lchownSync(link, attackerId, attackerId)
    expect(way(join(link, 'passwd'))).to.match(/is a link of user 61234/)
  })
})

describe('a new file', () => {
  const base = temporary()

  it('has its content and mode, whatever the umask, or is not there', () => {
    const folder = openFolder(base)
    const before = process.umask(0o077)
    try {
      writeFileIn(folder, 'one', { content: 'text', mode: 0o644 })
    } finally {
      process.umask(before)
    }
    expect(statSync(join(base, 'one')).mode & 0o777).to.equal(0o644)
    expect(failureOf(() => writeFileIn(folder, 'one', { content: 'x', mode: 0o600 }))).to.match(
      /^file-exists: .*one exists/,
    )
    expect(readFileSync(join(base, 'one'), 'utf8')).to.equal('text')
    for (const name of ['', '.', '..', 'a/b']) expect(() => folder.at(name)).to.throw(RangeError)
    folder.close()
  })

  it('follows no link, and replaces one only when told to', () => {
    const folder = openFolder(base)
    const precious = join(base, 'precious')
    writeFileSync(precious, 'precious')
    symlinkSync(precious, join(base, 'trap'))
    symlinkSync(join(base, 'nowhere'), join(base, 'dangling'))
    for (const name of ['trap', 'dangling']) {
      expect(failureOf(() => writeFileIn(folder, name, { content: 'x', mode: 0o600 }))).to.match(
        /^file-exists/,
      )
      writeFileIn(folder, name, { content: 'new', mode: 0o600, replace: true })
      expect(lstatSync(join(base, name)).isFile()).to.equal(true)
    }
    expect(readFileSync(precious, 'utf8')).to.equal('precious')
    expect(existsSync(join(base, 'nowhere'))).to.equal(false)
    folder.close()
  })

  it('goes into the folder that was opened, though its path leads elsewhere by now', () => {
    mkdirSync(join(base, 'was'))
    mkdirSync(join(base, 'of-root'))
    const folder = openFolder(join(base, 'was'))
    renameSync(join(base, 'was'), join(base, 'moved'))
    symlinkSync('of-root', join(base, 'was'))
    writeFileIn(folder, 'secret', { content: 's', mode: 0o600 })
    expect(readdirSync(join(base, 'of-root'))).to.deep.equal([])
    expect(readdirSync(join(base, 'moved'))).to.deep.equal(['secret'])
    folder.close()
  })
})

describe('a file that takes its place', () => {
  const base = temporary()

  /** The same disk, and another one, where a file cannot be linked. */
  const otherDisk = '/dev/shm'
  for (const [where, from] of [
    ['on the same disk', base],
    ['from another disk', otherDisk],
  ] as const) {
    it(`has owner and mode, and overwrites nothing, ${where}`, async () => {
      const work = makePrivateFolder(from)
      after(() => work.remove())
      expect(statSync(work.path).mode & 0o777).to.equal(0o700)
      const content = Buffer.alloc(3_000_000, where)
      writeFileSync(join(work.path, 'w'), content)
      const folder = openFolder(base)
      const name = where.replaceAll(' ', '-')
      await placeFile(join(work.path, 'w'), folder, name, {
        mode: 0o640,
        ...(me === 0 ? { owner: { uid: attackerId, gid: attackerId } } : {}),
      })
      const found = statSync(join(base, name))
      expect(found.mode & 0o777).to.equal(0o640)
      expect(found.uid).to.equal(me === 0 ? attackerId : me)
      expect(readFileSync(join(base, name)).equals(content)).to.equal(true)
      const again = placeFile(join(work.path, 'w'), folder, name, { mode: 0o600 })
      expect(await rejectionOf(again)).to.include({ code: 'file-exists' })
      folder.close()
    })
  }

  it('is not taken through a link, and no link of root is followed', async () => {
    symlinkSync('/etc/passwd', join(base, 'link'))
    const folder = openFolder(base)
    const placed = placeFile(join(base, 'link'), folder, 'x', { mode: 0o600 })
    expect(String(await rejectionOf(placed))).to.include('ELOOP')
    expect(existsSync(join(base, 'x'))).to.equal(false)
    folder.close()
  })
})

describe('work of root in a folder of another user', () => {
  const base = temporary()
  before(function () {
    needRoot(this)
    chmodSync(base, 0o755)
  })

  it('is done in a folder beside it that the other user cannot enter', () => {
    const theirs = join(base, 'theirs')
    mkdirSync(theirs)
    chownSync(theirs, attackerId, attackerId)
    const work = makePrivateFolder(theirs)
    expect(work.path.startsWith(`${base}/.holdfast-`), work.path).to.equal(true)
    expect(statSync(work.path)).to.include({ uid: 0 })
    work.remove()
    expect(existsSync(work.path)).to.equal(false)
  })

  it('changes no file of root, whatever is put in its way', async () => {
    const theirs = join(base, 'attacked')
    const secret = join(base, 'secret')
    mkdirSync(theirs)
    chownSync(theirs, attackerId, attackerId)
    writeFileSync(secret, 'like /etc/shadow', { mode: 0o600 })
    const attacker = await startAttacker(theirs, secret)
    const folder = openFolder(theirs)
    try {
      for (let turn = 0; attacker.exchanged.length < 20; turn += 1) {
        const file = { content: 'x'.repeat(100_000), mode: 0o666, owner: folder.owner }
        failureOf(() => writeFileIn(folder, `new-${turn}`, file))
        failureOf(() => writeFileIn(folder, `replaced-${turn}`, { ...file, replace: true }))
        // The attacker is another process, which has to get its turn.
        await new Promise((resolve) => setImmediate(resolve))
      }
    } finally {
      folder.close()
      await attacker.end()
    }
    expect(readFileSync(secret, 'utf8')).to.equal('like /etc/shadow')
    const { uid, mode } = statSync(secret)
    expect([uid, mode & 0o777]).to.deep.equal([0, 0o600])
  })
})

describe('who has a file open', () => {
  it('is found by the file, whatever its name', async () => {
    const base = temporary()
    const file = join(base, 'file')
    writeFileSync(file, '')
    linkSync(file, join(base, 'other-name'))
    expect(findHolders(statSync(file))).to.deep.equal([])
    const handle = await open(join(base, 'other-name'), 'r')
    expect(findHolders(statSync(file))).to.deep.equal([process.pid])
    await handle.close()
  })
})
