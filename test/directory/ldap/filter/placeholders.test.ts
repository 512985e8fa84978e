import { expect } from 'chai'
import { FilterError, parseUserFilter } from '../../../../src/directory/ldap/filter/index.ts'

function messageOf(text: string): string {
  try {
    parseUserFilter(text)
    return ''
  } catch (error) {
    if (error instanceof FilterError) return error.message
    throw error
  }
}

describe('placeholders of other products', () => {
  const alone = [
    ...[
      '(uid=%s)',
      '(uid=%u)',
      '(sAMAccountName=%U)',
      '(uid=%uid)',
      '(uid=%username%)',
      '(uid={0})',
    ],
    ...[
      '(uid={{username}})',
      '(uid={{ username }})',
      '(uid={user})',
      '(uid=#{user})',
      '(uid=%{User-Name})',
    ],
    ...[
      '(uid=%{%{Stripped-User-Name}:-%{User-Name}})',
      '(uid=$username)',
      '(uid=$' + '{user.name})',
    ],
    ...[
      '(uid=<username>)',
      '(uid=[[user]])',
      '(uid=?)',
      '(uid=%s*)',
      'uid=%s',
      '(|(uid=%s)(mail=%s))',
    ],
    ...['(&(uid=%s))', '(&(uid=%s)(mail={0}))'],
  ]
  for (const text of alone) {
    it(`${text}: says that the filter can go`, () => {
      expect(messageOf(text)).to.match(
        /is a placeholder of another product.*Leave user_filter out\./,
      )
    })
  }

  const rest: readonly (readonly [string, string])[] = [
    ['(&(objectClass=person)(uid=%u))', 'Write (objectClass=person).'],
    ['(&(a=b)(|(uid={0})(mail={0}))(c=*))', 'Write (&(a=b)(c=*)).'],
    [
      '(&(!(memberOf=CN=Gäste,DC=x))(sAMAccountName=%{User-Name}))',
      'Write (!(memberOf=CN=Gäste,DC=x)).',
    ],
    // Nothing can be left out here without another meaning.
    ['(|(uid=%s)(ou=Staff))', 'Leave out the part with it.'],
    ['(&(a=b)(!(uid=%s)))', 'Leave out the part with it.'],
    ['(uid=%(user)s)', 'Leave user_filter out.'],
    ['(uid=%s', 'Leave out the part with it.'],
  ]
  for (const [text, says] of rest) {
    it(`${text}: says what to write`, () => expect(messageOf(text)).to.include(says))
  }

  it('points at the placeholder, and says how its character is written', () => {
    const text = '(&(ou=Staff)(uid=%s))'
    expect(() => parseUserFilter(text))
      .to.throw(FilterError)
      .with.property('at', 17)
    expect(messageOf(text)).to.include('Write \\25 for the character %')
  })

  for (const text of [
    '(description=100%)',
    '(description=5 % of all)',
    '(description=\\25s)',
    '(sAMAccountName=PC7$)',
    '(uid=\\7b0\\7d)',
    '(&(a<=5)(b>=6))',
    '(cn=who?)',
    '(cn=?a)',
  ]) {
    it(`${text} has none`, () => expect(messageOf(text)).to.equal(''))
  }
})
