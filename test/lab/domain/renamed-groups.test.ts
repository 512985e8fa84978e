import { writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { Attribute, Change, Client } from 'ldapts'
import { openGateway, type TestGateway } from '../gateway.ts'
import { type Service, startService } from '../service.ts'
import {
  administer,
  bareConfig,
  codeOf,
  enrolApps,
  gatewayConfig,
  newestAuditRow,
  type Place,
  seedOf,
} from '../service-config.ts'
import { corpDirectory, needSamba } from './corp.ts'
import { type Samba, startSamba } from './samba.ts'
import { dnOf, labPassword } from './samba-people.ts'

describe('a group of rules that is renamed in Active Directory (RULES 15)', function () {
  this.timeout(600_000)
  this.slow(4_000)
  let samba: Samba
  let admin: Client
  let service: Service
  let gateway: TestGateway

  before(async function () {
    needSamba(this)
    samba = await startSamba()
    admin = new Client({ url: samba.ldapsUrl, tlsOptions: { ca: [samba.ca] } })
    await admin.bind(samba.adminDn, samba.password)
    await addGroup('Receptionists', 'alice')
    service = await startService(yaml)
    gateway = await openGateway({ port: service.port })
    await enrolApps(service, ['alice', 'bob'])
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
    await admin?.unbind()
  })

  const yaml = (place: Place) => JSON.stringify(settings(samba, place))

  async function addGroup(name: string, member: string): Promise<void> {
    const dn = member === 'alice' ? dnOf('Alice Jansen') : dnOf(member)
    await admin.add(dnOf(name), { objectClass: 'group', sAMAccountName: name, member: dn })
  }

  async function renameGroup(from: string, to: string): Promise<void> {
    const modification = new Attribute({ type: 'sAMAccountName', values: [to] })
    await admin.modify(dnOf(from), new Change({ operation: 'replace', modification }))
    await admin.modifyDN(dnOf(from), `CN=${to}`)
  }

  /** What becomes of someone with a right password and a right code. */
  async function signIn(user: string, nas: string, steps: number): Promise<string | undefined> {
    const password = `${labPassword},${codeOf(seedOf(user), steps)}`
    return (await gateway.signIn({ user, nas, password }, 15_000))?.kind
  }

  it('holds before', async () => {
    expect(await signIn('alice', 'members', -1)).to.equal('accept')
    expect(await signIn('alice', 'others', -1)).to.equal('reject')
    expect(await signIn('bob', 'members', -1)).to.equal('reject')
  })

  it('holds at once under the new name, and no other group can take the old one', async () => {
    await renameGroup('Receptionists', 'Porters')
    expect(await signIn('alice', 'members', 0)).to.equal('accept')
    expect(await signIn('alice', 'others', 0)).to.equal('reject')
    await addGroup('Receptionists', 'bob')
    expect(await signIn('bob', 'members', 0)).to.equal('reject')
  })

  it('holds after a restart, with a warning that has both names', async () => {
    await service.stop()
    service = await startService(yaml, service)
    expect(service.output()).to.match(
      /group receptionists of directory corp is now called Porters.*another group has the old name/,
    )
    const [rows] = await administer(service, [['check', {}]])
    expect(JSON.stringify(rows)).to.match(
      /group Receptionists","state":"warning","detail":"is now called Porters; rules still mean it\. Named at: gateways\.members/,
    )
    expect(await signIn('alice', 'members', 1)).to.equal('accept')
    expect(await signIn('alice', 'others', 1)).to.equal('reject')
    expect(await signIn('bob', 'members', 1)).to.equal('reject')
  })

  it('refuses everyone it could be for once it is gone, and says so', async () => {
    await admin.del(dnOf('Receptionists'))
    await admin.del(dnOf('Porters'))
    await administer(service, [['reload', {}]])
    await service.printed(/group receptionists no longer exists in directory corp/)
    for (const nas of ['members', 'others']) {
      expect(await signIn('bob', nas, 1)).to.equal('reject')
      expect(await newestAuditRow(service)).to.contain('"reason":"rule-group-missing"')
    }
  })

  it('keeps the old configuration when a new one names a group that never was', async () => {
    const wrong = yaml(service).replace('Receptionists', 'Receptonists')
    writeFileSync(service.configFile, wrong)
    await administer(service, [['reload', {}]]).catch(() => undefined)
    await service.printed(
      /old one stays.*no group of directory corp has the sAMAccountName .{0,2}receptonists.*members\.require_groups, .*:\d+\)/,
    )
  })
})

function settings(samba: Samba, place: Place) {
  const flow = 'append'
  return {
    ...bareConfig(place),
    directories: {
      corp: corpDirectory(samba, place.folder, { phone_attributes: [], cache: '0' }),
    },
    gateways: {
      members: gatewayConfig('members', { flow, require_groups: ['Receptionists'] }),
      others: gatewayConfig('others', { flow, deny_groups: ['Receptionists'] }),
    },
  }
}
