import type { Script } from '../parts/play.ts'
import type { Play, Sent } from '../parts/scenario.ts'

const device = '203.0.113.7'
const password = 'wonderland'
const stateOf = (sent: Sent) => sent.reply?.state
const minuteMs = 60_000

async function wrongCodes(s: Play, count: number): Promise<void> {
  for (let tries = 0; tries < count; tries += 1) {
    await s.say({ to: 'append', password: `${password},${s.wrongCode()}`, device })
  }
}

export const locks: Script = {
  about: 'what ends sign-ins: locks, blocks and limits',
  config: {
    lockout: { slow_after: 3, slow: '5s', lock_after: 6, lock: '5m' },
    limits: { prompts_per_user_hour: 3, prompts_per_number_hour: 4 },
  },
  gateways: {
    append: { flow: 'append' },
    ask: { flow: 'challenge' },
    hold: { flow: 'hold' },
    'code-only': { flow: 'code-only', first_factor: 'none', directories: 'people' },
    prompts: {
      ...{ flow: 'code-only', first_factor: 'none', directories: 'people' },
      prompt_without_password: true,
    },
  },
  scenarios: {
    slow: {
      about: 'three wrong codes slow a person down, each further one for longer',
      people: { alice: { totp: true, hotp: true } },
      async play(s) {
        await wrongCodes(s, 3)
        await s.say({ to: 'append', password: `${password},${s.totp()}`, device })
        await s.wait(6_000)
        await wrongCodes(s, 1)
        await s.wait(6_000)
        await s.say({ to: 'append', password: `${password},${s.hotp(0)}`, device })
        await s.wait(6_000)
        await s.say({ to: 'append', password: `${password},${s.hotp(0)}`, device })
      },
    },
    lock: {
      about: 'six wrong codes lock, and the lock ends',
      people: { alice: { totp: true, sms: true, recovery: 1 } },
      async play(s) {
        for (let round = 0; round < 6; round += 1) {
          await wrongCodes(s, 1)
          await s.wait(50_000)
        }
        await s.say({ to: 'append', password: `${password},${s.totp()}`, device })
        await s.say({ to: 'append', password: `${password},${s.recovery(0)}`, device })
        await s.say({ to: 'ask', password, device })
        await s.say({ to: 'append', password: 'looking-glass', device })
        await s.wait(5 * minuteMs)
        await s.say({ to: 'append', password: `${password},${s.totp()}`, device })
      },
    },
    success: {
      about: 'a whole sign-in takes the count back',
      people: { alice: { totp: true } },
      async play(s) {
        await wrongCodes(s, 2)
        await s.say({ to: 'append', password: `${password},${s.totp()}`, device })
        await wrongCodes(s, 2)
      },
    },
    passwords: {
      about: 'wrong passwords lock nobody',
      people: { alice: { totp: true } },
      async play(s) {
        for (let tries = 0; tries < 12; tries += 1) {
          await s.say({ to: 'append', password: `guess${tries}`, device })
        }
        await s.say({ to: 'append', password: `${password},${s.totp()}`, device })
      },
    },
    blocked: {
      about: 'who is blocked by an administrator',
      people: {
        alice: {
          totp: true,
          call: true,
          prepare: (store, key, nowMs) => store.accounts.block(key, 'lost phone', nowMs),
        },
      },
      async play(s) {
        await s.say({ to: 'append', password: `${password},${s.totp()}`, device })
        await s.say({ to: 'ask', password, device })
        await s.say({ to: 'hold', password: 'looking-glass', device })
        await s.say({ to: 'code-only', password: s.totp(), device })
      },
    },
    bypass: {
      about: 'a bypass, for one sign-in and for an hour',
      people: {
        once: {
          totp: true,
          prepare: (store, key, nowMs) =>
            store.accounts.giveBypass(key, {
              reason: 'forgot it',
              untilMs: nowMs + 48 * 3_600_000,
              once: true,
            }),
        },
        hour: {
          call: true,
          prepare: (store, key, nowMs) =>
            store.accounts.giveBypass(key, {
              reason: 'forgot it',
              untilMs: nowMs + 48 * 3_600_000,
              once: false,
            }),
        },
        over: {
          totp: true,
          prepare: (store, key, nowMs) =>
            store.accounts.giveBypass(key, {
              reason: 'forgot it',
              untilMs: nowMs + 1,
              once: false,
            }),
        },
      },
      async play(s) {
        for (const user of s.people) {
          await s.say({ to: 'append', user, password: 'looking-glass', device })
          await s.say({ to: 'append', user, password, device })
          await s.say({ to: 'append', user, password: `${password},123456`, device: '203.0.113.8' })
        }
        await s.say({ to: 'code-only', user: 'hour', password: '123456', device })
      },
    },
    'user-limit': {
      about: 'no more texts than a person may get in an hour',
      people: { alice: { sms: true, totp: true } },
      async play(s) {
        for (let round = 0; round < 5; round += 1) {
          const asked = await s.say({ to: 'ask', password, device })
          await s.say({ to: 'ask', password: 'sms', device, state: stateOf(asked) })
          await s.wait(40_000)
        }
      },
    },
    'call-limit': {
      about: 'no more calls than a person may get in an hour',
      people: { alice: { call: true } },
      async play(s) {
        for (let round = 0; round < 4; round += 1) {
          await s.send({ to: 'hold', password, device })
          await s.hangUp()
          await s.wait(11_000)
        }
      },
    },
    'code-only': {
      about: 'a gateway that has checked the password: codes, words and what is neither',
      people: { alice: { totp: true, hotp: true, call: true, sms: true, recovery: 1 }, dave: {} },
      async play(s) {
        const to = 'code-only'
        await s.say({ to, password: s.totp(), device })
        await s.say({ to, password: s.hotp(2), device })
        await s.say({ to, password: s.recovery(0), device })
        await s.say({ to, password: s.recovery(0), device: '203.0.113.8' })
        await s.say({ to, password: s.wrongCode(), device })
        await s.say({ to, password: `${password},${s.totp(1)}`, device })
        await s.say({ to, password: 'call', device })
        await s.say({ to, password: 'sms', device })
        await s.say({ to, password: '', device })
        await s.say({ to, user: 'dave', password: '123456', device })
        await s.say({ to, user: 'mallory', password: '123456', device })
      },
    },
    'code-only-prompts': {
      about: 'a gateway that has checked the password, and may prompt',
      people: { alice: { call: true, sms: true } },
      async play(s) {
        await s.send({ to: 'prompts', password: 'call', device })
        await s.press('#')
        const asked = await s.say({ to: 'prompts', password: 'sms', device })
        await s.say({ to: 'prompts', password: await s.sentCode(), device, state: stateOf(asked) })
        await s.send({ to: 'prompts', password: 'push', device: '203.0.113.8' })
        await s.press('0')
        await s.say({ to: 'prompts', password: 'call', device })
      },
    },
    'wrong-answers': {
      about: 'wrong answers to questions count over all sign-ins',
      people: { alice: { totp: true } },
      async play(s) {
        for (let round = 0; round < 2; round += 1) {
          let asked = await s.say({ to: 'ask', password, device })
          for (let tries = 0; tries < 3; tries += 1) {
            asked = await s.say({
              to: 'ask',
              password: s.wrongCode(),
              device,
              state: stateOf(asked),
            })
          }
          await s.wait(30_000)
        }
        await s.say({ to: 'ask', password, device })
      },
    },
  },
}
