import { attributeType } from '../../../src/radius/index.ts'
import type { Script } from '../parts/play.ts'
import type { Play, Say, Sent } from '../parts/scenario.ts'

const device = '203.0.113.7'
const stateOf = (sent: Sent) => sent.reply?.state

/** The password, and then these answers, each to the question before it. */
async function talk(
  s: Play,
  to: string,
  answers: readonly (string | (() => string | Promise<string>))[],
  more: Say = {},
) {
  let last = await s.say({ to, password: 'wonderland', device, ...more })
  for (const answer of answers) {
    const password = typeof answer === 'string' ? answer : await answer()
    last = await s.say({ to, password, device, ...more, state: stateOf(last) })
  }
  return last
}

export const challenge: Script = {
  about: 'questions of a gateway that can ask',
  gateways: {
    ask: { flow: 'challenge', person_specific_device: true },
    other: { flow: 'challenge', person_specific_device: true },
    twin: { flow: 'challenge', group: 'pair', person_specific_device: true },
    pair: { flow: 'challenge', group: 'pair', person_specific_device: true },
    auto: { flow: 'auto', person_specific_device: true },
    codes: { flow: 'challenge', methods: ['totp', 'recovery'] },
    sms: { flow: 'challenge', methods: ['sms'] },
    mail: { flow: 'challenge', methods: ['email'] },
    mute: { flow: 'challenge', challenges: false },
  },
  scenarios: {
    totp: {
      about: 'the code of an app',
      people: { alice: { totp: true } },
      async play(s) {
        await talk(s, 'ask', [() => s.totp()])
      },
    },
    hotp: {
      about: 'the code of a token, in blocks of three',
      people: { alice: { hotp: true } },
      async play(s) {
        await talk(s, 'ask', [() => `${s.hotp(1).slice(0, 3)} ${s.hotp(1).slice(3)}`])
        await talk(s, 'ask', [() => s.hotp(1), () => s.hotp(2)])
      },
    },
    recovery: {
      about: 'a recovery code',
      people: { alice: { totp: true, recovery: 2 } },
      async play(s) {
        await talk(s, 'ask', [() => s.recovery(0)])
        await talk(s, 'ask', [() => s.recovery(0), () => s.recovery(1).replaceAll('-', '')])
      },
    },
    wrong: {
      about: 'three wrong codes end it',
      people: { alice: { totp: true } },
      async play(s) {
        const wrong = () => s.wrongCode()
        await talk(s, 'ask', [wrong, wrong, wrong, () => s.totp()])
      },
    },
    'wrong-right': {
      about: 'a wrong code, nothing, other text, and then a right one',
      people: { alice: { totp: true } },
      async play(s) {
        await talk(s, 'ask', [() => s.wrongCode(), '', 'pardon?', () => s.totp()])
      },
    },
    'password-wrong': {
      about: 'a wrong password is asked nothing',
      people: { alice: { totp: true, sms: true } },
      async play(s) {
        await s.say({ to: 'ask', password: 'looking-glass', device })
        await s.say({ to: 'ask', password: `wonderland,${s.totp()}`, device })
        await s.say({ to: 'ask', password: '', device })
      },
    },
    reused: {
      about: 'a code that was used in another sign-in',
      people: { alice: { totp: true } },
      async play(s) {
        await talk(s, 'ask', [() => s.totp()])
        await s.wait(11_000)
        await talk(s, 'ask', [() => s.totp(), () => s.totp(1)])
      },
    },
    menu: {
      about: 'a menu of all methods, by number, word and code',
      people: { alice: { totp: true, sms: true, call: true, mail: true, recovery: 1 } },
      async play(s) {
        await talk(s, 'ask', ['9', '2', () => s.sentCode()])
        await talk(s, 'ask', ['email', () => s.sentCode()])
        await talk(s, 'ask', ['0', () => s.totp()])
      },
    },
    'menu-call': {
      about: 'a call from the menu',
      people: { alice: { totp: true, call: true } },
      async play(s) {
        const asked = await s.say({ to: 'ask', password: 'wonderland', device })
        await s.send({ to: 'ask', password: '1', device, state: stateOf(asked) })
        await s.press('#')
      },
    },
    sms: {
      about: 'a text, its code, wrong and right',
      people: { alice: { sms: true } },
      async play(s) {
        await talk(s, 'sms', ['000000', () => s.sentCode()])
        await s.wait(11_000)
        await talk(s, 'sms', ['000000', '000000', '000000'])
      },
    },
    'sms-used': {
      about: 'the code of a text counts once',
      people: { alice: { sms: true } },
      async play(s) {
        const asked = await s.say({ to: 'sms', password: 'wonderland', device })
        const code = await s.sentCode()
        await s.say({ to: 'sms', password: code, device, state: stateOf(asked) })
        await s.say({ to: 'sms', password: code, device, state: stateOf(asked) })
        await s.say({ to: 'sms', password: code, device: '203.0.113.8', state: stateOf(asked) })
        await s.wait(11_000)
        await s.say({ to: 'sms', password: code, device, state: stateOf(asked) })
      },
    },
    'sms-resend': {
      about: 'another text: too soon, in time, and too often',
      people: { alice: { sms: true } },
      async play(s) {
        let last = await talk(s, 'sms', ['sms'])
        for (let again = 0; again < 5; again += 1) {
          await s.wait(31_000)
          last = await s.say({
            to: 'sms',
            password: again % 2 === 0 ? '1' : 'sms',
            device,
            state: stateOf(last),
          })
        }
      },
    },
    'sms-late': {
      about: 'a text that is too old',
      people: { alice: { sms: true } },
      async play(s) {
        const asked = await s.say({ to: 'sms', password: 'wonderland', device })
        const code = await s.sentCode()
        await s.wait(301_000)
        await s.say({ to: 'sms', password: code, device, state: stateOf(asked) })
      },
    },
    'sms-taken-over': {
      about: 'who signs in again takes the question over, and the code of the text counts',
      people: { alice: { sms: true } },
      async play(s) {
        const first = await s.say({ to: 'sms', password: 'wonderland', device })
        const second = await s.say({ to: 'sms', password: 'wonderland', device: '203.0.113.8' })
        const code = await s.sentCode()
        await s.say({ to: 'sms', password: code, device, state: stateOf(first) })
        await s.say({ to: 'sms', password: code, device: '203.0.113.8', state: stateOf(second) })
      },
    },
    mail: {
      about: 'a mail',
      people: { alice: { mail: true } },
      async play(s) {
        await talk(s, 'mail', ['000000', () => s.sentCode()])
      },
    },
    switch: {
      about: 'from a text to a mail, and a code of the app after all',
      people: { alice: { sms: true, mail: true, totp: true } },
      async play(s) {
        await talk(s, 'ask', ['1', 'email', 'sms', () => s.totp()])
      },
    },
    'not-allowed': {
      about: 'methods that are not allowed here',
      people: { alice: { totp: true, sms: true, hotp: true, recovery: 1 } },
      async play(s) {
        await talk(s, 'codes', [() => s.hotp(0), 'sms', () => s.totp()])
        await talk(s, 'sms', [() => s.totp(), () => s.sentCode()])
      },
    },
    none: {
      about: 'who has nothing, or nothing for here',
      people: { dave: {}, alice: { totp: true } },
      async play(s) {
        await s.say({ to: 'ask', password: 'wonderland', device })
        await s.say({ to: 'sms', user: 'alice', password: 'wonderland', device })
        await s.say({ to: 'mute', user: 'alice', password: 'wonderland', device })
        await s.say({ to: 'ask', password: 'looking-glass', device })
      },
    },
    forged: {
      about: 'a State that is forged, cut, long or of another gateway',
      people: { alice: { totp: true } },
      async play(s) {
        const asked = await s.say({ to: 'ask', password: 'wonderland', device })
        const state = Buffer.from(stateOf(asked) ?? [])
        const changed = Buffer.from(state)
        changed[40] = (changed[40] ?? 0) ^ 1
        const states: readonly (readonly [string, Buffer])[] = [
          ['one character changed', changed],
          ['cut', state.subarray(0, -4)],
          ['text', Buffer.from('a State of another server')],
          ['one byte', Buffer.of(1)],
          ['of 253 bytes', Buffer.alloc(253, 65)],
        ]
        for (const [note, value] of states) {
          await s.say({
            ...{ to: 'ask', password: s.totp(), device, note: `State ${note}` },
            more: [{ type: attributeType.State, value }],
          })
        }
        await s.say({ to: 'other', password: s.totp(), device, state })
        await s.say({
          ...{ to: 'ask', password: s.totp(), device, note: 'State with NUL behind it' },
          more: [{ type: attributeType.State, value: Buffer.concat([state, Buffer.of(0)]) }],
        })
      },
    },
    group: {
      about: 'a State of a gateway of the same group',
      people: { alice: { totp: true } },
      async play(s) {
        const asked = await s.say({ to: 'twin', password: 'wonderland', device })
        await s.say({ to: 'pair', password: s.totp(), device, state: stateOf(asked) })
      },
    },
    expired: {
      about: 'a State that is too old',
      people: { alice: { totp: true } },
      async play(s) {
        const asked = await s.say({ to: 'ask', password: 'wonderland', device })
        await s.wait(420_000)
        await s.say({ to: 'ask', password: s.totp(), device, state: stateOf(asked) })
      },
    },
    foreign: {
      about: 'the State of another person, and another device',
      people: { alice: { totp: true }, bob: { totp: true } },
      async play(s) {
        const asked = await s.say({ to: 'ask', password: 'wonderland', device })
        await s.say({
          to: 'ask',
          user: 'bob',
          password: s.totp(0, 'bob'),
          device,
          state: stateOf(asked),
        })
        await s.say({ to: 'ask', password: s.totp(), device: '203.0.113.8', state: stateOf(asked) })
      },
    },
    spent: {
      about: 'a State that was answered, with the same code, another code, and the password',
      people: { alice: { totp: true, hotp: true } },
      async play(s) {
        const asked = await s.say({ to: 'ask', password: 'wonderland', device })
        const state = stateOf(asked)
        const answered = await s.say({ to: 'ask', password: s.totp(), device, state })
        await s.again(answered)
        await s.say({ to: 'ask', password: s.totp(), device, state })
        await s.say({ to: 'ask', password: s.hotp(0), device, state })
        await s.say({ to: 'ask', password: 'wonderland', device, state })
        await s.wait(31_000)
        await s.again(answered)
        await s.wait(31_000)
        await s.again(answered)
      },
    },
    two: {
      about: 'two questions at once, each with a code of its own',
      people: { alice: { totp: true } },
      async play(s) {
        const one = await s.say({ to: 'ask', password: 'wonderland', device })
        const other = await s.say({ to: 'ask', password: 'wonderland', device: '203.0.113.8' })
        await s.say({ to: 'ask', password: s.totp(), device, state: stateOf(one) })
        await s.say({ to: 'ask', password: s.totp(), device: '203.0.113.8', state: stateOf(other) })
      },
    },
    silent: {
      about: 'a question that is never answered',
      people: { alice: { totp: true, sms: true } },
      async play(s) {
        await s.say({ to: 'ask', password: 'wonderland', device })
        await s.wait(330_000)
      },
    },
    auto: {
      about: 'auto: who has codes alone is asked, a code after the password does',
      people: { alice: { totp: true, sms: true } },
      async play(s) {
        await talk(s, 'auto', [() => s.totp()])
        await s.say({ to: 'auto', password: `wonderland,${s.totp(1)}`, device })
        await talk(s, 'auto', ['sms', () => s.sentCode()])
      },
    },
    hashed: {
      about: 'CHAP and MS-CHAP, answered with a code in the clear and as a hash',
      people: { alice: { totp: true } },
      async play(s) {
        const chap = await s.say({ to: 'ask', chap: 'wonderland', device })
        await s.say({ to: 'ask', password: s.totp(), device, state: stateOf(chap) })
        const again = await s.say({ to: 'ask', chap: 'wonderland', device })
        await s.say({ to: 'ask', chap: s.totp(1), device, state: stateOf(again) })
        await s.wait(60_000)
        const msChap = await s.say({ to: 'ask', msChap: 'wonderland', device })
        await s.say({ to: 'ask', msChap: s.totp(), device, state: stateOf(msChap) })
        await s.say({ to: 'ask', msChap: 'looking-glass', device })
      },
    },
  },
}
