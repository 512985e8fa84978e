import { expect } from 'chai'
import fc from 'fast-check'
import { nameSearches, problemOf } from '../../../../src/directory/ldap/names/name-searches.ts'
import { type LdapOptions, readLdapOptions } from '../../../../src/directory/ldap/options.ts'
import { parseTypedName } from '../../../../src/directory/names/typed-name.ts'
import { Secret } from '../../../../src/support/index.ts'
import { ldapDefaults } from '../ldap-defaults.ts'

const settingsOf = (change: Partial<LdapOptions> = {}) =>
  readLdapOptions({
    ...ldapDefaults,
    name: 'corp',
    kind: 'ad',
    servers: [{ url: 'ldaps://dc1.corp.example' }],
    bindDn: 'holdfast@corp.example',
    bindPassword: new Secret('x'),
    baseDn: 'OU=People,DC=corp,DC=example',
    nestedGroups: 'none',
    phoneAttributes: [],
    defaultRegion: 'NL',
    ...change,
  })

/** What is looked for, as `(attribute=value)`; or why nothing is. */
function searched(
  typed: string,
  change: Partial<LdapOptions> = {},
  isCertified = false,
): readonly string[] | string {
  const parsed = parseTypedName(typed)
  if (parsed.kind === 'invalid') return parsed.form
  const settings = settingsOf(change)
  const searches = nameSearches(settings, parsed, isCertified)
  return searches.length > 0
    ? searches.map(({ filter }) => filter.toString())
    : (problemOf(settings, parsed)?.kind ?? 'nothing')
}

const bySam = '(sAMAccountName=alice)'
const byBoth = ['(userPrincipalName=alice@corp.example)', bySam]
const byUid = '(uid=alice)'
const openldap = { kind: 'openldap' } as const

describe('what a typed name is compared with', () => {
  for (const [typed, change, expected] of [
    ['alice', {}, [bySam]],
    ['CORP\\alice', {}, [bySam]],
    ['corp.example.\\alice', {}, [bySam]],
    ['alice@corp.example', {}, byBoth],
    ['alice@corp.example.', {}, byBoth],
    ['CORP\\alice@corp.example', {}, byBoth],
    ['corp.example\\alice@corp.example', {}, byBoth],
    ['alice@CORP', {}, ['(userPrincipalName=alice@CORP)', bySam]],
    ['alice@alt.example', {}, ['(userPrincipalName=alice@alt.example)']],
    ['CORP\\alice@alt.example', {}, ['(userPrincipalName=alice@alt.example)']],
    [
      'alice@alt.example',
      { upnSuffixes: ['@ALT.example.'] },
      ['(userPrincipalName=alice@alt.example)', bySam],
    ],
    ['NET\\alice', { netbiosDomain: 'net' }, [bySam]],
    ['OTHER\\alice', {}, 'domain'],
    ['OTHER\\alice@corp.example', {}, 'domain'],
    ['.\\alice', {}, 'domain'],
    ['CORP\\alice', { netbiosDomain: 'NET' }, 'domain'],
    // NetBIOS names have 15 characters at most.
    ['averyverylongna\\alice', { baseDn: 'DC=averyverylongname,DC=example' }, [bySam]],
    ['CORP\\CORP\\alice', {}, 'separators'],
    ['alice', { loginAttributes: ['mail'] }, 'address'],
    ['alice', { loginAttributes: ['mail', 'employeeID'] }, ['(employeeID=alice)']],
    ['alice@x.example', { loginAttributes: ['sAMAccountName'] }, 'domain'],
    [
      'alice@corp.example',
      { loginAttributes: ['SAMACCOUNTNAME', 'MAIL'] },
      ['(SAMACCOUNTNAME=alice)', '(MAIL=alice@corp.example)'],
    ],
    [
      'alice@corp.example',
      { loginAttributes: ['sAMAccountName', 'userPrincipalName'] },
      byBoth.toReversed(),
    ],
    // The mail address admin@… is not a name "admin".
    ['CORP\\admin', { loginAttributes: ['rfc822Mailbox', 'mail'] }, 'address'],
    ['alice', openldap, [byUid]],
    ['CORP\\alice', openldap, [byUid]],
    ['alice@corp.example', openldap, ['(uid=alice@corp.example)', byUid]],
    ['alice@elsewhere.example', openldap, ['(uid=alice@elsewhere.example)']],
    ['CORP\\alice@elsewhere.example', openldap, ['(uid=alice@elsewhere.example)']],
    ['OTHER\\alice@elsewhere.example', openldap, 'domain'],
    [
      'alice@x',
      { ...openldap, loginAttributes: ['uid', 'mail'] },
      ['(uid=alice@x)', '(mail=alice@x)'],
    ],
    ['host/pc7.corp.example.', { machines: true }, ['(sAMAccountName=pc7$)']],
    ['host/pc7', { machines: true }, ['(sAMAccountName=pc7$)']],
    ['host/pc7.elsewhere.example', { machines: true }, 'nothing'],
    ['host/pc7', {}, 'machine'],
  ] as const) {
    it(`${typed} ${JSON.stringify(change)}`, () => {
      expect(searched(typed, change)).to.deep.equal(expected)
    })
  }

  it('goes by the attributes of the kind for a certificate, whatever people may type', () => {
    for (const loginAttributes of [['mail'], ['employeeID', 'mail'], ['sAMAccountName']]) {
      expect(searched('alice@corp.example', { loginAttributes }, true)).to.deep.equal(byBoth)
    }
    const byAddress = ['(uid=alice@corp.example)', byUid]
    expect(
      searched('alice@corp.example', { ...openldap, loginAttributes: ['mail'] }, true),
    ).to.deep.equal(byAddress)
  })

  // The one name alice, in every spelling that there is: never another search, which could find another person.
  const spellings = fc
    .tuple(
      fc.constantFrom('', 'CORP\\', 'corp\\', 'Corp.Example\\', 'CORP.EXAMPLE.\\', ' corp \\ '),
      fc.constantFrom('', '@corp.example', '@CORP.EXAMPLE', '@corp', '@Corp.example.', ' @ corp'),
      fc.constantFrom('', ' ', '\u200b', '\u00a0'),
    )
    .map(([before, behind, blank]) => `${blank}${before}alice${behind}${blank}`)

  for (const kind of ['ad', 'openldap'] as const) {
    it(`ends with the name of the account in every spelling (${kind})`, () => {
      fc.assert(
        fc.property(spellings, (typed) => {
          const found = searched(typed, { kind })
          expect(found, typed).to.be.an('array')
          expect(found.at(-1), typed).to.equal(kind === 'ad' ? bySam : byUid)
        }),
      )
    })

    it(`compares the part before a separator only after domains of the directory (${kind})`, () => {
      const text = fc.string({ unit: fc.constantFrom(...'ab.\\@ \u200b\uff20') })
      fc.assert(
        fc.property(text, (typed) => {
          const found = searched(typed, {
            kind,
            loginAttributes: ['uid', 'sAMAccountName', 'mail'],
          })
          if (typeof found === 'string' || !/[\\@\uff20]/.test(typed)) return
          for (const each of found) expect(each, typed).to.match(/=[^\\@]+@[^\\@]+\)$/)
        }),
      )
    })
  }
})
