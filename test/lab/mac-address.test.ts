import { expect } from 'chai'
import { holdfast } from './cli.ts'
import { needProgram } from './need.ts'
import { type RadclientReply, radclient } from './radclient.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig } from './service-config.ts'

describe('radclient: devices that a switch knows by their MAC address', function () {
  this.timeout(600_000)
  this.slow(1_000)
  let service: Service

  before(async function () {
    needProgram('radclient', this)
    service = await startService((place) =>
      JSON.stringify({
        ...lastingConfig(place),
        gateways: {
          switch: gatewayConfig('switch', { flow: 'auto', reply: { 'Filter-Id': 'staff' } }),
          vpn: gatewayConfig('vpn', { flow: 'auto' }),
        },
        reply_rules: [{ name: 'people', vlan: 100 }],
        mac_rules: [{ name: 'printers', gateway: 'switch', macs: ['00:11:22:aa:bb:cc'], vlan: 30 }],
      }),
    )
  })
  after(() => service?.stop())

  function ask(mac: string, more: Readonly<Record<string, string>> = {}): Promise<RadclientReply> {
    return radclient(
      {
        'NAS-Identifier': 'switch',
        'User-Name': mac,
        'User-Password': mac,
        'Calling-Station-Id': mac.toUpperCase(),
        ...more,
      },
      service,
    )
  }

  it('lets a listed one in, with what its rule says and nothing that people get', async () => {
    const { kind, attributes } = await ask('0011.22aa.bbcc')
    expect(kind).to.equal('Access-Accept')
    expect(attributes).to.deep.include({
      'Tunnel-Type:0': 'VLAN',
      'Tunnel-Medium-Type:0': 'IEEE-802',
      'Tunnel-Private-Group-Id:0': '30',
    })
    expect(attributes).to.not.have.any.keys('Filter-Id', 'User-Name')
  })

  it('takes Call-Check without looking at a password', async () => {
    const { kind } = await ask('00-11-22-aa-bb-cc', {
      'User-Password': 'of the switch',
      'Service-Type': 'Call-Check',
    })
    expect(kind).to.equal('Access-Accept')
  })

  it('refuses others, which why finds in any notation', async () => {
    expect((await ask('001122aabbcd')).kind).to.equal('Access-Reject')
    const why = await holdfast(['why', '00-11-22-AA-BB-CD', '--config', service.configFile])
    expect(why.stdout, why.stderr)
      .to.match(/^00:11:22:aa:bb:cd was refused/)
      .and.include('mac-unknown')
  })

  it('is explained as it goes: the rule and its VLAN, or why there is none', async () => {
    const explain = async (mac: string, gateway: string, ...more: readonly string[]) => {
      const words = ['explain', mac, '--gateway', gateway, ...more]
      const { stdout, stderr } = await holdfast([...words, '--config', service.configFile])
      expect(stderr).to.equal('')
      return stdout
    }
    expect(await explain('0011.22AA.bbcc', 'switch'))
      .to.match(/^00:11:22:aa:bb:cc at switch, as a device by its MAC address, is let in at once\./)
      .and.match(/MAC rule +printers\n/)
      .and.match(/Tunnel-Private-Group-Id = "30" \(rule printers\)/)
      .and.not.match(/Filter-Id|the gateway\)|people/)
    expect(await explain('001122aabbcd', 'switch'))
      .to.match(/is refused: mac-unknown\./)
      .and.match(/MAC rule +none of those for this gateway: printers\n/)
    const typed = ['--from', '00-11-22-AA-BB-CD']
    expect(await explain('001122aabbcc', 'switch', ...typed)).to.include('refused: mac-differs')
    expect(await explain('001122aabbcc', 'vpn'))
      .to.match(/is refused: user-unknown\./)
      .and.match(/MAC rule +none is for this gateway/)
    const asPerson = await explain('001122aabbcc', 'switch', '--credential', 'pap')
    expect(asPerson).to.include('refused: user-unknown').and.not.include('MAC rule')
  })

  it('refuses an address that a person has typed, and one at a gateway without such rules', async () => {
    const typed = await ask('001122aabbcc', { 'Calling-Station-Id': '00-11-22-AA-BB-CD' })
    expect(typed.kind).to.equal('Access-Reject')
    await service.printed(/mac-differs/)
    expect((await ask('001122aabbcc', { 'NAS-Identifier': 'vpn' })).kind).to.equal('Access-Reject')
  })
})
