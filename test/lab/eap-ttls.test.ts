import { copyFileSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import * as vectors from '../vectors/certificates.ts'
import { makeCertificates } from './certificates.ts'
import { holdfast } from './cli.ts'
import {
  type EapolResult,
  expectIn,
  type Network,
  signInByEapol,
  writeServerCertificate,
} from './eapol.ts'
import { needProgram } from './need.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig } from './service-config.ts'
import { openUdpWire } from './udp-wire.ts'

const files = {
  'foreign.pem': vectors.foreign,
}

/** What proves alice's password inside, as wpa_supplicant writes it. */
const inners = ['auth=PAP', 'auth=CHAP', 'auth=MSCHAPV2', 'autheap=MSCHAPV2', 'autheap=GTC']

const versions = [
  ['1.2', 'tls_disable_tlsv1_3=1', 'TLSv1.2'],
  ['1.3', 'tls_disable_tlsv1_3=0', 'TLSv1.3'],
] as const

describe('eapol_test: EAP-TTLS', function () {
  this.timeout(600_000)
  this.slow(1_000)
  let service: Service

  before(async function () {
    needProgram('eapol_test', this)
    service = await startService((place) => {
      const config = lastingConfig(place)
      const wifi = (name: string, eap: object, more: object = {}) =>
        gatewayConfig(name, { flow: 'auto', eap, ...more })
      return JSON.stringify({
        ...config,
        eap: writeServerCertificate(place.folder, files),
        directories: {
          people: {
            type: 'local',
            users: {
              alice: { password: 'wonderland', groups: ['staff'] },
              bob: { password: 'builder' },
              zoë: { password: 'pässwörd €', groups: ['staff'] },
            },
          },
        },
        rules: [{ name: 'staff', group: 'staff', second_factor: 'none' }],
        reply_rules: [{ name: 'staff', group: 'staff', vlan: 120 }],
        gateways: {
          wifi: wifi('wifi', { methods: ['peap', 'ttls'], tls_max: '1.3', user_name: true }),
          old: wifi('old', { methods: ['ttls'] }, { ms_chap_v1: true }),
          strict: wifi('strict', { methods: ['ttls'], inner: ['pap'] }),
          none: gatewayConfig('none', { flow: 'auto' }),
          ...Object.fromEntries(
            [100, 253, 1400].map((size) => [
              `size-${size}`,
              wifi(`size-${size}`, { methods: ['ttls'], packet_size: size }),
            ]),
          ),
        },
      })
    })
  })

  after(async () => {
    await service?.stop()
  })

  const file = (name: string) => join(service.folder, name)

  const ttls = (phase2: string, more: Network = {}): Network => ({
    eap: 'TTLS',
    identity: 'alice',
    anonymous_identity: 'anonymous',
    password: 'wonderland',
    ca_cert: file('ca.pem'),
    phase2,
    ...more,
  })

  function signIn(gateway: string, network: Network, port = service.port): Promise<EapolResult> {
    return signInByEapol({ port, gateway, network })
  }

  async function expectOut(result: EapolResult, reason: string): Promise<void> {
    expect(result.isAccepted, result.output).to.equal(false)
    expect(result.output).to.include('EAP: Received EAP-Failure')
    // No text beside EAP-Message (RFC 3579 2.6.5).
    expect([...result.attributes.keys()])
      .to.include(79)
      .and.not.include(18)
    await service.printed(new RegExp(reason))
  }

  for (const [version, phase1, protocol] of versions) {
    for (const inner of inners) {
      it(`${inner}, TLS ${version}, with the name, the VLAN and the same keys`, async () => {
        const result = await signIn('wifi', ttls(inner, { phase1 }))
        expectIn(result)
        expect(result.output).to.include(`Using TLS version ${protocol}`)
        expect(result.attributes.get(1)).to.deep.equal(["'alice'"])
        expect(result.attributes.get(64)).to.deep.equal(['0000000d'])
        expect(result.attributes.get(65)).to.deep.equal(['00000006'])
        expect(result.attributes.get(81)).to.deep.equal([Buffer.from('120').toString('hex')])
      })
    }
  }

  for (const size of [100, 253, 1400]) {
    it(`in packets of ${size} bytes, both ways`, async () => {
      const result = await signIn(`size-${size}`, ttls('auth=PAP', { fragment_size: size - 8 }))
      expectIn(result)
      const lengths = [
        ...result.output.matchAll(/decapsulated EAP packet \(code=1 id=\d+ len=(\d+)/g),
      ]
      expect(lengths.length, result.output).to.be.above(2)
      expect(Math.max(...lengths.map(([, length]) => Number(length)))).to.be.at.most(size)
    })
  }

  it('by MS-CHAP of version 1 only where it is allowed', async () => {
    expectIn(await signIn('old', ttls('auth=MSCHAP')))
    await expectOut(await signIn('wifi', ttls('auth=MSCHAP')), 'eap-no-method')
  })

  it('a name and a password with letters of every kind', async () => {
    const network = { identity: 'zoë', password: 'pässwörd €' }
    expectIn(await signIn('wifi', ttls('auth=PAP', network)))
    expectIn(await signIn('wifi', ttls('auth=MSCHAPV2', network)))
  })

  it('is refused with a wrong password, whatever proves it', async () => {
    const wrong = inners.map((inner) => signIn('wifi', ttls(inner, { password: 'wrong' })))
    for (const result of await Promise.all(wrong)) await expectOut(result, 'password-wrong')
  })

  it('is refused with a method that is not allowed inside', async () => {
    await expectOut(await signIn('strict', ttls('auth=CHAP')), 'eap-no-method')
    await expectOut(await signIn('strict', ttls('autheap=GTC')), 'eap-no-method')
  })

  it('stops at a server that the device does not trust, and says so', async () => {
    const network = ttls('auth=PAP', { ca_cert: file('foreign.pem') })
    await expectOut(await signIn('wifi', network), 'eap-tls-failed')
  })

  it('is refused at once where the gateway may not use EAP', async () => {
    const network = ttls('auth=PAP')
    const asked = await signInByEapol({
      port: service.port,
      gateway: 'none',
      network,
      more: ['-t', '2'],
    })
    expect(asked.isAccepted).to.equal(false)
    expect(asked.output).to.include('Received RADIUS message')
    expect(asked.output).to.include('CTRL-EVENT-EAP-FAILURE')
    await service.printed(/eap-not-supported/)
  })

  it('gets through where every packet comes twice', async () => {
    const wire = await openUdpWire(service.port, () => 2)
    expectIn(await signIn('wifi', ttls('autheap=MSCHAPV2'), wire.port))
    wire.close()
  })

  it('gets through where a request and a reply are lost', async () => {
    const wire = await openUdpWire(service.port, (direction, index) =>
      (direction === 'to-server' ? index === 1 : index === 3) ? 0 : 1,
    )
    expectIn(await signIn('wifi', ttls('auth=PAP'), wire.port))
    wire.close()
  })

  it('has one row in the audit, with both names', async () => {
    await signIn('wifi', ttls('auth=PAP', { identity: 'bob', password: 'builder' }))
    const socket = join(service.folder, 'admin.sock')
    const { stdout } = await holdfast([
      'audit',
      'search',
      '--json',
      '--user',
      'bob',
      '--socket',
      socket,
    ])
    const rows = JSON.parse(stdout) as { timeline: { what: string; detail?: object }[] }[]
    expect(rows).to.have.length(1)
    expect(rows[0]?.timeline.find(({ what }) => what === 'eap')?.detail).to.deep.equal({
      method: 'EAP-TTLS',
      outer: 'anonymous',
    })
    for (const password of ['wonderland', 'builder', 'pässwörd'])
      expect(service.output() + stdout).to.not.include(password)
  })

  it('is counted apart, so that check does not take the gateway for one that never asked', async () => {
    const { stdout } = await holdfast(['check', '--json', '--config', service.configFile])
    const rows = JSON.parse(stdout) as { area: string; what: string; detail: string }[]
    const row = rows.find(({ area, what }) => area === 'gateway' && what === 'wifi')
    expect(row?.detail).to.include('only requests with EAP came, which always carry it')
  })

  it('shows another certificate after a reload', async () => {
    const next = await makeCertificates(mkdtempSync(file('next-')), ['DNS:radius.corp.example'])
    const byNext = ttls('auth=PAP', { ca_cert: next.caFile })
    expect((await signIn('wifi', byNext)).isAccepted).to.equal(false)
    copyFileSync(next.certificateFile, file('server.pem'))
    copyFileSync(next.keyFile, file('server.key'))
    service.process.kill('SIGHUP')
    await service.printed(/configuration-reloaded/)
    expectIn(await signIn('wifi', byNext))
    expect((await signIn('wifi', ttls('auth=PAP'))).isAccepted).to.equal(false)
  })
})
