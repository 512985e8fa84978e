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
import { gatewayConfig } from './service-config.ts'
import type { Fault, TwilioStandIn } from './twilio-stand-in.ts'

const texts = createTexts({ defaultLanguage: 'en' })
const device = '192.0.2.7'
const limited = (code: number): Fault => ({ kind: 'status', status: 400, code })
const broken: Fault = { kind: 'html', status: 503 }
const tooFast: Fault = { kind: 'status', status: 429, code: 20429 }

describe('texts through Twilio, from the packet to the reply', function () {
  this.timeout(600_000)
  let standIn: TwilioStandIn
  let app: ProvidersApp

  before(async () => {
    standIn = await startStandIn()
    const names = ['ann', 'bob', ...Array.from({ length: 14 }, (_, n) => `p${n}`)]
    const numbered = names.map((name, n) => [name, `+316100000${String(n).padStart(2, '0')}`])
    app = await startApp(standIn, peopleOf(Object.fromEntries(numbered)))
  })
  after(stopAll)

  const signIn = (user: string, nas = 'text') =>
    app.gateway.signIn({ user, password: `pw-${user}`, nas, device })
  const answer = (user: string, password: string, state: Uint8Array | undefined) =>
    app.gateway.signIn({ user, password, nas: 'text', device, ...(state && { state }) })
  const sent = () => standIn.requests.filter(({ name }) => name === 'POST Messages')
  const codeIn = (body = '') => /\b\d{6}\b/.exec(body)?.[0] ?? ''

  it('brings a code, which works once', async () => {
    const asked = await signIn('ann')
    expect(asked?.kind).to.equal('challenge')
    expect(textOf(asked)).to.equal(texts.text('enter-code-sms', 'en', { to: '**00' }))
    const form = sent().at(-1)?.form ?? {}
    expect(form).to.include({ To: '+31610000000', From: '+31201111111' })
    const code = codeIn(form.Body)
    expect(form.Body).to.equal(texts.text('sms-code', 'en', { code, gateway: 'text' }))

    expect((await answer('ann', code, asked?.state))?.kind).to.equal('accept')
    expect((await app.lastSignIn('ann', 'accepted')).method).to.equal('sms')
    const next = await signIn('ann')
    const again = await answer('ann', code, next?.state)
    expect(textOf(again)).to.equal(texts.text('wrong-code-again', 'en'))
  })

  it('asks again for a wrong code, with no second text, and takes no code of another', async () => {
    const [asked, others] = [await signIn('bob'), await signIn('p0')]
    const [ofBob = '', ofOther = ''] = sent()
      .slice(-2)
      .map(({ form }) => codeIn(form.Body))
    const before = sent().length
    const second = await answer('bob', ofOther, asked?.state)
    expect(second?.kind).to.equal('challenge')
    expect(textOf(second)).to.equal(texts.text('wrong-code-again', 'en'))
    expect((await answer('bob', ofBob, second?.state))?.kind).to.equal('accept')
    expect((await answer('p0', ofOther, others?.state))?.kind).to.equal('accept')
    expect(sent().length).to.equal(before)
  })

  it('goes out once more after one failure of Twilio', async () => {
    standIn.faults.push(broken)
    expect((await signIn('p1'))?.kind).to.equal('challenge')
    expect(
      sent()
        .slice(-2)
        .map(({ form }) => form.To),
    ).to.deep.equal(Array(2).fill('+31610000003'))
  })

  const troubles: readonly (readonly [
    string,
    readonly Fault[],
    outage: boolean,
    detail: RegExp,
  ])[] = [
    ['a number that is none', [limited(21211)], false, /21211.*not a valid phone number/],
    ['a person who sent STOP', [limited(21610)], false, /21610.*START/],
    ['too many requests', [tooFast], false, /20429/],
    [
      'an error and then too many requests',
      [broken, { kind: 'status', status: 429 }],
      false,
      /HTTP 429/,
    ],
    ['errors twice', [broken, broken], true, /503/],
    ['no answer twice', [{ kind: 'silence' }, { kind: 'silence' }], true, /ECONNABORTED|in time/],
    ['a broken connection twice', [{ kind: 'reset' }, { kind: 'reset' }], true, /ECONNRESET/],
  ]
  troubles.forEach(([what, faults, outage, detail], n) => {
    it(`tells the person, the log and the audit of ${what}: ${outage ? 'an' : 'no'} outage`, async () => {
      const user = `p${n + 2}`
      standIn.faults.push(...faults)
      const reply = await signIn(user)
      expect(reply?.kind).to.equal('reject')
      expect(textOf(reply)).to.equal(texts.text('prompt-failed', 'en'))
      expect(standIn.faults).to.have.length(0)
      const record = await app.lastSignIn(user, 'prompt-failed')
      const failure = record.timeline.find((entry) => entry.what === 'provider-failed')?.detail
      expect(failure?.outage).to.equal(outage)
      expect(failure?.detail).to.match(detail)
      const trouble = app.log.find(
        ({ event, attemptId }) => event === 'sign-in-trouble' && attemptId === record.attemptId,
      )
      expect(trouble?.what).to.equal('prompt-failed')
      expect(trouble?.detail).to.match(detail)
    })
  })

  it('never shows a code or the token in the log', () => {
    const log = JSON.stringify(app.log)
    for (const { form } of sent()) expect(log).to.not.contain(codeIn(form.Body))
    expect(log).to.not.contain('0123456789abcdef')
    expect(log).to.not.contain('pw-')
  })

  it('marks calls the same way: an outage only where a probe fails too', async () => {
    standIn.faults.push(broken)
    expect(textOf(await signIn('p9', 'hold'))).to.equal(texts.text('prompt-failed', 'en'))
    standIn.faults.push(broken, broken)
    expect(textOf(await signIn('p10', 'hold'))).to.equal(texts.text('prompt-failed', 'en'))
    const outages = []
    for (const user of ['p9', 'p10']) {
      const { timeline } = await app.lastSignIn(user, 'prompt-failed')
      outages.push(timeline.find(({ what }) => what === 'provider-failed')?.detail?.outage)
    }
    expect(outages).to.deep.equal([false, true])
  })
})

describe('what goes out is bounded', function () {
  this.timeout(600_000)
  let standIn: TwilioStandIn
  beforeEach(async () => {
    standIn = await startStandIn()
  })
  afterEach(stopAll)

  const people = {
    ann: '+31610000001',
    sis: '+31610000001',
    // The first six digits are those of Ann.
    bob: '+31610000002',
    far: '+32470000001',
  }
  const limits: readonly (readonly [string, string, who: readonly string[], refused: string])[] = [
    ['person', 'prompts_per_user_hour', ['ann', 'ann'], 'ann'],
    ['number', 'prompts_per_number_hour', ['ann', 'sis'], 'sis'],
    ['prefix', 'prompts_per_prefix_hour', ['ann', 'bob'], 'bob'],
    ['day', 'prompts_per_day', ['ann', 'far'], 'bob'],
  ]
  for (const [what, setting, who, refused] of limits) {
    it(`a ${what} has its limit, and nothing is sent beyond it`, async () => {
      const app = await startApp(standIn, { ...peopleOf(people), limits: { [setting]: 2 } })
      const signIn = (user: string, from: number) =>
        app.gateway.signIn({
          ...{ user, password: `pw-${user}`, nas: 'hold', device: `192.0.2.${from}` },
        })
      for (const [from, user] of who.entries()) {
        expect((await signIn(user, from))?.kind).to.equal('accept')
      }
      const reply = await signIn(refused, 9)
      expect(reply?.kind).to.equal('reject')
      expect(textOf(reply)).to.equal(texts.text('prompt-limit', 'en'))
      expect(standIn.requests).to.have.length(2)
      const { timeline } = await app.lastSignIn(refused, 'prompt-limit')
      expect(timeline.some((entry) => entry.what === 'limit')).to.equal(true)
      // Others go on, where the limit is not everyone's.
      if (what !== 'day') expect((await signIn('far', 9))?.kind).to.equal('accept')
    })
  }

  it('tells at once who would wait in the queue of calls longer than the gateway does', async () => {
    const app = await startApp(standIn, {
      ...peopleOf(people),
      gateways: { hold: gatewayConfig('hold', { patience: '20s' }) },
      delivery: { twilio: { ...twilioSlow } },
      methods: { call: { via: 'twilio' } },
    })
    const signIn = (user: string) =>
      app.gateway.signIn({ user, password: `pw-${user}`, nas: 'hold', device })
    expect((await signIn('ann'))?.kind).to.equal('accept')
    const reply = await signIn('bob')
    expect(textOf(reply)).to.equal(texts.text('prompt-failed', 'en'))
    expect(reply?.tookMs).to.be.below(10_000)
    expect(calledNumbers(standIn, people.bob)).to.deep.equal([])
    const { timeline } = await app.lastSignIn('bob', 'prompt-failed')
    const failure = timeline.find(({ what }) => what === 'provider-failed')?.detail
    expect(failure?.detail).to.match(/too many calls/)
    expect(failure?.outage).to.equal(false)
  })
})

const twilioSlow = {
  type: 'twilio',
  account_sid: `AC${'1'.repeat(32)}`,
  auth_token: '0123456789abcdef0123456789abcdef',
  from: '+15550100',
  calls_per_second: 0.02,
}

describe('a call that reads the code out, where Twilio cannot reach us', function () {
  this.timeout(600_000)
  afterEach(stopAll)

  it('needs no webhooks, and the code is typed back', async () => {
    const standIn = await startStandIn()
    const app = await startApp(standIn, {
      ...peopleOf({ ann: '+31610000001' }),
      webhooks: undefined,
      gateways: { read: gatewayConfig('read', { flow: 'challenge', methods: ['call'] }) },
      methods: { call: { via: 'twilio', mode: 'read-code' } },
    })
    const signIn = { user: 'ann', nas: 'read', device }
    const asked = await app.gateway.signIn({ ...signIn, password: 'pw-ann' })
    expect(asked?.kind).to.equal('challenge')
    expect(textOf(asked)).to.equal(texts.text('enter-code-call', 'en', { to: '**01' }))
    const [call] = standIn.calls.values()
    const [spoken = ''] = /(?:\d, ){5}\d/.exec(call?.form.Twiml ?? '') ?? []
    expect(call?.form.Url).to.equal(undefined)
    const reply = await app.gateway.signIn({
      ...{ ...signIn, password: spoken.replaceAll(', ', '') },
      ...(asked?.state && { state: asked.state }),
    })
    expect(reply?.kind).to.equal('accept')
    expect((await app.lastSignIn('ann', 'accepted')).method).to.equal('call')
  })

  it('looks at the call, and rings the backup number when the first was busy', async () => {
    const standIn = await startStandIn()
    const app = await startApp(standIn, {
      ...peopleOf({ ann: {} }),
      webhooks: undefined,
      gateways: { read: gatewayConfig('read', { flow: 'challenge', methods: ['call'] }) },
      methods: { call: { via: 'twilio', mode: 'read-code' } },
    })
    const [phone, backupPhone] = ['+31640000001', '+31620000001']
    await app.enrol('ann', { method: 'call', phone, backupPhone })
    standIn.people.set(phone, { does: 'busy' })
    const asked = await app.gateway.signIn({
      ...{ user: 'ann', password: 'pw-ann', nas: 'read', device },
    })
    expect(asked?.kind).to.equal('challenge')
    await until(() => calledNumbers(standIn, backupPhone).length === 1)
    const [first, second] = [...standIn.calls.values()].map(({ form }) => form.Twiml)
    expect(second).to.equal(first)
  })
})
