import { X509Certificate } from 'node:crypto'
import type { ConnectionOptions } from 'node:tls'
import { expect } from 'chai'
import type { Tunnel, TunnelStep } from '../../../src/eap/method.ts'
import { createEapTls, type EapTlsOptions } from '../../../src/eap/tls/eap-tls.ts'
import { withTunnel } from '../../../src/eap/tls/method.ts'
import { createTlsContext, TlsSession } from '../../../src/eap/tls/session.ts'
import type { Outcome } from '../../../src/signin/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import * as vectors from '../../vectors/certificates.ts'
import { accepted, asks, denied, dropped, scriptSignIn } from '../scripted-sign-in.ts'
import { TlsPeer } from '../tls-peer.ts'

const options: EapTlsOptions = {
  names: ['upn', 'dns'],
  requireSid: false,
  clock: createManualClock(Date.parse('2025-06-01T00:00:00Z')),
}

const userCredential = { kind: 'certificate', serialNumber: '1001', sid: vectors.userSid }

describe('EAP-TLS, judging a certificate', () => {
  const tunnel: Tunnel = {
    outerIdentity: 'anonymous',
    protocol: 'TLSv1.2',
    isResumed: false,
    earlier: undefined,
    keyMaterial: Buffer.alloc(128),
    exportKey: () => Buffer.alloc(0),
    peerCertificate: new X509Certificate(vectors.user),
    verifyError: undefined,
  }

  async function judge(
    over: Partial<Tunnel> = {},
    change: Partial<EapTlsOptions> = {},
    outcome: Outcome = accepted,
  ) {
    const { asked, signIn } = scriptSignIn(outcome)
    const method = createEapTls({ ...options, ...change }).create({ ...tunnel, ...over })
    const round = { id: 8, nextId: 9, signIn }
    const step = await method.established(new Uint8Array(), round)
    return { asked, step, next: (plain: Uint8Array) => method.receive(plain, round) }
  }
  const why = (step: TunnelStep) => (step.kind === 'broken' ? step.reason : step.kind)

  it('gives the sign-in the name and the SID in it', async () => {
    const { asked, step } = await judge()
    expect(asked).to.deep.equal([
      { userName: 'alice@corp.example', credential: userCredential, challenges: false },
    ])
    expect(step).to.deep.equal({ kind: 'done', outcome: accepted })
  })

  it('takes a computer by its DNS name, with the SID of a URI', async () => {
    const peerCertificate = new X509Certificate(vectors.machine)
    const { asked } = await judge({ peerCertificate })
    expect(asked[0]).to.deep.include({
      userName: 'host/pc7.corp.example',
      credential: { kind: 'certificate', serialNumber: '1002', sid: 'S-1-5-21-1-2-3-1201' },
    })
  })

  for (const [names, userName] of [
    [['email', 'upn'], 'alice@mail.example'],
    [['common-name'], 'alice'],
    [['dns', 'email'], 'alice@mail.example'],
  ] as const) {
    it(`looks for ${names.join(', then ')}`, async () => {
      const { asked } = await judge({}, { names })
      expect(asked[0]).to.include({ userName })
    })
  }

  it('commits in TLS 1.3 once all is judged, and ends when that is acknowledged', async () => {
    const { step, next } = await judge({ protocol: 'TLSv1.3' })
    expect(step).to.deep.equal({ kind: 'send', plain: Uint8Array.of(0) })
    expect(await next(new Uint8Array())).to.deep.equal({ kind: 'done', outcome: accepted })
  })

  it('lets no one in who puts data into the tunnel', async () => {
    const { next } = await judge({ protocol: 'TLSv1.3' })
    expect(why(await next(Uint8Array.of(0)))).to.equal('eap-malformed')
  })

  for (const outcome of [denied, dropped]) {
    it(`commits to nothing where the sign-in comes to ${outcome.kind}`, async () => {
      const { step, next } = await judge({ protocol: 'TLSv1.3' }, {}, outcome)
      expect(step).to.deep.equal({ kind: 'failed', outcome })
      expect(why(await next(new Uint8Array()))).to.equal('eap-malformed')
    })
  }

  it('cannot ask for a code', async () => {
    const { step } = await judge({}, {}, asks('Code?'))
    expect(why(step)).to.equal('no-method-for-flow')
  })

  for (const [verifyError, reason] of [
    ['CERT_REVOKED', 'certificate-revoked'],
    ['CERT_HAS_EXPIRED', 'certificate-expired'],
    ['CERT_NOT_YET_VALID', 'certificate-not-yet-valid'],
    ['UNABLE_TO_GET_CRL', 'certificate-status-unknown'],
    ['CRL_HAS_EXPIRED', 'certificate-status-unknown'],
    ['INVALID_PURPOSE', 'certificate-purpose'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate-untrusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-untrusted'],
    ['something new', 'certificate-untrusted'],
  ] as const) {
    it(`refuses what OpenSSL objects to: ${verifyError}`, async () => {
      const { asked, step } = await judge({ verifyError })
      const detail = `certificate 1001: ${verifyError}`
      expect(step).to.deep.equal({ kind: 'broken', reason, detail })
      expect(asked).to.have.length(0)
    })
  }

  for (const [what, over, change, reason] of [
    ['no certificate', { peerCertificate: undefined }, {}, 'certificate-missing'],
    [
      'no certificate, on a session that verifies as good',
      { peerCertificate: undefined, isResumed: true, protocol: 'TLSv1.3' },
      {},
      'eap-malformed',
    ],
    ['a resumed session, even with a certificate', { isResumed: true }, {}, 'eap-malformed'],
    [
      'one that has expired by our clock',
      { peerCertificate: new X509Certificate(vectors.expired) },
      {},
      'certificate-expired',
    ],
    [
      'one that is not valid yet by our clock',
      {},
      { clock: createManualClock(Date.parse('2019-12-31T00:00:00Z')) },
      'certificate-not-yet-valid',
    ],
    [
      'one for servers',
      { peerCertificate: new X509Certificate(vectors.serverCertificate) },
      {},
      'certificate-purpose',
    ],
    [
      'one that does not say what for',
      { peerCertificate: new X509Certificate(vectors.bare) },
      { names: ['common-name'] },
      'certificate-purpose',
    ],
    ['one without a name of the kind', {}, { names: ['dns'] }, 'certificate-nameless'],
  ] as const satisfies readonly (readonly [
    string,
    Partial<Tunnel>,
    Partial<EapTlsOptions>,
    string,
  ])[]) {
    it(`refuses ${what}, without asking anyone`, async () => {
      const { asked, step } = await judge(over, change)
      expect(why(step)).to.equal(reason)
      expect(asked).to.have.length(0)
    })
  }
})

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  describe(`EAP-TLS over ${version}`, () => {
    function createContext(crl?: string) {
      return createTlsContext({
        cert: vectors.serverCertificate,
        key: vectors.serverKey,
        ca: [vectors.authority],
        ...(crl === undefined ? {} : { crl: [crl] }),
        maxVersion: 'TLSv1.3',
      })
    }
    const start = (context = createContext()) =>
      withTunnel(createEapTls(options), context).create('anonymous')
    const peer = (over: ConnectionOptions) =>
      new TlsPeer({ minVersion: version, maxVersion: version, ...over })
    const withUser = { cert: vectors.user, key: vectors.userKey }

    it('lets in who has a certificate, and both have the same keys', async () => {
      const { asked, signIn } = scriptSignIn(accepted)
      const method = start()
      const client = peer(withUser)
      const end = await client.run(method, signIn)
      expect(asked[0]).to.deep.include({ credential: userCredential })
      expect(end.kind).to.equal('done')
      const label =
        version === 'TLSv1.2' ? 'client EAP encryption' : 'EXPORTER_EAP_TLS_Key_Material'
      const context = version === 'TLSv1.2' ? undefined : Buffer.of(13)
      const exporter = client.socket.exportKeyingMaterial.bind(client.socket) as (
        length: number,
        label: string,
        context?: Buffer,
      ) => Buffer
      const msk = exporter(128, label, context)
      expect(end.kind === 'done' && end.keys).to.deep.equal({
        receive: msk.subarray(0, 32),
        send: msk.subarray(32, 64),
      })
      expect(Buffer.concat(client.heard)).to.deep.equal(
        Buffer.from(version === 'TLSv1.2' ? [] : [0]),
      )
    })

    for (const [what, over, crl, reason] of [
      ['no certificate', {}, undefined, 'certificate-missing'],
      [
        'one of another authority',
        { cert: vectors.foreign, key: vectors.userKey },
        undefined,
        'certificate-untrusted',
      ],
      [
        'one that has expired',
        { cert: vectors.expired, key: vectors.userKey },
        undefined,
        'certificate-expired',
      ],
      [
        'one that was revoked',
        { cert: vectors.revoked, key: vectors.userKey },
        vectors.revocations,
        'certificate-revoked',
      ],
      [
        'any, while the list of revoked ones is out of date',
        withUser,
        vectors.staleRevocations,
        'certificate-status-unknown',
      ],
      [
        'one for servers',
        { cert: vectors.serverCertificate, key: vectors.serverKey },
        undefined,
        'certificate-purpose',
      ],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const { asked, signIn } = scriptSignIn()
        const end = await peer(over).run(start(createContext(crl)), signIn)
        expect(end.kind === 'broken' && end.reason).to.equal(reason)
        expect(asked).to.have.length(0)
      })
    }

    it('lets no one in who puts something else in place of the acknowledgement', async () => {
      const { signIn } = scriptSignIn(accepted)
      const client = peer(withUser)
      client.socket.once('secureConnect', () => client.socket.write('x'))
      const end = await client.run(start(), signIn)
      expect(end.kind === 'broken' && end.reason).to.equal('eap-malformed')
    })

    it('lets in who is not in the list of revoked ones', async () => {
      const { signIn } = scriptSignIn(accepted)
      const end = await peer(withUser).run(start(createContext(vectors.revocations)), signIn)
      expect(end.kind).to.equal('done')
    })

    // Without a certificate the handshake completes, and resuming it verifies as good (RULES 1).
    it('lets no one in who comes back to a session that began without a certificate', async () => {
      const context = createContext()
      const first = peer({})
      const server = new TlsSession(context, true)
      await first.shakeHands(server)
      expect(server.isSecure).to.equal(true)
      const { session } = first
      if (version === 'TLSv1.3') expect(session).to.be.instanceOf(Buffer)
      const { asked, signIn } = scriptSignIn()
      const again = peer(session === undefined ? {} : { session })
      const end = await again.run(start(context), signIn)
      expect(end.kind === 'broken' && end.reason).to.equal('certificate-missing')
      expect(asked).to.have.length(0)
    })

    it('lets no one skip the certificate who was let in with one', async () => {
      const context = createContext()
      const first = peer(withUser)
      const end = await first.run(start(context), scriptSignIn(accepted).signIn)
      expect(end.kind).to.equal('done')
      const { session } = first
      if (version === 'TLSv1.3') expect(session).to.be.instanceOf(Buffer)
      const { asked, signIn } = scriptSignIn()
      const again = peer(session === undefined ? {} : { session })
      const refused = await again.run(start(context), signIn)
      expect(refused.kind === 'broken' && refused.reason).to.equal('certificate-missing')
      expect(asked).to.have.length(0)
    })
  })
}
