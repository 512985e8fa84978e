import { expect } from 'chai'
import fc from 'fast-check'
import { readPhones } from '../../../src/directory/names/read-phones.ts'

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
    ['TEL: +31612345678', '', '+31612345678'],
    ['callto:+31612345678', '', '+31612345678'],
    ['\ufeff+31\u00a06\u00a01234\u20115678\u00ad', '', '+31612345678'],
    ['\u0000+31612345678\r\n', '', '+31612345678'],
    ['(+31) (0)6 12345678', '', '+31612345678'],
    ['( +31 )612345678', '', '+31612345678'],
    // As spreadsheets keep a text from becoming a number.
    ["'0612345678", 'NL', '+31612345678'],
    ['"+31612345678"', '', '+31612345678'],
  ] as const) {
    it(`reads ${written} in ${region}`, async () => {
      expect(await readPhones([written], region)).to.deep.equal({
        numbers: [expected],
        unusable: [],
      })
    })
  }

  for (const [what, written, region, why] of [
    ['an empty value', '', 'NL', /cannot be a phone number/],
    ['words', 'ask the reception', 'NL', /cannot be a phone number/],
    ['too few digits', '12', 'NL', /cannot be a phone number/],
    ['too many digits', '+316123456781234567', 'NL', /cannot be a phone number/],
    ['an extension', '+31 20 123 4567 ext. 12', 'NL', /extension/],
    ['an extension of a link', 'tel:+31201234567;ext=12', 'NL', /extension/],
    ['a local number without a region', '06 1234 5678', '', /no country code/],
    ['a region that is none', '06 1234 5678', 'XX', /no country code/],
    ['a number among words', 'call 0612345678 at home', 'NL', /more than the number/],
    ['a note behind the number', '+31 6 1234 5678 (private)', 'NL', /more than the number/],
    ['an extension in words', '+31201234567 toestel 12', 'NL', /more than the number/],
    ['two numbers', '06-12345678 / 020-1234567', 'NL', /more than the number/],
    ['part of a number, and a note', '+31 6 1234 (private)', 'NL', /more than the number/],
    ['letters in place of digits', '0800-FLOWERS', 'NL', /cannot be a phone number/],
    ['a short extension', '+31201234567x12', 'NL', /extension/],
    ['an extension behind a sign', '+31201234567#12', 'NL', /extension/],
    ['a link without a number', 'tel:', 'NL', /cannot be a phone number/],
    ['a country alone', '(+31)', 'NL', /cannot be a phone number/],
    ['another link', 'sip:+31612345678@pbx.example', 'NL', /more than the number/],
  ] as const) {
    it(`leaves out ${what}, and says why`, async () => {
      const { numbers, unusable } = await readPhones([written], region)
      expect(numbers).to.deep.equal([])
      expect(unusable.map((each) => each.written)).to.deep.equal([written])
      expect(unusable[0]?.why).to.match(why)
    })
  }

  it('reads any text without failing, and shows no more than the start of a long one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...'+0316()"\'; \u200bx:te') }),
        async (text) => {
          const { numbers, unusable } = await readPhones([text], 'NL')
          expect(numbers.length + unusable.length).to.equal(1)
          for (const number of numbers) expect(number).to.match(/^\+[1-9]\d{3,14}$/)
        },
      ),
      { numRuns: 500 },
    )
    const { unusable } = await readPhones(['+316'.repeat(5000)], 'NL')
    expect(unusable[0]?.written).to.have.length(60)
  })

  it('keeps the order and no doubles', async () => {
    const written = ['06 1234 5678', 'none', '+4915123456789', '+31 6 12345678']
    const { numbers } = await readPhones(written, 'NL')
    expect(numbers).to.deep.equal(['+31612345678', '+4915123456789'])
  })
})
