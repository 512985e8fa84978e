import type { NetworkInterfaceInfo } from 'node:os'
import { expect } from 'chai'
import { hasWildcard, planSockets } from '../../../src/transport/listener/socket-plan.ts'

function info(address: string): NetworkInterfaceInfo {
  const base = { address, netmask: '', mac: '', internal: false, cidr: null }
  return address.includes(':')
    ? { ...base, family: 'IPv6', scopeid: 0 }
    : { ...base, family: 'IPv4' }
}

const interfaces = () => ({
  lo: [info('127.0.0.1'), info('::1')],
  eth0: [info('192.0.2.10'), info('192.0.2.11'), info('2001:db8::10'), info('fe80::10')],
})

const planned = (...listen: [string, number][]) =>
  [
    ...planSockets(
      listen.map(([address, port]) => ({ address, port })),
      interfaces,
    ).values(),
  ].map(
    ({ address, port, family, wildcard }) => `${address} ${port} v${family}${wildcard ? ' *' : ''}`,
  )

describe('socket plan', () => {
  it('expands 0.0.0.0 to one socket for each IPv4 address', () => {
    expect(planned(['0.0.0.0', 1812])).to.deep.equal([
      '127.0.0.1 1812 v4 *',
      '192.0.2.10 1812 v4 *',
      '192.0.2.11 1812 v4 *',
    ])
  })

  it('expands :: to each IPv6 address only, link-local ones with their interface', () => {
    expect(planned(['::', 1812])).to.deep.equal([
      '::1 1812 v6 *',
      '2001:db8::10 1812 v6 *',
      'fe80::10%eth0 1812 v6 *',
    ])
  })

  it('takes addresses as they are, one socket each', () => {
    expect(
      planned(
        ['192.0.2.10', 1812],
        ['2001:DB8::0:10', 1812],
        ['192.0.2.10', 1645],
        ['192.0.2.10', 1812],
      ),
    ).to.deep.equal(['192.0.2.10 1812 v4', '2001:db8::10 1812 v6', '192.0.2.10 1645 v4'])
  })

  it('binds an address once where it is named and matched by a wildcard', () => {
    const expected = ['127.0.0.1 1812 v4', '192.0.2.10 1812 v4 *', '192.0.2.11 1812 v4 *']
    expect(planned(['127.0.0.1', 1812], ['0.0.0.0', 1812])).to.have.members(expected)
    expect(planned(['0.0.0.0', 1812], ['127.0.0.1', 1812])).to.have.members(expected)
  })

  it('knows whether it can change', () => {
    expect(hasWildcard([{ address: '192.0.2.10', port: 1812 }])).to.equal(false)
    expect(hasWildcard([{ address: '0:0::0', port: 1812 }])).to.equal(true)
  })
})
