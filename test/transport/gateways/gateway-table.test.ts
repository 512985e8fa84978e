import { expect } from 'chai'
import { createSharedSecret } from '../../../src/radius/index.ts'
import type { GatewayEntry } from '../../../src/transport/gateways/gateway.ts'
import { GatewayTableError } from '../../../src/transport/gateways/gateway-checks.ts'
import { chooseGateway, createGatewayTable } from '../../../src/transport/gateways/gateway-table.ts'
import { gateway } from '../harness.ts'

const other = createSharedSecret('another secret')

function find(entries: readonly GatewayEntry[], source: string, nasIdentifier?: string) {
  const group = createGatewayTable(entries).find(source)
  if (group === undefined) return 'unknown'
  return (group.only ?? chooseGateway(group, nasIdentifier))?.rules.name ?? 'no match'
}

describe('gateway table', () => {
  const nested = [
    gateway('any', { prefixes: ['0.0.0.0/0'] }),
    gateway('ten', { prefixes: ['10.0.0.0/8', '2001:db8::/32'] }),
    gateway('site', { prefixes: ['10.1.0.0/16', '2001:db8:1::/48'] }),
    gateway('host', { prefixes: ['10.1.0.7', '2001:DB8:1::7'] }),
  ]
  const lookups: [string, string][] = [
    ['10.1.0.7', 'host'],
    ['10.1.0.8', 'site'],
    ['10.2.0.8', 'ten'],
    ['203.0.113.1', 'any'],
    ['2001:db8:1::7', 'host'],
    ['2001:db8:1::8', 'site'],
    ['2001:db8:2::8', 'ten'],
    ['2001:db9::1', 'unknown'],
    ['not an address', 'unknown'],
  ]
  for (const [source, name] of lookups) {
    it(`finds ${name} for ${source} by the longest prefix, in any order`, () => {
      expect(find(nested, source)).to.equal(name)
      expect(find([...nested].reverse(), source)).to.equal(name)
    })
  }

  const identified = [
    gateway('rest', { nasIdentifier: '*', secret: createSharedSecret('1') }),
    gateway('vpn', { nasIdentifier: 'vpn-*', secret: createSharedSecret('2') }),
    gateway('amsterdam', { nasIdentifier: 'vpn-ams*', secret: createSharedSecret('3') }),
    gateway('one', { nasIdentifier: 'vpn-ams-1', secret: createSharedSecret('4') }),
    gateway('kitchen', { nasIdentifier: 'k\u00fcche', secret: createSharedSecret('5') }),
  ]
  const claims: [string | undefined, string][] = [
    ['vpn-ams-1', 'one'],
    ['vpn-ams-2', 'amsterdam'],
    ['vpn-ber', 'vpn'],
    ['vpn-ams-1\0', 'one'],
    ['ku\u0308che', 'kitchen'],
    ['VPN-ber', 'rest'],
    ['', 'rest'],
    ['*', 'rest'],
    [undefined, 'rest'],
  ]
  for (const [claim, name] of claims) {
    it(`takes NAS-Identifier ${JSON.stringify(claim)} for ${name}`, () => {
      expect(find(identified, '192.0.2.1', claim)).to.equal(name)
      expect(find([...identified].reverse(), '192.0.2.1', claim)).to.equal(name)
    })
  }

  it('has no gateway for an unknown NAS-Identifier, nor for a missing one, without *', () => {
    const [, vpn, , one] = identified
    if (vpn === undefined || one === undefined) throw new Error('test data')
    expect(find([vpn, one], '192.0.2.1', 'wifi')).to.equal('no match')
    expect(find([vpn, one], '192.0.2.1')).to.equal('no match')
    expect(find([one], '192.0.2.1', 'vpn-ams-2')).to.equal('no match')
  })

  it('lets NAS-Identifier choose between equal secrets only where both gateways trust it', () => {
    const trusting = { trustNasIdentifier: true }
    const entries = [
      gateway('a', { nasIdentifier: 'a', ...trusting }),
      gateway('b', { nasIdentifier: 'b', ...trusting }),
    ]
    expect(find(entries, '192.0.2.1', 'b')).to.equal('b')
  })

  const refused: [string, string, GatewayEntry[]][] = [
    ['no address', 'prefix-missing', [gateway('a', { prefixes: [] })]],
    ['no prefix', 'prefix-invalid', [gateway('a', { prefixes: ['10.0.0.1/8'] })]],
    ['a name twice', 'name-repeated', [gateway('a'), gateway('a', { prefixes: ['192.0.2.2'] })]],
    ['an address twice', 'prefix-repeated', [gateway('a'), gateway('b', { secret: other })]],
    [
      'an address twice in two notations',
      'prefix-repeated',
      [
        gateway('a', { prefixes: ['::ffff:192.0.2.1'] }),
        gateway('b', { prefixes: ['192.0.2.1/32'], secret: other }),
      ],
    ],
    ['its own address twice', 'prefix-repeated', [gateway('a', { prefixes: ['::1', '0::1'] })]],
    [
      'a gateway without NAS-Identifier beside one with it',
      'nas-identifier-missing',
      [gateway('a', { nasIdentifier: 'a' }), gateway('b', { secret: other })],
    ],
    [
      'a NAS-Identifier twice',
      'nas-identifier-repeated',
      [gateway('a', { nasIdentifier: 'x' }), gateway('b', { nasIdentifier: 'x', secret: other })],
    ],
    [
      'equal secrets told apart by a claim',
      'nas-identifier-untrusted',
      [
        gateway('a', { nasIdentifier: 'a', secret: createSharedSecret('same') }),
        gateway('b', { nasIdentifier: 'b', secret: createSharedSecret('same') }),
      ],
    ],
    [
      'equal secrets where one only trusts the claim',
      'nas-identifier-untrusted',
      [
        gateway('a', { nasIdentifier: 'a', trustNasIdentifier: true }),
        gateway('b', { nasIdentifier: 'b' }),
      ],
    ],
    [
      'optional where NAS-Identifier chooses',
      'nas-identifier-needs-message-authenticator',
      [gateway('a', { nasIdentifier: '*', messageAuthenticator: 'optional' })],
    ],
    [
      'learn where NAS-Identifier chooses',
      'nas-identifier-needs-message-authenticator',
      [gateway('a', { nasIdentifier: 'a', messageAuthenticator: 'learn' })],
    ],
    [
      'learn for a prefix',
      'learn-needs-one-address',
      [gateway('a', { prefixes: ['10.0.0.0/31'], messageAuthenticator: 'learn' })],
    ],
    ['an empty NAS-Identifier', 'nas-identifier-invalid', [gateway('a', { nasIdentifier: '' })]],
    ['a star inside', 'nas-identifier-invalid', [gateway('a', { nasIdentifier: 'a*b' })]],
  ]
  for (const [what, code, entries] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => createGatewayTable(entries))
        .to.throw(GatewayTableError)
        .with.property('code', code)
    })
  }

  it('names gateway and prefix in the error, and no secret', () => {
    const entries = [gateway('a', { prefixes: ['10.0.0.1/8'] })]
    expect(() => createGatewayTable(entries))
      .to.throw(GatewayTableError, 'gateway a:')
      .with.property('details')
      .that.deep.equals({ gateway: 'a', prefix: '10.0.0.1/8' })
  })
})
