import { expect } from 'chai'
import {
  createHashGate,
  createLocalDirectory,
  hashPassword,
  type LocalUser,
  type RenewedHashes,
} from '../../../src/directory/index.ts'
import { isOldHash } from '../../../src/directory/local/password-hash.ts'
import type { Directory } from '../../../src/signin/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { quickHash } from '../quick-hash.ts'

const never = new AbortController().signal
const password = new Secret('Grüße')
const hash = quickHash('Grüße')

/** A gate whose hashes take `hashMs` each, by the clock that measures them. */
function createTimed(options: Parameters<typeof createHashGate>[0], hashMs: () => number) {
  const clock = createManualClock()
  let elapsedMs = 0
  const gate = createHashGate(options, clock, () => {
    elapsedMs += hashMs()
    return elapsedMs
  })
  return { clock, gate }
}

/** Whether it has settled by now; lets all that is due happen first. */
async function isSettled(work: Promise<unknown>): Promise<boolean> {
  let settled = false
  void work.then(() => {
    settled = true
  })
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  return settled
}

describe('the gate of slow hashes (RULES 39)', () => {
  it('makes a pretended check as long as the last hash was', async () => {
    let hashMs = 450
    const { clock, gate } = createTimed({}, () => hashMs)
    for (const expected of [450, 80]) {
      hashMs = expected
      expect(await gate.check(password, hash, never)).to.equal('right')
      const pretended = gate.pretend(hash, never)
      await Promise.resolve()
      clock.advance(expected - 1)
      expect(await isSettled(pretended)).to.equal(false)
      clock.advance(1)
      expect(await pretended).to.equal('waited')
    }
  })

  it('learns how long a hash takes at the first check, also where that is a pretended one', async () => {
    // Guessing instead fills the queue of a directory whose hashes are quick: 200 sign-ins a second
    // were dropped at the start of a service.
    const { clock, gate } = createTimed({ hashesAtOnce: 1 }, () => 7)
    expect(await gate.pretend(hash, never)).to.equal('waited')
    const pretended = gate.pretend(hash, never)
    await Promise.resolve()
    clock.advance(6)
    expect(await isSettled(pretended)).to.equal(false)
    clock.advance(1)
    expect(await pretended).to.equal('waited')
  })

  it('gives pretended checks and real ones the same places', async () => {
    const { clock, gate } = createTimed({ hashesAtOnce: 1 }, () => 300)
    await gate.check(password, hash, never)
    const pretended = gate.pretend(hash, never)
    const real = gate.check(password, hash, never)
    expect(await isSettled(real)).to.equal(false)
    clock.advance(300)
    expect(await pretended).to.equal('waited')
    expect(await real).to.equal('right')
  })

  it('refuses both kinds in the same way when too many wait, or for too long', async () => {
    const { clock, gate } = createTimed({ hashesAtOnce: 1, queue: 2, waitMs: 150 }, () => 300)
    await gate.check(password, hash, never)
    const inside = gate.pretend(hash, never)
    const waiting = [gate.pretend(hash, never), gate.check(password, hash, never)]
    expect(await gate.pretend(hash, never)).to.equal('overloaded')
    expect(await gate.check(password, hash, never)).to.equal('overloaded')
    clock.advance(150)
    expect(await Promise.all(waiting)).to.deep.equal(['overloaded', 'overloaded'])
    clock.advance(300)
    expect(await inside).to.equal('waited')
  })

  it('lets those out who gave up', async () => {
    const { gate } = createTimed({ hashesAtOnce: 1 }, () => 100)
    await gate.check(password, hash, never)
    const gone = new AbortController()
    void gate.pretend(hash, never)
    const waiting = gate.check(password, hash, gone.signal)
    gone.abort()
    expect(await waiting).to.equal('given-up')
  })
})

describe('a password hash with older parameters', () => {
  const alice: LocalUser = { name: 'alice', passwordHash: hash }

  /** What a store does, and when something new is kept. */
  function createKept() {
    const kept = new Map<string, { of: string; hash: string }>()
    let tell: (hash: string) => void = () => undefined
    const next = () =>
      new Promise<string>((resolve) => {
        tell = resolve
      })
    const renewed: RenewedHashes = {
      find(userKey, of) {
        const found = kept.get(userKey)
        return found?.of === of ? found.hash : undefined
      },
      keep(userKey, of, fresh) {
        kept.set(userKey, { of, hash: fresh })
        tell(fresh)
      },
    }
    return { renewed, next, kept }
  }

  const open = (user: LocalUser, renewed: RenewedHashes) =>
    createLocalDirectory({ name: 'local', users: [user] }, { clock: createManualClock(), renewed })

  async function verify(directory: Directory, typed: string): Promise<string> {
    const found = await directory.resolve('alice', never)
    if (found.kind !== 'user') throw new Error(found.kind)
    const credential = { kind: 'pap', password: new Secret(typed), wellFormed: true } as const
    return (await directory.verify(found.user, credential, never)).kind
  }

  it('is told from one of today, and from a stronger one', async () => {
    expect(await hashPassword(password)).to.match(/^scrypt\$32768\$8\$3\$/)
    expect(isOldHash(hash)).to.equal(true)
    expect(isOldHash(hash.replace('$1024$8$1$', '$32768$8$1$'))).to.equal(true)
    expect(isOldHash(hash.replace('$1024$8$1$', '$32768$8$3$'))).to.equal(false)
    expect(isOldHash(hash.replace('$1024$8$1$', '$131072$8$1$'))).to.equal(false)
  })

  it('is renewed at the next right password, not at a wrong one, and then the new one counts', async () => {
    const { renewed, next, kept } = createKept()
    const directory = open(alice, renewed)
    expect(await verify(directory, 'wrong')).to.equal('wrong')
    expect(kept.size).to.equal(0)
    const renewal = next()
    expect(await verify(directory, 'Grüße')).to.equal('right')
    expect(await renewal).to.match(/^scrypt\$32768\$8\$3\$/)

    kept.set('local:alice', { of: hash, hash: quickHash('only the new one counts') })
    const again = open(alice, renewed)
    expect(await verify(again, 'only the new one counts')).to.equal('right')
    expect(await verify(again, 'Grüße')).to.equal('wrong')
  })

  it('is used again as soon as another one is in the configuration', async () => {
    const { renewed, kept } = createKept()
    kept.set('local:alice', { of: hash, hash: quickHash('Grüße') })
    const changed = open({ ...alice, passwordHash: quickHash('changed') }, renewed)
    expect(await verify(changed, 'Grüße')).to.equal('wrong')
    expect(await verify(changed, 'changed')).to.equal('right')
  })

  it('is named by check, with what to do', async () => {
    const { renewed, kept } = createKept()
    const rows = async (user: LocalUser) =>
      createLocalDirectory(
        { name: 'local', users: [user] },
        { clock: createManualClock(), renewed },
      )
        .check()
        .then(([row]) => row)
    expect(await rows(alice)).to.include({ what: 'local', ok: true })
    expect((await rows(alice))?.detail).to.match(/"alice".*0 of 1/)
    expect((await rows(alice))?.remedy).to.include('holdfast user hash')
    kept.set('local:alice', { of: hash, hash: quickHash('Grüße') })
    expect((await rows(alice))?.detail).to.match(/"alice".*1 of 1/)
    const today = await hashPassword(password)
    expect((await rows({ ...alice, passwordHash: today }))?.remedy).to.equal('')
  })
})
