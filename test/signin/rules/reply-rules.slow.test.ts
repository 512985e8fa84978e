import { expect } from 'chai'
import fc from 'fast-check'
import { createReplyRules } from '../../../src/compose/sign-in-rules.ts'
import { createLocalDirectory, type LocalUser } from '../../../src/directory/index.ts'
import { loadDictionary } from '../../../src/radius/index.ts'
import type { Outcome, PolicyRule, ReplyRule } from '../../../src/signin/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { anyText } from '../../any-text.ts'
import { load, valid } from '../../config/load-text.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import {
  call,
  chap,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  password,
  reasonOf,
  sms,
  stateOf,
  totp,
  type World,
  wrongCodeFor,
} from '../harness.ts'

const dictionary = loadDictionary()

/** Rules as an administrator writes them, for gateways `vpn` and `wifi`. */
function rulesOf(yaml: string, further = ''): readonly ReplyRule[] {
  const delivery = `delivery:
  s: { type: http, url: "https://x.example/{to}{text}" }
  t: { type: twilio, account_sid: AC${'0'.repeat(32)}, auth_token: "file:vpn", from: "+31850000000" }
`
  const gateways = '  wifi: { address: "192.0.2.11", secret: "file:vpn", group: radio }\n'
  const directory =
    '    reply_attributes: [msRADIUSFramedIPAddress, role, department]\ngateways:\n  vpn:'
  const text = `${valid.replace('gateways:\n  vpn:', directory)}${gateways}methods: { sms: { via: s }, call: { via: t, mode: read-code } }\n${delivery}${further}reply_rules:\n${yaml}`
  return createReplyRules(load(text), () => dictionary)
}

/** What an Accept carries, `Name=value` each, without what the gateway of the harness always gets. */
function attributesOf(outcome: Outcome | undefined): readonly string[] {
  if (outcome?.kind !== 'accept') throw new Error(`no accept: ${reasonOf(outcome)}`)
  return dictionary.decode(outcome.attributes.slice(1)).map(({ name, value, tag }) => {
    const text = value instanceof Uint8Array ? Buffer.from(value).toString() : String(value)
    return `${name}${tag === undefined ? '' : `:${tag}`}=${text}`
  })
}

function worldWith(yaml: string, people?: readonly LocalUser[]): World {
  const clock = createManualClock(0)
  const users = people?.map((person) => ({ ...person, password: new Secret(password) }))
  const directory =
    users && createLocalDirectory({ name: 'local', users, allowClear: true }, { clock })
  return createWorld({
    parts: {
      replyRules: rulesOf(yaml),
      ...(directory === undefined ? {} : { directories: new Map([['local', directory]]) }),
    },
  })
}

/** Signs someone in with an app, behind a directory that knows these people. */
async function signIn(yaml: string, person: LocalUser, gateway = gatewayRules()): Promise<Outcome> {
  const world = worldWith(yaml, [person])
  const app = await world.enrol(person.name, totp)
  const user = person.name
  return world.ask({ gateway, user, password: `${password},${world.code(app)}` })
}

const everyWay = `
  - group: staff
    vlan: 120
    tag: 1
    reply: { Filter-Id: [staff, "user={{sAMAccountName}}"], Class: ["0x00ff10", OU=staff], Session-Timeout: 3600 }
  - method: call
    reply: { Filter-Id: by-call }
  - method: [totp, sms]
    reply: { Filter-Id: by-code }
`
const forStaff = [
  'Filter-Id=staff',
  'Filter-Id=user=alice',
  `Class=${Buffer.from('00ff10', 'hex').toString()}`,
  'Class=OU=staff',
  'Session-Timeout=3600',
  'Tunnel-Type:1=13',
  'Tunnel-Medium-Type:1=6',
  'Tunnel-Private-Group-Id:1=120',
]
const byCall = [...forStaff, 'Filter-Id=by-call']
const byCode = [...forStaff, 'Filter-Id=by-code']

describe('reply attributes are the same on every way in', () => {
  const hold = gatewayRules({ flow: 'hold' })
  const patient = gatewayRules({ challenges: false })

  it('held until the person approves', async () => {
    const world = worldWith(everyWay)
    await world.enrol('alice', call)
    const pending = world.start({ gateway: hold })
    await world.advance(5_000)
    world.phone.approve()
    await flush()
    expect(attributesOf(pending.outcome)).to.deep.equal(byCall)
  })

  it('challenged twice: menu, text, wrong code, right code', async () => {
    const world = worldWith(everyWay)
    await world.enrol('alice', sms)
    const app = await world.enrol('alice', totp)
    const gateway = gatewayRules({ flow: 'challenge' })
    const menu = await world.ask({ gateway })
    const sent = await world.ask({ gateway, password: '1', state: stateOf(menu) })
    const again = await world.ask({
      gateway,
      password: wrongCodeFor(world, app),
      state: stateOf(sent),
    })
    const last = { gateway, password: world.sms.lastCode(), state: stateOf(again) }
    expect(attributesOf(await world.ask(last))).to.deep.equal(byCode)
    expect(attributesOf(await world.ask(last)), 'the reply was lost').to.deep.equal(byCode)
  })

  it('held, then asked to press Enter', async () => {
    const world = worldWith(everyWay)
    await world.enrol('alice', call)
    const pending = world.start()
    await world.advance(19_100)
    const state = stateOf(pending.outcome)
    world.phone.approve()
    await flush()
    expect(attributesOf(await world.ask({ password: '', state }))).to.deep.equal(byCall)
  })

  it('joined: both requests that one approval lets in', async () => {
    const world = worldWith(everyWay)
    await world.enrol('alice', call)
    const first = world.start({ gateway: hold, device: laptop })
    await world.advance(3_000)
    const second = world.start({ gateway: hold, device: laptop })
    const third = world.start({ gateway: hold, device: laptop, credential: chap(password) })
    await flush()
    world.phone.approve()
    await flush()
    expect(world.phone.calls).to.have.length(1)
    for (const { outcome } of [first, second, third]) {
      expect(attributesOf(outcome)).to.deep.equal(byCall)
    }
    const late = await world.ask({ gateway: hold, device: laptop })
    expect(attributesOf(late), 'within 10 s').to.deep.equal(byCall)
  })

  it('let in by an approval that came after the Reject', async () => {
    const world = worldWith(everyWay)
    await world.enrol('alice', call)
    const refused = world.start({ gateway: patient, device: laptop })
    await world.advance(19_100)
    expect(reasonOf(refused.outcome)).to.equal('prompt-timeout')
    world.phone.approve()
    await world.advance(5_000)
    const again = await world.ask({ gateway: patient, device: laptop })
    expect(attributesOf(again)).to.deep.equal(byCall)
  })

  it('let in without a second factor: by a bypass, and by a rule', async () => {
    const world = worldWith(everyWay)
    const bypass = { reason: 'new phone', untilMs: world.clock.nowMs() + 60_000, once: true }
    await world.stores.accounts.giveBypass('local:alice', bypass)
    expect(attributesOf(await world.ask())).to.deep.equal(forStaff)
    const rule: PolicyRule = { name: 'free', outcome: { kind: 'no-second-factor' } }
    const free = createWorld({ parts: { replyRules: rulesOf(everyWay), rules: [rule] } })
    expect(attributesOf(await free.ask())).to.deep.equal(forStaff)
  })

  it('with a code after the password, and after a restart with the identical packet', async () => {
    const world = worldWith(everyWay)
    const app = await world.enrol('alice', totp)
    const request = {
      password: `${password},${world.code(app)}`,
      requestAuthenticator: new Uint8Array(16).fill(7),
    }
    expect(attributesOf(await world.ask(request))).to.deep.equal(byCode)
    world.restart()
    expect(attributesOf(await world.ask(request))).to.deep.equal(byCode)
  })

  it('and the audit names the rules', async () => {
    const world = worldWith(everyWay)
    const app = await world.enrol('alice', totp)
    await world.ask({ password: `${password},${world.code(app)}` })
    const entry = world.rows[0]?.timeline.find(({ what }) => what === 'reply-rules')
    expect(entry?.detail).to.deep.equal({ rules: '#1, #3' })
  })
})

describe('reply rules', () => {
  const alice: LocalUser = {
    name: 'alice',
    groups: ['Staff', 'VPN Users'],
    displayName: 'Alice Jansen',
    email: 'alice@corp.example',
    attributes: { Role: ['admin'], department: ['IT', 'R&D'] },
  }

  it('after the attributes of the gateway, which come first', async () => {
    const outcome = await signIn('  - reply: { Filter-Id: x }\n', alice)
    if (outcome.kind !== 'accept') throw new Error('no accept')
    expect(outcome.attributes[0]).to.deep.equal(gatewayRules().replyAttributes[0])
    expect(outcome.attributes).to.have.length(2)
  })

  const conditions: readonly [string, boolean][] = [
    ['gateway: vpn', true],
    ['gateway: wifi', false],
    ['gateway: [wifi, vpn]', true],
    ['gateway_group: vpn', true],
    ['gateway_group: radio', false],
    ['group: STAFF', true],
    ['group: admins', false],
    ['group: [admins, "vpn users"]', true],
    ['user: Alice', true],
    ['user: bob', false],
    ['method: totp', true],
    ['method: sms', false],
    ['gateway: vpn, group: staff, user: alice, method: totp', true],
    ['gateway: vpn, group: staff, user: alice, method: sms', false],
  ]
  for (const [condition, isMet] of conditions) {
    it(`with ${condition}: ${isMet ? 'counts' : 'does not count'}`, async () => {
      const outcome = await signIn(`  - { ${condition}, reply: { Filter-Id: yes } }\n`, alice)
      expect(attributesOf(outcome)).to.deep.equal(isMet ? ['Filter-Id=yes'] : [])
    })
  }

  it('all count that match, in order, up to one that is the last', async () => {
    const yaml = `
  - { group: staff, reply: { Filter-Id: one } }
  - { group: admins, reply: { Filter-Id: never }, last: true }
  - { user: alice, reply: { Filter-Id: two }, last: true }
  - { reply: { Filter-Id: three } }
`
    expect(attributesOf(await signIn(yaml, alice))).to.deep.equal([
      'Filter-Id=one',
      'Filter-Id=two',
    ])
  })

  it('only the first that matches counts where reply_match says so', () => {
    const yaml = '  - { group: a, reply: { Class: a } }\n  - { reply: { Class: b } }\n'
    const isLast = (further: string) => rulesOf(yaml, further).map(({ last }) => last)
    expect(isLast('')).to.deep.equal([false, false])
    expect(isLast('reply_match: first\n')).to.deep.equal([true, true])
  })

  const filled: readonly [string, readonly string[]][] = [
    ['Filter-Id: "{{displayName}}"', ['Filter-Id=Alice Jansen']],
    ['Filter-Id: "{{ MAIL }} of {{sAMAccountName}}"', ['Filter-Id=alice@corp.example of alice']],
    ['Class: "CN={{memberOf.cn}}"', ['Class=CN=Staff', 'Class=CN=VPN Users']],
    ['Filter-Id: "{{role}}/{{department}}"', ['Filter-Id=admin/IT', 'Filter-Id=admin/R&D']],
    ['Cisco-AVPair: "shell:roles={{role}}"', ['Cisco-AVPair=shell:roles=admin']],
  ]
  for (const [reply, attributes] of filled) {
    it(`${reply} is filled in from the directory`, async () => {
      const outcome = await signIn(`  - reply: { ${reply} }\n`, alice)
      expect(attributesOf(outcome)).to.deep.equal(attributes)
    })
  }

  it('a VLAN of the directory, without a tag', async () => {
    const person = { ...alice, attributes: { role: ['guests'] } }
    expect(attributesOf(await signIn('  - { vlan: "{{role}}" }\n', person))).to.deep.equal([
      'Tunnel-Type:0=13',
      'Tunnel-Medium-Type:0=6',
      'Tunnel-Private-Group-Id=guests',
    ])
  })

  const without = '{ reply: { Filter-Id: always, Class: "{{role?}}" } }'
  it('where a person may have no value, the attribute is left out', async () => {
    const outcome = await signIn(`  - ${without}\n`, { name: 'alice' })
    expect(attributesOf(outcome)).to.deep.equal(['Filter-Id=always'])
  })
  it('no one has to be in a group', async () => {
    const outcome = await signIn('  - reply: { Class: "{{memberOf.cn}}" }\n', { name: 'alice' })
    expect(attributesOf(outcome)).to.deep.equal([])
  })

  const refused: readonly [string, string, LocalUser][] = [
    ['is missing', 'reply: { Filter-Id: "{{mail}}" }', { name: 'alice' }],
    ['does not fit the type', 'reply: { Framed-IP-Address: "{{role}}" }', alice],
    ['is no number', 'reply: { Session-Timeout: "{{role}}" }', alice],
    ['is too long', 'reply: { Filter-Id: "{{role}}" }', withRole('x'.repeat(254))],
    ['holds control characters', 'reply: { Filter-Id: "{{role}}" }', withRole('a\nb')],
    ['is there several times, as is another', 'reply: { Class: "{{role}}{{department}}" }', many()],
    ['is no VLAN but several', 'vlan: "{{department}}"', alice],
    ['is no VLAN but none', 'vlan: "{{role?}}"', { name: 'alice' }],
  ]
  for (const [what, rule, person] of refused) {
    it(`refuses a person who has a value that ${what}`, async () => {
      const world = worldWith(`  - { name: r, reply: { Filter-Id: fine } }\n  - { ${rule} }\n`, [
        person,
      ])
      const app = await world.enrol('alice', totp)
      const outcome = await world.ask({ password: `${password},${world.code(app)}` })
      expect(outcome).to.include({ kind: 'reject', reason: 'reply-value-invalid' })
      const entry = world.rows[0]?.timeline.find(({ what }) => what === 'reply-value-invalid')
      expect(entry?.detail).to.have.property('rule', '#2')
      expect(JSON.stringify(world.rows)).not.to.include('R&D')
    })
  }

  it('never come to fewer attributes than the rules have, whatever the directory holds', async () => {
    const value = fc.oneof(fc.string({ maxLength: 300 }), anyText())
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 4 }), async (role) => {
        const yaml = '  - reply: { Filter-Id: "r={{role}}", Framed-MTU: 1400 }\n'
        const outcome = await signIn(yaml, { name: 'alice', attributes: { role } })
        const values = role.filter((each) => each !== '')
        if (outcome.kind === 'accept') {
          expect(values).to.have.length.above(0)
          expect(attributesOf(outcome)).to.have.length(values.length + 1)
        } else expect(reasonOf(outcome)).to.equal('reply-value-invalid')
      }),
      { numRuns: 60 },
    )
  })

  function withRole(role: string): LocalUser {
    return { name: 'alice', attributes: { role: [role] } }
  }
  function many(): LocalUser {
    return { name: 'alice', attributes: { role: ['a', 'b'], department: ['c', 'd'] } }
  }
})
