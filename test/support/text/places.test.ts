import { expect } from 'chai'
import { escapeXml, fillPlaces, placesIn } from '../../../src/support/index.ts'

describe('texts with {places}', () => {
  it('finds the places in their order, and nothing else in braces', () => {
    expect(placesIn('{to} and {code}, {to}')).to.deep.equal(['to', 'code', 'to'])
    for (const none of ['', '{}', '{ to }', '{to', '{a-b}', '{{', '}{'])
      expect(placesIn(none), none).to.deep.equal([])
  })

  it('fills each place once: what a value holds is not a place', () => {
    const values: Readonly<Record<string, string>> = { a: '{b}', b: '$&' }
    expect(fillPlaces('{a}{b}{c}', (name) => values[name] ?? '')).to.equal('{b}$&')
  })

  it('escapes text for XML, in an element or an attribute', () => {
    expect(escapeXml(`<a b="c">&'é`)).to.equal('&lt;a b=&quot;c&quot;&gt;&amp;&apos;é')
  })
})
