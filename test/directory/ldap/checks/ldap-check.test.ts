import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createLdapDirectory } from '../../../../src/directory/ldap/ldap-directory.ts'
import { Secret, systemClock } from '../../../../src/support/index.ts'
import { accountDn, startFakeLdapServer } from '../../fake-ldap-server.ts'
import { ldapDefaults } from '../ldap-defaults.ts'

const schema = readFileSync(
  join(import.meta.dirname, '../../../../config/holdfast.schema.json'),
  'utf8',
)

async function remediesAt(url: string): Promise<string> {
  const directory = createLdapDirectory(
    {
      ...ldapDefaults,
      name: 'corp',
      servers: [{ url }],
      bindDn: accountDn,
      bindPassword: new Secret('not this one'),
      baseDn: 'dc=corp,dc=example',
      kind: 'openldap',
      nestedGroups: 'none',
      phoneAttributes: [],
      defaultRegion: 'NL',
      cacheMs: 0,
      insecurePlaintext: true,
      limits: { ...ldapDefaults.limits, connectMs: 200, bindMs: 200, searchMs: 200 },
    },
    { clock: systemClock, log: () => undefined },
  )
  try {
    return (await directory.check()).map(({ remedy }) => remedy).join(' ')
  } finally {
    await directory.close()
  }
}

describe('what check says to do about an LDAP server', () => {
  it('names settings that exist', async () => {
    const server = await startFakeLdapServer()
    try {
      const unreachable = await remediesAt('ldaps://127.0.0.1:9')
      expect(unreachable).to.include('ca_file')
      const plain = await remediesAt(server.url)
      expect(plain).to.include('start_tls')
      const named = `${unreachable} ${plain}`.match(/\b[a-z]+_[a-z_]+\b/g) ?? []
      expect(named.filter((name) => !schema.includes(`"${name}"`))).to.deep.equal([])
    } finally {
      await server.close()
    }
  })
})
