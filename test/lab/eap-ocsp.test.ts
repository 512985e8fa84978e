import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeCertificates } from './certificates.ts'
import { stopOnExit } from './child.ts'
import { signInByEapol } from './eapol.ts'
import { issueCertificate } from './issue-certificate.ts'
import { needProgram } from './need.ts'
import { freePort } from './port.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig } from './service-config.ts'

describe('eapol_test: EAP-TLS with OCSP', function () {
  this.timeout(180_000)
  this.slow(2_000)
  let service: Service
  let folder: string
  let responder: ChildProcess

  const file = (name: string) => join(folder, name)

  before(async function () {
    needProgram('eapol_test', this)
    folder = mkdtempSync(join(tmpdir(), 'holdfast-ocsp-'))
    await makeCertificates(folder, ['DNS:radius.corp.example'])
    const port = await freePort()
    for (const [index, name] of ['good', 'revoked', 'late', 'silent'].entries()) {
      const named = [`authorityInfoAccess=OCSP;URI:http://127.0.0.1:${port}`]
      const extensions = name === 'silent' ? [] : named
      await issueCertificate(folder, name, { serial: index + 1, extensions })
    }
    const row = (state: string, revoked: string, serial: string) =>
      [state, '400101000000Z', revoked, serial, 'unknown', `/CN=${serial}`].join('\t')
    const rows = [row('V', '', '01'), row('R', '200101000000Z', '02'), row('V', '', '03')]
    writeFileSync(file('index.txt'), `${rows.join('\n')}\n`)
    responder = spawn(
      'openssl',
      [
        ...['ocsp', '-port', String(port), '-index', file('index.txt'), '-nmin', '5'],
        ...['-CA', file('ca.pem'), '-rsigner', file('ca.pem'), '-rkey', file('ca-key.pem')],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    stopOnExit(responder, () => rmSync(folder, { recursive: true, force: true }))
    // It is there to talk, and takes it ill when somebody only knocks.
    await once(responder.stderr ?? responder, 'data')
    service = await startService((place) =>
      JSON.stringify({
        ...lastingConfig(place),
        eap: {
          cert_file: file('cert.pem'),
          key_file: file('key.pem'),
          devices: { ca_file: file('ca.pem'), ocsp: true, names: 'common-name' },
        },
        rules: [{ name: 'all', second_factor: 'none', user: 'alice' }],
        gateways: { tls: gatewayConfig('tls', { flow: 'auto', eap: { methods: 'tls' } }) },
      }),
    )
  })

  after(async () => {
    responder?.kill()
    await service?.stop()
  })

  function signIn(name: string) {
    return signInByEapol({
      port: service.port,
      gateway: 'tls',
      network: {
        eap: 'TLS',
        identity: 'anonymous',
        ca_cert: file('ca.pem'),
        client_cert: file(`${name}.pem`),
        private_key: file(`${name}.key`),
      },
    })
  }

  it('lets in whose certificate is good', async () => {
    const { isAccepted, keysFit, output } = await signIn('good')
    expect(isAccepted, output).to.equal(true)
    expect(keysFit).to.equal(true)
  })

  for (const [what, name, reason] of [
    ['whose certificate was revoked', 'revoked', 'certificate-revoked'],
    ['whose certificate names nobody to ask', 'silent', 'certificate-status-unknown'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expect((await signIn(name)).isAccepted).to.equal(false)
      await service.printed(new RegExp(reason))
    })
  }

  it('refuses whom it has not asked about while nobody answers, and knows the others', async () => {
    const ended = once(responder, 'exit')
    responder.kill()
    await ended
    expect((await signIn('late')).isAccepted).to.equal(false)
    expect((await signIn('good')).isAccepted).to.equal(true)
  })
})
