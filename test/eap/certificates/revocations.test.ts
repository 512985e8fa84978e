import 'reflect-metadata'
import { X509CrlGenerator } from '@peculiar/x509'
import { expect } from 'chai'
import { revocationsEndMs } from '../../../src/eap/certificates/revocations.ts'
import { createTlsContext, TlsSession } from '../../../src/eap/tls/session.ts'
import * as vectors from '../../vectors/certificates.ts'
import { TlsPeer } from '../tls-peer.ts'
import { createAuthority, issue, type KeyName, type Signer } from './authority.ts'
import { wrap } from './der-writer.ts'

const clientAuth = '1.3.6.1.5.5.7.3.2'
const thisUpdate = new Date('2020-01-01')
const nextUpdate = new Date('2120-01-01')

type ListSigning = { readonly name: string; readonly hash?: string; readonly saltLength?: number }

/** A list of the authority, of one certificate, signed with the key of `signer`. */
async function listOf(
  authority: Signer,
  signer: Signer,
  signing: ListSigning,
  serialNumber: string,
): Promise<Uint8Array> {
  const { name, hash } = signing
  const list = await X509CrlGenerator.create({
    issuer: authority.certificate.subject,
    thisUpdate,
    nextUpdate,
    entries: [{ serialNumber, revocationDate: thisUpdate }],
    // Such a key is of one algorithm.
    signingKey:
      hash !== undefined && name !== 'ECDSA'
        ? signer.key.toCryptoKey({ name, hash }, true, ['sign'])
        : signer.keys.privateKey,
    signingAlgorithm: signing,
  })
  return new Uint8Array(list.rawData)
}

function toPem(list: Uint8Array): string {
  const lines =
    Buffer.from(list)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN X509 CRL-----', ...lines, '-----END X509 CRL-----', ''].join('\n')
}

describe('lists of revoked certificates', () => {
  for (const [what, kind, signing] of [
    ['ECDSA', 'ec', { name: 'ECDSA', hash: 'SHA-256' }],
    ['RSA', 'rsa', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }],
    ['RSA-PSS', 'rsa', { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 }],
    ['RSA-PSS with SHA-512', 'rsa', { name: 'RSA-PSS', hash: 'SHA-512', saltLength: 64 }],
    ['Ed25519', 'ed25519', { name: 'Ed25519' }],
  ] as const satisfies readonly (readonly [string, KeyName, ListSigning])[]) {
    it(`count when they are signed with ${what} by the authority, and by no other`, async () => {
      const authority = await createAuthority(kind)
      const other = await createAuthority(kind)
      const device = await issue(authority, 'ec', { serialNumber: '0a', usage: clientAuth })

      async function judge(signer: Signer, serialNumber: string): Promise<string | undefined> {
        const list = await listOf(authority, signer, signing, serialNumber)
        expect(revocationsEndMs(list)).to.equal(nextUpdate.getTime())
        const context = createTlsContext({
          cert: vectors.serverCertificate,
          key: vectors.serverKey,
          ca: [authority.certificate.toString()],
          crl: [toPem(list)],
          maxVersion: 'TLSv1.3',
        })
        const server = new TlsSession(context, true)
        const peer = new TlsPeer({
          cert: device.certificate.toString(),
          key: String(device.key.export({ type: 'pkcs8', format: 'pem' })),
        })
        await peer.shakeHands(server)
        expect(server.isSecure).to.equal(true)
        const { verifyError } = server
        peer.socket.destroy()
        server.close()
        return verifyError
      }

      expect(await judge(authority, '0b')).to.equal(undefined)
      expect(await judge(authority, '0a')).to.equal('CERT_REVOKED')
      expect(await judge(other, '0b')).to.equal('CRL_SIGNATURE_FAILURE')
    })
  }

  it('have an end also with 200,000 certificates in them', () => {
    expect(revocationsEndMs(longList(200_000))).to.equal(Date.parse('2120-01-01T00:00:00Z'))
  })

  it('have no end when they are cut off, spoilt, or say none', () => {
    const list = longList(10)
    for (let length = 0; length < list.length; length += 1) {
      expect(revocationsEndMs(list.subarray(0, length)), `${length}`).to.equal(undefined)
    }
    expect(revocationsEndMs(longList(10, Buffer.alloc(0)))).to.equal(undefined)
    expect(revocationsEndMs(longList(10, wrap(0x18, Buffer.from('21201301000000Z'))))).to.equal(
      undefined,
    )
  })
})

/** Unsigned, but otherwise whole (RFC 5280 5.1). */
function longList(count: number, until = wrap(0x18, Buffer.from('21200101000000Z'))): Buffer {
  const algorithm = wrap(0x30, Buffer.from('06082a8648ce3d040302', 'hex'))
  const since = wrap(0x17, Buffer.from('200101000000Z'))
  const entry = wrap(0x30, wrap(0x02, Buffer.alloc(16, 7)), since)
  const entries = wrap(0x30, Buffer.concat(Array<Buffer>(count).fill(entry)))
  const signed = wrap(0x30, wrap(0x02, Buffer.of(1)), algorithm, wrap(0x30), since, until, entries)
  return wrap(0x30, signed, algorithm, wrap(0x03, Buffer.of(0)))
}
