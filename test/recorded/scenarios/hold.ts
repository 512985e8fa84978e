import type { Script } from '../parts/play.ts'
import type { Sent } from '../parts/scenario.ts'

const device = '203.0.113.7'
const elsewhere = '203.0.113.8'
const password = 'wonderland'
const stateOf = (sent: Sent) => sent.reply?.state

export const hold: Script = {
  about: 'requests that are held while a telephone rings',
  config: { listen: ['127.0.0.1:0', '127.0.0.2:0'] },
  gateways: {
    hold: { flow: 'hold', person_specific_device: true },
    auto: { flow: 'auto', person_specific_device: true },
    mute: { flow: 'auto', challenges: false, person_specific_device: true },
    shared: { flow: 'auto', challenges: false },
    short: { flow: 'auto', patience: '5s', margin: '500ms', person_specific_device: true },
    menu: { flow: 'challenge', person_specific_device: true },
  },
  scenarios: {
    approved: {
      about: 'a call that is approved',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'hold', password, device })
        await s.wait(3_000)
        await s.press('#')
      },
    },
    'hung-up': {
      about: 'a call that is hung up',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'hold', password, device })
        await s.hangUp()
      },
    },
    'other-key': {
      about: 'other keys, and then the right one',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'hold', password, device })
        await s.press('5')
        await s.press('*')
        await s.press('#')
      },
    },
    fraud: {
      about: 'who says that it was not them gets no calls any more, and codes still work',
      people: { alice: { call: true, totp: true } },
      async play(s) {
        await s.send({ to: 'hold', password, device })
        await s.press('0')
        await s.press('#')
        await s.wait(1_000)
        await s.say({ to: 'hold', password, device })
        await s.say({ to: 'auto', password: `${password},${s.totp()}`, device })
      },
    },
    'no-answer': {
      about: 'a call that no one answers',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'hold', password, device })
        await s.wait(25_000)
        await s.say({ to: 'hold', password, device })
        await s.wait(60_000)
      },
    },
    backup: {
      about: 'a second number, when the first is hung up or rings',
      people: { alice: { call: { backup: true } } },
      async play(s) {
        await s.send({ to: 'hold', password, device })
        await s.wait(18_000)
        await s.press('#')
      },
    },
    'backup-long': {
      about: 'a second number within a long patience',
      people: { alice: { call: { backup: true } } },
      async play(s) {
        await s.send({ to: 'auto', password, device })
        await s.wait(20_000)
        await s.wait(40_000)
        await s.press('#')
      },
    },
    pin: {
      about: 'a PIN, wrong and right',
      people: { alice: { call: { pin: '4711' } } },
      async play(s) {
        await s.send({ to: 'hold', password, device })
        await s.press('#')
        await s.press('1234#')
        await s.press('4711#')
      },
    },
    'pin-wrong': {
      about: 'three wrong PINs',
      people: { alice: { call: { pin: '4711' } } },
      async play(s) {
        await s.send({ to: 'hold', password, device })
        for (const keys of ['#', '1#', '2#', '3#']) await s.press(keys)
        await s.wait(1_000)
      },
    },
    'codes-only': {
      about: 'who has only codes cannot be held',
      people: { alice: { totp: true, sms: true }, dave: {} },
      async play(s) {
        await s.say({ to: 'hold', password, device })
        await s.say({ to: 'hold', password: `${password},${s.totp()}`, device })
        await s.say({ to: 'hold', user: 'dave', password, device })
        await s.say({ to: 'hold', password: 'looking-glass', device })
      },
    },
    resends: {
      about: 'the same packet again rings once, and is answered once',
      people: { alice: { call: true } },
      async play(s) {
        const sent = await s.send({ to: 'hold', password, device })
        await s.wait(3_000)
        await s.again(sent)
        await s.wait(3_000)
        await s.again(sent)
        await s.press('#')
        await s.again(sent)
        await s.wait(31_000)
        await s.again(sent)
      },
    },
    joins: {
      about: 'another packet of the same sign-in shares the call',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'hold', password, device })
        await s.wait(2_000)
        await s.send({ to: 'hold', password, device })
        await s.send({ to: 'hold', password, device, from: 'another port' })
        await s.press('#')
      },
    },
    'other-device': {
      about: 'a second device, no device, and a wrong password do not share it',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'hold', password, device })
        await s.say({ to: 'hold', password, device: elsewhere })
        await s.say({ to: 'hold', password })
        await s.say({ to: 'hold', password: 'looking-glass', device })
        await s.say({ to: 'shared', password, device })
        await s.say({ to: 'menu', password, device })
        await s.press('#')
      },
    },
    'joins-hashed': {
      about: 'MS-CHAP and CHAP join after their own proof',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'hold', msChap: password, device })
        await s.send({ to: 'hold', msChap: password, device })
        await s.send({ to: 'hold', chap: password, device })
        await s.say({ to: 'hold', chap: 'looking-glass', device })
        await s.press('#')
      },
    },
    late: {
      about: 'an approval that comes late lets the second try in, from the same device alone',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'mute', password, device })
        await s.wait(20_000)
        await s.press('#')
        await s.wait(5_000)
        await s.say({ to: 'mute', password: 'looking-glass', device })
        await s.say({ to: 'mute', password, device })
        await s.wait(1_000)
      },
    },
    'late-elsewhere': {
      about: 'a late approval is not for another device, and another password',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'mute', password, device })
        await s.wait(20_000)
        await s.press('#')
        await s.send({ to: 'mute', password, device: elsewhere })
        await s.hangUp()
        await s.wait(1_000)
        await s.say({ to: 'mute', password, device })
        await s.wait(1_000)
      },
    },
    'late-shared': {
      about: 'no late approval where nothing tells devices apart',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'shared', password, device })
        await s.wait(20_000)
        await s.press('#')
        await s.say({ to: 'shared', password, device })
        await s.wait(1_000)
      },
    },
    'late-too-late': {
      about: 'a late approval that is used too late',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'mute', password, device })
        await s.wait(20_000)
        await s.press('#')
        await s.wait(70_000)
        await s.send({ to: 'mute', password, device })
        await s.wait(1_000)
        await s.press('#')
      },
    },
    enter: {
      about: 'approve, then press Enter',
      people: { alice: { call: true } },
      async play(s) {
        const asked = await s.send({ to: 'auto', password, device })
        await s.wait(20_000)
        await s.press('#')
        await s.say({ to: 'auto', password: '', device, state: stateOf(asked) })
      },
    },
    'enter-early': {
      about: 'Enter before the call is approved, which holds again',
      people: { alice: { call: true } },
      async play(s) {
        const asked = await s.send({ to: 'auto', password, device })
        await s.wait(20_000)
        await s.send({ to: 'auto', password: '', device, state: stateOf(asked) })
        await s.wait(3_000)
        await s.press('#')
      },
    },
    'enter-rounds': {
      about: 'Enter over and over, until the call has ended',
      people: { alice: { call: true } },
      async play(s) {
        let asked = await s.send({ to: 'short', password, device })
        await s.wait(5_000)
        for (let round = 0; round < 4; round += 1) {
          asked = await s.send({ to: 'short', password: '', device, state: stateOf(asked) })
          await s.wait(5_000)
        }
      },
    },
    'enter-refused': {
      about: 'Enter after the call was refused',
      people: { alice: { call: true } },
      async play(s) {
        const asked = await s.send({ to: 'auto', password, device })
        await s.wait(20_000)
        await s.hangUp()
        await s.say({ to: 'auto', password: 'yes', device, state: stateOf(asked) })
        await s.wait(1_000)
      },
    },
    'enter-code': {
      about: 'a code instead of Enter, wrong and right, ends the call',
      people: { alice: { call: true, totp: true } },
      async play(s) {
        const asked = await s.send({ to: 'auto', password, device })
        await s.wait(20_000)
        const again = await s.send({
          to: 'auto',
          password: s.wrongCode(),
          device,
          state: stateOf(asked),
        })
        await s.wait(20_000)
        await s.say({ to: 'auto', password: s.totp(), device, state: stateOf(again) })
      },
    },
    'falls-back': {
      about: 'a call that is not answered, and the other methods',
      people: { alice: { call: true, sms: true, totp: true } },
      async play(s) {
        const asked = await s.send({ to: 'auto', password, device })
        await s.hangUp()
        await s.wait(1_000)
        const menu = await s.say({ to: 'auto', password, device })
        await s.wait(30_000)
        await s.say({ to: 'auto', password: 'sms', device, state: stateOf(menu) ?? stateOf(asked) })
      },
    },
    'code-during-call': {
      about: 'a code after the password while the phone rings for another device',
      people: { alice: { call: true, totp: true } },
      async play(s) {
        await s.send({ to: 'auto', password, device })
        await s.say({ to: 'auto', password: `${password},${s.totp()}`, device: elsewhere })
        await s.press('#')
      },
    },
    abandoned: {
      about: 'the identifier is used for another request while the call is open',
      people: { alice: { call: true }, bob: { totp: true } },
      async play(s) {
        await s.send({ to: 'hold', password, device, identifier: 9 })
        await s.say({
          to: 'auto',
          user: 'bob',
          password: `${password},${s.totp(0, 'bob')}`,
          identifier: 9,
        })
        await s.wait(3_000)
        await s.press('#')
      },
    },
    'abandoned-joined': {
      about: 'the same identifier with a new packet of the same sign-in',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'hold', password, device, identifier: 9 })
        await s.send({ to: 'hold', password, device, identifier: 9 })
        await s.wait(3_000)
        await s.press('#')
      },
    },
    'answered-again': {
      about: 'an answered sign-in answers an equal one for ten seconds (RULES 10)',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'hold', password, device })
        await s.press('#')
        await s.say({ to: 'hold', password, device })
        await s.wait(11_000)
        await s.send({ to: 'hold', password, device })
        await s.wait(1_000)
        await s.press('#')
      },
    },
    garbled: {
      about: 'passwords that no one types, and names in all spellings',
      people: { alice: { call: true } },
      async play(s) {
        await s.say({ to: 'hold', password: '\u0000\u0001', device })
        await s.say({ to: 'hold', password: 'x'.repeat(128), device })
        await s.send({ to: 'hold', as: ' * ', password, device })
        await s.press('#')
        await s.wait(11_000)
        await s.say({ to: 'hold', as: 'CORP\\*', password, device })
        await s.say({ to: 'hold', as: '*@corp.example', password, device })
        await s.wait(1_000)
      },
    },
    'abandoned-two-seconds': {
      about:
        'where no one can join, the phone of an abandoned request rings for two seconds (RULES 18)',
      people: { alice: { call: true }, bob: { totp: true } },
      async play(s) {
        await s.send({ to: 'shared', password, identifier: 9 })
        const code = `${password},${s.totp(0, 'bob')}`
        await s.say({ to: 'auto', user: 'bob', password: code, identifier: 9 })
        await s.wait(1_750)
        await s.wait(500)
        await s.press('#')
        await s.say({ to: 'shared', password })
        await s.wait(1_000)
      },
    },
    'abandoned-approved': {
      about: 'an approval within the two seconds lets no one in where no one can join',
      people: { alice: { call: true }, bob: { totp: true } },
      async play(s) {
        await s.send({ to: 'shared', password, identifier: 9 })
        const code = `${password},${s.totp(0, 'bob')}`
        await s.say({ to: 'auto', user: 'bob', password: code, identifier: 9 })
        await s.wait(1_000)
        await s.press('#')
        await s.send({ to: 'shared', password })
        await s.press('#')
      },
    },
    'abandoned-comes-back': {
      about:
        'an abandoned sign-in that comes back from the same device, while it rings and after that',
      people: { alice: { call: true }, bob: { totp: true } },
      async play(s) {
        await s.send({ to: 'hold', password, device, identifier: 9 })
        const code = `${password},${s.totp(0, 'bob')}`
        await s.say({ to: 'auto', user: 'bob', password: code, identifier: 9 })
        await s.wait(3_000)
        await s.say({ to: 'hold', password: 'looking-glass', device })
        await s.send({ to: 'hold', password, device })
        await s.press('#')
        await s.wait(11_000)
        await s.send({ to: 'hold', password, device, identifier: 9 })
        await s.say({ to: 'auto', user: 'bob', password, identifier: 9 })
        await s.press('#')
        await s.say({ to: 'hold', password, device })
        await s.wait(30_000)
      },
    },
    'abandoned-question': {
      about: 'the identifier of a question that was answered, and of a password that is wrong',
      people: { alice: { call: true, totp: true } },
      async play(s) {
        await s.send({ to: 'auto', password: 'looking-glass', device, identifier: 9 })
        await s.send({ to: 'auto', password, device, identifier: 9 })
        await s.hangUp()
        await s.wait(1_000)
        await s.say({ to: 'auto', password: `${password},${s.totp()}`, device, identifier: 9 })
      },
    },
    'second-address': {
      about: 'a sign-in that comes again to the second address of the service shares its call',
      people: { alice: { call: true } },
      async play(s) {
        const sent = await s.send({ to: 'hold', password, device })
        await s.wait(5_000)
        await s.again(sent, '', 'second')
        await s.send({ to: 'hold', password, device, listener: 'second' })
        await s.send({ to: 'hold', password, listener: 'second' })
        await s.send({ to: 'hold', password: 'looking-glass', device, listener: 'second' })
        await s.wait(1_000)
        await s.press('#')
        await s.wait(11_000)
        await s.again(sent, '', 'second')
      },
    },
    'second-address-question': {
      about: 'a question of the first address is answered at the second',
      people: { alice: { call: true, totp: true } },
      async play(s) {
        const asked = await s.send({ to: 'menu', password, device })
        const state = stateOf(asked)
        await s.say({ to: 'menu', password: s.totp(), device, state, listener: 'second' })
        const held = await s.send({ to: 'auto', password, device })
        await s.wait(20_000)
        await s.press('#')
        await s.say({ to: 'auto', password: '', device, state: stateOf(held), listener: 'second' })
      },
    },
  },
}
