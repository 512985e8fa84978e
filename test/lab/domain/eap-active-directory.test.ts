import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeCertificates } from '../certificates.ts'
import { type EapolResult, type Network, signInByEapol } from '../eapol.ts'
import { accountExtensions, issueCertificate } from '../issue-certificate.ts'
import { type Service, startService } from '../service.ts'
import { bareConfig, gatewayConfig } from '../service-config.ts'
import { corpDirectory, needMemberServer, sidOf } from './corp.ts'
import { startMemberServer } from './member-server.ts'
import { type Samba, startSamba } from './samba.ts'
import { labPassword } from './samba-people.ts'

/** Tunnel-Private-Group-Id, and the VLAN as eapol_test shows it. */
const privateGroupId = 81
const vlan120 = '313230'

describe('eapol_test: Wi-Fi with Active Directory', function () {
  this.timeout(600_000)
  this.slow(2_000)
  let samba: Samba
  let service: Service
  let folder: string
  const file = (name: string) => join(folder, name)

  before(async function () {
    needMemberServer(this, 'eapol_test')
    folder = mkdtempSync(join(tmpdir(), 'holdfast-wifi-'))
    samba = await startSamba()
    const member = await startMemberServer()
    await makeCertificates(folder, ['DNS:radius.corp.example'])
    await issueAll()
    const winbind = { program: member.ntlmAuth() }
    service = await startService((place) =>
      JSON.stringify({
        ...bareConfig(place),
        eap: {
          cert_file: file('cert.pem'),
          key_file: file('key.pem'),
          devices: { ca_file: file('ca.pem'), require_sid: true },
        },
        directories: { corp: corpDirectory(samba, place.folder, { machines: true, winbind }) },
        rules: [
          { name: 'people', group: 'VPN-Users', second_factor: 'none' },
          { name: 'computers', group: 'Domain Computers', second_factor: 'none' },
        ],
        reply_rules: [{ name: 'vlan', group: 'VPN-Users', vlan: 120 }],
        gateways: {
          wifi: gatewayConfig('wifi', { flow: 'auto', eap: { methods: ['ttls', 'peap', 'tls'] } }),
        },
      }),
    )
  })

  after(async () => {
    await service?.stop()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  })

  async function issueAll(): Promise<void> {
    const upn = (name: string) => `otherName:1.3.6.1.4.1.311.20.2.3;UTF8:${name}@corp.example`
    const sid = (account: string) => sidOf(samba, account)
    const wanted = {
      alice: accountExtensions(upn('alice'), await sid('alice')),
      // As someone gets it who may choose the name in a certificate.
      stolen: accountExtensions(upn('alice'), await sid('bob')),
      nameOnly: [`subjectAltName=${upn('alice')}`],
      disabled: accountExtensions(upn('disabled'), await sid('disabled')),
      pc7: accountExtensions('DNS:pc7.corp.example', await sid('PC7$')),
    }
    for (const [index, [name, extensions]] of Object.entries(wanted).entries()) {
      await issueCertificate(folder, name, { serial: index + 1, extensions })
    }
  }

  const signIn = (network: Network): Promise<EapolResult> =>
    signInByEapol({
      port: service.port,
      gateway: 'wifi',
      network: { ca_cert: file('ca.pem'), anonymous_identity: 'anonymous', ...network },
    })

  const byCertificate = (name: string): Promise<EapolResult> =>
    signIn({
      eap: 'TLS',
      identity: 'anonymous',
      client_cert: file(`${name}.pem`),
      private_key: file(`${name}.key`),
    })

  function expectIn({ isAccepted, keysFit, attributes, output }: EapolResult, vlan?: string): void {
    expect(isAccepted, output).to.equal(true)
    expect(keysFit, output).to.equal(true)
    expect(attributes.get(privateGroupId)?.join()).to.equal(vlan)
  }

  for (const [what, network] of [
    ['PEAP with MSCHAPv2', { eap: 'PEAP', phase2: 'auth=MSCHAPV2' }],
    ['TTLS with PAP', { eap: 'TTLS', phase2: 'auth=PAP' }],
    ['TTLS with MSCHAPv2', { eap: 'TTLS', phase2: 'auth=MSCHAPV2' }],
    ['PEAP with GTC', { eap: 'PEAP', phase2: 'auth=GTC' }],
  ] as const) {
    it(`${what}: in by the right password, into the VLAN of a nested group`, async () => {
      const person = { identity: 'CORP\\alice', password: labPassword }
      expectIn(await signIn({ ...network, ...person }), vlan120)
    })
  }

  it('PEAP with MSCHAPv2: a computer by its own name and password', async () => {
    const computer = { identity: 'host/pc7.corp.example', password: labPassword }
    expectIn(await signIn({ eap: 'PEAP', phase2: 'auth=MSCHAPV2', ...computer }))
  })

  it('EAP-TLS: in by the certificate of the account, into the same VLAN', async () => {
    expectIn(await byCertificate('alice'), vlan120)
  })

  it('EAP-TLS: a computer by its own', async () => {
    expectIn(await byCertificate('pc7'))
  })

  for (const [what, name, reason] of [
    ['of another account, with this one’s name', 'stolen', 'certificate-mismatch'],
    ['that does not say for which account it was made', 'nameOnly', 'certificate-nameless'],
    ['of a disabled account', 'disabled', 'account-disabled'],
  ] as const) {
    it(`EAP-TLS: no certificate ${what}`, async () => {
      expect((await byCertificate(name)).isAccepted).to.equal(false)
      await service.printed(new RegExp(reason))
    })
  }
})
