import { expect } from 'chai'
import type { Entry } from 'ldapts'
import type { User } from '../../../src/accounts/index.ts'
import { checkAccountStatus } from '../../../src/directory/ldap/account-status.ts'
import type { LdapConnection } from '../../../src/directory/ldap/connections/connection.ts'
import { formatSid } from '../../../src/directory/ldap/entries/sid.ts'
import type { LdapSettings } from '../../../src/directory/ldap/options.ts'

const nowMs = Date.parse('2025-06-01T00:00:00Z')
/** S-1-5-21-1-2-3-1107 */
const sidBytes = Buffer.from(
  '010500000000000515000000010000000200000003000000530400 00'.replace(' ', ''),
  'hex',
)
const sid = 'S-1-5-21-1-2-3-1107'

const alice: User = {
  key: 'corp:1',
  directory: 'corp',
  name: 'alice',
  displayName: 'Alice',
  groups: [],
  phones: [],
  dn: 'CN=alice,DC=corp,DC=example',
}

const well = {
  objectSid: sidBytes,
  userAccountControl: '512',
  'msDS-User-Account-Control-Computed': '0',
  accountExpires: '9223372036854775807',
}

type Attributes = Readonly<Record<string, string | Buffer>>

async function check(attributes: Attributes | undefined, named: string | undefined = sid) {
  const entries = attributes === undefined ? [] : [{ dn: alice.dn, ...attributes } as Entry]
  const connection = { search: async () => entries } as unknown as LdapConnection
  return checkAccountStatus(connection, { kind: 'ad' } as LdapSettings, {
    user: alice,
    credential: { kind: 'certificate', serialNumber: '01', ...(named && { sid: named }) },
    nowMs,
    aheadMs: 0,
  })
}

function without(name: keyof typeof well): Attributes {
  return Object.fromEntries(Object.entries(well).filter(([key]) => key !== name))
}

/** 100 ns since 1601. */
const fileTime = (ms: number) => String(BigInt(ms + 11_644_473_600_000) * 10_000n)

describe('the state of an account of Active Directory', () => {
  for (const [what, attributes, kind] of [
    ['well', well, 'right'],
    ['well, by an attribute that was never set', without('accountExpires'), 'right'],
    ['well, by 0', { ...well, accountExpires: '0' }, 'right'],
    ['disabled', { ...well, userAccountControl: '514' }, 'disabled'],
    ['locked', { ...well, 'msDS-User-Account-Control-Computed': '16' }, 'locked'],
    // The bit of the stored value is never set (MS-ADTS 2.2.16).
    ['not locked by the bit that means nothing', { ...well, userAccountControl: '528' }, 'right'],
    ['expired now', { ...well, accountExpires: fileTime(nowMs) }, 'expired'],
    ['expiring in a second', { ...well, accountExpires: fileTime(nowMs + 1_000) }, 'right'],
    [
      'disabled and expired',
      { ...well, userAccountControl: '514', accountExpires: '1' },
      'disabled',
    ],
    ['unknown: no control', without('userAccountControl'), 'not-checkable'],
    ['unknown: nothing computed', without('msDS-User-Account-Control-Computed'), 'not-checkable'],
    ['unknown: control is no number', { ...well, userAccountControl: 'x' }, 'not-checkable'],
    [
      'another: its SID',
      { ...well, objectSid: Buffer.concat([sidBytes.subarray(0, 24), Buffer.alloc(4)]) },
      'wrong',
    ],
    ['unknown: its SID is not shown', without('objectSid'), 'wrong'],
    ['gone', undefined, 'wrong'],
  ] as const) {
    it(`${what}: ${kind}`, async () => {
      expect((await check(attributes)).kind).to.equal(kind)
    })
  }

  it('needs no SID where the certificate has none', async () => {
    expect((await check(without('objectSid'), '')).kind).to.equal('right')
  })
})

describe('whether a session still stands for the password', () => {
  const provenAtMs = nowMs - 60_000
  const generalised = (ms: number) => new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')

  async function resume(kind: 'ad' | 'openldap', attributes: Attributes, aheadMs = 0) {
    const entry = { dn: alice.dn, ...attributes } as Entry
    const connection = { search: async () => [entry] } as unknown as LdapConnection
    const credential = { kind: 'resumed', proof: 'pap', provenAtMs } as const
    const asked = { user: alice, credential, nowMs, aheadMs }
    return (await checkAccountStatus(connection, { kind }, asked)).kind
  }

  for (const [what, pwdLastSet, kind] of [
    ['set before', fileTime(provenAtMs - 1), 'right'],
    ['set then', fileTime(provenAtMs), 'wrong'],
    ['set since', fileTime(provenAtMs + 1), 'wrong'],
    ['to be changed first', '0', 'wrong'],
    ['not shown', '', 'wrong'],
  ] as const) {
    it(`in Active Directory, ${what}: ${kind}`, async () => {
      expect(await resume('ad', { ...well, pwdLastSet })).to.equal(kind)
    })
  }

  for (const [what, aheadMs, setAfterMs, kind] of [
    ['a minute ahead, set before', 60_000, 59_999, 'right'],
    ['a minute ahead, set then', 60_000, 60_000, 'wrong'],
    ['a minute behind, set before', -60_000, -60_001, 'right'],
    ['a minute behind, set since, which by our clock was before', -60_000, -59_999, 'wrong'],
  ] as const) {
    it(`by the controller's clock, ${what}: ${kind}`, async () => {
      const pwdLastSet = fileTime(provenAtMs + setAfterMs)
      expect(await resume('ad', { ...well, pwdLastSet }, aheadMs)).to.equal(kind)
    })
  }

  it('lets an account expire by the controller’s clock', async () => {
    const pwdLastSet = '1'
    const accountExpires = fileTime(nowMs + 30_000)
    const account = { ...well, pwdLastSet, accountExpires }
    expect(await resume('ad', account, 29_000)).to.equal('right')
    expect(await resume('ad', account, 31_000)).to.equal('expired')
  })

  for (const [what, attributes, kind] of [
    ['set before', { pwdChangedTime: generalised(provenAtMs - 1_000) }, 'right'],
    ['set since', { pwdChangedTime: generalised(provenAtMs + 1_000) }, 'wrong'],
    ['not shown', {}, 'wrong'],
    ['garbage', { pwdChangedTime: '20259999999999Z' }, 'wrong'],
    [
      'locked for ever',
      { pwdChangedTime: generalised(provenAtMs - 1_000), pwdAccountLockedTime: '000001010000Z' },
      'disabled',
    ],
  ] as const satisfies readonly (readonly [string, Attributes, string])[]) {
    it(`in OpenLDAP, ${what}: ${kind}`, async () => {
      expect(await resume('openldap', attributes)).to.equal(kind)
    })
  }

  it('looks at the account as well', async () => {
    const pwdLastSet = fileTime(provenAtMs - 1)
    expect(await resume('ad', { ...well, pwdLastSet, userAccountControl: '514' })).to.equal(
      'disabled',
    )
  })
})

describe('SID', () => {
  it('has a text', () => {
    expect(formatSid(sidBytes)).to.equal(sid)
    expect(formatSid(Buffer.from('01020000000000052000000020020000', 'hex'))).to.equal(
      'S-1-5-32-544',
    )
  })

  for (const [what, bytes] of [
    ['nothing', Buffer.alloc(0)],
    ['another revision', Buffer.concat([Buffer.of(2), sidBytes.subarray(1)])],
    ['fewer bytes than it says', sidBytes.subarray(0, 27)],
    ['more', Buffer.concat([sidBytes, Buffer.alloc(1)])],
  ] as const) {
    it(`is not ${what}`, () => {
      expect(formatSid(bytes)).to.equal(undefined)
    })
  }
})
