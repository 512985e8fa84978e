import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  type CallerFolder,
  type Challenge,
  prepareCallerFolder,
} from '../../../src/ops/socket/caller-folder.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const self = process.getuid?.() ?? 0
const attackerId = 65_534

/** Runs a shell command as another user of the machine. */
function asAttacker(command: string): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync('/bin/sh', ['-c', command], {
    uid: attackerId,
    gid: attackerId,
    cwd: '/',
    encoding: 'utf8',
  })
  return { status, stdout }
}

describe('the proof of a caller’s identity', () => {
  let outer: string
  let path: string
  let clock: ReturnType<typeof createManualClock>
  let callers: CallerFolder

  beforeEach(async () => {
    outer = mkdtempSync(join(tmpdir(), 'holdfast-callers-'))
    chmodSync(outer, 0o755)
    path = join(outer, 'callers')
    clock = createManualClock()
    clock.advance(Date.now())
    callers = await prepareCallerFolder(path, clock)
  })
  afterEach(() => rmSync(outer, { recursive: true, force: true }))

  const fileOf = ({ name }: Challenge) => join(path, name)
  const create = (challenge: Challenge, content = challenge.content, mode = 0o644) => {
    writeFileSync(fileOf(challenge), content, { flag: 'wx' })
    chmodSync(fileOf(challenge), mode)
  }

  it('is the owner of the file that was asked for, which is removed', async () => {
    const challenge = await callers.challenge()
    create(challenge)
    expect(await callers.verify(challenge)).to.equal(self)
    expect(readdirSync(path)).to.deep.equal([])
  })

  it('asks for another name and content each time, which no one can guess', async () => {
    const seen = new Set<string>()
    for (let turn = 0; turn < 100; turn += 1) {
      const { name, content } = await callers.challenge()
      expect([name, content].join(' ')).to.match(/^[0-9a-f]{32} [0-9a-f]{32}$/)
      seen.add(name).add(content)
    }
    expect(seen.size).to.equal(200)
  })

  const attacks: readonly { readonly title: string; act(challenge: Challenge): void }[] = [
    { title: 'no file', act: () => undefined },
    {
      title: 'a second name of a file of this user',
      act: (challenge) => {
        writeFileSync(join(outer, 'own'), challenge.content)
        linkSync(join(outer, 'own'), fileOf(challenge))
      },
    },
    {
      title: 'a link to a file of this user',
      act: (challenge) => {
        writeFileSync(join(outer, 'own'), challenge.content)
        symlinkSync(join(outer, 'own'), fileOf(challenge))
      },
    },
    {
      title: 'an old file of this user that was moved here',
      act: (challenge) => {
        writeFileSync(join(outer, 'own'), 'x'.repeat(32))
        renameSync(join(outer, 'own'), fileOf(challenge))
      },
    },
    { title: 'a file that is empty', act: (challenge) => create(challenge, '') },
    {
      title: 'a file with more behind the content',
      act: (challenge) => create(challenge, `${challenge.content}\n`),
    },
    {
      title: 'a file that anybody could have written',
      act: (challenge) => create(challenge, challenge.content, 0o666),
    },
    {
      title: 'a file that a group could have written',
      act: (challenge) => create(challenge, challenge.content, 0o664),
    },
    { title: 'a folder', act: (challenge) => mkdirSync(fileOf(challenge)) },
    {
      title: 'a pipe, which would never answer',
      act: (challenge) => void spawnSync('mkfifo', ['-m', '644', fileOf(challenge)]),
    },
  ]
  for (const { title, act } of attacks) {
    it(`is not given by ${title}`, async () => {
      const challenge = await callers.challenge()
      act(challenge)
      expect(await callers.verify(challenge)).to.equal(undefined)
      expect(existsSync(fileOf(challenge))).to.equal(false)
    })
  }

  it('is not given too late, and not twice', async () => {
    const late = await callers.challenge()
    create(late)
    clock.advance(5_001)
    expect(await callers.verify(late)).to.equal(undefined)
    const once = await callers.challenge()
    create(once)
    expect(await callers.verify(once)).to.equal(self)
    expect(await callers.verify(once)).to.equal(undefined)
  })

  it('does not go below what callers leave, and removes it in time', async () => {
    const kept = join(outer, 'kept')
    mkdirSync(kept)
    writeFileSync(join(kept, 'file'), 'precious')
    writeFileSync(join(path, 'left'), '')
    mkdirSync(join(path, 'empty'))
    symlinkSync(kept, join(path, 'link'))
    mkdirSync(join(path, 'full'))
    symlinkSync(kept, join(path, 'full', 'link'))
    clock.advance(61_000)
    await callers.challenge()
    expect(readdirSync(path)).to.deep.equal(['full'])
    expect(readFileSync(join(kept, 'file'), 'utf8')).to.equal('precious')
  })

  it('takes no folder that is a link', async () => {
    const link = join(outer, 'link')
    symlinkSync(path, link)
    const refused = await prepareCallerFolder(link, clock).catch((error: unknown) => error)
    expect(refused).to.include({ code: 'socket-not-usable' })
  })

  describe('with another user on the machine', () => {
    before(function () {
      if (self !== 0) this.skip()
    })

    it('names the other user, and not root', async () => {
      const challenge = await callers.challenge()
      const file = fileOf(challenge)
      expect(asAttacker(`umask 022; printf %s ${challenge.content} > ${file}`).status).to.equal(0)
      expect(await callers.verify(challenge)).to.equal(attackerId)
    })

    it('lets no one see the names, or take away or exchange a file of root', async () => {
      const challenge = await callers.challenge()
      create(challenge)
      const file = fileOf(challenge)
      expect(lstatSync(path).mode & 0o7777).to.equal(0o1733)
      expect(asAttacker(`ls ${path}`).stdout).to.equal('')
      for (const attack of [`rm -f ${file}`, `mv ${file} ${path}/x`, `echo x > ${file}`]) {
        expect(asAttacker(attack).status, attack).to.not.equal(0)
      }
      expect(await callers.verify(challenge)).to.equal(0)
    })

    it('is not given by a file of root under another name of the attacker’s choice', async () => {
      const challenge = await callers.challenge()
      const file = join(outer, 'of-root')
      writeFileSync(file, challenge.content)
      asAttacker(`ln ${file} ${fileOf(challenge)} || ln -s ${file} ${fileOf(challenge)}`)
      expect(await callers.verify(challenge)).to.equal(undefined)
    })

    it('takes no folder of another user', async () => {
      const theirs = join(outer, 'theirs')
      chmodSync(outer, 0o777)
      expect(asAttacker(`mkdir ${theirs}`).status).to.equal(0)
      const refused = await prepareCallerFolder(theirs, clock).catch((error: unknown) => error)
      expect(refused).to.include({ code: 'socket-not-usable' })
    })
  })
})
