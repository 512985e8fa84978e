import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { holdfast } from '../cli.ts'
import { demoPhone } from '../demo-phone.ts'
import { type EapolResult, signInByEapol } from '../eapol.ts'
import { canMakeCables, startSwitchPort } from '../hostapd.ts'
import { needProgram, skip } from '../need.ts'
import { type Service, startService } from '../service.ts'
import { gatewayConfig, lastingConfig } from '../service-config.ts'
import { corpDirectory, needMemberServer } from './corp.ts'
import { startMemberServer } from './member-server.ts'
import { startSamba } from './samba.ts'
import { labPassword } from './samba-people.ts'

/** Tunnel-Private-Group-Id, and the VLAN as eapol_test shows it. */
const privateGroupId = 81
const vlan120 = '313230'

describe('Wi-Fi with our own profiles and Active Directory, a call the first time and none the second', function () {
  this.timeout(600_000)
  this.slow(2_000)
  let service: Service
  let phone: ReturnType<typeof demoPhone>
  let folder: string
  const file = (name: string) => join(folder, name)

  before(async function () {
    needMemberServer(this, 'eapol_test')
    folder = mkdtempSync(join(tmpdir(), 'holdfast-wifi-'))
    const [samba] = await Promise.all([startSamba(), makeCertificates()])
    const member = await startMemberServer()
    const winbind = { program: member.ntlmAuth() }
    service = await startService((place) => {
      const eap = { methods: ['ttls', 'peap', 'tls'], crypto_binding: 'required' }
      return JSON.stringify({
        ...lastingConfig(place),
        eap: {
          cert_file: file('server.pem'),
          key_file: file('server-key.pem'),
          devices: { ca_file: file('ca.pem') },
        },
        directories: { corp: corpDirectory(samba, place.folder, { winbind }) },
        rules: [{ name: 'office', group: 'VPN-Users', methods: ['call'], remember: '14d' }],
        reply_rules: [{ name: 'vlan', group: 'VPN-Users', vlan: 120 }],
        gateways: {
          wifi: gatewayConfig('wifi', { flow: 'auto', group: 'office', eap }),
          switch: gatewayConfig('switch', { flow: 'auto', group: 'office', eap }),
        },
      })
    })
    phone = demoPhone(service.httpPort)
  })

  after(async () => {
    await service?.stop()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  })

  async function makeCertificates(): Promise<void> {
    await certificate('create', 'radius.corp.example')
    await certificate('device', 'alice@corp.example')
    for (const method of ['peap', 'ttls', 'tls']) {
      await certificate('profile', 'corp', '--method', method)
    }
  }

  async function certificate(...args: readonly string[]): Promise<void> {
    const { code, stderr } = await holdfast(['certificate', ...args, '--folder', folder])
    expect(code, stderr).to.equal(0)
  }

  /** The profile as its owner completes it: name and password, and where the files are. */
  function profileOf(method: string): string {
    return readFileSync(file(`${method}-wpa_supplicant.conf`), 'utf8')
      .replace('"NAME"', method === 'tls' ? '"alice@corp.example"' : '"CORP\\alice"')
      .replace('"PASSWORD"', `"${labPassword}"`)
      .replace('/etc/wpa_supplicant/wifi-authority.pem', file('ca.pem'))
      .replace('/etc/wpa_supplicant/device.pem', file('alice@corp.example.pem'))
      .replace('/etc/wpa_supplicant/device-key.pem', file('alice@corp.example-key.pem'))
  }

  function onWifi(method: string, mac: string): Promise<EapolResult> {
    return signInByEapol({
      port: service.port,
      gateway: 'wifi',
      network: profileOf(method),
      more: ['-M', mac, '-N', '30:s:AA-BB-CC-00-00-01:corp'],
    })
  }

  function expectIn({ isAccepted, keysFit, attributes, output }: EapolResult): void {
    expect(isAccepted, output).to.equal(true)
    expect(keysFit, output).to.equal(true)
    expect(attributes.get(privateGroupId)?.join()).to.equal(vlan120)
  }

  for (const [method, first, second] of [
    ['peap', '00:11:22:00:00:01', '00:11:22:00:00:01'],
    ['ttls', '00:11:22:00:00:02', '00:11:22:00:00:02'],
    // Known by its certificate, whatever address it makes up.
    ['tls', '02:11:22:00:00:03', '02:11:22:00:00:04'],
  ] as const) {
    it(`${method}: into the VLAN of a nested group, with a call`, async () => {
      const before = await phone.calls()
      const held = onWifi(method, first)
      const call = await phone.next('call', 'alice', before)
      await phone.press(call.id, '#')
      expectIn(await held)
    })

    it(`${method}: and without one the next time`, async () => {
      const before = await phone.calls()
      expectIn(await onWifi(method, second))
      expect(await phone.calls()).to.equal(before)
    })
  }

  it('hostapd and wpa_supplicant: the same on a wire, and what was approved there counts on Wi-Fi', async function () {
    for (const program of ['hostapd', 'wpa_supplicant', 'ip']) needProgram(program, this)
    if (!canMakeCables()) skip('no network devices can be made here', this)
    const mac = '00:11:22:00:00:05'
    const port = await startSwitchPort({ port: service.port, gateway: 'switch', mac })
    try {
      const profile = profileOf('peap').replace('WPA-EAP', 'IEEE8021X')
      const before = await phone.calls()
      const connecting = port.connect(profile)
      const call = await phone.next('call', 'alice', before)
      await phone.press(call.id, '#')
      const connection = await connecting
      expect(connection.isIn, connection.output).to.equal(true)
      connection.unplug()
      expect(port.output()).to.include('vlan_id=120 ')
      const again = await port.connect(profile)
      expect(again.isIn, again.output).to.equal(true)
      again.unplug()
      expectIn(await onWifi('peap', mac))
      expect(await phone.calls()).to.equal(before + 1)
    } finally {
      port.stop()
    }
  })
})
