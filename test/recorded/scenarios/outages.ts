import type { Script } from '../parts/play.ts'
import { createTextProvider, createTwilio, together, twilioAccount } from '../parts/providers.ts'
import type { Play, Sent } from '../parts/scenario.ts'

const provider = createTextProvider()
const twilio = createTwilio()
const device = '00-1B-63-84-45-E6'
const password = 'wonderland'
const stateOf = (sent: Sent) => sent.reply?.state
const down = { kind: 'status', status: 503 } as const
const refused = { kind: 'status', status: 400, code: 21211 } as const
type Line = 'busy' | 'no-answer' | 'failed'

/** From now on the provider of texts answers with this status. */
function texts(s: Play, status: number): void {
  provider.status = status
  s.tell(`the provider of texts answers ${status}`)
}

function tellAsked(s: Play): void {
  s.tell(`the provider of texts was asked ${provider.takeAsked()} times`)
}

/** What Twilio was asked for so far, and what its calls said. */
function tellCalls(s: Play): void {
  const { requests, webhooks } = twilio.standIn
  for (const { name, form } of requests.splice(0)) {
    const call = name.replace(/CA[0-9a-f]{32}/, 'CALL')
    s.tell(`Twilio: ${call}${form.To === undefined ? '' : ` to ${form.To} from ${form.From}`}`)
  }
  for (const { path, form, status } of webhooks.splice(0)) {
    const place = path.replace(/^(\/twilio\/[a-z]+)\/[^/]+/, '$1')
    const { CallStatus: state, Digits: keys } = form
    s.tell(`Twilio: webhook ${place} ${state ?? ''} ${keys ?? ''}: ${status}`)
  }
}

/** The line of this person is like this, or they answer and press these keys. */
function line(s: Play, what: Line | readonly string[], of = 'alice'): void {
  const isKeys = typeof what !== 'string'
  const person = isKeys ? ({ does: 'answers', keys: what } as const) : { does: what }
  twilio.standIn.people.set(s.phone(of), person)
  s.tell(isKeys ? `${of} presses ${what.join(', ') || 'nothing'}` : `the line of ${of}: ${what}`)
}

export const outages: Script = {
  about: 'providers that fail, and rules for outages',
  outside: together(provider, twilio),
  config: () => ({
    webhooks: twilio.webhooks,
    delivery: {
      texts: { type: 'http', url: provider.url },
      twilio: {
        type: 'twilio',
        account_sid: twilioAccount.accountSid,
        auth_token: twilioAccount.authToken,
        from: ['+15550100', { prefix: '+31', number: '+31201111111' }],
        calls_per_second: 100,
      },
      phone: { type: 'demo' },
    },
    methods: { sms: { via: 'texts' }, call: { via: 'twilio' }, email: { via: 'phone' } },
    rules: [{ name: 'remember', gateway: 'remembering', remember: '1h' }],
    outage_rules: [
      {
        name: 'by-key',
        gateway: ['texts', 'calls'],
        user_key: 'people:key~alice',
        second_factor: 'none',
      },
      { name: 'codes', group: 'codes', methods: ['totp', 'recovery'] },
      { name: 'known', gateway: 'remembering', remembered: '12h' },
    ],
    reply_rules: [
      { degraded: true, reply: { Class: 'degraded' } },
      { degraded: false, reply: { Class: 'whole' } },
    ],
  }),
  gateways: {
    texts: { flow: 'challenge', methods: ['sms'] },
    calls: { flow: 'hold', methods: ['call'], person_specific_device: true },
    auto: { flow: 'auto', person_specific_device: true },
    append: { flow: 'append', methods: ['sms', 'call'] },
    remembering: { flow: 'challenge', methods: ['sms', 'recovery'], person_specific_device: true },
  },
  scenarios: {
    texts: {
      about: 'a provider of texts that works, is down, refuses, and has had enough',
      people: { alice: { sms: true } },
      async play(s) {
        for (const status of [200, 503, 400, 429, 500]) {
          texts(s, status)
          await s.say({ to: 'texts', password, device })
          tellAsked(s)
          await s.wait(11_000)
        }
        await s.say({ to: 'texts', password: 'looking-glass', device })
        tellAsked(s)
      },
    },
    key: {
      about: 'the password alone, for people who are named by key, and no one else',
      people: { alice: { sms: true, call: true }, bob: { sms: true } },
      async play(s) {
        texts(s, 503)
        await s.say({ to: 'texts', password, device })
        await s.say({ to: 'texts', password: 'looking-glass', device })
        await s.say({ to: 'texts', user: 'bob', password, device })
        tellAsked(s)
        twilio.standIn.faults.push(down, down, down, down)
        await s.say({ to: 'calls', password, device })
        twilio.standIn.faults.length = 0
        tellCalls(s)
        await s.wait(11_000)
        texts(s, 200)
        await s.say({ to: 'texts', password, device })
      },
    },
    codes: {
      about: 'other methods that count until it is over',
      people: {
        alice: { groups: ['codes'], sms: true, totp: true, recovery: 1 },
        bob: { groups: ['codes'], sms: true },
        carol: { sms: true, totp: true },
      },
      async play(s) {
        texts(s, 503)
        const asked = await s.say({ to: 'texts', password, device })
        await s.say({ to: 'texts', password: s.wrongCode(), device, state: stateOf(asked) })
        await s.say({ to: 'texts', password: s.totp(), device, state: stateOf(asked) })
        await s.say({ to: 'texts', user: 'bob', password, device })
        await s.say({ to: 'texts', user: 'carol', password, device })
        texts(s, 200)
        await s.wait(11_000)
        await s.say({ to: 'append', password: `${password},${s.totp(1)}`, device })
      },
    },
    remembered: {
      about: 'an earlier sign-in of the same device, longer than a rule remembers it',
      people: { alice: { sms: true, recovery: 2 } },
      async play(s) {
        texts(s, 503)
        await s.say({ to: 'remembering', password: `${password},${s.recovery(0)}`, device })
        await s.wait(2 * 3_600_000, { stepMs: 60_000 })
        await s.say({ to: 'remembering', password, device })
        await s.say({ to: 'remembering', password, device: '00-1B-63-84-45-E7' })
        await s.say({ to: 'texts', password, device })
      },
    },
    word: {
      about: 'the word sms after the password while texts fail',
      people: { alice: { sms: true, call: true } },
      async play(s) {
        texts(s, 503)
        await s.say({ to: 'append', password: `${password},sms`, device })
        tellAsked(s)
      },
    },
    calls: {
      about: 'calls through Twilio: approved, refused, fraud, hung up',
      people: {
        alice: { call: true },
        bob: { call: true },
        carol: { call: true },
        dave: { call: true },
      },
      async play(s) {
        for (const [of, keys] of [
          ['alice', ['#']],
          ['bob', ['5', '#']],
          ['carol', ['0']],
          ['dave', []],
        ] as const) {
          line(s, keys, of)
          await s.say({ to: 'calls', user: of, password, device, waitMs: 20_000 })
          tellCalls(s)
        }
      },
    },
    busy: {
      about: 'a busy line, one that no one answers, and one that does not exist',
      people: { alice: { call: true }, bob: { call: { backup: true } } },
      async play(s) {
        for (const what of ['busy', 'no-answer', 'failed'] as const) {
          line(s, what)
          await s.say({ to: 'calls', password, device })
          tellCalls(s)
          await s.wait(11_000)
        }
        line(s, 'busy', 'bob')
        await s.say({ to: 'calls', user: 'bob', password, device, waitMs: 20_000 })
        tellCalls(s)
      },
    },
    'busy-auto': {
      about: 'a busy line where the gateway can ask for another method',
      people: { alice: { call: true, totp: true }, bob: { call: true } },
      async play(s) {
        line(s, 'busy')
        line(s, 'busy', 'bob')
        const asked = await s.say({ to: 'auto', password, device })
        await s.say({ to: 'auto', password: s.totp(), device, state: stateOf(asked) })
        await s.say({ to: 'auto', user: 'bob', password, device })
        tellCalls(s)
      },
    },
    twilio: {
      about: 'a Twilio that is down, and one that refuses the number',
      people: {
        alice: { call: true, totp: true },
        bob: { groups: ['codes'], call: true, totp: true },
      },
      async play(s) {
        twilio.standIn.faults.push(down, down, down, down)
        await s.say({ to: 'calls', password, device })
        twilio.standIn.faults.length = 0
        twilio.standIn.faults.push(down, down, down, down)
        const asked = await s.say({ to: 'auto', user: 'bob', password, device })
        twilio.standIn.faults.length = 0
        await s.say({
          to: 'auto',
          user: 'bob',
          password: s.totp(0, 'bob'),
          device,
          state: stateOf(asked),
        })
        await s.wait(11_000)
        twilio.standIn.faults.push(refused)
        await s.say({ to: 'calls', password, device })
        tellCalls(s)
      },
    },
  },
}
