import { expect } from 'chai'
import { groupsInRules } from '../../src/compose/named-in-rules.ts'
import { load, valid } from '../config/load-text.ts'

describe('groups that check looks for', () => {
  const config = load(
    `${valid
      .replace('directories:', 'directories:\n  people: { type: local }')
      .replace('secret:', 'first_factor: corp, require_groups: [VPN-Users, staff], secret:')}\
  rdp: { address: 192.0.2.11, secret: "file:vpn", deny_groups: [vpn-users, Guests] }
  web: { address: 192.0.2.12, secret: "file:vpn", first_factor: people, require_groups: [web] }
  codes: { address: 192.0.2.13, secret: "file:vpn", flow: code-only, directories: people, deny_groups: [gone] }
reply_rules:
  - { group: everywhere, vlan: 1 }
  - { gateway: rdp, group: [Guests, at-rdp], vlan: 2 }
helpdesk_not_for: [Domain Admins, staff]
`,
  )

  it('are those of gateways that use the directory, each once', () => {
    const corp = groupsInRules(config, 'corp').map((group) => group.toLowerCase())
    expect(corp.toSorted()).to.deep.equal([
      ...['at-rdp', 'domain admins', 'everywhere', 'guests', 'staff', 'vpn-users'],
    ])
    const people = groupsInRules(config, 'people').map((group) => group.toLowerCase())
    expect(people.toSorted()).to.deep.equal([
      ...['at-rdp', 'domain admins', 'everywhere', 'gone', 'guests', 'staff', 'vpn-users', 'web'],
    ])
  })
})
