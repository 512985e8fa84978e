import { expect } from 'chai'
import { createSharedShieldMemory } from '../../../src/directory/index.ts'
import { dayMs, systemClock } from '../../../src/support/index.ts'
import { createFakeDomain, personOf } from '../../directory/ldap/lockout/fake-domain.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { describeSharedStores, freshUser } from '../stores.ts'

// Two memories are two processes: they have nothing in common but the store.
describeSharedStores('the lockout shield of two processes (RULES 29, O41)', ({ store }) => {
  const memories = () => [1, 2].map(() => createSharedShieldMemory(systemClock, store().shield))
  const wrongAtOnce = (
    processes: readonly { attempt(user: never, result: 'wrong'): Promise<string> }[],
    user: unknown,
  ) =>
    Promise.all(
      processes.flatMap((one) => [1, 2, 3, 4].map(() => one.attempt(user as never, 'wrong'))),
    )

  it('keeps back two tries of the threshold, and not two in each process', async () => {
    const domain = createFakeDomain(5, { hidesCounts: true })
    const user = personOf(freshUser())
    const tried = await wrongAtOnce(
      memories().map((memory) => domain.process(memory)),
      user,
    )
    expect(domain.wrong(user)).to.equal(3)
    expect(tried.filter((kind) => kind === 'shielded')).to.have.length(5)
  })

  it('leaves one try where the directory tells its count', async () => {
    const domain = createFakeDomain(5)
    const user = personOf(freshUser())
    await wrongAtOnce(
      memories().map((memory) => domain.process(memory)),
      user,
    )
    expect(domain.wrong(user)).to.equal(4)
  })

  it('does not go by what the directory said before a try of the other process', async () => {
    const domain = createFakeDomain(5)
    const user = personOf(freshUser())
    const [one, other] = memories().map((memory) => domain.process(memory))
    await one?.look(user)
    for (let tries = 0; tries < 4; tries += 1) await other?.attempt(user, 'wrong')
    expect(await one?.attempt(user, 'wrong')).to.equal('shielded')
    expect(domain.wrong(user)).to.equal(4)
  })

  it('counts tries at two controllers together', async () => {
    const domain = createFakeDomain(5)
    const user = personOf(freshUser())
    const [one, other] = memories()
    if (one === undefined || other === undefined) return expect.fail()
    await wrongAtOnce(
      [domain.process(one, 'ldaps://dc1'), domain.process(other, 'ldaps://dc2')],
      user,
    )
    expect(domain.wrong(user)).to.equal(4)
  })

  it('begins again after the right password, and keeps nothing of it', async () => {
    const domain = createFakeDomain(5, { hidesCounts: true })
    const user = personOf(freshUser())
    const [one, other] = memories().map((memory) => domain.process(memory))
    for (let tries = 0; tries < 2; tries += 1) await one?.attempt(user, 'wrong')
    expect(await other?.attempt(user, 'right')).to.equal('right')
    expect(await store().shield.look(user.key)).to.equal(undefined)
    for (let tries = 0; tries < 2; tries += 1) {
      expect(await other?.attempt(user, 'wrong')).to.equal('wrong')
    }
  })

  it('leaves no row where no password was tried', async () => {
    const key = freshUser()
    const [memory] = memories()
    await memory?.inTurn(key, new AbortController().signal, async () => undefined)
    expect(await store().shield.look(key)).to.equal(undefined)
  })

  it('waits for a process that is gone, and then counts its try as a wrong one', async () => {
    const clock = createManualClock(Date.now())
    const key = freshUser()
    await store().shield.take(key, 'of the one that is gone', clock.nowMs())
    const memory = createSharedShieldMemory(clock, store().shield, clock.elapsedMs)
    const leaving = new AbortController()
    const first = memory.inTurn(key, leaving.signal, async () => 'tried')
    const failed = first.catch((error: unknown) => error)
    // It has asked once, and waits to ask again.
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    leaving.abort()
    clock.advance(100)
    expect(await failed).to.have.property('code', 'aborted')
    clock.advance(30_000)
    const own = await memory.inTurn(key, new AbortController().signal, async (turn) => turn.own)
    expect(own).to.include({ count: 1 })
    // It wakes up: its turn is over.
    await store().shield.end(key, 'of the one that is gone', { kind: 'right' })
    expect(await store().shield.look(key)).to.include({ wrong: 1 })
  })

  for (const byMs of [3_600_000, -3_600_000]) {
    it(`takes a turn over after 30 s, where the clock is set by ${byMs / 1_000} s too (O10)`, async () => {
      const clock = createManualClock(Date.now())
      const key = freshUser()
      await store().shield.take(key, 'of one that checks', clock.nowMs())
      const memory = createSharedShieldMemory(clock, store().shield, clock.elapsedMs)
      const leaving = new AbortController()
      let taken: unknown
      const waiting = memory
        .inTurn(key, leaving.signal, async ({ own }) => {
          taken = own
        })
        .catch(() => undefined)
      const asksAgain = async () => {
        while (clock.waiting === 0 && taken === undefined) {
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      await asksAgain()
      clock.set(clock.nowMs() + byMs)
      clock.advance(29_900)
      await asksAgain()
      expect(taken).to.equal(undefined)
      clock.advance(100)
      await asksAgain()
      expect(taken).to.include({ count: 1 })
      leaving.abort()
      clock.advance(100)
      await waiting
    })
  }

  it('goes on at once where the store did not take the end of a check', async () => {
    const { shield } = store()
    const key = freshUser()
    let isFailing = true
    const failed = async () => {
      throw new Error('no store')
    }
    const memory = createSharedShieldMemory(createManualClock(Date.now()), {
      ...shield,
      // Time-outs: it has happened all the same, or it has not.
      async take(...taking) {
        const taken = await shield.take(...taking)
        return isFailing && 'busy' in taken ? failed() : taken
      },
      end: (...ending) => (isFailing ? failed() : shield.end(...ending)),
    })
    const never = new AbortController().signal
    for (let tries = 0; tries < 2; tries += 1) {
      const checked = memory.inTurn(key, never, async () => 'right')
      expect(await checked.catch((error: Error) => error.message)).to.equal('no store')
    }
    isFailing = false
    const own = await memory.inTurn(key, never, async (turn) => turn.own)
    expect(own, 'no one knows what it was').to.include({ count: 1 })
  })

  it('forgets a person after a day', async () => {
    const { shield } = store()
    const key = freshUser()
    await shield.take(key, 'one', 1_000)
    await shield.end(key, 'one', { kind: 'wrong', server: 'dc1', atMs: 1_000 })
    await shield.purge(dayMs, 10)
    expect(await shield.look(key)).to.include({ wrong: 1, lastMs: 1_000, server: 'dc1' })
    expect(await shield.purge(dayMs + 1_000, 10)).to.equal(1)
    expect(await shield.look(key)).to.equal(undefined)
  })

  it('checks no password while the store fails', async () => {
    const failing = {
      ...store().shield,
      take: async () => {
        throw new Error('no store')
      },
    }
    let checks = 0
    const memory = createSharedShieldMemory(systemClock, failing)
    const attempt = memory.inTurn(freshUser(), new AbortController().signal, async () => {
      checks += 1
    })
    expect(await attempt.catch((error: Error) => error.message)).to.equal('no store')
    expect(checks).to.equal(0)
  })
})
