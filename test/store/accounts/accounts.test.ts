import { expect } from 'chai'
import { describeSharedStores, freshUser } from '../stores.ts'

const limits = { slowAfter: 3, lockAfter: 6, lockMs: 900_000, slowMs: 5_000 }

describeSharedStores('account states', (current) => {
  let user = ''
  beforeEach(() => {
    user = freshUser()
  })

  describe('a bypass', () => {
    const bypass = { reason: 'phone at home', untilMs: 10_000, once: false }

    it('is valid until it ends, and is listed until then', async () => {
      const { accounts, users } = current.store()
      await accounts.noteUser(user, 'bypassed')
      await accounts.giveBypass(user, bypass)
      expect((await accounts.load(user)).bypass).to.deep.equal(bypass)
      expect(await accounts.useBypass(user, 9_999)).to.equal(true)
      expect(await accounts.useBypass(user, 9_999)).to.equal(true)
      expect(await accounts.useBypass(user, 10_000)).to.equal(false)
      expect(await users.listBypasses(9_999)).to.deep.equal([
        { userKey: user, name: 'bypassed', ...bypass },
      ])
      expect(await users.listBypasses(10_000)).to.deep.equal([])
    })

    it('for one sign-in goes to one of many that come at once', async () => {
      const { accounts } = current.store()
      await accounts.giveBypass(user, { ...bypass, once: true })
      const used = await Promise.all(
        Array.from({ length: 20 }, () => accounts.useBypass(user, 5_000)),
      )
      expect(used.filter((each) => each)).to.have.length(1)
      expect((await accounts.load(user)).bypass).to.equal(undefined)
    })

    it('is replaced by another, ended, and nothing where there was none', async () => {
      const { accounts } = current.store()
      expect(await accounts.useBypass(user, 0)).to.equal(false)
      await accounts.giveBypass(user, bypass)
      await accounts.giveBypass(user, { ...bypass, untilMs: 20_000, once: true })
      expect((await accounts.load(user)).bypass).to.include({ untilMs: 20_000, once: true })
      await accounts.endBypass(user)
      expect(await accounts.useBypass(user, 0)).to.equal(false)
      expect(await accounts.load(user)).not.to.have.property('bypass')
    })

    it('stays over other changes of the account, and they over it', async () => {
      const { accounts } = current.store()
      await accounts.giveBypass(user, bypass)
      await accounts.recordFailure(user, 'code', 0, limits)
      await accounts.block(user, 'stolen', 1)
      await accounts.release(user)
      await accounts.recordSuccess(user)
      expect((await accounts.load(user)).bypass).to.deep.equal(bypass)
      await accounts.setDefaultMethod(user, 'totp')
      await accounts.endBypass(user)
      expect((await accounts.load(user)).defaultMethod).to.equal('totp')
    })
  })

  it('knows nothing bad of a user it does not know', async () => {
    expect(await current.store().accounts.load(user)).to.deep.equal({
      userKey: user,
      wrongCodes: 0,
      wrongPasswords: 0,
      slowedUntilMs: 0,
      lockedUntilMs: 0,
    })
  })

  it('locks until a moment, leaves a later one, and releases every count', async () => {
    const { accounts } = current.store()
    await accounts.lock(user, 5_000)
    expect(await accounts.load(user)).to.include({ lockedUntilMs: 5_000 })
    await accounts.lock(user, 9_000)
    await accounts.lock(user, 7_000)
    await accounts.recordFailure(user, 'password', 0, limits)
    await accounts.recordFailure(user, 'code', 0, limits)
    const failed = { lockedUntilMs: 9_000, wrongPasswords: 1, wrongCodes: 1 }
    expect(await accounts.load(user)).to.include(failed)
    await accounts.release(user)
    const clean = { lockedUntilMs: 0, wrongPasswords: 0, wrongCodes: 0, slowedUntilMs: 0 }
    expect(await accounts.load(user)).to.include(clean)
  })

  it('slows down, twice as long each time, then locks, and each more locks again', async () => {
    const { accounts } = current.store()
    const seen = []
    for (let count = 1; count <= 7; count += 1) {
      const state = await accounts.recordFailure(user, 'code', count * 1_000, limits)
      seen.push([state.wrongCodes, state.slowedUntilMs, state.lockedUntilMs])
    }
    expect(seen).to.deep.equal([
      [1, 0, 0],
      [2, 0, 0],
      [3, 3_000 + 5_000, 0],
      [4, 4_000 + 10_000, 0],
      [5, 5_000 + 20_000, 0],
      [6, 6_000 + 40_000, 6_000 + 900_000],
      [7, 7_000 + 80_000, 7_000 + 900_000],
    ])
  })

  it('never slows for longer than a lock, however many failures', async () => {
    const { accounts } = current.store()
    const patient = { ...limits, lockAfter: 1_000 }
    const failures = await Promise.all(
      Array.from({ length: 80 }, () => accounts.recordFailure(user, 'code', 1_000, patient)),
    )
    expect(Math.max(...failures.map((state) => state.slowedUntilMs))).to.equal(901_000)
    expect(failures.at(-1)?.lockedUntilMs).to.equal(0)
  })

  it('holds limits of 1 from the first failure', async () => {
    const { accounts } = current.store()
    const strict = { ...limits, slowAfter: 1, lockAfter: 1 }
    expect(await accounts.recordFailure(user, 'code', 1_000, strict)).to.include({
      slowedUntilMs: 6_000,
      lockedUntilMs: 901_000,
    })
  })

  it('counts every one of 50 failures at the same time', async () => {
    const { accounts } = current.store()
    await Promise.all(
      Array.from({ length: 50 }, () => accounts.recordFailure(user, 'code', 1_000, limits)),
    )
    expect((await accounts.load(user)).wrongCodes).to.equal(50)
  })

  it('never slows or locks for wrong passwords', async () => {
    const { accounts } = current.store()
    for (let count = 0; count < 30; count += 1) {
      await accounts.recordFailure(user, 'password', 1_000, limits)
    }
    expect(await accounts.load(user)).to.include({
      wrongPasswords: 30,
      wrongCodes: 0,
      slowedUntilMs: 0,
      lockedUntilMs: 0,
    })
  })

  it('counts from 0 after a success, but a lock stays until it ends', async () => {
    const { accounts } = current.store()
    for (let count = 0; count < 6; count += 1) {
      await accounts.recordFailure(user, 'code', 1_000, limits)
    }
    await accounts.recordFailure(user, 'password', 1_000, limits)
    await accounts.recordSuccess(user)
    expect(await accounts.load(user)).to.include({
      wrongCodes: 0,
      wrongPasswords: 0,
      slowedUntilMs: 0,
      lockedUntilMs: 901_000,
    })
    await accounts.recordSuccess('corp:somebody-new')
  })

  it('blocks until released, and a success does not release', async () => {
    const { accounts } = current.store()
    await accounts.block(user, 'fraud', 5_000)
    await accounts.recordSuccess(user)
    const reopened = (await current.reopen()).accounts
    expect((await reopened.load(user)).blocked).to.deep.equal({ reason: 'fraud', atMs: 5_000 })
    for (let count = 0; count < 6; count += 1) {
      await reopened.recordFailure(user, 'code', 1_000, limits)
    }
    await reopened.release(user)
    const state = await reopened.load(user)
    expect(state.blocked).to.equal(undefined)
    expect(state).to.include({ wrongCodes: 0, slowedUntilMs: 0, lockedUntilMs: 0 })
  })

  it('stopped prompts end what is open of the person, except the session that reports it', async () => {
    const { accounts, remembered, webSessions } = current.store()
    const [mine, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    for (const tokenHash of [mine, other]) {
      await webSessions.add({
        ...{ tokenHash, userKey: user, userName: 'alice', kind: 'whole', createdAtMs: 0 },
        ...{ seenAtMs: 0, endsAtMs: 9_000, address: '192.0.2.1', userAgent: '' },
      })
    }
    await remembered.keep(
      {
        ...{ userKey: user, gatewayGroup: 'vpn', network: '', method: 'totp' },
        ...{ device: { kind: 'mac', value: '001122334455' }, atMs: 0, untilMs: 9_000 },
      },
      'stamp',
    )
    await accounts.giveBypass(user, { reason: 'x', untilMs: 9_000, once: false })
    await accounts.stopPrompts(user, 5_000, mine)
    const state = await accounts.load(user)
    expect(state.promptsStopped).to.deep.equal({ atMs: 5_000 })
    expect(state).to.not.have.any.keys('blocked', 'bypass')
    expect(await remembered.list(user, 0)).to.deep.equal([])
    const left = await webSessions.list(user, 100, 9_000)
    expect(left.map(({ tokenHash }) => tokenHash[0])).to.deep.equal([1])
    await accounts.stopPrompts(user, 6_000)
    expect(await webSessions.list(user, 100, 9_000)).to.deep.equal([])
  })

  it('keeps the default method and forgets it', async () => {
    const { accounts } = current.store()
    await accounts.setDefaultMethod(user, 'sms')
    expect((await accounts.load(user)).defaultMethod).to.equal('sms')
    await accounts.recordFailure(user, 'code', 1_000, limits)
    expect((await accounts.load(user)).defaultMethod).to.equal('sms')
    await accounts.setDefaultMethod(user, undefined)
    expect((await accounts.load(user)).defaultMethod).to.equal(undefined)
  })
})
