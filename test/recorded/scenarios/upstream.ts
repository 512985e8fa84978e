import type { Script } from '../parts/play.ts'
import type { Play, Sent } from '../parts/scenario.ts'
import { createUpstream, type Mood } from '../parts/upstream.ts'

const servers = createUpstream()
const device = '203.0.113.7'
const password = 'wonderland'
const stateOf = (sent: Sent) => sent.reply?.state

/** From now on the two servers behave like this. */
function behave(s: Play, first: Mood, second: Mood): void {
  servers.first.mood = first
  servers.second.mood = second
  for (const [index, { address }] of servers.servers().entries())
    s.names.call(address, `server ${index + 1}`)
  s.tell(`upstream: the first server ${first}, the second ${second}`)
}

function tellHeard(s: Play): void {
  const heard = ({ takeHeard }: (typeof servers)['first']) => takeHeard().join(', ') || 'nothing'
  s.tell(`upstream: the first heard ${heard(servers.first)}; the second ${heard(servers.second)}`)
}

export const upstream: Script = {
  about: 'passwords that other RADIUS servers check',
  outside: servers,
  config: () => ({
    directories: {
      up: {
        type: 'radius',
        servers: servers.servers(),
        timeout: '1s',
        tries: 2,
        pass: ['Class', 'Filter-Id'],
      },
      shown: {
        type: 'radius',
        servers: servers.servers(),
        users_from: 'people',
        show_messages: true,
      },
    },
    rules: [{ name: 'plain', gateway: ['alone', 'silent', 'both'], second_factor: 'none' }],
    reply_rules: [{ degraded: true, reply: { Class: 'degraded' } }],
  }),
  gateways: {
    alone: { flow: 'auto', first_factor: 'up' },
    silent: { flow: 'auto', first_factor: 'up', on_directory_down: 'silent' },
    both: { flow: 'auto', first_factor: ['up', 'people'] },
    shown: { flow: 'challenge', first_factor: 'shown' },
    held: { flow: 'hold', first_factor: 'shown', person_specific_device: true },
    typed: { flow: 'append', first_factor: 'shown' },
  },
  scenarios: {
    password: {
      about: 'right, wrong and empty passwords, and what an Accept passes on',
      people: { alice: {} },
      async play(s) {
        behave(s, 'answers', 'answers')
        await s.say({ to: 'alone', password, device })
        await s.say({ to: 'alone', password: 'looking-glass', device })
        await s.say({ to: 'alone', password: '', device })
        await s.say({ to: 'alone', chap: password, device })
        await s.say({ to: 'alone', chap: 'looking-glass', device })
        await s.say({ to: 'alone', msChap: password, device })
        tellHeard(s)
      },
    },
    shown: {
      about: 'people of another directory: what is said of a refusal, a code, a call',
      people: { alice: { totp: true, call: true } },
      async play(s) {
        behave(s, 'answers', 'answers')
        await s.say({ to: 'shown', password: 'looking-glass', device })
        await s.say({ to: 'shown', user: 'mallory', password, device })
        const asked = await s.say({ to: 'shown', password, device })
        await s.say({ to: 'shown', password: s.totp(), device, state: stateOf(asked) })
        await s.say({ to: 'typed', password: `${password},${s.totp(1)}`, device })
        await s.send({ to: 'held', password, device })
        await s.press('#')
        tellHeard(s)
      },
    },
    token: {
      about: 'a question of the other server, and then one of ours',
      people: { alice: { totp: true } },
      async play(s) {
        behave(s, 'asks for a token', 'asks for a token')
        for (const answer of ['4711', '4712']) {
          const token = await s.say({ to: 'shown', password, device })
          const code = await s.say({ to: 'shown', password: answer, device, state: stateOf(token) })
          const state = stateOf(code)
          if (state === undefined) continue
          await s.say({ to: 'shown', password: s.wrongCode(), device, state })
          await s.say({ to: 'shown', password: s.totp(), device, state })
        }
        await s.say({ to: 'typed', password: `${password},${s.totp(1)}`, device })
        await s.say({ to: 'alone', password, device })
        tellHeard(s)
      },
    },
    second: {
      about: 'a server that is silent: the next one is asked, and stays the first until it is back',
      people: { alice: {} },
      async play(s) {
        behave(s, 'silent', 'answers')
        await s.say({ to: 'alone', password, device, waitMs: 5_000 })
        tellHeard(s)
        await s.say({ to: 'alone', password: 'looking-glass', device, waitMs: 5_000 })
        tellHeard(s)
        behave(s, 'answers', 'answers')
        await s.wait(12_000)
        await s.say({ to: 'alone', password, device })
        tellHeard(s)
      },
    },
    down: {
      about: 'no server answers: a Reject, silence, and the directory behind it',
      people: { alice: { totp: true } },
      async play(s) {
        behave(s, 'silent', 'silent')
        await s.say({ to: 'alone', password, device, waitMs: 8_000 })
        tellHeard(s)
        await s.say({ to: 'silent', password, device, waitMs: 8_000 })
        await s.say({ to: 'both', password, device, waitMs: 8_000 })
        await s.say({ to: 'both', password: 'looking-glass', device, waitMs: 8_000 })
        await s.say({ to: 'typed', password: `${password},${s.totp()}`, device, waitMs: 12_000 })
        behave(s, 'answers', 'answers')
        await s.wait(12_000)
        await s.say({ to: 'both', password, device })
        await s.say({ to: 'typed', password: `${password},${s.totp()}`, device })
      },
    },
    slow: {
      about: 'the same packet again while the other server thinks',
      people: { alice: {} },
      async play(s) {
        behave(s, 'silent', 'silent')
        const sent = await s.send({ to: 'alone', password, device })
        await s.again(sent)
        await s.wait(750)
        servers.first.mood = 'answers'
        await s.wait(500)
        await s.again(sent)
        tellHeard(s)
      },
    },
  },
}
