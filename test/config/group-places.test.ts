import { expect } from 'chai'
import { load, valid } from './load-text.ts'

describe('places at which a file names groups', () => {
  it('have the line of each name, in lists and alone', () => {
    const { groupPlaces } = load(`${valid}  rdp:
    address: 192.0.2.11
    secret: "file:vpn"
    require_groups:
      - VPN-Users
      - "CN=Old,DC=corp"
    deny_groups: [Guests]
rules:
  - name: first
    group: Admins
    deny: true
  - group:
      - Admins
      - Guests
    second_factor: none
reply_rules: [{ group: Admins, vlan: 7 }]
`)
    expect(
      groupPlaces.map(({ group, place }) => `${group}: ${place.replace('/etc/holdfast/', '')}`),
    ).to.deep.equal([
      'VPN-Users: gateways.rdp.require_groups, h.yaml:15',
      'CN=Old,DC=corp: gateways.rdp.require_groups, h.yaml:16',
      'Guests: gateways.rdp.deny_groups, h.yaml:17',
      'Admins: rules.0.group, h.yaml:20',
      'Admins: rules.1.group, h.yaml:23',
      'Guests: rules.1.group, h.yaml:24',
      'Admins: reply_rules.0.group, h.yaml:26',
    ])
  })
})
