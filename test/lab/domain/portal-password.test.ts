import { expect } from 'chai'
import { otpCode, parseSeed } from '../../../src/methods/index.ts'
import type { SignInStep } from '../../../src/web/people/contract.ts'
import { openPortal, type PortalBrowser } from '../../portal/portal-browser.ts'
import { type Service, startService } from '../service.ts'
import { administer, bareConfig, newestAuditRow, seedOf } from '../service-config.ts'
import { corpDirectory, needSamba, replaceValue } from './corp.ts'
import { type Samba, startSamba } from './samba.ts'
import { labPassword } from './samba-people.ts'

/** By default a password may be changed once a day (MS-ADA2, minPwdAge), in ticks of 100 ns. */
const aDay = `-${864_000_000_000n}`
const chosen = 'Chosen-At-Portal-1'

describe('a password that is changed at the portal, in Active Directory', function () {
  this.timeout(600_000)
  this.slow(5_000)
  let samba: Samba
  let service: Service
  let counter = 0

  before(async function () {
    needSamba(this)
    samba = await startSamba()
    service = await startService((place) => {
      const base = bareConfig(place)
      return JSON.stringify({
        ...base,
        directories: { corp: corpDirectory(samba, place.folder, { phone_attributes: [] }) },
        gateways: { vpn: { address: '127.0.0.1', secret: 'testing123' } },
        web: {
          people: {
            listen: `127.0.0.1:${place.httpPort}`,
            public_url: `http://localhost:${place.httpPort}`,
          },
        },
      })
    })
    // The counter of a token gives as many codes as there are questions, without waiting for a clock.
    const authenticator = { method: 'hotp', seed: seedOf('portia') }
    await administer(service, [['authenticator.add', { name: 'portia', authenticator }]])
    await replaceValue(samba, samba.baseDn, 'minPwdAge', '0')
  })
  after(async () => {
    await service?.stop()
    if (samba !== undefined) await replaceValue(samba, samba.baseDn, 'minPwdAge', aDay)
  })

  function nextCode(): string {
    const seed = parseSeed(seedOf('portia')) ?? new Uint8Array()
    const code = otpCode({ seed, algorithm: 'sha1', digits: 6 }, counter)
    counter += 1
    return code
  }
  async function signIn(password: string): Promise<PortalBrowser> {
    const browser = openPortal(service.httpPort)
    expect(await browser.signIn('portia', password)).to.have.property('step', 'question')
    expect(await browser.answer(nextCode())).to.deep.equal({ step: 'in', session: 'whole' })
    return browser
  }
  const opens = async (password: string) =>
    (await openPortal(service.httpPort).signIn('portia', password)).step === 'question'

  async function change(
    browser: PortalBrowser,
    current: string,
    wanted: string,
  ): Promise<SignInStep> {
    const asked = await browser.confirm({ change: 'password', current, chosen: wanted })
    expect(asked).to.have.property('step', 'question')
    return browser.confirmAnswer(nextCode())
  }

  it('is refused without a fresh second factor, and nothing is asked of the directory', async () => {
    const browser = await signIn(labPassword)
    const asked = await browser.confirm({ change: 'password', current: labPassword, chosen })
    expect(asked).to.have.property('step', 'question')
    for (const answer of ['000000', '']) {
      const { body } = await browser.refused('POST', 'confirm/answer', { answer })
      expect(JSON.stringify(body), answer).to.not.include('"changed"')
    }
    expect(await opens(labPassword)).to.equal(true)
    expect(await opens(chosen)).to.equal(false)
  })

  it('is not changed by a wrong current one', async () => {
    const step = await change(await signIn(labPassword), 'Not-The-Passw0rd', chosen)
    expect(step).to.include({ step: 'refused' })
    expect(JSON.stringify(step)).to.match(/current password/i)
    expect(await newestAuditRow(service)).to.include('own-password-not-changed')
    expect(await opens(labPassword)).to.equal(true)
  })

  it('is not changed against the policy of the domain, in words that say why', async () => {
    const browser = await signIn(labPassword)
    const short = await change(browser, labPassword, 'Ab1')
    expect(JSON.stringify(short)).to.match(/at least 7 characters|too short|7 characters/)
    const simple = await change(browser, labPassword, 'abcdefghijklm')
    expect(JSON.stringify(simple)).to.match(/simple/)
    const same = await change(browser, labPassword, labPassword)
    expect(same).to.have.property('step', 'refused')
    expect(await opens(labPassword)).to.equal(true)
  })

  it('is changed after the right one; then other sessions have ended and the old one is wrong', async () => {
    const other = await signIn(labPassword)
    const browser = await signIn(labPassword)
    const step = await change(browser, labPassword, chosen)
    expect(step, JSON.stringify(step)).to.not.include({ step: 'refused' })
    expect(await newestAuditRow(service)).to.match(/own-(password-changed|sessions-ended)/)
    expect((await browser.me()).name).to.equal('portia')
    expect((await other.refused('GET', 'me')).status).to.equal(401)
    expect(await opens(chosen)).to.equal(true)
    expect(await opens(labPassword)).to.equal(false)
  })

  it('says so where the domain allows no second change on one day', async () => {
    await replaceValue(samba, samba.baseDn, 'minPwdAge', aDay)
    const step = await change(await signIn(chosen), chosen, 'Another-Passw0rd-2')
    expect(step).to.have.property('step', 'refused')
    expect(await newestAuditRow(service)).to.include('own-password-not-changed')
    expect(await opens(chosen)).to.equal(true)
  })
})
