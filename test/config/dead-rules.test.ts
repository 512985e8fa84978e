import { expect } from 'chai'
import { findUnsafeSettings } from '../../src/config/index.ts'
import { load, valid } from './load-text.ts'

const gateways = `  wifi: { address: 192.0.2.12, secret: "file:vpn", group: radio, eap: { methods: [ttls] } }
  shared: { address: 192.0.2.13, secret: "file:vpn", person_specific_device: false }
`
const certificate = 'eap: { cert_file: /c.pem, key_file: /k.pem }\n'

/** What is said of rules, by their place in the list. */
function deadRules(...rules: readonly string[]): readonly string[] {
  const list = rules.map((rule) => `  - { ${rule} }\n`).join('')
  const text = `${valid}${gateways}${certificate}rules:\n${list}`
  return findUnsafeSettings(load(text))
    .filter(({ danger }) => danger.startsWith('never decides'))
    .map(({ setting, danger }) => `${setting} ${danger}`)
}

const covered = 'rules.1 never decides: rule #1 holds wherever it would'

describe('rules that can never decide', () => {
  const behind: readonly [earlier: string, later: string][] = [
    ['', 'group: a'],
    ['gateway: [vpn, wifi]', 'gateway: wifi'],
    ['gateway: wifi', 'gateway_group: radio'],
    ['gateway_group: radio', 'gateway: wifi, user: alice'],
    ['group: [Staff, Interns]', 'group: staff'],
    ['user: Alice', 'user: alice, group: a'],
    ['network: [10.0.0.0/8, "2001:db8::/32"]', 'network: [10.1.0.0/16, "2001:db8:1::1"]'],
    ['days: [mon, tue], hours: 22:00-06:00', 'days: [mon], hours: 22:00-06:00'],
    ['days: [mon, tue]', 'days: tue'],
    ['enrolled: [totp, none]', 'enrolled: none'],
    ['credential: [pap, chap]', 'credential: pap'],
    [
      'attribute: { NAS-Port-Type: [Wireless-802.11, Ethernet] }',
      'attribute: { nas-port-type: Ethernet, Filter-Id: 1 }',
    ],
  ]
  for (const [earlier, later] of behind) {
    it(`are found behind one that covers them: ${earlier || 'no condition'}, then ${later}`, () => {
      const outcome = (conditions: string) =>
        [...(conditions === '' ? [] : [conditions]), 'methods: [totp]'].join(', ')
      expect(deadRules(outcome(earlier), outcome(later))).to.deep.equal([covered])
    })
  }

  const alive: readonly [earlier: string, later: string][] = [
    ['gateway: wifi', 'group: a'],
    ['group: a', 'group: [a, b]'],
    ['group: a', 'user: alice'],
    ['network: 10.0.0.0/16', 'network: 10.0.0.0/8'],
    ['network: 0.0.0.0/0', 'network: "::/0"'],
    ['network: 0.0.0.0/0', 'user: alice'],
    ['days: [mon]', 'hours: 08:00-09:00'],
    ['hours: 22:00-06:00', 'hours: 23:00-05:00'],
    ['hours: 08:00-09:00, time_zone: UTC', 'hours: 08:00-09:00, time_zone: Asia/Tokyo'],
    ['days: [fri]', 'days: [fri], hours: 22:00-06:00'],
    ['enrolled: totp', 'enrolled: [totp, sms]'],
    ['credential: chap', 'credential: [chap, pap]'],
    ['attribute: { Filter-Id: a }', 'attribute: { Filter-Id: [a, b] }'],
    ['attribute: { Filter-Id: a }', 'attribute: { Filter-Id: A }'],
    ['attribute: { Filter-Id: a, Class: b }', 'attribute: { Filter-Id: a }'],
  ]
  for (const [earlier, later] of alive) {
    it(`are not those that hold where the one before does not: ${earlier}, then ${later}`, () => {
      expect(deadRules(`${earlier}, methods: [totp]`, `${later}, deny: true`)).to.deep.equal([])
    })
  }

  const impossible: readonly [rule: string, why: string][] = [
    ['gateway: vpn, gateway_group: radio', 'no gateway is one of these and in one of these groups'],
    ['gateway: shared, network: 10.0.0.0/8', 'no gateway it is for tells the address of a device'],
    ['gateway: vpn, credential: eap', 'no gateway it is for takes EAP'],
  ]
  for (const [rule, why] of impossible) {
    it(`are found where nothing fits them: ${rule}`, () => {
      expect(deadRules(`${rule}, deny: true`)).to.deep.equal([`rules.0 never decides: ${why}`])
    })
  }

  it('are none where something does', () => {
    expect(
      deadRules(
        'gateway: [vpn, shared], network: 10.0.0.0/8, deny: true',
        'gateway: [vpn, wifi], credential: eap, deny: true',
        'gateway: vpn, credential: [eap, pap], deny: true',
      ),
    ).to.deep.equal([])
  })
})
