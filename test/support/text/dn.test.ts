import { expect } from 'chai'
import fc from 'fast-check'
import { foldDn, foldGroup } from '../../../src/support/index.ts'

describe('distinguished names that are compared', () => {
  const same: Readonly<Record<string, readonly string[]>> = {
    'cn=vpn g\u00e4ste,ou=groups,dc=corp': [
      'CN=VPN G\u00e4ste,OU=Groups,DC=corp',
      'cn=vpn ga\u0308ste , ou = groups , dc=corp',
      'CN=VPN G\\c3\\a4ste,OU=Groups,DC=corp',
      'CN="VPN G\u00e4ste";OU=Groups;DC=corp',
    ],
    'cn=a\\,b,dc=corp': ['CN=A\\2CB,DC=corp', 'cn="a,b",dc=corp', 'cn=a\\,b,dc=corp'],
    'cn=x+uid=y,dc=corp': ['UID=y + CN=x,DC=corp', 'cn=x+uid=y,dc=corp'],
    'cn=\\#1,dc=corp': ['cn=\\#1,dc=corp', 'CN=\\231,dc=corp'],
    'cn=,dc=corp': ['cn=,dc=corp'],
  }
  for (const [folded, spellings] of Object.entries(same)) {
    for (const spelling of spellings) {
      it(`folds ${JSON.stringify(spelling)}`, () => {
        expect(foldDn(spelling)).to.equal(folded)
        expect(foldDn(folded), 'twice').to.equal(folded)
      })
    }
  }

  for (const text of ['', 'staff', 'cn=a,staff', '=a', 'cn=a\\', 'cn=a,,dc=b']) {
    it(`takes ${JSON.stringify(text)} for no DN`, () => expect(foldDn(text)).to.equal(undefined))
  }

  it('keeps apart a comma that separates and one that does not', () => {
    expect(foldDn('cn=a\\,b,dc=c')).not.to.equal(foldDn('cn=a,b=,dc=c'))
  })

  it('folds plain names of groups as names, those with a = too', () => {
    expect(foldGroup('VPN Ga\u0308ste')).to.equal('vpn g\u00e4ste')
    expect(foldGroup('A = ')).to.equal('a=')
    expect(foldGroup('a=b,C')).to.equal('a=b,c')
  })

  it('reads any text, and what it gives once more as the same', () => {
    const pieces = fc.constantFrom(
      'cn',
      '=',
      ',',
      '+',
      '\\',
      '"',
      ' ',
      '#',
      '\\c3\\a4',
      'A',
      '\u0308',
      ';',
      '\0',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const folded = foldGroup(parts.join(''))
        expect(foldGroup(folded)).to.equal(folded)
      }),
      { numRuns: 10_000 },
    )
  })
})
