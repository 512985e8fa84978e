import { expect } from 'chai'
import { readReplyAttributes } from '../../../../src/directory/ldap/entries/reply-attributes.ts'

describe('values for reply rules', () => {
  const read = (entry: Readonly<Record<string, string | string[] | Buffer>>, ...names: string[]) =>
    readReplyAttributes({ dn: 'cn=a', ...entry }, names)

  it('are those of the names, whatever their case', () => {
    const values = read(
      { Department: 'IT', other: 'x', memberOf: ['a', 'b'] },
      'department',
      'memberOf',
    )
    expect([...(values ?? [])]).to.deep.equal([
      ['department', ['IT']],
      ['memberof', ['a', 'b']],
    ])
  })
  it('are absent where nothing is asked for, and empty where the person has none', () => {
    expect(read({ department: 'IT' })).to.equal(undefined)
    expect(read({}, 'department')?.get('department')).to.deep.equal([])
  })
  it('are text: bytes are left out', () => {
    expect(read({ photo: Buffer.of(1) }, 'photo')?.get('photo')).to.deep.equal([])
  })

  const addresses: readonly [string, string][] = [
    ['-1062731775', '192.168.0.1'],
    ['3232235521', '192.168.0.1'],
    ['167772161', '10.0.0.1'],
    ['-1', '255.255.255.255'],
    ['0', '0.0.0.0'],
    ['4294967296', '4294967296'],
    ['-2147483649', '-2147483649'],
    ['1e3', '1e3'],
    ['', ''],
  ]
  for (const [stored, address] of addresses) {
    it(`have an address of Active Directory as people write it: ${stored}`, () => {
      const values = read({ msRADIUSFramedIPAddress: stored }, 'msRADIUSFramedIPAddress')
      expect(values?.get('msradiusframedipaddress')).to.deep.equal([address])
    })
  }
})
