import { expect } from 'chai'
import { normalisePhones } from '../../src/directory/phones.ts'

describe('phones from a directory', () => {
  for (const [written, region, expected] of [
    ['+31612345678', 'NL', '+31612345678'],
    ['06 1234 5678', 'NL', '+31612345678'],
    ['06-12345678', 'nl', '+31612345678'],
    ['0031 6 1234 5678', 'NL', '+31612345678'],
    ['+31 (0)6 1234 5678', 'NL', '+31612345678'],
    ['(201) 555-0123', 'US', '+12015550123'],
    ['0151 23456789', 'DE', '+4915123456789'],
  ] as const) {
    it(`reads ${written} in ${region}`, async () => {
      expect(await normalisePhones([written], region)).to.deep.equal([expected])
    })
  }

  for (const [why, written, region] of [
    ['an empty value', '', 'NL'],
    ['words', 'ask the reception', 'NL'],
    ['too few digits', '12', 'NL'],
    ['too many digits', '+316123456781234567', 'NL'],
    ['an extension', '+31 20 123 4567 ext. 12', 'NL'],
    ['a local number without a region', '06 1234 5678', ''],
    ['a region that is none', '06 1234 5678', 'XX'],
    ['a number among words', 'call 0612345678 at home', 'NL'],
  ] as const) {
    it(`leaves out ${why}`, async () => {
      expect(await normalisePhones([written], region)).to.deep.equal([])
    })
  }

  it('keeps the order and no doubles', async () => {
    const written = ['06 1234 5678', 'none', '+4915123456789', '+31 6 12345678']
    expect(await normalisePhones(written, 'NL')).to.deep.equal(['+31612345678', '+4915123456789'])
  })
})
