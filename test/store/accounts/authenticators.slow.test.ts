import { expect } from 'chai'
import type { NewAuthenticator } from '../../../src/accounts/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { describeSharedStores, freshUser, newTotp } from '../stores.ts'

const evidence = { requestAuthenticator: new Uint8Array(16).fill(1) }
const otherEvidence = { requestAuthenticator: new Uint8Array(16).fill(2) }
const hashes = [new Uint8Array(32).fill(10), new Uint8Array(32).fill(11)]

const oneOfEach = (user: string): readonly NewAuthenticator[] => [
  { ...newTotp(user), setUpBy: 'administrator', shownToAgent: true },
  {
    method: 'hotp',
    userKey: user,
    label: 'token',
    seed: new Uint8Array(64).fill(4),
    algorithm: 'sha512',
    digits: 8,
    counter: 9,
  },
  { method: 'sms', userKey: user, label: '', phone: '+49301234567', setUpBy: 'self' },
  {
    method: 'call',
    userKey: user,
    label: "desk; drop table user; --'",
    phone: '+49301234568',
    backupPhone: '+49301234569',
    pin: '4711',
    extension: '12',
  },
  { method: 'email', userKey: user, label: 'ünïcode 🔑', address: 'alice@corp.example' },
  { method: 'recovery', userKey: user, label: '', codeHashes: hashes },
]

describeSharedStores('authenticators', (current) => {
  let user = ''
  let somebodyElse = ''
  beforeEach(() => {
    user = freshUser()
    somebodyElse = freshUser()
  })

  it('gives back each kind as it was added, also after a restart', async () => {
    const added = await Promise.all(
      oneOfEach(user).map((one) => current.store().authenticators.add(one)),
    )
    const kept = await current.store().authenticators.list(user)
    const store = await current.reopen()
    const reread = await store.authenticators.list(user)

    expect(kept).to.have.deep.members(added)
    expect(reread).to.have.deep.members(added)
  })

  it('counts the people whose numbers begin in the same way, each once', async () => {
    const { authenticators } = current.store()
    const number = (userKey: string, method: 'sms' | 'call', phone: string) =>
      authenticators.add({ method, userKey, label: '', phone })
    const prefix = `+49${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`
    await number(user, 'sms', `${prefix}1111`)
    await number(user, 'call', `${prefix}2222`)
    await number(somebodyElse, 'sms', `${prefix}3333`)
    await number(somebodyElse, 'call', '+31612345678')
    expect(await authenticators.countPeople(prefix)).to.equal(2)
    expect(await authenticators.countPeople(`${prefix}2`)).to.equal(1)
    expect(await authenticators.countPeople('%')).to.equal(0)
  })

  it('gives the recovery codes that are left, and nothing of other users', async () => {
    const { authenticators } = current.store()
    const { id } = await authenticators.add({
      method: 'recovery',
      userKey: user,
      label: '',
      codeHashes: hashes,
    })
    await authenticators.add(newTotp(somebodyElse))
    await authenticators.spendRecovery(id, hashes[0] ?? new Uint8Array(), evidence)
    const [one, ...more] = await authenticators.list(user)
    expect(more).to.deep.equal([])
    if (one?.method !== 'recovery') throw new Error('expected the recovery codes')
    expect(one.codeHashes.map((hash) => hash[0])).to.deep.equal([11])
    expect(one.usedHashes.map((hash) => hash[0])).to.deep.equal([10])
    expect(await authenticators.list('corp:nobody')).to.deep.equal([])
    const [reread] = await (await current.reopen()).authenticators.list(user)
    expect(reread).to.deep.equal(one)
  })

  it('takes a step once: of 50 at the same time exactly one counts', async () => {
    const { authenticators } = current.store()
    const { id } = await authenticators.add(newTotp(user))
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        authenticators.spendTotp(id, 100, 1, {
          requestAuthenticator: new Uint8Array(16).fill(index),
        }),
      ),
    )
    expect(results.filter((result) => result === 'spent')).to.have.length(1)
    expect(results.filter((result) => result === 'reused')).to.have.length(49)
  })

  it('keeps the last step and the drift where the next check sees them, and after a restart', async () => {
    const { authenticators } = current.store()
    const { id } = await authenticators.add(newTotp(user))
    await authenticators.list(user)
    await authenticators.spendTotp(id, 100, -1, evidence)
    const kept = await authenticators.list(user)
    const store = await current.reopen()
    const reread = await store.authenticators.list(user)
    for (const [one] of [kept, reread]) {
      expect(one).to.include({ lastStep: 100, driftSteps: -1 })
    }
  })

  it('refuses an earlier step, an unknown authenticator, and one of another kind', async () => {
    const { authenticators } = current.store()
    const totp = await authenticators.add(newTotp(user))
    const recovery = await authenticators.add({
      method: 'recovery',
      userKey: user,
      label: '',
      codeHashes: hashes,
    })
    expect(await authenticators.spendTotp(totp.id, 100, 0, evidence)).to.equal('spent')
    expect(await authenticators.spendTotp(totp.id, 99, 0, evidence)).to.equal('reused')
    expect(await authenticators.spendTotp(totp.id, 101, 0, otherEvidence)).to.equal('spent')
    expect(await authenticators.spendTotp('no-such-id', 200, 0, evidence)).to.equal('reused')
    expect(await authenticators.spendTotp(recovery.id, 200, 0, evidence)).to.equal('reused')
    expect(await authenticators.spendHotp(totp.id, 0, evidence)).to.equal('reused')
    expect(
      await authenticators.spendRecovery(totp.id, hashes[0] ?? new Uint8Array(), evidence),
    ).to.equal('reused')
  })

  it('moves a HOTP counter after the code, once', async () => {
    const { authenticators } = current.store()
    const { id } = await authenticators.add({
      method: 'hotp',
      userKey: user,
      label: '',
      seed: new Uint8Array(20),
      algorithm: 'sha1',
      digits: 6,
      counter: 5,
    })
    expect(await authenticators.spendHotp(id, 4, evidence)).to.equal('reused')
    expect(await authenticators.spendHotp(id, 7, evidence)).to.equal('spent')
    expect(await authenticators.spendHotp(id, 7, otherEvidence)).to.equal('reused')
    expect(await authenticators.spendHotp(id, 6, evidence)).to.equal('reused')
    const [one] = await authenticators.list(user)
    expect(one).to.include({ counter: 8 })
  })

  it('knows the very packet that spent a code, also after a restart, and no other', async () => {
    const before = current.store().authenticators
    const totp = await before.add(newTotp(user))
    const hotp = await before.add({
      method: 'hotp',
      userKey: user,
      label: '',
      seed: new Uint8Array(20),
      algorithm: 'sha1',
      digits: 6,
      counter: 0,
    })
    const [codeHash = new Uint8Array()] = hashes
    const recovery = await before.add({
      method: 'recovery',
      userKey: user,
      label: '',
      codeHashes: hashes,
    })
    await before.spendTotp(totp.id, 100, 0, evidence)
    await before.spendHotp(hotp.id, 3, evidence)
    await before.spendRecovery(recovery.id, codeHash, evidence)

    const { authenticators } = await current.reopen()
    const spend = (by: typeof evidence) =>
      Promise.all([
        authenticators.spendTotp(totp.id, 100, 0, by),
        authenticators.spendHotp(hotp.id, 3, by),
        authenticators.spendRecovery(recovery.id, codeHash, by),
      ])
    expect(await spend(evidence)).to.deep.equal(['same-request', 'same-request', 'same-request'])
    expect(await spend(otherEvidence)).to.deep.equal(['reused', 'reused', 'reused'])
    // Same packet, but another code than the one it spent.
    expect(await authenticators.spendTotp(totp.id, 99, 0, evidence)).to.equal('reused')
    expect(await authenticators.spendHotp(hotp.id, 2, evidence)).to.equal('reused')
  })

  for (const [told, advanceMs, result] of [
    ['for 60 s', 59_999, 'same-request'],
    ['no longer', 60_000, 'reused'],
    ['and not for a time ahead of the clock', -1, 'reused'],
  ] as const) {
    it(`knows that packet ${told} (RULES 36)`, async () => {
      const clock = createManualClock()
      const before = await current.reopen({ clock })
      const [codeHash = new Uint8Array()] = hashes
      const totp = await before.authenticators.add(newTotp(user))
      const [hotp, recovery] = await Promise.all(
        oneOfEach(user)
          .filter(({ method }) => method === 'hotp' || method === 'recovery')
          .map((one) => before.authenticators.add(one)),
      )
      const spend = ({ authenticators }: typeof before) =>
        Promise.all([
          authenticators.spendTotp(totp.id, 100, 0, evidence),
          authenticators.spendHotp(hotp?.id ?? '', 12, evidence),
          authenticators.spendRecovery(recovery?.id ?? '', codeHash, evidence),
        ])
      expect(await spend(before)).to.deep.equal(['spent', 'spent', 'spent'])
      clock.set(clock.nowMs() + advanceMs)
      expect(await spend(before)).to.deep.equal([result, result, result])
      expect(await spend(await current.reopen({ clock }))).to.deep.equal([result, result, result])
    })
  }

  it('takes no empty evidence for the same packet', async () => {
    const { authenticators } = current.store()
    const { id } = await authenticators.add(newTotp(user))
    const none = { requestAuthenticator: new Uint8Array(0) }
    expect(await authenticators.spendTotp(id, 100, 0, none)).to.equal('spent')
    expect(await authenticators.spendTotp(id, 100, 0, none)).to.equal('reused')
  })

  it('takes a recovery code once: of 20 at the same time exactly one counts', async () => {
    const { authenticators } = current.store()
    const [codeHash = new Uint8Array()] = hashes
    const { id } = await authenticators.add({
      method: 'recovery',
      userKey: user,
      label: '',
      codeHashes: hashes,
    })
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        authenticators.spendRecovery(id, codeHash, {
          requestAuthenticator: new Uint8Array(16).fill(index),
        }),
      ),
    )
    expect(results.filter((result) => result === 'spent')).to.have.length(1)
  })

  it('keeps when each was last used: codes as they are spent, phones and mailboxes once a minute', async () => {
    const { authenticators } = current.store()
    for (const one of oneOfEach(user)) await authenticators.add(one)
    const listed = async () => (await current.store().authenticators.list(user)).entries()
    const idOf = async (method: string) => {
      const all = await authenticators.list(user)
      return all.find((one) => one.method === method)?.id ?? ''
    }
    for (const [, { lastUsedMs }] of await listed()) expect(lastUsedMs).to.equal(undefined)
    await authenticators.spendTotp(await idOf('totp'), 100, 0, evidence)
    await authenticators.spendHotp(await idOf('hotp'), 9, evidence)
    await authenticators.spendRecovery(await idOf('recovery'), hashes[0] as Uint8Array, evidence)
    const ids = [await idOf('sms'), await idOf('call'), await idOf('email')]
    for (const id of ids) await authenticators.noteUse(user, id, 50_000)
    // Nothing is noted of someone else's, nor of what is not a phone.
    await authenticators.noteUse(somebodyElse, ids[0] ?? '', 900_000)
    await authenticators.noteUse(user, await idOf('totp'), 1)
    const kept = (await authenticators.list(user)).map(({ lastUsedMs }) => lastUsedMs)
    for (const lastUsedMs of kept) expect(lastUsedMs).to.be.a('number')
    await authenticators.noteUse(user, ids[1] ?? '', 109_999)
    await authenticators.noteUse(user, ids[2] ?? '', 110_000)
    await current.reopen()
    const reread = new Map<string, number | undefined>()
    for (const [, { method, lastUsedMs }] of await listed()) reread.set(method, lastUsedMs)
    expect(Object.fromEntries(reread)).to.include({ sms: 50_000, call: 50_000, email: 110_000 })
    for (const method of ['totp', 'hotp', 'recovery']) {
      expect(reread.get(method), method).to.be.greaterThan(1)
    }
  })

  it('does not call an app used before it was there: the step of its first code began earlier', async () => {
    const { authenticators } = current.store()
    const added = await authenticators.add({ ...newTotp(user), lastStep: 1 })
    const [kept] = await authenticators.list(user)
    expect(kept?.lastUsedMs).to.equal(added.createdAtMs)
  })

  it('removes only what belongs to the user named', async () => {
    const { authenticators } = current.store()
    const { id } = await authenticators.add(newTotp(user))
    expect(await authenticators.remove(somebodyElse, id)).to.equal(false)
    expect(await authenticators.list(user)).to.have.length(1)
    expect(await authenticators.remove(user, id)).to.equal(true)
    expect(await authenticators.list(user)).to.have.length(0)
    expect(await authenticators.remove(user, id)).to.equal(false)
    expect(await authenticators.spendTotp(id, 1, 0, evidence)).to.equal('reused')
  })

  it('shows a list that is asked for while another is changed what is true by then', async () => {
    const { authenticators } = current.store()
    const { id } = await authenticators.add(newTotp(user))
    const early = authenticators.list(user)
    const removal = authenticators.remove(user, id)
    const late = authenticators.list(user)
    await removal
    expect(await early).to.have.length(1)
    expect(await late).to.have.length(0)
    expect(await authenticators.list(user)).to.have.length(0)
  })

  it('gives the same answers where nothing may be kept in the process', async () => {
    const { authenticators } = await current.reopen({ cacheUsers: 0 })
    const { id } = await authenticators.add(newTotp(user))
    await authenticators.list(user)
    expect(await authenticators.spendTotp(id, 5, 0, evidence)).to.equal('spent')
    const [one] = await authenticators.list(user)
    expect(one).to.include({ lastStep: 5 })
  })
})
