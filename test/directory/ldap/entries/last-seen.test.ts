import { expect } from 'chai'
import type { Entry } from 'ldapts'
import { readLastSeen } from '../../../../src/directory/ldap/entries/last-seen.ts'
import { msToTicks } from '../../../../src/directory/ldap/entries/moments.ts'

const usedMs = Date.UTC(2026, 9, 1)
const used = String(msToTicks(usedMs))
const made = '20240131120000.0Z'
const madeMs = Date.UTC(2024, 0, 31, 12)

describe('when an account of Active Directory was last used', () => {
  const rows: readonly (readonly [string, Omit<Entry, 'dn'>, number | undefined])[] = [
    ['as it says', { lastLogonTimestamp: used, whenCreated: made, badPwdCount: '0' }, usedMs],
    ['in other letters', { LASTLOGONTIMESTAMP: used }, usedMs],
    ['never: when it was made', { whenCreated: made, badPwdCount: '0' }, madeMs],
    ['never, as a zero', { lastLogonTimestamp: '0', whenCreated: made }, madeMs],
    // Without the right to read one, a person who signs in each day would look forgotten.
    ['not shown, as nothing of its property set', { whenCreated: made }, undefined],
    ['nothing shown', {}, undefined],
    ['nonsense', { lastLogonTimestamp: 'soon', whenCreated: 'then', badPwdCount: '0' }, undefined],
  ]
  for (const [what, fields, expected] of rows) {
    it(what, () => {
      expect(readLastSeen({ dn: 'CN=Alice', ...fields })).to.equal(expected)
    })
  }
})
