import { expect } from 'chai'
import { msToTicks } from '../../../src/directory/ldap/entries/moments.ts'
import { readPasswordSetMs } from '../../../src/directory/ldap/password-stamp.ts'

const setMs = Date.UTC(2026, 10, 1)

/** Gives these attributes to anyone who asks for them. */
const shows = (fields: Readonly<Record<string, string>>) =>
  ({
    search: async ({ attributes }: { readonly attributes: readonly string[] }) => [
      {
        dn: 'CN=Alice',
        ...Object.fromEntries(attributes.map((name) => [name, fields[name] ?? []])),
      },
    ],
  }) as never

describe('when a password was set', () => {
  const rows = [
    ['ad', { pwdLastSet: String(msToTicks(setMs)) }, setMs],
    // "User must change password at next logon": someone else has set it.
    ['ad', { pwdLastSet: '0' }, 0],
    ['ad', {}, undefined],
    ['openldap', { pwdChangedTime: '20261101000000Z' }, setMs],
    ['openldap', {}, undefined],
  ] as const
  for (const [kind, fields, expected] of rows) {
    it(`${kind} ${JSON.stringify(fields)}`, async () => {
      expect(await readPasswordSetMs(shows(fields), { kind } as never, 'CN=Alice')).to.equal(
        expected,
      )
    })
  }
})
