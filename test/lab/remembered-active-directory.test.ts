import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Attribute, Change, Client } from 'ldapts'
import { createLdapDirectory } from '../../src/directory/ldap-directory.ts'
import { Secret, systemClock } from '../../src/support/index.ts'
import { openGateway, type TestGateway } from './gateway.ts'
import { needProgram, needRoot } from './need.ts'
import { type Samba, startSamba } from './samba.ts'
import { dnOf, labPassword } from './samba-people.ts'
import { type Service, startService } from './service.ts'
import { administer, codeOf, enrolApps, type Place, seedOf } from './service-config.ts'

const device = '00-11-22-33-44-55'
const newPassword = 'Next-Lab-Passw0rd'

describe('a device that is remembered until the password changes in Active Directory', function () {
  this.timeout(60_000)
  this.slow(4_000)
  let samba: Samba
  let service: Service
  let gateway: TestGateway

  before(async function () {
    needRoot(this)
    needProgram('samba', this)
    samba = await startSamba()
    service = await startService((place) => JSON.stringify(settings(samba, place)))
    gateway = await openGateway({ port: service.port })
    await enrolApps(service, ['nomad'])
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
  })

  const signIn = async (password: string) =>
    (await gateway.signIn({ user: 'nomad', password, device }, 15_000))?.kind

  async function setPassword(name: string, password: string): Promise<void> {
    const client = new Client({ url: samba.ldapsUrl, tlsOptions: { ca: [samba.ca] } })
    await client.bind(samba.adminDn, samba.password)
    const values = [Buffer.from(`"${password}"`, 'utf16le')]
    const modification = new Attribute({ type: 'unicodePwd', values })
    await client.modify(dnOf(name), [new Change({ operation: 'replace', modification })])
    await client.unbind()
  }

  it('is asked for a code again as soon as the password has changed', async () => {
    const code = codeOf(seedOf('nomad'))
    expect(await signIn(`${labPassword},${code}`)).to.equal('accept')
    expect(await signIn(labPassword), 'remembered').to.equal('accept')

    // The person is in the directory cache; the moment of the password is asked for anew.
    await setPassword('nomad', newPassword)
    expect(await signIn(newPassword), 'after the change').to.equal('reject')
    const [page] = await administer(service, [['audit.search', { limit: 1 }]])
    expect(JSON.stringify(page)).to.contain('"reason":"code-missing"')
  })

  it('has a stamp of its password, and none where that must be changed or nobody is there', async () => {
    const directory = createLdapDirectory(
      {
        name: 'corp',
        kind: 'ad',
        servers: [{ url: samba.ldapsUrl }],
        ca: samba.ca,
        bindDn: samba.bindDn,
        bindPassword: new Secret(samba.password),
        baseDn: samba.baseDn,
        nestedGroups: 'none',
        phoneAttributes: [],
        defaultRegion: 'NL',
      },
      { clock: systemClock },
    )
    const { signal } = new AbortController()
    const stampOf = async (name: string, change: { dn?: string } = {}) => {
      const resolved = await directory.resolve(name, signal)
      if (resolved.kind !== 'user') throw new Error(JSON.stringify(resolved))
      return directory.passwordStamp?.({ ...resolved.user, ...change }, signal)
    }
    expect(await stampOf('alice')).to.match(/^\d{18}$/)
    expect(await stampOf('alice'), 'the same each time').to.equal(await stampOf('alice'))
    const before = await stampOf('nomad')
    await setPassword('nomad', newPassword)
    expect(await stampOf('nomad'), 'the same password set again').to.not.equal(before)
    expect(await stampOf('mustchange')).to.equal(undefined)
    expect(await stampOf('alice', { dn: dnOf('nobody-at-all') })).to.equal(undefined)
    const rows = await directory.check()
    expect(rows.find(({ what }) => what.endsWith('pwdLastSet'))).to.include({ ok: true })
    await directory.close()
  })
})

function settings(samba: Samba, { port, httpPort, folder }: Place) {
  writeFileSync(join(folder, 'ca.pem'), samba.ca)
  return {
    insecure_demo: true,
    listen: [`127.0.0.1:${port}`],
    http: { listen: `127.0.0.1:${httpPort}` },
    store: 'temporary',
    admin_socket: join(folder, 'admin.sock'),
    directories: {
      corp: {
        type: 'ldap',
        servers: samba.ldapsUrl,
        ca_file: join(folder, 'ca.pem'),
        bind_dn: samba.bindDn,
        bind_password: samba.password,
        base_dn: samba.baseDn,
        phone_attributes: [],
      },
    },
    gateways: {
      vpn: { address: '127.0.0.1', secret: 'testing123', flow: 'append', patience: '20s' },
    },
    rules: [{ remember: '12h' }],
  }
}
