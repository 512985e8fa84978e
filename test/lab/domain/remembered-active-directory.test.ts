import { expect } from 'chai'
import { openGateway, type TestGateway } from '../gateway.ts'
import { closeDirectories, findUser, openDirectory } from '../ldap-lab.ts'
import { type Service, startService } from '../service.ts'
import { bareConfig, codeOf, enrolApps, newestAuditRow, seedOf } from '../service-config.ts'
import { corpDirectory, needSamba, replaceValue } from './corp.ts'
import { type Samba, startSamba } from './samba.ts'
import { dnOf, labPassword } from './samba-people.ts'

const device = '00-11-22-33-44-55'
const newPassword = 'Next-Lab-Passw0rd'

describe('a device that is remembered until the password changes in Active Directory', function () {
  this.timeout(600_000)
  this.slow(4_000)
  let samba: Samba
  let service: Service
  let gateway: TestGateway

  before(async function () {
    needSamba(this)
    samba = await startSamba()
    const vpn = {
      ...{ address: '127.0.0.1', secret: 'testing123', flow: 'append', patience: '20s' },
      person_specific_device: true,
    }
    service = await startService((place) =>
      JSON.stringify({
        ...bareConfig(place),
        directories: { corp: corpDirectory(samba, place.folder, { phone_attributes: [] }) },
        gateways: { vpn },
        rules: [{ remember: '12h' }],
      }),
    )
    gateway = await openGateway({ port: service.port })
    await enrolApps(service, ['nomad'])
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
    await closeDirectories()
  })

  const signIn = async (password: string) =>
    (await gateway.signIn({ user: 'nomad', password, device }, 15_000))?.kind

  const setPassword = (name: string, password: string) =>
    replaceValue(samba, dnOf(name), 'unicodePwd', Buffer.from(`"${password}"`, 'utf16le'))

  it('is asked for a code again as soon as the password has changed', async () => {
    const code = codeOf(seedOf('nomad'))
    expect(await signIn(`${labPassword},${code}`)).to.equal('accept')
    expect(await signIn(labPassword), 'remembered').to.equal('accept')

    // The person is in the directory cache; the moment of the password is asked for again.
    await setPassword('nomad', newPassword)
    expect(await signIn(newPassword), 'after the change').to.equal('reject')
    expect(await newestAuditRow(service)).to.contain('"reason":"code-missing"')
  })

  it('has a stamp of its password, and none where that must be changed or the user is unknown', async () => {
    const directory = openDirectory(samba)
    const { signal } = new AbortController()
    const stampOf = async (name: string, change: { dn?: string } = {}) => {
      const user = await findUser(directory, name)
      return directory.passwordStamp?.({ ...user, ...change }, signal)
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
  })
})
