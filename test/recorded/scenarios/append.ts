import type { Person } from '../parts/people.ts'
import type { Script } from '../parts/play.ts'
import type { Play, Scenario } from '../parts/scenario.ts'

/** Everything that can be typed after a comma. */
const everything: Person = {
  totp: true,
  hotp: true,
  recovery: 3,
  sms: true,
  call: true,
  mail: true,
}

/** What a person types, from what they have. */
const typed: Readonly<Record<string, (s: Play) => string>> = {
  'password alone': () => 'wonderland',
  'a right code': (s) => `wonderland,${s.totp()}`,
  'a right code with a blank': (s) => `wonderland, ${s.totp().slice(0, 3)} ${s.totp().slice(3)}`,
  'the code of the step before': (s) => `wonderland,${s.totp(-1)}`,
  'the code of the step after': (s) => `wonderland,${s.totp(1)}`,
  'a code of two steps ago': (s) => `wonderland,${s.totp(-2)}`,
  'a wrong code': (s) => `wonderland,${s.wrongCode()}`,
  'a code with a digit too few': (s) => `wonderland,${s.totp().slice(1)}`,
  'a code with a digit too many': (s) => `wonderland,${s.totp()}0`,
  'four digits': () => 'wonderland,1234',
  'a code of the token': (s) => `wonderland,${s.hotp(0)}`,
  'a code ahead of the token': (s) => `wonderland,${s.hotp(4)}`,
  'a code too far ahead of the token': (s) => `wonderland,${s.hotp(25)}`,
  'a recovery code': (s) => `wonderland,${s.recovery(0)}`,
  'a recovery code without dashes': (s) => `wonderland,${s.recovery(1).replaceAll('-', '')}`,
  'a recovery code in small letters': (s) => `wonderland,${s.recovery(2).toLowerCase()}`,
  'a wrong recovery code': () => 'wonderland,AAAA-BBBB-CCCC',
  'a code and a wrong password': (s) => `looking-glass,${s.totp()}`,
  'a wrong code and a wrong password': (s) => `looking-glass,${s.wrongCode()}`,
  'a code alone behind the comma': (s) => `,${s.totp()}`,
  'a code alone': (s) => s.totp(),
  'no code behind the comma': () => 'wonderland,',
  'a code without a comma': (s) => `wonderland${s.totp()}`,
  'a wrong code without a comma': (s) => `wonderland${s.wrongCode()}`,
  'a word that is none': () => 'wonderland,fax',
  'nothing at all': () => '',
}

const words = ['sms', 'text', 'call', 'push', 'phone', 'call2', 'phone2', 'email', 'SMS', 'Call']

function each(to: string): Record<string, Scenario> {
  const scenarios: Record<string, Scenario> = {}
  for (const [index, [what, password]] of Object.entries(typed).entries()) {
    scenarios[`${to}-${index}`] = {
      about: `${to}: ${what}`,
      people: { alice: everything },
      async play(s) {
        await s.say({ to, password: password(s), device: '203.0.113.7' })
      },
    }
  }
  return scenarios
}

function eachWord(to: string): Record<string, Scenario> {
  const scenarios: Record<string, Scenario> = {}
  for (const [index, word] of words.entries()) {
    scenarios[`${to}-word-${index}`] = {
      about: `${to}: the word ${word}`,
      people: { alice: { ...everything, call: { backup: true } } },
      async play(s) {
        await s.say({ to, password: `wonderland,${word}`, device: '203.0.113.7' })
        await s.wait(2_000)
      },
    }
  }
  return scenarios
}

export const append: Script = {
  about: 'a code after the password',
  gateways: {
    append: { flow: 'append' },
    auto: { flow: 'auto', challenges: false },
    semicolon: { flow: 'append', append: { delimiter: ';', words: false } },
    bare: { flow: 'append', append: { delimiter: '' } },
    whole: { flow: 'auto', append: false },
    first: { flow: 'append', second_factor_first: true },
  },
  scenarios: {
    ...each('append'),
    ...each('auto'),
    ...eachWord('append'),
    'words-auto': {
      about: 'words count in append alone',
      people: { alice: everything },
      async play(s) {
        for (const word of ['sms', 'call'])
          await s.say({ to: 'auto', password: `wonderland,${word}` })
      },
    },
    used: {
      about:
        'a code counts once, and a packet of another identifier within ten seconds is the same sign-in',
      people: { alice: everything },
      async play(s) {
        for (const code of [s.totp(), s.hotp(0), s.recovery(0)]) {
          const say = { to: 'append', password: `wonderland,${code}`, device: '203.0.113.7' }
          await s.say(say)
          await s.say(say)
          await s.say({ ...say, device: '203.0.113.8' })
          await s.wait(11_000)
          await s.say(say)
        }
      },
    },
    semicolon: {
      about: 'another delimiter, and no words',
      people: { alice: everything },
      async play(s) {
        const code = s.totp()
        for (const password of [
          `wonderland,${code}`,
          `wonderland;${code}`,
          'wonderland;sms',
          `wonderland${s.hotp(0)}`,
        ]) {
          await s.say({ to: 'semicolon', password })
        }
      },
    },
    bare: {
      about: 'no delimiter: the last digits are the code',
      people: { alice: everything, eight: { totp: { digits: 8 }, hotp: true }, none: {} },
      async play(s) {
        const passwords = [
          `wonderland${s.totp()}`,
          `wonderland${s.wrongCode()}`,
          'wonderland',
          s.hotp(0),
          `wonderland${s.recovery(0)}`,
        ]
        for (const password of passwords) await s.say({ to: 'bare', password })
        await s.say({ to: 'bare', user: 'eight', password: `wonderland${s.totp(0, 'eight')}` })
        await s.say({ to: 'bare', user: 'eight', password: `wonderland${s.hotp(0, 'eight')}` })
        await s.say({ to: 'bare', user: 'none', password: 'wonderland123456' })
      },
    },
    whole: {
      about: 'append: false reads everything as the password',
      people: { alice: { totp: true }, comma: { password: 'winter,123456', totp: true } },
      async play(s) {
        await s.say({ to: 'whole', password: `wonderland,${s.totp()}` })
        await s.say({ to: 'whole', user: 'comma', password: 'winter,123456' })
        await s.say({ to: 'append', user: 'comma', password: 'winter,123456' })
        await s.say({
          to: 'append',
          user: 'comma',
          password: `winter,123456,${s.totp(0, 'comma')}`,
        })
      },
    },
    first: {
      about: 'the code first: it is spent before the password is looked at, of a token after it',
      people: { alice: everything, bob: { totp: true }, carol: {}, dave: { hotp: true } },
      async play(s) {
        await s.say({ to: 'first', password: 'wonderland' })
        await s.say({ to: 'first', password: `wonderland,${s.wrongCode()}` })
        await s.say({ to: 'first', password: `looking-glass,${s.totp()}` })
        await s.say({ to: 'first', password: `wonderland,${s.totp()}` })
        await s.say({ to: 'first', password: `looking-glass,${s.hotp(0)}` })
        await s.say({ to: 'first', password: `wonderland,${s.hotp(0)}` })
        await s.say({ to: 'first', password: `looking-glass,${s.recovery(0)}` })
        await s.say({ to: 'first', password: `wonderland,${s.recovery(0)}` })
        await s.say({ to: 'first', user: 'bob', password: `wonderland,${s.totp(0, 'bob')}` })
        await s.say({ to: 'first', user: 'carol', password: 'wonderland,123456' })
        await s.say({ to: 'first', user: 'dave', password: 'wonderland,call' })
        await s.say({ to: 'first', password: '' })
      },
    },
    guesses: {
      about: 'guesses of a code with one password lock behind ten, a stranger locks nobody',
      people: { alice: { totp: true }, bob: { totp: true } },
      async play(s) {
        const wrong = s.wrongCode()
        for (let guess = 0; guess < 10; guess += 1) {
          await s.say({ to: 'first', password: `wonderland,${wrong}` })
        }
        await s.say({ to: 'first', password: `wonderland,${s.totp()}` })
        await s.say({ to: 'first', password: `wonderland,${s.totp(1)}` })
        for (let guess = 0; guess < 11; guess += 1) {
          await s.say({ to: 'first', user: 'bob', password: `guess${guess},${s.wrongCode('bob')}` })
        }
        await s.say({ to: 'first', user: 'bob', password: `wonderland,${s.totp(0, 'bob')}` })
      },
    },
    eight: {
      about: 'eight digits, sixty seconds',
      people: { alice: { totp: { digits: 8, periodSeconds: 60 } } },
      async play(s) {
        await s.say({ to: 'append', password: `wonderland,${s.totp().slice(2)}` })
        await s.say({ to: 'append', password: `wonderland,${s.totp().slice(1)}` })
        await s.say({ to: 'append', password: `wonderland,${s.totp()}` })
      },
    },
    nobody: {
      about: 'who has nothing enrolled, and who does not exist',
      people: { dave: {} },
      async play(s) {
        for (const to of ['append', 'auto', 'bare', 'first']) {
          await s.say({ to, password: 'wonderland' })
          await s.say({ to, password: 'wonderland,123456' })
          await s.say({ to, user: 'mallory', password: 'wonderland,123456' })
        }
      },
    },
  },
}
