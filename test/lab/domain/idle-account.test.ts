import { expect } from 'chai'
import { openGateway } from '../gateway.ts'
import { closeDirectories, findUser, openDirectory } from '../ldap-lab.ts'
import { type Service, startService } from '../service.ts'
import { administer, bareConfig, gatewayConfig } from '../service-config.ts'
import { corpDirectory, needSamba } from './corp.ts'
import { setLastLogon } from './last-logon.ts'
import { type Samba, startSamba } from './samba.ts'
import { dnOf, labPassword } from './samba-people.ts'

const dayMs = 86_400_000

describe('an account of Active Directory that no one has used (PEOPLE R2)', function () {
  this.timeout(600_000)
  this.slow(5_000)
  let samba: Samba
  const services: Service[] = []

  before(async function () {
    needSamba(this)
    samba = await startSamba()
  })
  afterEach(async () => {
    await closeDirectories()
    for (const each of services.splice(0)) await each.stop()
  })

  async function start(aheadMs = 0): Promise<Service> {
    const service = await startService(
      (place) =>
        JSON.stringify({
          ...bareConfig(place),
          directories: { corp: corpDirectory(samba, place.folder, { phone_attributes: [] }) },
          gateways: { append: gatewayConfig('append') },
          // Where a code would be typed.
          web: {
            people: {
              listen: `127.0.0.1:${place.httpPort}`,
              public_url: `http://localhost:${place.httpPort}`,
            },
          },
        }),
      undefined,
      aheadMs,
    )
    services.push(service)
    return service
  }
  /** As a thief does, who has nothing but the password: it is right, and opens nothing. */
  async function tryPassword(service: Service, user: string): Promise<void> {
    const gateway = await openGateway({ port: service.port })
    const answer = await gateway.signIn({ user, password: labPassword, nas: 'append' })
    gateway.close()
    expect(answer).to.have.property('kind', 'reject')
  }
  const lastSeenMs = async (user: string) =>
    (await findUser(openDirectory(samba, { cacheMs: 0 }), user)).lastSeenMs
  async function helpdeskCode(service: Service, name: string): Promise<string> {
    try {
      await administer(service, [['enrolment.code', { name, reason: 'new phone' }]])
      return 'made'
    } catch (error) {
      return String(Object(error).code ?? error)
    }
  }

  it('is known as idle though the thief’s first right password made it look used', async () => {
    const longAgoMs = Date.now() - 40 * dayMs
    await setLastLogon(samba, dnOf('dormant'), longAgoMs)
    expect(await lastSeenMs('dormant')).to.be.closeTo(longAgoMs, 1_000)
    const service = await start()
    await tryPassword(service, 'dormant')
    expect(await lastSeenMs('dormant'), 'the bind has set it').to.be.above(Date.now() - dayMs)
    await tryPassword(service, 'dormant')
    expect(await helpdeskCode(service, 'dormant')).to.equal('account-idle')
    await administer(service, [['enrolment.lift', { name: 'dormant', reason: 'back' }]])
    expect(await helpdeskCode(service, 'dormant')).to.equal('made')
  })

  it('is idle where it was never used and made over 30 days ago', async () => {
    const madeMs = await lastSeenMs('unused')
    expect(madeMs, 'when it was made').to.be.closeTo(Date.now(), 3_600_000)
    const service = await start(29 * dayMs)
    expect(await helpdeskCode(service, 'newcomer'), 'made 29 days ago').to.equal('made')
    const later = await start(30 * dayMs + 3_600_000)
    await tryPassword(later, 'unused')
    expect(await helpdeskCode(later, 'unused')).to.equal('account-idle')
  })

  it('is not one that was used within 30 days', async () => {
    await setLastLogon(samba, dnOf('newcomer'), Date.now() - 29 * dayMs)
    const service = await start()
    await tryPassword(service, 'newcomer')
    expect(await helpdeskCode(service, 'newcomer')).to.equal('made')
  })
})
