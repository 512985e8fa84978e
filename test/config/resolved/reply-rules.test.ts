import { expect } from 'chai'
import { dictionaryOf } from '../../../src/compose/dictionary.ts'
import { replyDictionary } from '../../../src/compose/sign-in-rules.ts'
import { checkReplyRules } from '../../../src/config/index.ts'
import { load, problemsOf, valid } from '../load-text.ts'

const checks = [checkReplyRules((files) => replyDictionary(dictionaryOf(files)))]
const problems = (rules: string) => problemsOf(`${valid}reply_rules:\n${rules}`, { checks })

describe('reply rules in the configuration', () => {
  it('are taken where everything fits', () => {
    const rules = `
  - group: [Staff, "CN=Staff,DC=corp"]
    gateway: vpn
    gateway_group: vpn
    user: alice
    method: totp
    reply:
      Filter-Id: [staff, "{{memberOf.cn}}"]
      Framed-IP-Address: 192.0.2.7
      Session-Timeout: 3600
      Service-Type: Framed-User
      Cisco-AVPair: ["a=1", "b={{mail?}}"]
    vlan: 120
    tag: 1
    last: true
`
    expect(problems(rules)).to.deep.equal([])
    const [rule] = load(`${valid}reply_rules:\n${rules}`).replyRules
    expect(rule?.name).to.equal('#1')
    expect(rule?.reply.slice(-3)).to.deep.equal([
      { from: 'vlan', tag: 1, name: 'Tunnel-Type', value: 13, isTemplate: false },
      { from: 'vlan', tag: 1, name: 'Tunnel-Medium-Type', value: 6, isTemplate: false },
      { from: 'vlan', tag: 1, name: 'Tunnel-Private-Group-Id', value: '120', isTemplate: false },
    ])
  })

  const wrong: readonly [string, string][] = [
    [
      'reply: { Session-Timeout: soon }',
      '12:14: reply_rules.0.reply.Session-Timeout: Session-Timeout: the value is not of type integer',
    ],
    [
      'reply: { Framed-IP-Address: 300.1.1.1 }',
      '12:14: reply_rules.0.reply.Framed-IP-Address: Framed-IP-Address: the value is not of type ipaddr',
    ],
    [
      'reply: { Filter-Idd: x }',
      '12:14: reply_rules.0.reply.Filter-Idd: no dictionary knows the attribute Filter-Idd',
    ],
    [
      'reply: { Filter-Idd: "{{mail}}" }',
      '12:14: reply_rules.0.reply.Filter-Idd: no dictionary knows the attribute Filter-Idd',
    ],
    [
      `reply: { Filter-Id: ${'x'.repeat(254)} }`,
      '12:14: reply_rules.0.reply.Filter-Id: Filter-Id has 254 bytes, 253 is the most',
    ],
    [
      'reply: { Filter-Id: "staff\\0" }',
      '12:14: reply_rules.0.reply.Filter-Id: must not contain a NUL character',
    ],
    ['reply: { State: x }', '12:14: reply_rules.0.reply.State: State is made by Holdfast itself'],
    [
      'reply: { Tunnel-Password: "{{mail}}" }',
      '12:14: reply_rules.0.reply.Tunnel-Password: Tunnel-Password is encrypted and cannot be filled in',
    ],
    [
      'reply: { Class: "{{mial}}" }',
      '12:14: reply_rules.0.reply.Class: no directory reads mial; name it under reply_attributes there (did you mean mail?)',
    ],
    [
      'reply: { Class: "{{mail" }',
      '12:14: reply_rules.0.reply.Class: has braces, but not around a place such as {{mail}} or {{mail?}}',
    ],
    ['reply: { Class: "" }', '12:14: reply_rules.0.reply.Class: must not be empty'],
    ['vlan: 4095', '12:5: reply_rules.0.vlan: must be at most 4094'],
    ['vlan: 7, tag: 32', '12:14: reply_rules.0.tag: must be at most 31'],
    ['tag: 1, last: true', '12:5: reply_rules.0.tag: counts only with vlan'],
    ['group: a', '12:3: reply_rules.0: adds nothing: it needs reply, vlan or last: true'],
    [
      'gateway: vpm, vlan: 7',
      '12:5: reply_rules.0.gateway: names nothing that is under gateways (did you mean vpn?)',
    ],
    [
      'gateway_group: offices, vlan: 7',
      '12:5: reply_rules.0.gateway_group: names nothing that is under groups of gateways',
    ],
    ['method: sms, vlan: 7', '12:5: reply_rules.0.method: sms is not set up under methods'],
  ]
  for (const [rule, problem] of wrong) {
    it(`are refused with their place: ${rule.slice(0, 60)}`, () => {
      const found = problems(`- { ${rule} }\n`)
      expect(found).to.deep.equal([`h.yaml:${problem}`])
    })
  }

  it('say which dictionary cannot be read', () => {
    const found = problemsOf(
      `${valid}dictionaries: [missing]\nreply_rules: [{ reply: { Class: a } }]\n`,
      { checks },
    )
    expect(found.join()).to.match(/missing/)
  })

  describe('leave room in a packet (RULES 19)', () => {
    const values = (count: number) =>
      `{ Class: [${Array.from({ length: count }, () => 'x'.repeat(198)).join()}] }`

    it('each with what every user gets', () => {
      expect(problems(`- reply: ${values(17)}\n`)).to.deep.equal([])
      expect(
        problems(`- reply: ${values(10)}\n- { group: a, reply: ${values(8)} }\n`),
      ).to.deep.equal([
        'h.yaml:13:3: reply_rules.1: takes 3600 bytes at vpn with all that goes out there in any case, 3548 is the most',
      ])
    })
    it('but rules for some people may add up to more: not every user is in all groups', () => {
      const rules = `- { group: a, reply: ${values(10)} }\n- { group: b, reply: ${values(10)} }\n`
      expect(problems(rules)).to.deep.equal([])
    })
    it('and what comes after the last is not counted', () => {
      const rules = `- { reply: ${values(10)}, last: true }\n- { reply: ${values(10)} }\n`
      expect(problems(rules)).to.deep.equal([])
    })
  })
})
