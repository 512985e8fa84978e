import { X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import { certificateId } from '../../../src/eap/certificates/ocsp-request.ts'
import { readOcspResponse } from '../../../src/eap/certificates/ocsp-response.ts'
import * as certificates from '../../vectors/certificates.ts'
import * as vectors from '../../vectors/ocsp.ts'

const nowMs = Date.parse('2027-01-01T00:00:00Z')

describe('OCSP, every byte of an answer', () => {
  it('believes no answer with a changed or missing byte, unless it means the same', () => {
    const issuer = new X509Certificate(certificates.authority)
    const id = certificateId(new X509Certificate(certificates.revoked), issuer)
    if (id === undefined) throw new Error('no id')
    for (let at = 0; at < vectors.revokedStatus.length; at += 1) {
      const changed = Uint8Array.from(vectors.revokedStatus)
      changed[at] = (changed[at] ?? 0) ^ 1
      const read = readOcspResponse(changed, id, nowMs)
      expect(read?.status ?? 'revoked', `byte ${at}`).to.equal('revoked')
      const cut = readOcspResponse(vectors.revokedStatus.subarray(0, at), id, nowMs)
      expect(cut, `cut at ${at}`).to.equal(undefined)
    }
  })
})
