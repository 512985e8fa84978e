import { expect } from 'chai'
import { Attribute, Change, Client } from 'ldapts'
import type { LdapOptions } from '../../src/directory/index.ts'
import { createLdapDirectory } from '../../src/directory/ldap/ldap-directory.ts'
import { Secret, systemClock } from '../../src/support/index.ts'
import { labDefaults } from './ldap-lab.ts'
import { needProgram } from './need.ts'
import { startOpenLdap } from './openldap.ts'

describe('the stamp of a password in OpenLDAP', function () {
  this.timeout(600_000)

  before(function () {
    needProgram('slapd', this)
  })

  it('is there once a password was set under the policy, and another one with the next', async () => {
    const slapd = await startOpenLdap()
    const options: LdapOptions = {
      ...labDefaults,
      name: 'corp',
      kind: 'openldap',
      servers: [{ url: slapd.ldapsUrl }],
      ca: slapd.ca,
      bindDn: slapd.bindDn,
      bindPassword: new Secret(slapd.password),
      baseDn: slapd.baseDn,
      nestedGroups: 'none',
      phoneAttributes: [],
      defaultRegion: 'NL',
    }
    const directory = createLdapDirectory(options, { clock: systemClock })
    const { signal } = new AbortController()
    const resolved = await directory.resolve('müller', signal)
    if (resolved.kind !== 'user') throw new Error(JSON.stringify(resolved))
    const { user } = resolved
    const stamp = () => directory.passwordStamp?.(user, signal)
    expect(await stamp(), 'loaded, and never set').to.equal(undefined)

    /** What `holdfast check` says of it; nothing where no rule remembers. */
    async function checkStamps(remembers: boolean): Promise<boolean | undefined> {
      const checked = createLdapDirectory({ ...options, remembers }, { clock: systemClock })
      const rows = await checked.check()
      await checked.close()
      return rows.find(({ what }) => what.endsWith('pwdChangedTime'))?.ok
    }
    expect(await checkStamps(false)).to.equal(undefined)
    expect(await checkStamps(true)).to.equal(false)

    async function setPassword(password: string): Promise<void> {
      const client = new Client({ url: slapd.ldapsUrl, tlsOptions: { ca: [slapd.ca] } })
      await client.bind(slapd.adminDn, slapd.password)
      const modification = new Attribute({ type: 'userPassword', values: [password] })
      await client.modify(user.dn ?? '', [new Change({ operation: 'replace', modification })])
      await client.unbind()
    }

    await setPassword('Lab-Passw0rd')
    const first = await stamp()
    expect(first).to.match(/^\d{14}(\.\d+)?Z$/)
    expect(await stamp()).to.equal(first)
    expect(await checkStamps(true)).to.equal(true)
    // It counts seconds.
    while ((await stamp()) === first) await setPassword('Lab-Passw0rd')
    await directory.close()
  })
})
