import { constants, sign, verify, type X509Certificate } from 'node:crypto'
import { CertID } from '@peculiar/asn1-ocsp'
import { OctetString } from '@peculiar/asn1-schema'
import { expect } from 'chai'
import { certificateId } from '../../../src/eap/certificates/ocsp-request.ts'
import { readOcspResponse } from '../../../src/eap/certificates/ocsp-response.ts'
import { bytes } from '../scripted-sign-in.ts'
import { createAuthority, issue, type KeyName, type Signer } from './authority.ts'
import { type Answer, answer, maskOf, named, oid, pss, type Signing } from './responder.ts'

const nowMs = Date.parse('2027-01-01T00:00:00Z')
const rsaEncryption = '1.2.840.113549.1.1'
const ecdsaWith = '1.2.840.10045.4'
const ed25519 = '1.3.101.112'

const rsa = (digest: string, arc: number): Signing => ({
  algorithm: named(`${rsaEncryption}.${arc}`, null),
  digest,
  padding: constants.RSA_PKCS1_PADDING,
})
const ecdsa = (digest: string, arc: string): Signing => ({
  algorithm: named(`${ecdsaWith}.${arc}`),
  digest,
})
const eddsa: Signing = { algorithm: named(ed25519), digest: null }
const buffer = (text: string): ArrayBuffer => Uint8Array.from(bytes(text)).buffer

const believed: readonly (readonly [string, KeyName, Signing])[] = [
  ['RSA with SHA-256', 'rsa', rsa('sha256', 11)],
  ['RSA with SHA-512', 'rsa', rsa('sha512', 13)],
  ['ECDSA with SHA-256', 'ec', ecdsa('sha256', '3.2')],
  ['ECDSA with SHA-384', 'ec', ecdsa('sha384', '3.3')],
  ['Ed25519', 'ed25519', eddsa],
  ['RSA-PSS with SHA-256', 'rsa', pss('sha256', 32)],
  ['RSA-PSS with SHA-384', 'rsa', pss('sha384', 48)],
  ['RSA-PSS with SHA-512', 'rsa', pss('sha512', 64)],
  ['RSA-PSS without a salt', 'rsa', pss('sha256', 0)],
  ['RSA-PSS with the longest salt of its key', 'rsa', pss('sha256', 222)],
  [
    'RSA-PSS with digests named without NULL',
    'rsa',
    pss('sha256', 32, { hashAlgorithm: named(oid.sha256) }),
  ],
]

/** Each is signed as it says, or as only a careless reader would take it. */
const refused: readonly (readonly [string, KeyName, Signing])[] = [
  ['RSA with SHA-1', 'rsa', rsa('sha1', 5)],
  ['RSA with MD5', 'rsa', rsa('md5', 4)],
  ['RSA with SHA-224', 'rsa', rsa('sha224', 14)],
  ['ECDSA with SHA-1', 'ec', ecdsa('sha1', '1')],
  ['ECDSA with SHA-224', 'ec', ecdsa('sha224', '3.1')],
  ['RSA-PSS with SHA-1', 'rsa', pss('sha1', 20)],
  ['RSA-PSS with SHA-1, as no parameters mean', 'rsa', pss('sha1', 20, null)],
  ['RSA-PSS with SHA-1, as empty parameters mean', 'rsa', pss('sha1', 20, buffer('3000'))],
  ['RSA-PSS with MD5', 'rsa', pss('md5', 16)],
  ['RSA-PSS with SHA-224', 'rsa', pss('sha224', 28)],
  [
    'RSA-PSS with SHA-1 in its mask',
    'rsa',
    pss('sha256', 32, { maskGenAlgorithm: maskOf(oid.sha1) }),
  ],
  [
    'RSA-PSS with another digest in its mask',
    'rsa',
    pss('sha256', 32, { maskGenAlgorithm: maskOf(oid.sha512) }),
  ],
  [
    'RSA-PSS with a mask of another kind',
    'rsa',
    pss('sha256', 32, { maskGenAlgorithm: maskOf(oid.sha256, `${rsaEncryption}.9`) }),
  ],
  [
    'RSA-PSS with a mask without a digest',
    'rsa',
    pss('sha256', 32, { maskGenAlgorithm: named(`${rsaEncryption}.8`, null) }),
  ],
  ['RSA-PSS with another length of its salt', 'rsa', pss('sha256', 32, { saltLength: 20 })],
  // Node finds these out: RSA_PSS_SALTLEN_DIGEST and RSA_PSS_SALTLEN_AUTO.
  ['RSA-PSS with a salt of -1', 'rsa', pss('sha256', 32, { saltLength: -1 })],
  ['RSA-PSS with a salt of -2', 'rsa', pss('sha256', 32, { saltLength: -2 })],
  ['RSA-PSS with a salt of two gigabytes', 'rsa', pss('sha256', 32, { saltLength: 0x7fff_ffff })],
  ['RSA-PSS with another trailer', 'rsa', pss('sha256', 32, { trailerField: 2 })],
  ['RSA-PSS with something else for parameters', 'rsa', pss('sha256', 32, buffer('0402aabb'))],
  ['RSA-PSS with parameters of no end', 'rsa', pss('sha256', 32, buffer('3080 0000'))],
  ['Ed25519 with parameters', 'ed25519', { ...eddsa, algorithm: named(ed25519, null) }],
  ['Ed25519 in the name of Ed448', 'ed25519', { ...eddsa, algorithm: named('1.3.101.113') }],
  ['Ed25519 in the name of ECDSA', 'ed25519', { ...eddsa, algorithm: named(`${ecdsaWith}.3.2`) }],
  ['ECDSA in the name of RSA', 'ec', { ...rsa('sha256', 11), digest: 'sha256' }],
  [
    'RSA in the name of ECDSA',
    'rsa',
    { ...rsa('sha256', 11), algorithm: named(`${ecdsaWith}.3.2`) },
  ],
  [
    'RSA in the name of RSA-PSS',
    'rsa',
    { ...rsa('sha256', 11), algorithm: pss('sha256', 32).algorithm },
  ],
  [
    'RSA-PSS in the name of RSA',
    'rsa',
    { ...pss('sha256', 32), algorithm: named(`${rsaEncryption}.11`, null) },
  ],
  ['an algorithm that does not exist', 'rsa', { ...rsa('sha256', 11), algorithm: named('1.2.3') }],
]

describe('OCSP, signatures of answers', () => {
  const authorities = new Map<KeyName, Signer>()
  const delegates = new Map<KeyName, Signer>()
  let ec: Signer
  let device: X509Certificate

  before(async () => {
    for (const kind of ['rsa', 'ec', 'ed25519'] as const) {
      authorities.set(kind, await createAuthority(kind))
    }
    ec = signerIn(authorities, 'ec')
    for (const kind of ['rsa', 'ec', 'ed25519'] as const) {
      delegates.set(kind, await issue(ec, kind))
    }
    device = (await issue(ec, 'ec', { serialNumber: 'f001' })).certificate
  })

  function signerIn(signers: ReadonlyMap<KeyName, Signer>, kind: KeyName): Signer {
    const signer = signers.get(kind)
    if (signer === undefined) throw new Error(`no ${kind}`)
    return signer
  }

  function read(issuer: X509Certificate, rest: Omit<Answer, 'id'>, atMs = nowMs) {
    const id = certificateId(device, issuer)
    if (id === undefined) throw new Error('no id')
    return readOcspResponse(answer({ ...rest, id }), id, atMs)?.status
  }

  /** Signed by the issuer itself, and by a responder that it has entitled. */
  function bothWays(kind: KeyName, rest: Pick<Answer, 'signing' | 'spoil'>) {
    const own = signerIn(authorities, kind)
    const delegate = signerIn(delegates, kind)
    return {
      own: read(own.certificate, { ...rest, signer: own }),
      delegated: read(ec.certificate, { ...rest, signer: delegate, delegates: [delegate] }),
    }
  }

  for (const [what, kind, signing] of believed) {
    it(`believes ${what}`, () => {
      expect(bothWays(kind, { signing })).to.deep.equal({ own: 'good', delegated: 'good' })
    })

    it(`does not believe ${what} with a changed, cut or foreign signature`, () => {
      const none = { own: undefined, delegated: undefined }
      const spoils: readonly ((signature: Buffer) => Buffer)[] = [
        (signature) => Buffer.from(signature.map((byte, at) => (at === 20 ? byte ^ 1 : byte))),
        (signature) => signature.subarray(0, -1),
        (signature) => Buffer.concat([signature, Buffer.alloc(1)]),
        () => Buffer.alloc(0),
      ]
      for (const spoil of spoils) {
        expect(bothWays(kind, { signing, spoil }), spoil.toString()).to.deep.equal(none)
      }
    })
  }

  for (const [what, kind, signing] of refused) {
    it(`does not believe ${what}`, () => {
      expect(bothWays(kind, { signing })).to.deep.equal({ own: undefined, delegated: undefined })
    })
  }

  it('knows that the refused digests verify, or refusing them would prove nothing', () => {
    const { key, certificate } = signerIn(authorities, 'rsa')
    const data = Buffer.from('data')
    for (const { digest, algorithm: _, ...how } of [
      rsa('sha1', 5),
      rsa('md5', 4),
      pss('sha1', 20),
    ]) {
      const signature = sign(digest, data, { key, ...how })
      const options = { key: certificate.publicKey, ...how }
      expect(verify(digest, data, options, signature)).to.equal(true)
    }
  })

  describe('who may sign', () => {
    const signing = ecdsa('sha256', '3.2')

    it('the issuer, also where certificates of others come along', async () => {
      const others = [await issue(ec, 'ec'), await issue(await createAuthority('ec'), 'ec')]
      const answered = read(ec.certificate, { signer: ec, signing, delegates: others })
      expect(answered).to.equal('good')
    })

    it('any of the responders that it has entitled', async () => {
      const both = [await issue(ec, 'ec'), await issue(ec, 'ec')]
      for (const signer of both) {
        expect(read(ec.certificate, { signer, signing, delegates: both })).to.equal('good')
      }
    })

    for (const [what, options] of [
      ['for something else', { usage: '1.3.6.1.5.5.7.3.2' }],
      ['for any use', { usage: '2.5.29.37.0' }],
      ['that is over', { notAfter: new Date(nowMs - 1_000) }],
      ['signed with SHA-1', { hash: 'SHA-1' }],
    ] as const) {
      it(`not a responder with a certificate ${what}`, async () => {
        const signer = await issue(ec, 'ec', options)
        expect(read(ec.certificate, { signer, signing, delegates: [signer] })).to.equal(undefined)
      })
    }

    it('not a responder that leaves its certificate out', async () => {
      const signer = await issue(ec, 'ec')
      expect(read(ec.certificate, { signer, signing })).to.equal(undefined)
      expect(read(ec.certificate, { signer, signing, delegates: [] })).to.equal(undefined)
    })

    it('not one that another authority of the same name has entitled', async () => {
      const signer = await issue(await createAuthority('ec'), 'ec')
      expect(read(ec.certificate, { signer, signing, delegates: [signer] })).to.equal(undefined)
    })
  })

  describe('which certificate it is about', () => {
    const digest = new OctetString(new Uint8Array(20))
    for (const [what, other] of [
      ['by another digest', { hashAlgorithm: named(oid.sha256, null) }],
      ['of an issuer of another name', { issuerNameHash: digest }],
      ['of an issuer with another key', { issuerKeyHash: digest }],
      ['with another serial number', { serialNumber: Uint8Array.of(0xf0, 0x01).buffer }],
    ] as const) {
      it(`not one ${what}`, () => {
        const id = certificateId(device, ec.certificate)
        if (id === undefined) throw new Error('no id')
        const certId = new CertID({ ...id.certId, ...other })
        const signing = ecdsa('sha256', '3.2')
        const answered = answer({ id: { ...id, certId }, signer: ec, signing })
        expect(readOcspResponse(answered, id, nowMs)).to.equal(undefined)
      })
    }
  })

  describe('when it counts', () => {
    const signing = ecdsa('sha256', '3.2')
    const at = (thisUpdate: number, nextUpdate: number) =>
      read(ec.certificate, { signer: ec, signing, thisUpdate, nextUpdate })

    it('until its last moment', () => {
      expect(at(nowMs - 1_000, nowMs)).to.equal('good')
      expect(at(nowMs - 2_000, nowMs - 1_000)).to.equal(undefined)
    })

    it('from five minutes before its first moment, since clocks differ', () => {
      expect(at(nowMs + 300_000, nowMs + 900_000)).to.equal('good')
      expect(at(nowMs + 301_000, nowMs + 900_000)).to.equal(undefined)
    })

    it('with a nonce that was never asked for', () => {
      const nonce = new Uint8Array(32).fill(7)
      expect(read(ec.certificate, { signer: ec, signing, nonce })).to.equal('good')
    })
  })
})
