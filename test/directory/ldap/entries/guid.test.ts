import { expect } from 'chai'
import { formatGuid, isGuidText, parseGuid } from '../../../../src/directory/ldap/entries/guid.ts'

describe('GUID', () => {
  it('is written with its first three fields turned round, and read back', () => {
    const bytes = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
    expect(formatGuid(bytes)).to.equal('33221100-5544-7766-8899-aabbccddeeff')
    expect(parseGuid('33221100-5544-7766-8899-aabbccddeeff')).to.deep.equal(bytes)
  })

  it('knows its own form', () => {
    expect(isGuidText('33221100-5544-7766-8899-aabbccddeeff')).to.equal(true)
    for (const text of ['', '33221100', '33221100-5544-7766-8899-aabbccddeeff)', '*'.repeat(36)])
      expect(isGuidText(text), text).to.equal(false)
    expect(() => formatGuid(new Uint8Array(15))).to.throw(RangeError)
  })
})
