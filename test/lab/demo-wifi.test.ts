import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { demoPhone } from './demo-phone.ts'
import { expectIn, type Network, signInByEapol } from './eapol.ts'
import { needProgram } from './need.ts'
import { demoYaml, type Service, startService } from './service.ts'

/** What a shell prints for a line. */
function paste(line: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', line], (_error, stdout, stderr) => resolve(stdout + stderr))
  })
}

/** How a device proves a password, by the words of wpa_supplicant. */
const ways = [
  ['TTLS', 'auth=PAP'],
  ['TTLS', 'auth=MSCHAPV2'],
  ['TTLS', 'autheap=GTC'],
  ['PEAP', 'auth=MSCHAPV2'],
  ['PEAP', 'auth=GTC'],
] as const

const numberOf = { userName: 1, tunnelType: 64, tunnelMediumType: 65, tunnelGroup: 81 } as const
const hexOf = (text: string) => Buffer.from(text).toString('hex')

describe('the Wi-Fi of the demo', function () {
  this.timeout(600_000)
  let service: Service
  let phone: ReturnType<typeof demoPhone>

  before(async function () {
    needProgram('eapol_test', this)
    service = await startService(demoYaml)
    phone = demoPhone(service.httpPort)
    await service.printed(/private_key=/)
  })
  after(async () => {
    await service?.stop()
  })

  const file = (name: string) => join(service.folder, `holdfast-demo-${process.getuid?.()}`, name)
  const byPassword = (person: string, password: string, [eap, phase2]: (typeof ways)[number]) => ({
    eap,
    phase2,
    identity: person,
    password,
    ca_cert: file('wifi-ca.pem'),
  })
  const byCertificate = (person: string, identity = person) => ({
    eap: 'TLS',
    identity,
    ca_cert: file('wifi-ca.pem'),
    client_cert: file(`wifi-device-${person}.pem`),
    private_key: file(`wifi-device-${person}-key.pem`),
  })
  const signIn = (network: Network, mac: string) =>
    signInByEapol({ port: service.port, gateway: 'wifi', network, more: ['-M', mac] })

  it('prints two lines for the shell: frank by password, and by the certificate of his laptop', async () => {
    const lines = service.output().match(/^ *printf .*\| eapol_test .*$/gm) ?? []
    expect(lines).to.have.length(2)
    expect(service.output()).to.include(file('wifi-ca.pem'))
    for (const line of lines) {
      expect(await paste(line))
        .to.match(/^SUCCESS$/m)
        .and.match(/^MPPE keys OK: 1 {2}mismatch: 0$/m)
    }
  })

  describe('lets frank into the guests’ VLAN and asks nothing further', () => {
    const mac = '3c:22:fb:00:00:01'
    const networks: [string, () => Network][] = [
      ...ways.map((way): [string, () => Network] => [
        way.join(' '),
        () => byPassword('frank', 'freckles', way),
      ]),
      ['TLS', () => byCertificate('frank')],
    ]
    for (const [name, network] of networks) {
      it(name, async () => {
        const calls = await phone.calls()
        const result = await signIn(network(), mac)
        expectIn(result)
        const { attributes } = result
        expect(attributes.get(numberOf.tunnelType)).to.deep.equal(['0000000d'])
        expect(attributes.get(numberOf.tunnelMediumType)).to.deep.equal(['00000006'])
        expect(attributes.get(numberOf.tunnelGroup)).to.deep.equal([hexOf('120')])
        expect(await phone.calls()).to.equal(calls)
      })
    }
  })

  it('refuses a wrong password, and the server’s own certificate', async () => {
    const mac = '3c:22:fb:00:00:02'
    const wrong = await signIn(byPassword('frank', 'speckles', ways[0]), mac)
    expect(wrong.isAccepted, wrong.output).to.equal(false)
    const theServers = { client_cert: file('wifi.pem'), private_key: file('wifi-key.pem') }
    const disguised = await signIn({ ...byCertificate('frank'), ...theServers }, mac)
    expect(disguised.isAccepted, disguised.output).to.equal(false)
  })

  it('goes by the name in the certificate, whatever is said outside', async () => {
    const result = await signIn(byCertificate('frank', 'anonymous'), '3c:22:fb:00:00:03')
    expectIn(result)
    const [name = ''] = result.attributes.get(numberOf.userName) ?? []
    expect([hexOf('frank'), "'frank'", 'frank']).to.include(name)
  })

  /** Signs in while carol answers her phone. */
  async function called(network: Network, mac: string): Promise<void> {
    const calls = await phone.calls()
    const held = signIn(network, mac)
    const call = await phone.next('call', 'carol', calls)
    expect(await phone.press(call.id, '#')).to.equal(200)
    expectIn(await held)
    expect(await phone.calls()).to.equal(calls + 1)
  }

  it('calls carol once on each device that she brings', async () => {
    const [laptop, telephone] = ['3c:22:fb:00:00:04', '3c:22:fb:00:00:05']
    const network = byPassword('carol', 'singer', ways[0])
    await called(network, laptop)
    const calls = await phone.calls()
    // Another proof of the same password, so that it is not a repetition of the first; bound to its tunnel.
    expectIn(await signIn(byPassword('carol', 'singer', ways[3]), laptop))
    expectIn(await signIn(network, laptop))
    expect(await phone.calls()).to.equal(calls)
    await called(network, telephone)
    expectIn(await signIn(network, telephone))
    expect(await phone.calls()).to.equal(calls + 1)
  })

  it('calls carol once for the certificate of her laptop, whatever its address', async () => {
    await called(byCertificate('carol'), '3c:22:fb:00:00:06')
    const calls = await phone.calls()
    expectIn(await signIn(byCertificate('carol'), '3c:22:fb:00:00:07'))
    expect(await phone.calls()).to.equal(calls)
  })
})
