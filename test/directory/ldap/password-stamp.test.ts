import { expect } from 'chai'
import { createLocalDirectory, type LocalUser } from '../../../src/directory/index.ts'
import { createLdapDirectory } from '../../../src/directory/ldap/ldap-directory.ts'
import { Secret, systemClock } from '../../../src/support/index.ts'
import { accountDn, startFakeLdapServer } from '../fake-ldap-server.ts'
import { ldapDefaults } from './ldap-defaults.ts'

const never = new AbortController().signal
const hashed = 'scrypt$16384$8$1$c2FsdHNhbHQ=$MDEyMzQ1Njc4OWFiY2RlZg=='
const otherHash = hashed.replace('MDEy', 'MDEz')

/** The stamp of someone in a directory of the configuration. */
async function stampOf(user: Partial<LocalUser>): Promise<string | undefined> {
  const directory = createLocalDirectory(
    { name: 'people', users: [{ name: 'alice', ...user }], allowClear: true },
    { clock: systemClock },
  )
  const resolved = await directory.resolve('alice', never)
  if (resolved.kind !== 'user') throw new Error(resolved.kind)
  const stamp = await directory.passwordStamp?.(resolved.user, never)
  expect(await directory.passwordStamp?.(resolved.user, never), 'each time').to.equal(stamp)
  await directory.close()
  return stamp
}

describe('the stamp of a password in the configuration', () => {
  it('is the same after a reload, and another one for another hash', async () => {
    const stamp = await stampOf({ passwordHash: hashed })
    expect(stamp).to.be.a('string')
    expect(await stampOf({ passwordHash: hashed, displayName: 'Alice' })).to.equal(stamp)
    expect(await stampOf({ passwordHash: otherHash })).to.not.equal(stamp)
  })

  it('goes by what is sealed there, and not by what it opens to', async () => {
    const opened = { unsealedPassword: new Secret('Winter') }
    const stamp = await stampOf({ ...opened, sealed: ['one'] })
    expect(stamp).to.be.a('string')
    expect(await stampOf({ ...opened, sealed: ['one'] })).to.equal(stamp)
    expect(await stampOf({ ...opened, sealed: ['two'] })).to.not.equal(stamp)
    expect(await stampOf({ ...opened, sealed: ['one', 'two'] })).to.not.equal(stamp)
    expect(await stampOf({ ...opened, sealed: ['one'], passwordHash: hashed })).to.not.equal(stamp)
  })

  it('of one in clear text is another one after each reload (RULES 22)', async () => {
    const clear = { password: new Secret('Winter') }
    const stamps = [await stampOf(clear), await stampOf(clear)]
    expect(new Set(stamps)).to.have.property('size', 2)
    expect(stamps.join()).to.not.include('Winter')
  })

  it('is missing where there is no password, and for an unknown user', async () => {
    expect(await stampOf({})).to.equal(undefined)
    const directory = createLocalDirectory({ name: 'people', users: [] }, { clock: systemClock })
    const stranger = { key: 'people:zoe' } as never
    expect(await directory.passwordStamp?.(stranger, never)).to.equal(undefined)
  })
})

describe('the stamp of a password in a directory', () => {
  it('is missing where the directory shows none, is down, or says nothing', async () => {
    const server = await startFakeLdapServer()
    const directory = createLdapDirectory(
      {
        ...ldapDefaults,
        name: 'corp',
        servers: [{ url: server.url }],
        bindDn: accountDn,
        bindPassword: new Secret('account secret'),
        baseDn: 'dc=corp,dc=example',
        kind: 'openldap',
        nestedGroups: 'none',
        phoneAttributes: [],
        defaultRegion: 'NL',
        insecurePlaintext: true,
        limits: {
          ...ldapDefaults.limits,
          ...{ connectMs: 150, bindMs: 150, searchMs: 150, waitMs: 300, retryMs: 50 },
        },
      },
      { clock: systemClock },
    )
    const resolved = await directory.resolve('alice', never)
    if (resolved.kind !== 'user') throw new Error(JSON.stringify(resolved))
    const stamp = () => directory.passwordStamp?.(resolved.user, never)
    expect(await stamp(), 'not shown').to.equal(undefined)
    for (const mode of ['silent', 'garbage', 'unavailable'] as const) {
      server.behaviour.mode = mode
      expect(await stamp(), mode).to.equal(undefined)
    }
    await server.close()
    expect(await stamp(), 'gone').to.equal(undefined)
    const { dn: _, ...withoutDn } = resolved.user
    expect(await directory.passwordStamp?.(withoutDn, never)).to.equal(undefined)
    await directory.close()
  })
})
