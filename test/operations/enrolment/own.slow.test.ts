import { expect } from 'chai'
import { type NewAuthenticator, spareTokenOwner, type User } from '../../../src/accounts/index.ts'
import { otpCode, parseSeed } from '../../../src/methods/index.ts'
import type { OwnStep, PendingSetup } from '../../../src/operations/index.ts'
import type { Factor } from '../../../src/operations/strength.ts'
import { createEnrolmentWorld, type EnrolmentWorld, refusalOf, signal } from './world.ts'

const app: Factor = { method: 'totp', hasPin: false }
const text: Factor = { method: 'sms', hasPin: false }
const mail: Factor = { method: 'email', hasPin: false }
const phone = '+31612345678'
const backup = '+31687654321'

describe('setting up and changing one’s own ways to sign in', () => {
  let world: EnrolmentWorld
  let alice: User

  beforeEach(async () => {
    world = await createEnrolmentWorld()
    alice = world.addPerson('alice', { email: 'alice@corp.example', phones: [phone] })
    world.addPerson('bob')
  })
  afterEach(() => world.close())

  const list = () => world.store.authenticators.list(alice.key)
  const first = { session: 'setup', isConfirmed: false } as const
  const begin = (
    wanted: Record<string, unknown>,
    basis: Record<string, unknown>,
    session: Parameters<EnrolmentWorld['as']>[1] = {},
  ) => world.self(world.as(alice, session), 'own.begin', { wanted, basis } as never, signal)
  const prove = (pending: PendingSetup, ...codes: string[]) =>
    world.self(world.as(alice), 'own.prove', { pending, codes }, signal)

  function pendingOf(step: OwnStep) {
    if (step.kind !== 'pending') throw new Error(step.kind)
    return step
  }
  function codeOf(step: OwnStep, stepsAway = 0): string {
    const { view } = pendingOf(step)
    if (view.setup !== 'app') throw new Error(view.setup)
    const seed = parseSeed(view.secret) ?? new Uint8Array()
    const now = Math.floor(world.clock.nowMs() / 30_000)
    return otpCode({ seed, algorithm: 'sha1', digits: 6 }, now + stepsAway)
  }
  const wrongFor = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
  const add = (
    authenticator: Omit<NewAuthenticator, 'userKey' | 'label'> & Record<string, unknown>,
  ) =>
    world.store.authenticators.add({
      ...{ userKey: alice.key, label: '', ...authenticator },
    } as NewAuthenticator)

  describe('a first one', () => {
    it('can be used once it is proven, brings recovery codes, and is told', async () => {
      const begun = await begin({ setup: 'app', label: 'my phone' }, {}, first)
      expect(await list(), 'nothing is written before it is proven').to.deep.equal([])
      const code = codeOf(begun)
      const again = await prove(pendingOf(begun).pending, wrongFor(code))
      expect(again).to.include({ kind: 'pending', wrong: true })
      expect(await list()).to.deep.equal([])
      const done = await prove(pendingOf(again).pending, code)
      if (done.kind !== 'added') throw new Error(done.kind)
      expect(done.codes).to.have.length(10)
      expect(done.codes?.[0]).to.match(/^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/)
      expect(done.authenticator).to.include({ setup: 'app', label: 'my phone' })
      const own = await list()
      expect(own.map(({ method, setUpBy }) => `${method} ${setUpBy}`)).to.have.members([
        ...['totp self', 'recovery self'],
      ])
      expect(own.some(({ shownToAgent }) => shownToAgent)).to.equal(false)
      expect(world.told).to.include('alice authenticator-added self')
      expect(await world.store.personRecords.load(alice.key)).to.have.property('enrolledOnceMs')
      // The code was spent by it.
      const totp = own.find(({ method }) => method === 'totp')
      expect(totp).to.have.property('lastStep', Math.floor(world.clock.nowMs() / 30_000))
    })

    it('dies after ten minutes, and after ten wrong codes', async () => {
      const begun = pendingOf(await begin({ setup: 'app' }, {}, first))
      const code = codeOf(begun)
      let { pending } = begun
      for (let tries = 0; tries < 9; tries += 1) {
        pending = pendingOf(await prove(pending, wrongFor(code))).pending
      }
      expect(await refusalOf(prove(pending, wrongFor(code)))).to.equal('setup-tries-used')
      world.clock.advance(600_000)
      expect(await refusalOf(prove(begun.pending, codeOf(begun)))).to.equal('setup-ended')
      expect(await list()).to.deep.equal([])
    })

    it('is refused to a second browser with the same password: one is enough', async () => {
      const owner = pendingOf(await begin({ setup: 'app' }, { proof: 'network' }, first))
      const thief = pendingOf(await begin({ setup: 'app' }, { proof: 'network' }, first))
      const both = [prove(owner.pending, codeOf(owner)), prove(thief.pending, codeOf(thief))]
      const ends = await Promise.all(both.map(refusalOf))
      expect(ends).to.have.members(['done', 'setup-there-already'])
      expect((await list()).filter(({ method }) => method === 'totp')).to.have.length(1)
      expect(await refusalOf(begin({ setup: 'app' }, { proof: 'network' }, first))).to.equal(
        'setup-there-already',
      )
    })

    it('beside what was lost always needs a code of the helpdesk, and says so', async () => {
      await add({ method: 'sms', phone: backup })
      expect(await refusalOf(begin({ setup: 'app' }, {}, first))).to.equal('setup-there-already')
      const begun = pendingOf(await begin({ setup: 'app' }, { proof: 'helpdesk-code' }, first))
      expect((await prove(begun.pending, codeOf(begun))).kind).to.equal('added')
      const app = (await list()).find(({ method }) => method === 'totp')
      expect(app).to.include({ setUpBy: 'helpdesk' })
    })

    it('is not recovery codes alone', async () => {
      expect(await refusalOf(begin({ setup: 'recovery' }, {}, first))).to.equal('setup-not-offered')
    })

    it('is a text message: the code goes to that number, and proves no other', async () => {
      const begun = pendingOf(await begin({ setup: 'sms', phone }, {}, first))
      expect(begun.view).to.include({ setup: 'sms', to: '**78' })
      const code = world.sent[0]?.code ?? ''
      expect(world.sent).to.deep.equal([{ to: phone, code }])
      const forged = { ...begun.pending, unproven: { setup: 'sms' as const, phone: backup } }
      expect(await prove(forged, code)).to.include({ kind: 'pending', wrong: true })
      expect((await prove(begun.pending, code)).kind).to.equal('added')
      expect((await list()).find(({ method }) => method === 'sms')).to.include({ phone })
    })

    it('is a call that is answered, with the PIN; a number of the backup is called as well', async () => {
      const wanted = { setup: 'call', phone, backupPhone: backup, pin: '4711' }
      const begun = pendingOf(await begin(wanted, {}, first))
      world.answer('refused')
      const again = pendingOf(await prove(begun.pending, ''))
      expect(again).to.include({ wrong: true })
      expect(await list()).to.deep.equal([])
      world.answer('approved')
      const on = pendingOf(await prove(again.pending, ''))
      expect(on.view).to.include({ setup: 'call', to: '**21' })
      expect(await list()).to.deep.equal([])
      expect((await prove(on.pending, '')).kind).to.equal('added')
      expect(world.rung).to.deep.equal([
        ...[`${phone} PIN 4711`, `${phone} PIN 4711`, `${backup} PIN 4711`],
      ])
      expect((await list()).find(({ method }) => method === 'call')).to.include({
        ...{ phone, backupPhone: backup, pin: '4711' },
      })
    })

    it('ends where the phone reports that its owner did not ask for it', async () => {
      const begun = pendingOf(await begin({ setup: 'call', phone }, {}, first))
      world.answer('fraud')
      expect(await refusalOf(prove(begun.pending, ''))).to.equal('setup-reported')
    })

    it('sends nothing over the limits, and to nothing that is not a number', async () => {
      world.limit(true)
      expect(await refusalOf(begin({ setup: 'sms', phone }, {}, first))).to.equal('prompt-limit')
      expect(await refusalOf(begin({ setup: 'sms', phone: 'mum' }, {}, first))).to.equal(
        'setup-phone-invalid',
      )
      expect(world.sent).to.deep.equal([])
    })

    it('by mail goes to the address of the directory, whatever else was typed', async () => {
      await begin({ setup: 'email', phone: 'thief@elsewhere.example' }, {}, first)
      expect(world.sent[0]?.to).to.equal('alice@corp.example')
    })
  })

  describe('an own token', () => {
    const token = { seed: new Uint8Array(20).fill(5), algorithm: 'sha1', digits: 6 } as const
    const codes = (counter: number) =>
      [otpCode(token, counter), otpCode(token, counter + 1)] as const
    const spare = () =>
      world.store.authenticators.add({
        ...{ method: 'hotp', userKey: spareTokenOwner, label: 'token A-1001', counter: 0 },
        ...{ ...token, setUpBy: 'import' as const },
      })
    const beginToken = async (serial: string) =>
      pendingOf(await begin({ setup: 'token', serial }, {}, first)).pending

    it('is taken by its serial number and two codes in a row', async () => {
      await spare()
      const pending = await beginToken('a-1001')
      expect((await prove(pending, ...codes(7))).kind).to.equal('added')
      const [own] = (await list()).filter(({ method }) => method === 'hotp')
      expect(own).to.include({ counter: 9, label: 'token A-1001', userKey: alice.key })
      expect(await world.store.authenticators.list(spareTokenOwner)).to.deep.equal([])
      // The codes that proved it are spent.
      expect(await prove(pending, ...codes(7))).to.include({ kind: 'pending', wrong: true })
    })

    it('is not told apart from one that there is not', async () => {
      await spare()
      const unknown = await beginToken('B-2002')
      const known = await beginToken('A-1001')
      const answers = [
        await prove(unknown, '111111', '222222'),
        await prove(known, '111111', '222222'),
      ]
      for (const answer of answers) expect(answer).to.include({ kind: 'pending', wrong: true })
      expect(await prove(known, codes(3)[0], codes(5)[0]), 'not in a row').to.include({
        wrong: true,
      })
      expect(await list()).to.deep.equal([])
    })

    it('of someone else cannot be taken', async () => {
      await spare()
      await world.store.authenticators.add({
        ...{ method: 'hotp', userKey: 'corp:bob', label: 'token C-3003', counter: 0, ...token },
      })
      expect(await prove(await beginToken('C-3003'), ...codes(1))).to.include({ wrong: true })
    })
  })

  describe('one more (PEOPLE R5)', () => {
    it('by mail adds nothing, and names the helpdesk', async () => {
      for (const setup of ['app', 'recovery', 'email']) {
        const asked = begin({ setup, phone }, { given: mail })
        const error = await asked.catch((thrown: unknown) => thrown)
        expect(error, setup).to.include({ reason: 'setup-mail-adds-nothing' })
        expect(String(error)).to.include('the helpdesk')
      }
      expect(await list()).to.deep.equal([])
    })

    it('that is stronger is added once in 24 hours, counted when it is proven', async () => {
      await add({ method: 'sms', phone })
      const one = pendingOf(await begin({ setup: 'app' }, { given: text }))
      const two = pendingOf(await begin({ setup: 'app' }, { given: text }))
      expect((await prove(one.pending, codeOf(one))).kind).to.equal('added')
      // Begun before, finished after: the second does not slip in.
      expect(await refusalOf(prove(two.pending, codeOf(two)))).to.equal('setup-strengthened-lately')
      expect(await refusalOf(begin({ setup: 'app' }, { given: text }))).to.equal(
        'setup-strengthened-lately',
      )
      expect((await list()).map(({ method }) => method)).to.have.members(['sms', 'totp'])
      // An equal is not a strengthening.
      expect((await begin({ setup: 'sms', phone: backup }, { given: text })).kind).to.equal(
        'pending',
      )
      world.clock.advance(24 * 3_600_000)
      expect((await begin({ setup: 'app' }, { given: text })).kind).to.equal('pending')
    })

    it('needs a fresh second factor: without it not even the operation is reached', async () => {
      const stale = { session: 'whole', isConfirmed: false } as const
      expect(await refusalOf(begin({ setup: 'app' }, { given: app }, stale))).to.equal(
        'not-permitted',
      )
    })

    it('of recovery codes takes the place of the old list', async () => {
      await add({
        method: 'totp',
        ...{ seed: new Uint8Array(20), algorithm: 'sha1', digits: 6 },
        periodSeconds: 30,
        driftSteps: 0,
        lastStep: -1,
      } as never)
      const one = await begin({ setup: 'recovery' }, { given: app })
      const two = await begin({ setup: 'recovery' }, { given: app })
      if (one.kind !== 'added' || two.kind !== 'added') throw new Error(one.kind)
      expect(one.codes).not.to.deep.equal(two.codes)
      const lists = (await list()).filter(({ method }) => method === 'recovery')
      expect(lists.map(({ id }) => id)).to.deep.equal([two.authenticator.id])
    })
  })

  describe('erasing', () => {
    const erase = (given: Factor) => world.self(world.as(alice), 'own.erase', { given }, signal)

    it('takes a factor as strong as the strongest that goes, and takes nothing else away', async () => {
      world.addPerson('bob')
      await add({ method: 'call', phone, pin: '4711' })
      const bobs = await world.store.authenticators.add({
        ...{ userKey: 'corp:bob', label: '', method: 'sms', phone: backup },
      })
      for (const weaker of [text, mail, { method: 'recovery', hasPin: false } as const]) {
        expect(await refusalOf(erase(weaker))).to.equal('setup-too-weak')
      }
      expect(await list()).to.have.length(1)
      expect(await erase(app)).to.deep.equal({ kind: 'changed' })
      expect(await list()).to.deep.equal([])
      expect((await world.store.authenticators.list('corp:bob')).map(({ id }) => id)).to.deep.equal(
        [bobs.id],
      )
      expect(world.told).to.include('alice reset self')
      expect(await world.lastRow()).to.include({ reason: 'own-user-removed' })
    })

    it('opens no campaign for the person again (PEOPLE R2)', async () => {
      await add({ method: 'sms', phone })
      await erase(app)
      const { enrolledOnceMs } = await world.store.personRecords.load(alice.key)
      expect(enrolledOnceMs).to.equal(world.clock.nowMs())
    })
  })

  describe('taking away and changing', () => {
    const remove = (id: string, given: Factor) =>
      world.self(world.as(alice), 'own.remove', { id, given }, signal)
    const change = (id: string, given: Factor, what: Record<string, unknown>) =>
      world.self(world.as(alice), 'own.phone', { id, given, ...what } as never, signal)
    const called = () => add({ method: 'call', phone, pin: '4711', backupPhone: backup })

    it('takes equal strength, and leaves another one', async () => {
      const call = await called()
      expect(await refusalOf(remove(call.id, text))).to.equal('setup-too-weak')
      expect(await refusalOf(remove(call.id, app))).to.equal('setup-last-one')
      await add({ method: 'recovery', codeHashes: [new Uint8Array(32)] })
      expect(await refusalOf(remove(call.id, app)), 'recovery codes are no way to live').to.equal(
        'setup-last-one',
      )
      const other = await add({ method: 'sms', phone: backup })
      expect(await remove(call.id, app)).to.deep.equal({ kind: 'changed' })
      expect(world.told).to.include('alice authenticator-removed self')
      expect((await list()).map(({ id }) => id)).to.include(other.id)
    })

    it('does not reach what belongs to someone else', async () => {
      const bobs = await world.store.authenticators.add({
        ...{ method: 'sms', userKey: 'corp:bob', label: '', phone },
      })
      expect(await refusalOf(remove(bobs.id, app))).to.equal('setup-gone')
      const rename = { id: bobs.id, label: 'mine' }
      expect(await refusalOf(world.self(world.as(alice), 'own.rename', rename, signal))).to.equal(
        'setup-gone',
      )
      expect(await world.store.authenticators.list('corp:bob')).to.have.length(1)
    })

    it('of a PIN takes what is as strong as a call with PIN', async () => {
      const { id } = await called()
      for (const given of [text, { method: 'call', hasPin: false } as const]) {
        expect(await refusalOf(change(id, given, { pin: null }))).to.equal('setup-too-weak')
      }
      expect(await change(id, app, { pin: null })).to.deep.equal({ kind: 'changed' })
      expect((await list())[0]).not.to.have.property('pin')
    })

    it('of a second number takes effect once that number has answered', async () => {
      const { id } = await called()
      const fresh = '+31611111111'
      const begun = pendingOf(await change(id, app, { backupPhone: fresh }))
      expect((await list())[0]).to.have.property('backupPhone', backup)
      expect(await prove(begun.pending, '')).to.deep.equal({ kind: 'changed' })
      expect(world.rung).to.deep.equal([fresh])
      expect((await list())[0]).to.include({ backupPhone: fresh, pin: '4711' })
      expect(world.told).to.include('alice phone-changed self')
    })

    it('shows what there is without a secret', async () => {
      await called()
      const page = await world.self(world.as(alice), 'own.show', {}, signal)
      expect(page.authenticators[0]).to.include({ setup: 'call', detail: '**78', backup: '**21' })
      expect(JSON.stringify(page.authenticators)).not.to.match(/4711|612345678/)
      expect(page.setups).to.deep.equal([
        ...['passkey', 'push', 'app', 'sms', 'call', 'email', 'recovery'],
      ])
      expect(page.proposedPhones).to.deep.equal([phone])
      expect(page).not.to.have.property('promptsStopped')
      await world.store.accounts.stopPrompts(alice.key, world.clock.nowMs())
      const stopped = await world.self(world.as(alice), 'own.show', {}, signal)
      expect(stopped).to.have.property('promptsStopped', true)
    })
  })
})
