import { expect } from 'chai'
import { hashPassword } from '../../src/directory/index.ts'
import { Secret } from '../../src/support/index.ts'
import { holdfast } from './cli.ts'
import { demoPhone } from './demo-phone.ts'
import { needProgram } from './need.ts'
import { type RadclientReply, radclient } from './radclient.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig, type Place } from './service-config.ts'

const laptop = '00-11-22-33-44-55'
const tablet = '00-11-22-33-44-56'

describe('a device that is remembered, from radclient to the command line', function () {
  this.timeout(600_000)
  let service: Service
  let phone: ReturnType<typeof demoPhone>
  let configOf: (place: Place) => string
  let calls = 0

  before(async function () {
    needProgram('radclient', this)
    const passwordHash = await hashPassword(new Secret('singer'))
    configOf = (place) =>
      JSON.stringify({
        ...lastingConfig(place),
        directories: {
          people: {
            type: 'local',
            users: { carol: { password_hash: passwordHash, phones: ['+31687654321'] } },
          },
        },
        gateways: { hold: gatewayConfig('hold', { group: 'vpn' }) },
        rules: [{ name: 'known devices', gateway_group: 'vpn', remember: '12h' }],
        reply_rules: [{ method: 'call', reply: { 'Filter-Id': 'by-call' } }],
      })
    service = await startService(configOf)
    phone = demoPhone(service.httpPort)
  })
  after(() => service?.stop())

  const ask = (device: string, password = 'singer') =>
    radclient(
      {
        'User-Name': 'carol',
        'User-Password': password,
        'NAS-Identifier': 'hold',
        'Calling-Station-Id': device,
      },
      { port: service.port, timeoutSeconds: 15 },
    )

  /** Signs in and presses # on the call that comes. */
  async function askAndApprove(device: string): Promise<RadclientReply> {
    const reply = ask(device)
    const call = await phone.next('call', 'carol', calls)
    calls += 1
    await phone.press(call.id, '#')
    return reply
  }

  const remembered = (...args: readonly string[]) =>
    holdfast(['remembered', ...args, '--config', service.configFile])

  it('is called once, and not the second time, with the same attributes', async () => {
    const first = await askAndApprove(laptop)
    expect(first.kind, first.output).to.equal('Access-Accept')
    const second = await ask('0011.2233.4455')
    expect(second.kind, second.output).to.equal('Access-Accept')
    for (const { attributes } of [first, second]) {
      expect(attributes).to.include({ 'Filter-Id': 'by-call' })
    }
    expect(await phone.calls()).to.equal(1)
  })

  it('needs the password, which is refused as late as ever', async () => {
    const wrong = await ask(laptop, 'Singer')
    expect(wrong.kind).to.equal('Access-Reject')
    expect(wrong.tookMs).to.be.at.least(990)
  })

  it('is called from another MAC address', async () => {
    expect((await askAndApprove(tablet)).kind).to.equal('Access-Accept')
    expect(await phone.calls()).to.equal(2)
  })

  it('is shown by explain and by remembered list', async () => {
    const { stdout, stderr } = await holdfast([
      ...['explain', 'carol', '--gateway', 'hold', '--from', laptop],
      ...['--config', service.configFile],
    ])
    expect(stdout, stderr).to.match(/is let in at once/)
    expect(stdout).to.match(/Remembered +since .* by call, until /)
    const listed = await remembered('list', 'carol')
    expect(listed.stdout).to.match(/00:11:22:33:44:55 +vpn +call /)
    expect(listed.stdout).to.include('00:11:22:33:44:56')
  })

  it('is still known after a restart', async () => {
    const { folder, port, httpPort } = service
    await service.stop()
    service = await startService(configOf, { folder, port, httpPort })
    calls = 0
    // Not the laptop: an equal request gets the same answer for ten seconds, remembered or not.
    expect((await ask(tablet)).kind).to.equal('Access-Accept')
    expect(await phone.calls()).to.equal(0)
  })

  it('is called again once it was forgotten, and the other one is not', async () => {
    const { code, stdout, stderr } = await remembered('forget', 'carol', '--device', laptop)
    expect(code, stderr).to.equal(0)
    expect(stdout).to.include('carol is asked for the second factor again')
    expect((await ask(tablet)).kind).to.equal('Access-Accept')
    expect(await phone.calls()).to.equal(0)
    expect((await askAndApprove(laptop)).kind).to.equal('Access-Accept')
    expect(await phone.calls()).to.equal(1)
  })

  it('is forgotten with a block, for good', async () => {
    for (const action of ['block', 'unlock']) {
      await holdfast(['user', action, 'carol', '--config', service.configFile])
    }
    const listed = await remembered('list', 'carol', '--json')
    expect(JSON.parse(listed.stdout)).to.deep.equal([])
  })
})
