import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeCertificates } from './certificates.ts'
import { stopOnExit } from './child.ts'
import { signInByEapol } from './eapol.ts'
import { issueCertificate, issueResponder } from './issue-certificate.ts'
import { needProgram } from './need.ts'
import { freePort } from './port.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig } from './service-config.ts'

const rsaKey = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']

/** Responders to which the authority has given a certificate, by the name of the device that names them. */
const entitled: readonly {
  readonly name: string
  readonly key: readonly string[]
  readonly options?: readonly string[]
}[] = [
  {
    name: 'pss',
    key: rsaKey,
    options: ['-rmd', 'sha256', '-rsigopt', 'rsa_padding_mode:pss'],
  },
  { name: 'ed25519', key: ['-algorithm', 'ed25519'] },
  { name: 'sha1', key: rsaKey, options: ['-rmd', 'sha1'] },
]

describe('eapol_test: EAP-TLS with OCSP', function () {
  this.timeout(600_000)
  this.slow(2_000)
  let service: Service
  let folder: string
  let responder: ChildProcess
  const others: ChildProcess[] = []

  const file = (name: string) => join(folder, name)

  before(async function () {
    needProgram('eapol_test', this)
    folder = mkdtempSync(join(tmpdir(), 'holdfast-ocsp-'))
    await makeCertificates(folder, ['DNS:radius.corp.example'])
    const row = (state: string, revoked: string, serial: string) =>
      [state, '400101000000Z', revoked, serial, 'unknown', `/CN=${serial}`].join('\t')
    const rows = [
      row('R', '200101000000Z', '02'),
      ...['01', '03', '05', '06', '07'].map((serial) => row('V', '', serial)),
    ]
    writeFileSync(file('index.txt'), `${rows.join('\n')}\n`)
    await issueCertificate(folder, 'silent', { serial: 4, extensions: [] })
    const port = await freePort()
    for (const [name, serial] of [
      ['good', 1],
      ['revoked', 2],
      ['late', 3],
    ] as const) {
      await issueNamed(name, serial, port)
    }
    responder = await startResponder(port, { certificate: 'ca.pem', key: 'ca-key.pem' })
    for (const [index, { name, key, options = [] }] of entitled.entries()) {
      const itsPort = await freePort()
      await issueNamed(name, index + 5, itsPort)
      const signer = `${name}-responder`
      await issueResponder(folder, signer, key)
      const files = { certificate: `${signer}.pem`, key: `${signer}.key` }
      others.push(await startResponder(itsPort, files, options))
    }
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
    for (const each of [responder, ...others]) each?.kill()
    await service?.stop()
  })

  async function issueNamed(name: string, serial: number, port: number): Promise<void> {
    const extensions = [`authorityInfoAccess=OCSP;URI:http://127.0.0.1:${port}`]
    await issueCertificate(folder, name, { serial, extensions })
  }

  async function startResponder(
    port: number,
    { certificate, key }: { readonly certificate: string; readonly key: string },
    options: readonly string[] = [],
  ): Promise<ChildProcess> {
    const started = spawn(
      'openssl',
      [
        ...['ocsp', '-port', String(port), '-index', file('index.txt'), '-nmin', '5'],
        ...['-CA', file('ca.pem'), '-rsigner', file(certificate), '-rkey', file(key), ...options],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    stopOnExit(started, () => rmSync(folder, { recursive: true, force: true }))
    // It is there to talk, and takes it ill when someone only knocks.
    await once(started.stderr ?? started, 'data')
    return started
  }

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

  for (const name of ['pss', 'ed25519']) {
    it(`lets in whose certificate is good, as a responder says that signs with ${name}`, async () => {
      const { isAccepted, output } = await signIn(name)
      expect(isAccepted, output).to.equal(true)
    })
  }

  for (const [what, name, reason] of [
    ['whose certificate was revoked', 'revoked', 'certificate-revoked'],
    ['whose certificate names nobody to ask', 'silent', 'certificate-status-unknown'],
    ['whose responder signs with SHA-1', 'sha1', 'certificate-status-unknown'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expect((await signIn(name)).isAccepted).to.equal(false)
      await service.printed(new RegExp(reason))
    })
  }

  it('refuses devices it has not asked about while no responder answers, and knows the others', async () => {
    const ended = once(responder, 'exit')
    responder.kill()
    await ended
    expect((await signIn('late')).isAccepted).to.equal(false)
    expect((await signIn('good')).isAccepted).to.equal(true)
  })
})
