import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { makeCertificates } from '../certificates.ts'
import { needFile, needProgram, needRoot } from '../need.ts'
import { gatewaySecret, type HoldfastInside, startHoldfastIn } from './holdfast.ts'
import { createGatewayHost, type GatewayHost } from './host.ts'
import { type IkeNetwork, startIkeNetwork } from './ike-network.ts'
import { fillIn, readPage, settingsOf } from './page.ts'

const name = 'vpn.corp.example'
const alicesPhone = '+31612345678'
const bobsPhone = '+31687654321'
const people = {
  alice: { password: 'wonderland', phones: [alicesPhone] },
  bob: { password: 'builder', phones: [bobsPhone] },
}

describe('strongSwan by docs/reference/gateways/strongswan.md', function () {
  this.timeout(600_000)
  this.slow(10_000)
  let host: GatewayHost
  let service: HoldfastInside
  let network: IkeNetwork

  before(async function () {
    needRoot(this)
    needProgram('charon-cmd', this)
    needProgram('swanctl', this)
    needFile('/usr/lib/ipsec/plugins/libstrongswan-eap-radius.so', 'libcharon-extra-plugins', this)
    host = await createGatewayHost()
    const gateway = await makeCertificates(host.folder, [`DNS:${name}`])
    host.write('/etc/swanctl/x509/vpn.pem', readFileSync(gateway.certificateFile, 'utf8'))
    host.write('/etc/swanctl/private/vpn.key', readFileSync(gateway.keyFile, 'utf8'), 0o600)
    // The kernel of a test machine has no ESP, so charon does it by itself.
    host.write(
      '/etc/strongswan.d/lab.conf',
      'charon {\n  plugins {\n    kernel-libipsec {\n      load = yes\n    }\n  }\n}\n',
    )
    network = await startIkeNetwork(host, [gateway.caFile, '/etc/holdfast/certificates/ca.pem'])
    const blocks = fillIn(readPage('strongswan'), { SECRET: gatewaySecret })
    await host.follow(blocks)
    service = await startHoldfastIn(host, people, settingsOf(blocks))
  })
  after(() => host?.remove())

  it('lets people in whose phones ring at the same time, in any order', async () => {
    const alice = network.connect('alice', 'wonderland')
    await service.rings(alicesPhone)
    const bob = network.connect('bob', 'builder')
    await service.rings(bobsPhone)
    await service.press(bobsPhone)
    const bobs = await bob.result
    expect(bobs.isUp, bobs.output).to.equal(true)
    await service.press(alicesPhone)
    const alices = await alice.result
    expect(alices.isUp, alices.output).to.equal(true)
    // Without an answer to its accounting, the gateway would have ended them.
    const { stdout } = await host.run('swanctl', ['--list-sas'])
    expect(stdout.match(/ESTABLISHED/g), stdout).to.have.length(2)
    expect(stdout).to.contain("'alice'").and.to.contain("'bob'")
    alice.disconnect()
    bob.disconnect()
  })

  it('keeps out who has another password, and rings nowhere', async () => {
    const { isUp, output } = await network.connect('alice', 'looking-glass').result
    expect(isUp).to.equal(false)
    expect(output).to.contain('EAP_TTLS method failed')
    expect(await service.calls(alicesPhone)).to.equal(1)
  })
})
