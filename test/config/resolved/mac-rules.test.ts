import { expect } from 'chai'
import { createMacRules, replyDictionary } from '../../../src/compose/sign-in-rules.ts'
import { checkReplyRules } from '../../../src/config/index.ts'
import { loadDictionary } from '../../../src/radius/index.ts'
import { load, problemsOf, valid } from '../load-text.ts'

const withRules = (...rules: string[]) =>
  `${valid}mac_rules:\n${rules.map((rule) => `  - { ${rule} }\n`).join('')}`
const list = '/etc/holdfast/printers.txt'
const listed = (text: string) => ({ files: { [list]: text } })

describe('mac_rules', () => {
  it('takes every notation, and a list in a file with comments', () => {
    const text = withRules(
      'name: printers, gateway: vpn, macs: [0011.22AA.BBCC], mac_file: printers.txt, vlan: 30',
    )
    const file = '# second floor\n\n00-11-22-AA-BB-CD  # by the stairs\r\n001122aabbce\n'
    const config = load(text, listed(file))
    const [rule] = createMacRules(config, () => loadDictionary())
    expect(rule).to.deep.include({ name: 'printers', gateways: ['vpn'] })
    expect([...(rule?.macs ?? [])]).to.deep.equal(['001122aabbcc', '001122aabbcd', '001122aabbce'])
    expect(rule?.attributes.map(({ type }) => type)).to.deep.equal([64, 65, 81])
  })

  it('is empty where nothing is said', () => {
    expect(load(valid).macRules).to.deep.equal([])
  })

  for (const [what, rule, problem] of [
    ['without a gateway', 'macs: [001122aabbcc]', /gateway: is missing/],
    [
      'for a gateway that is not there',
      'gateway: vpm, macs: [001122aabbcc]',
      /names nothing that is under gateways/,
    ],
    ['without a device', 'gateway: vpn', /needs macs or mac_file/],
    ['with something else', 'gateway: vpn, macs: [printer]', /must be a MAC address/],
    ['with a number', 'gateway: vpn, macs: [112233445566]', /in quotes/],
    ['with one twice', 'gateway: vpn, macs: [001122aabbcc, "00:11:22:AA:BB:CC"]', /twice/],
    ['with a tag alone', 'gateway: vpn, macs: [001122aabbcc], tag: 1', /counts only with vlan/],
    [
      'with a place',
      'gateway: vpn, macs: [001122aabbcc], vlan: "{{vlan}}"',
      /a device has no such value/,
    ],
    ['with a group', 'gateway: vpn, macs: [001122aabbcc], group: Staff', /unknown key/],
  ] as const) {
    it(`takes no rule ${what}`, () => {
      expect(problemsOf(withRules(rule)).join('\n')).to.match(problem)
    })
  }

  for (const mode of ['optional', 'learn']) {
    it(`needs Message-Authenticator, so not at a gateway where it is ${mode}`, () => {
      const text = withRules('gateway: vpn, macs: [001122aabbcc]').replace(
        'secret: "file:vpn"',
        `secret: "file:vpn", message_authenticator: ${mode}`,
      )
      expect(problemsOf(text).join('\n')).to.match(/takes message_authenticator: required at vpn/)
    })
  }

  it('says which line of a list is wrong, and that a list is not there', () => {
    const text = withRules('gateway: vpn, mac_file: printers.txt')
    expect(problemsOf(text, listed('001122aabbcc\n001122aabb\n')).join('\n')).to.match(
      /printers\.txt:2:1: must be a MAC address/,
    )
    expect(problemsOf(text).join('\n')).to.match(
      /h\.yaml:\d+:\d+: mac_rules\.0\.mac_file: \S*printers\.txt cannot be read/,
    )
  })

  it('refuses attributes that no dictionary knows, and those that are ours', () => {
    const checks = [checkReplyRules(() => replyDictionary(() => loadDictionary()))]
    for (const [name, problem] of [
      ['Nonsense', /mac_rules\.0\.reply\.Nonsense/],
      ['State', /made by Holdfast itself/],
    ] as const) {
      const text = withRules(`gateway: vpn, macs: [001122aabbcc], reply: { ${name}: x }`)
      expect(problemsOf(text, { checks }).join('\n')).to.match(problem)
    }
  })
})
