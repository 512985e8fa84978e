import { expect } from 'chai'
import { readPhones } from '../../src/directory/phones.ts'

describe('phones from a directory', () => {
  for (const [written, region, expected] of [
    ['+31612345678', 'NL', '+31612345678'],
    ['06 1234 5678', 'NL', '+31612345678'],
    ['06-12345678', 'nl', '+31612345678'],
    ['0031 6 1234 5678', 'NL', '+31612345678'],
    ['+31 (0)6 1234 5678', 'NL', '+31612345678'],
    ['(201) 555-0123', 'US', '+12015550123'],
    ['0151 23456789', 'DE', '+4915123456789'],
    ['\u202a+31612345678\u202c', 'NL', '+31612345678'],
    ['(+31) 6 12345678', 'NL', '+31612345678'],
    ['tel:+31612345678', '', '+31612345678'],
    ['tel:+31-6-1234-5678', 'NL', '+31612345678'],
  ] as const) {
    it(`reads ${written} in ${region}`, async () => {
      expect(await readPhones([written], region)).to.deep.equal({
        numbers: [expected],
        unusable: [],
      })
    })
  }

  for (const [what, written, region, why] of [
    ['an empty value', '', 'NL', /no possible/],
    ['words', 'ask the reception', 'NL', /no possible/],
    ['too few digits', '12', 'NL', /no possible/],
    ['too many digits', '+316123456781234567', 'NL', /no possible/],
    ['an extension', '+31 20 123 4567 ext. 12', 'NL', /extension/],
    ['an extension of a link', 'tel:+31201234567;ext=12', 'NL', /extension/],
    ['a local number without a region', '06 1234 5678', '', /no country code/],
    ['a region that is none', '06 1234 5678', 'XX', /no country code/],
    ['a number among words', 'call 0612345678 at home', 'NL', /no possible/],
  ] as const) {
    it(`leaves out ${what}, and says why`, async () => {
      const { numbers, unusable } = await readPhones([written], region)
      expect(numbers).to.deep.equal([])
      expect(unusable.map((each) => each.written)).to.deep.equal([written])
      expect(unusable[0]?.why).to.match(why)
    })
  }

  it('keeps the order and no doubles', async () => {
    const written = ['06 1234 5678', 'none', '+4915123456789', '+31 6 12345678']
    const { numbers } = await readPhones(written, 'NL')
    expect(numbers).to.deep.equal(['+31612345678', '+4915123456789'])
  })
})
