import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { createTexts } from '../../src/texts/index.ts'
import {
  calledNumbers,
  type ProvidersApp,
  peopleOf,
  startApp,
  startStandIn,
  stopAll,
  textOf,
  until,
} from './providers-lab.ts'
import type { Person, TwilioStandIn } from './twilio-stand-in.ts'

const texts = createTexts({ defaultLanguage: 'en' })
const device = '192.0.2.7'

/** Each test has people of its own, so that no call of one is still open in the next. */
const numbers = {
  ann: '+31610000001',
  bea: '+31610000002',
  cas: '+31610000003',
  dee: '+31610000004',
  eva: '+31610000005',
  fay: '+31610000006',
  gus: '+31610000007',
  hal: '+31610000008',
  ida: '+31610000009',
}
const backup = '+31620000001'

describe('calls through Twilio, from the packet to the reply', function () {
  this.timeout(600_000)
  let standIn: TwilioStandIn
  let app: ProvidersApp

  before(async () => {
    standIn = await startStandIn()
    app = await startApp(
      standIn,
      peopleOf({
        ...numbers,
        ...Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`no${n}`, `+3161100000${n}`])),
        nel: { phones: ['+31610000010'], language: 'nl-BE', display_name: 'Nel de Vries' },
        pam: {},
        pia: {},
        pim: {},
        ben: {},
        bob: {},
        bor: {},
      }),
    )
  })
  after(stopAll)

  const signIn = (user: string, nas = 'hold', more: { device?: string; password?: string } = {}) =>
    app.gateway.signIn({ user, password: `pw-${user}`, nas, device, ...more })
  const answering = (...keys: (string | Promise<string>)[]): Person => ({ does: 'answers', keys })
  /** A person who takes the call and presses a key when `press` is called. */
  function holding(number: string) {
    const { promise, resolve } = Promise.withResolvers<string>()
    standIn.people.set(number, answering(promise))
    return { press: () => resolve('#'), asked: () => until(() => isAsked(number)) }
  }
  function isAsked(number: string): boolean {
    const call = [...standIn.calls.values()].findLast(({ form }) => form.To === number)
    return standIn.webhooks.some(
      ({ form, reply }) => form.CallSid === call?.sid && reply.includes('<Gather'),
    )
  }
  const lastWebhookOf = (number: string) => {
    const call = [...standIn.calls.values()].findLast(({ form }) => form.To === number)
    return standIn.webhooks.findLast(
      ({ form, path }) => form.CallSid === call?.sid && path.startsWith('/twilio/call/'),
    )
  }

  it('accepts at the #, which the margin would not do', async () => {
    const phone = holding(numbers.ann)
    const reply = signIn('ann')
    await phone.asked()
    phone.press()
    expect((await reply)?.kind).to.equal('accept')
    expect(lastWebhookOf(numbers.ann)?.reply).to.contain(texts.text('call-approved', 'en'))
    expect((await app.lastSignIn('ann', 'accepted')).method).to.equal('call')
  })

  const refusals: readonly (readonly [what: string, Person, reason: string])[] = [
    ['silence', answering(), 'prompt-refused'],
    ['a hang-up', { does: 'answers', keys: [], hangsUp: true }, 'prompt-refused'],
    ['keys that mean nothing', answering('5', '*', '1'), 'prompt-refused'],
    ['0 and then a second thought', answering('0', ''), 'prompt-refused'],
    ['voicemail', { does: 'answers', keys: [], answeredBy: 'machine_start' }, 'prompt-no-answer'],
    ['nobody', { does: 'no-answer' }, 'prompt-no-answer'],
    ['a busy line', { does: 'busy' }, 'prompt-busy'],
    ['a number that cannot be reached', { does: 'failed' }, 'prompt-failed'],
  ]
  refusals.forEach(([what, person, reason], n) => {
    it(`refuses ${what}, and says why`, async () => {
      standIn.people.set(`+3161100000${n}`, person)
      const reply = await signIn(`no${n}`)
      expect(reply?.kind).to.equal('reject')
      expect(textOf(reply)).to.equal(texts.text(reason as 'prompt-refused', 'en'))
      // At the end of the gateway's patience it would be prompt-timeout.
      await app.lastSignIn(`no${n}`, reason)
    })
  })

  it('ends a call at once that a machine took, though it would go on to #', async () => {
    const call = () => [...standIn.calls.values()].find(({ form }) => form.To === '+31611000008')
    standIn.people.set('+31611000008', {
      does: 'answers',
      keys: [sleep(300, '#')],
      answeredBy: 'machine_end_beep',
    })
    expect((await signIn('no8'))?.kind).to.equal('reject')
    await until(() => call()?.status === 'completed')
    const ended = standIn.requests.filter(
      ({ name, form }) => name === `POST Calls/${call()?.sid}` && form.Status === 'completed',
    )
    expect(ended).to.have.length(1)
    await app.lastSignIn('no8', 'prompt-no-answer')
  })

  it('wants the PIN before the #, and gives up after three wrong ones', async () => {
    await app.enrol('pam', { method: 'call', phone: '+31630000001', pin: '4711' })
    standIn.people.set('+31630000001', answering('#', '1111#', '4711#'))
    expect((await signIn('pam'))?.kind).to.equal('accept')

    await app.enrol('pim', { method: 'call', phone: '+31630000002', pin: '4711' })
    standIn.people.set('+31630000002', answering('1111#', '2222#', '47110#', '4711#'))
    const reply = await signIn('pim')
    expect(textOf(reply)).to.equal(texts.text('prompt-refused', 'en'))
    await app.lastSignIn('pim', 'prompt-refused')
  })

  for (const [name, keys] of [
    ['bea', ['0', '#']],
    ['pia', ['0#']],
  ] as const) {
    it(`blocks the account on ${keys.join(' ')}, with an alert in the audit`, async () => {
      const phone = name === 'bea' ? numbers.bea : '+31630000003'
      if (name === 'pia') await app.enrol('pia', { method: 'call', phone, pin: '4711' })
      standIn.people.set(phone, answering(...keys))
      expect((await signIn(name))?.kind).to.equal('reject')
      await app.lastSignIn(name, 'prompt-fraud')
      const alert = (await app.alerts()).find(({ timeline }) =>
        timeline.some(({ detail }) => detail?.user === name),
      )
      expect(alert?.reason).to.equal('fraud-reported')

      standIn.people.set(phone, answering('#'))
      expect((await signIn(name))?.kind).to.equal('reject')
      await app.lastSignIn(name, 'blocked')
      expect(calledNumbers(standIn, phone)).to.deep.equal([phone])
    })
  }

  it('rings the backup number when the first is busy', async () => {
    const phone = '+31640000001'
    await app.enrol('ben', { method: 'call', phone, backupPhone: backup })
    standIn.people.set(phone, { does: 'busy' })
    standIn.people.set(backup, answering('#'))
    expect((await signIn('ben'))?.kind).to.equal('accept')
    expect(calledNumbers(standIn, phone, backup)).to.deep.equal([phone, backup])
  })

  it('says how the backup number ended when neither call was taken', async () => {
    const [phone, second] = ['+31640000002', '+31620000002']
    await app.enrol('bob', { method: 'call', phone, backupPhone: second })
    standIn.people.set(phone, { does: 'busy' })
    standIn.people.set(second, { does: 'no-answer' })
    const reply = await signIn('bob')
    expect(textOf(reply)).to.equal(texts.text('prompt-no-answer', 'en'))
    expect(calledNumbers(standIn, phone, second)).to.deep.equal([phone, second])
    await app.lastSignIn('bob', 'prompt-no-answer')
  })

  it('rings no backup number after a person who has said no', async () => {
    const [phone, second] = ['+31640000003', '+31620000003']
    await app.enrol('bor', { method: 'call', phone, backupPhone: second })
    standIn.people.set(phone, { does: 'answers', keys: [], hangsUp: true })
    expect((await signIn('bor'))?.kind).to.equal('reject')
    expect(calledNumbers(standIn, phone, second)).to.deep.equal([phone])
  })

  it('speaks the language of the person, and says which gateway and where from', async () => {
    standIn.people.set('+31610000010', answering('#'))
    expect((await signIn('nel'))?.kind).to.equal('accept')
    const values = { user: 'Nel de Vries', gateway: 'Office VPN', from: device }
    const call = [...standIn.calls.values()].find(({ form }) => form.To === '+31610000010')
    const said = standIn.webhooks
      .filter(({ form }) => form.CallSid === call?.sid)
      .map(({ reply }) => reply)
    expect(said[0]).to.contain(`language="nl-NL">${texts.text('call-approve', 'nl', values)}<`)
    expect(said[1]).to.contain(`language="nl-NL">${texts.text('call-approved', 'nl')}<`)
    expect(call?.form.From).to.equal('+31201111111')
  })

  it('rings once for resends and for a restarted attempt of the same device', async () => {
    const phone = holding(numbers.cas)
    const packet = { user: 'cas', password: 'pw-cas', nas: 'hold', device }
    const request = app.gateway.request(packet)
    const before = app.gateway.received.length
    const resends = [app.gateway.send(request)]
    await phone.asked()
    resends.push(app.gateway.send(request), app.gateway.send(request))
    const restarted = app.gateway.send(app.gateway.request(packet))
    const elsewhere = await signIn('cas', 'hold', { device: '192.0.2.66' })
    expect(elsewhere?.kind).to.equal('reject')
    await app.lastSignIn('cas', 'another-sign-in-open')

    phone.press()
    const replies = await Promise.all([...resends, restarted])
    expect(replies.map((reply) => reply?.kind)).to.deep.equal(Array(4).fill('accept'))
    expect(calledNumbers(standIn, numbers.cas)).to.have.length(1)
    // One reply a request however often it came, and the one of the other device.
    expect(app.gateway.received.length - before).to.equal(3)
    // Again after the answer: the same bytes, and no call.
    expect((await app.gateway.send(request))?.kind).to.equal('accept')
    expect(calledNumbers(standIn, numbers.cas)).to.have.length(1)
  })

  it('lets an approval after the Reject count for the second try, once (RULES 14)', async () => {
    const phone = holding(numbers.dee)
    const first = await signIn('dee', 'blind')
    expect(first?.kind).to.equal('reject')
    expect(textOf(first)).to.equal(texts.text('prompt-timeout', 'en'))

    await sleep(5_000)
    phone.press()
    await until(() => lastWebhookOf(numbers.dee)?.form.Digits === '#')
    expect(lastWebhookOf(numbers.dee)?.reply).to.contain(texts.text('call-sign-in-again', 'en'))
    const second = await signIn('dee', 'blind')
    expect(second?.kind).to.equal('accept')
    expect(calledNumbers(standIn, numbers.dee)).to.have.length(1)

    // An equal attempt within ten seconds is the same sign-in (RULES 10); another device is a third try.
    standIn.people.set(numbers.dee, { does: 'busy' })
    const third = await signIn('dee', 'blind', { device: '192.0.2.8' })
    expect(third?.kind).to.equal('reject')
    expect(calledNumbers(standIn, numbers.dee)).to.have.length(2)
  })

  it('keeps no late approval where nothing tells the device, and ends the call', async () => {
    const phone = holding(numbers.eva)
    const packet = { user: 'eva', password: 'pw-eva', nas: 'blind' }
    expect((await app.gateway.signIn(packet))?.kind).to.equal('reject')
    phone.press()
    await until(() =>
      [...standIn.calls.values()].some(
        ({ form, status }) => form.To === numbers.eva && status === 'completed',
      ),
    )
    standIn.people.set(numbers.eva, { does: 'busy' })
    expect((await app.gateway.signIn(packet))?.kind).to.equal('reject')
    expect(calledNumbers(standIn, numbers.eva)).to.have.length(2)
  })

  it('goes on with a challenge at the margin: # meanwhile, then Enter', async () => {
    const phone = holding(numbers.fay)
    const asked = await signIn('fay', 'auto')
    expect(asked?.kind).to.equal('challenge')
    expect(textOf(asked)).to.equal(texts.text('approve-then-enter', 'en', { to: '**06' }))
    phone.press()
    await until(() => lastWebhookOf(numbers.fay)?.form.Digits === '#')
    const answer = { user: 'fay', password: '', nas: 'auto', device }
    const state = asked?.state
    const entered = await app.gateway.signIn({ ...answer, ...(state && { state }) })
    expect(entered?.kind).to.equal('accept')
    expect(calledNumbers(standIn, numbers.fay)).to.have.length(1)

    // Another packet with the State that was used.
    const again = await app.gateway.signIn({ ...answer, password: 'x', ...(state && { state }) })
    expect(again?.kind).to.equal('reject')
  })

  it('holds Enter that comes before the #', async () => {
    const phone = holding(numbers.gus)
    const asked = await signIn('gus', 'auto')
    const state = asked?.state
    const entered = app.gateway.signIn({
      ...{ user: 'gus', password: '', nas: 'auto', device },
      ...(state && { state }),
    })
    await sleep(300)
    phone.press()
    expect((await entered)?.kind).to.equal('accept')
    expect(calledNumbers(standIn, numbers.gus)).to.have.length(1)
  })

  it('ends the call when patience ends on a gateway that can only hold', async () => {
    const phone = holding(numbers.hal)
    const reply = await signIn('hal', 'short')
    expect(textOf(reply)).to.equal(texts.text('prompt-timeout', 'en'))
    const call = () => [...standIn.calls.values()].find(({ form }) => form.To === numbers.hal)
    await until(() => call()?.status === 'completed')
    phone.press()
    await sleep(100)
    standIn.people.set(numbers.hal, { does: 'busy' })
    expect((await signIn('hal', 'short'))?.kind).to.equal('reject')
  })

  it('asks for no call after a wrong password', async () => {
    expect((await signIn('ida', 'hold', { password: 'wrong' }))?.kind).to.equal('reject')
    expect(calledNumbers(standIn, numbers.ida)).to.deep.equal([])
  })
})

describe('backup: false', function () {
  this.timeout(600_000)
  afterEach(stopAll)

  it('leaves the backup number alone', async () => {
    const standIn = await startStandIn()
    const app = await startApp(standIn, {
      ...peopleOf({ ann: {} }),
      methods: { call: { via: 'twilio', backup: false }, sms: { via: 'twilio' } },
    })
    await app.enrol('ann', { method: 'call', phone: numbers.ann, backupPhone: backup })
    standIn.people.set(numbers.ann, { does: 'busy' })
    const reply = await app.gateway.signIn({ user: 'ann', password: 'pw-ann', nas: 'hold', device })
    expect(textOf(reply)).to.equal(texts.text('prompt-busy', 'en'))
    expect(calledNumbers(standIn, numbers.ann, backup)).to.deep.equal([numbers.ann])
  })
})
