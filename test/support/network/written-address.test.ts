import { expect } from 'chai'
import fc from 'fast-check'
import { readWrittenAddress } from '../../../src/support/index.ts'

describe('addresses as gateways write them', () => {
  const same: Readonly<Record<string, readonly string[]>> = {
    '203.0.113.7': [
      '203.0.113.7',
      '203.0.113.7\0',
      '203.0.113.7\0\0\0',
      ' 203.0.113.7 ',
      '203.000.113.007',
      '203.0.113.07:4500',
      'ip=203.0.113.7',
      'IP=203.0.113.7',
      'ip: 203.0.113.7',
      'ip:source-ip=203.0.113.7',
      'client-ip=203.0.113.7:50123',
      'ipv4=203.0.113.7\0',
      'address=203.0.113.7',
      '203.0.113.7:65535',
      '203.0.113.7[4500]',
      '[203.0.113.7]:4500',
      '203.0.113.7/32',
      '::ffff:203.0.113.7',
      '::FFFF:203.000.113.007',
      '[::ffff:203.0.113.7]:4500',
      '::ffff:cb00:7107',
    ],
    '10.1.2.3': ['010.001.002.003', '10.01.02.03'],
    '2001:db8::1': [
      '2001:db8::1',
      '2001:0DB8:0:0:0:0:0:1\0',
      '[2001:db8::1]',
      '[2001:db8::1]:4500',
      '2001:db8::1[4500]',
      'ipv6=2001:db8::1',
      'ip=[2001:db8::1]:443',
      '2001:db8::1/128',
    ],
    'fe80::1': ['fe80::1%eth0', '[fe80::1%2]:4500', 'fe80::1%wlan0.7'],
  }
  for (const [address, texts] of Object.entries(same)) {
    for (const text of texts) {
      it(`reads ${JSON.stringify(text)} as ${address}`, () => {
        expect(readWrittenAddress(text)?.text).to.equal(address)
      })
    }
  }

  for (const text of [
    '',
    '\0',
    'ip=',
    'laptop-7',
    '203.0.113.300',
    '203.0.113',
    '203.0.113.7.8',
    '203.0.113.7 and 203.0.113.8',
    '203.0.113.7,10.0.0.1',
    '203.0.113.7:port',
    '203.0.113.0/24',
    '203.0.113.7\0.8',
    'mac=00:11:22:33:44:55',
    'zip=203.0.113.7',
    '0x0a.1.2.3',
  ]) {
    it(`reads nothing into ${JSON.stringify(text)}`, () => {
      expect(readWrittenAddress(text)).to.equal(undefined)
    })
  }

  it('reads every address whatever is around it', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    const zeros = fc.constantFrom('', '0', '00')
    const before = fc.constantFrom('', 'ip=', 'ip:', '::ffff:', ' ')
    const after = fc.constantFrom('', '\0', ':1', ' ', '/32', '[4500]')
    fc.assert(
      fc.property(
        fc.tuple(octet, octet, octet, octet),
        zeros,
        before,
        after,
        (octets, zero, before, after) => {
          fc.pre(before !== '::ffff:' || ['', '\0', ' ', '[4500]'].includes(after))
          const written = octets.map((each) => `${zero}${each}`).join('.')
          expect(readWrittenAddress(`${before}${written}${after}`)?.text).to.equal(octets.join('.'))
        },
      ),
    )
  })
})
