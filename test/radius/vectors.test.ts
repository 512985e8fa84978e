import { expect } from 'chai'
import {
  createSharedSecret,
  decodePacket,
  decodeUserPassword,
  encodeReply,
  encodeRequest,
  type VerifiedRequest,
  verifyReply,
  verifyRequest,
} from '../../src/radius/index.ts'
import { type RequestVector, requestVectors } from '../vectors/packets.ts'
import { hex } from './hex.ts'

const lenient = { requireMessageAuthenticator: false, limitProxyState: false }

function verified(vector: RequestVector): VerifiedRequest {
  const secret = createSharedSecret(vector.secret)
  const verification = verifyRequest(decodePacket(hex(vector.request)), secret, lenient)
  if (!verification.ok) throw new Error(verification.reason)
  expect(verification.messageAuthenticator).to.equal(vector.messageAuthenticator)
  return verification.request
}

for (const vector of requestVectors) {
  describe(`${vector.name} (${vector.source})`, () => {
    const secret = createSharedSecret(vector.secret)

    it('verifies, and gives the password', () => {
      const request = verified(vector)
      expect(decodeUserPassword(request)?.toString()).to.equal(vector.password)
    })

    it('is what we would send', () => {
      const packet = decodePacket(hex(vector.request))
      const encoded = encodeRequest(
        {
          code: packet.code,
          identifier: packet.identifier,
          authenticator: packet.authenticator,
          attributes: packet.attributes.filter(({ type }) => type !== 80),
          messageAuthenticator: vector.messageAuthenticator === 'valid',
        },
        secret,
      )
      expect(encoded.bytes.toString('hex')).to.equal(hex(vector.request).toString('hex'))
    })

    it('fails with another secret where anything can be proven, and with any bit of a hash turned', () => {
      const packet = decodePacket(hex(vector.request))
      const wrong = verifyRequest(packet, createSharedSecret('other'), lenient)
      const provable = packet.code !== 1 || vector.messageAuthenticator === 'valid'
      expect(wrong.ok).to.equal(!provable)
      if (!provable) return
      const turned = Buffer.from(packet.bytes)
      turned.writeUInt8(turned.readUInt8(4) ^ 1, 4)
      expect(verifyRequest(decodePacket(turned), secret, lenient).ok).to.equal(false)
    })

    for (const reply of vector.replies) {
      it(`${reply.name} verifies, and not with a bit turned`, () => {
        const request = decodePacket(hex(vector.request))
        const sent = {
          identifier: request.identifier,
          authenticator: request.authenticator,
          secret,
        }
        const policy = { requireMessageAuthenticator: reply.messageAuthenticator === 'valid' }
        const bytes = hex(reply.bytes)
        expect(verifyReply(decodePacket(bytes), sent, policy)).to.deep.equal({
          ok: true,
          messageAuthenticator: reply.messageAuthenticator,
        })
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
        expect(verifyReply(decodePacket(bytes), sent, policy)).to.deep.include({ ok: false })
      })

      const { from } = reply
      if (from === undefined) continue
      it(`${reply.name} is what we answer`, () => {
        const attributes = from.attributes.map(([type, value]) => ({ type, value: hex(value) }))
        const bytes = encodeReply(verified(vector), { code: from.code, attributes })
        expect(bytes.toString('hex')).to.equal(hex(reply.bytes).toString('hex'))
      })
    }
  })
}
