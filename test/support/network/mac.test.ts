import { expect } from 'chai'
import { formatMac, isRandomMac, parseMac } from '../../../src/support/index.ts'

describe('MAC addresses', () => {
  for (const written of [
    '001122aabbcc',
    '001122AABBCC',
    '00:11:22:aa:bb:cc',
    '00:11:22:AA:bb:CC',
    '00-11-22-AA-BB-CC',
    '0011.22aa.bbcc',
    '0011-22AA-BBCC',
    '001122-aabbcc',
    '001122:AABBCC',
  ]) {
    it(`reads ${written}`, () => {
      expect(parseMac(written)).to.equal('001122aabbcc')
    })
  }

  for (const written of [
    '',
    '001122aabbc',
    '001122aabbccd',
    '001122aabbcg',
    '00:11:22:aa:bb',
    '00:11:22:aa:bb:cc:dd',
    '00:11:22:aa:bb:cc:corp',
    '00:11-22:aa-bb:cc',
    '0:11:22:aa:bb:cc',
    '00 11 22 aa bb cc',
    ' 001122aabbcc',
    '001122aabbcc\n',
    '001122aabbcc@corp.example',
    'CORP\\001122aabbcc',
    '００1122aabbcc',
  ]) {
    it(`reads none in ${JSON.stringify(written)}`, () => {
      expect(parseMac(written)).to.equal(undefined)
    })
  }

  it('writes one notation', () => {
    expect(formatMac('001122aabbcc')).to.equal('00:11:22:aa:bb:cc')
  })

  for (const [digits, isRandom] of [
    ['001122aabbcc', false],
    ['011122aabbcc', false],
    ['021122aabbcc', true],
    ['da1122aabbcc', true],
    ['fe1122aabbcc', true],
    ['a81122aabbcc', false],
  ] as const) {
    it(`${digits} was ${isRandom ? 'made up' : 'given by a maker'}`, () => {
      expect(isRandomMac(digits)).to.equal(isRandom)
    })
  }
})
