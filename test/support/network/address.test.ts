import { expect } from 'chai'
import {
  isInPrefix,
  normaliseSource,
  parseAddress,
  parsePrefix,
} from '../../../src/support/index.ts'

describe('addresses', () => {
  const sources: [string, string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:1:2', '::ffff:1:2'],
  ]
  for (const [from, to] of sources) {
    it(`takes source ${from} for ${to}`, () => expect(normaliseSource(from)).to.equal(to))
  }

  it('reads each notation of an address into the same bytes and text', () => {
    for (const text of ['2001:db8::7', '2001:DB8:0:0:0:0:0:7', '2001:0db8::0:7']) {
      const address = parseAddress(text)
      expect(address?.text).to.equal('2001:db8::7')
      expect(Buffer.from(address?.bytes ?? []).toString('hex')).to.equal(
        '20010db8000000000000000000000007',
      )
    }
    expect(parseAddress('::ffff:c000:201')?.text).to.equal('192.0.2.1')
    expect(parseAddress('64:ff9b::192.0.2.1')?.bytes.at(-1)).to.equal(1)
  })

  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    'fe80::1%eth0',
    'localhost',
    ':',
    '::g',
  ]) {
    it(`refuses ${JSON.stringify(text)} as an address`, () => {
      expect(parseAddress(text)).to.equal(undefined)
    })
  }

  const badPrefixes = [
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '2001:db8::/129',
    '2001:db8::1/64',
    '::ffff:10.0.0.0/64',
    '10.0.0.0/0x8',
    '/8',
  ]
  for (const text of badPrefixes) {
    it(`refuses ${text} as a prefix`, () => expect(parsePrefix(text)).to.equal(undefined))
  }

  const members: [string, string, boolean][] = [
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.128/25', '192.0.2.255', true],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '192.0.2.1', false],
    ['2001:db8:8000::/33', '2001:db8:ffff::1', true],
    ['2001:db8:8000::/33', '2001:db8:7fff::1', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ]
  for (const [prefixText, addressText, expected] of members) {
    it(`${addressText} is ${expected ? '' : 'not '}in ${prefixText}`, () => {
      const prefix = parsePrefix(prefixText)
      const address = parseAddress(addressText)
      if (prefix === undefined || address === undefined) throw new Error('test data')
      expect(isInPrefix(address.bytes, prefix)).to.equal(expected)
    })
  }
})
