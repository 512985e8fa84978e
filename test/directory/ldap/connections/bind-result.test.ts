import { expect } from 'chai'
import { readBindResult } from '../../../../src/directory/ldap/connections/bind-result.ts'
import { Secret } from '../../../../src/support/index.ts'

const password = new Secret('typed')

function activeDirectory(data: string): string {
  return `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ${data}, v1db1`
}

describe('bind result', () => {
  for (const [data, kind] of [
    ['525', 'wrong'],
    ['52e', 'wrong'],
    ['52E', 'wrong'],
    ['530', 'restricted'],
    ['531', 'restricted'],
    ['532', 'must-change'],
    ['533', 'disabled'],
    ['568', 'restricted'],
    ['701', 'expired'],
    ['773', 'must-change'],
    ['775', 'locked'],
    ['0', 'wrong'],
    ['57', 'wrong'],
    ['constructor', 'wrong'],
  ] as const) {
    it(`reads Active Directory's ${data} as ${kind}`, () => {
      expect(readBindResult(49, activeDirectory(data), undefined, password).kind).to.equal(kind)
    })
  }

  for (const [code, text, policyError, kind] of [
    [0, '', undefined, 'right'],
    [0, '', 2, 'must-change'],
    /** A password that works is right, whatever else the policy says about it. */
    [0, '', 1, 'right'],
    [49, '', undefined, 'wrong'],
    [49, '', 0, 'must-change'],
    [49, '', 1, 'locked'],
    [49, '', 99, 'wrong'],
    [8, 'Transport encryption required', undefined, 'down'],
    [51, 'busy', undefined, 'down'],
    [52, 'unavailable', undefined, 'down'],
    /** What an attacker can bring about must not count as an outage. */
    [53, 'Account inactivated', undefined, 'wrong'],
    [32, 'no such object', undefined, 'wrong'],
    [34, 'invalid DN', undefined, 'wrong'],
    [4711, 'made up', undefined, 'wrong'],
  ] as const) {
    it(`reads code ${code} with policy error ${policyError} as ${kind}`, () => {
      expect(readBindResult(code, text, policyError, password).kind).to.equal(kind)
    })
  }

  it('keeps a long or broken text short and on one line in the detail', () => {
    const { detail } = readBindResult(49, `x\n\0${'y'.repeat(1000)}`, undefined, password) as {
      detail: string
    }
    expect(detail).to.match(/^LDAP result 49: x y{190,200}$/)
  })

  it('does not repeat the password, which checkers of some servers quote', () => {
    for (const code of [49, 53, 80]) {
      const text = 'comment: "hunter2 hunter2" is in a dictionary, data 52e'
      const sent = new Secret('hunter2')
      expect(readBindResult(code, text, undefined, sent)).to.have.property(
        'detail',
        `LDAP result ${code}: comment: "[secret] [secret]" is in a dictionary, data 52e`,
      )
    }
  })

  it('reads the code of Active Directory even where it looks like the password', () => {
    expect(readBindResult(49, activeDirectory('775'), undefined, new Secret('775')).kind).to.equal(
      'locked',
    )
  })
})
