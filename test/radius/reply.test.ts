import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  createSharedSecret,
  decodePacket,
  encodeReply,
  encodeRequest,
  findAllAttributes,
  packetCode,
  verifyReply,
} from '../../src/radius/index.ts'
import { attribute, codeOf, secret, verifiedRequest } from './packets.ts'

const strict = { requireMessageAuthenticator: true }
const filler = (length: number) => attribute(192, Buffer.alloc(length))

describe('encodeReply', () => {
  const access = [
    packetCode.AccessAccept,
    packetCode.AccessReject,
    packetCode.AccessChallenge,
    packetCode.ProtocolError,
  ]
  for (const code of access) {
    for (const messageAuthenticator of [true, false]) {
      it(`code ${code}: Message-Authenticator first, request ${messageAuthenticator ? 'with' : 'without'}`, () => {
        const request = verifiedRequest({ messageAuthenticator })
        const reply = decodePacket(
          encodeReply(request, { code, attributes: [attribute(18, 'no')] }),
        )
        expect(reply.attributes.map(({ type }) => type)).to.deep.equal([80, 18])
        expect(verifyReply(reply, { ...request, secret }, strict)).to.deep.equal({
          ok: true,
          messageAuthenticator: 'valid',
        })
      })
    }
  }

  it('signs the reply to Status-Server too', () => {
    const request = verifiedRequest({ code: packetCode.StatusServer })
    const bytes = encodeReply(request, { code: packetCode.AccessAccept, attributes: [] })
    expect(bytes[20]).to.equal(80)
  })

  it('echoes every Proxy-State in order, at the end, in every code', () => {
    const states = ['b', 'a', '', 'c'.repeat(253)].map((text) => attribute(33, text))
    for (const code of [2, 3, 11, 52, 5, 41, 42, 44, 45]) {
      const request = verifiedRequest({ attributes: [...states, attribute(1, 'alice')] })
      const reply = decodePacket(encodeReply(request, { code, attributes: [attribute(25, 'x')] }))
      expect(reply.attributes.slice(-4)).to.deep.equal(states)
    }
  })

  it('leaves out what a caller must not choose', () => {
    const request = verifiedRequest()
    const attributes = [
      attribute(33, 'forged'),
      attribute(80, Buffer.alloc(16)),
      attribute(18, 'x'),
    ]
    const reply = decodePacket(encodeReply(request, { code: 2, attributes }))
    expect(findAllAttributes(reply, 33)).to.deep.equal([])
    expect(findAllAttributes(reply, 80)).to.have.length(1)
    expect(verifyReply(reply, { ...request, secret }, strict).ok).to.equal(true)
  })

  it('sends no empty value but those that mean something', () => {
    const empty = [18, 25, 79, 89].map((type) => attribute(type, ''))
    const reply = decodePacket(encodeReply(verifiedRequest(), { code: 2, attributes: empty }))
    expect(reply.attributes.map(({ type }) => type)).to.deep.equal([80, 79, 89])
  })

  it('fits 4096 bytes and refuses 4097, counting Proxy-State', () => {
    const request = verifiedRequest({ attributes: [attribute(33, 'p'.repeat(100))] })
    const attributes = (last: number) => [
      ...Array.from({ length: 15 }, () => filler(253)),
      filler(last),
    ]
    const room = 4096 - 20 - 18 - 102 - 15 * 255 - 2
    const bytes = encodeReply(request, { code: 2, attributes: attributes(room) })
    expect(decodePacket(bytes).bytes.length).to.equal(4096)
    const reply = { code: 2, attributes: attributes(room + 1) }
    expect(codeOf(() => encodeReply(request, reply))).to.equal('reply-too-large')
  })

  it('refuses what no attribute can carry', () => {
    const request = verifiedRequest()
    for (const wrong of [
      filler(254),
      attribute(0, 'x'),
      attribute(256, 'x'),
      attribute(1.5, 'x'),
    ]) {
      const reply = { code: 2, attributes: [wrong] }
      expect(codeOf(() => encodeReply(request, reply))).to.equal('value-invalid')
    }
  })

  it('gives back what was put in, whatever it was', () => {
    const any = fc.record({
      type: fc.integer({ min: 1, max: 255 }).filter((type) => type !== 33 && type !== 80),
      value: fc
        .uint8Array({ minLength: 1, maxLength: 253, size: 'max' })
        .map((bytes) => Buffer.from(bytes)),
    })
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 12, size: 'max' }),
        fc.uint8Array({ minLength: 1, maxLength: 90, size: 'max' }),
        fc.constantFrom(2, 3, 11, 52),
        (attributes, secretBytes, code) => {
          const shared = createSharedSecret(secretBytes)
          const request = verifiedRequest({}, shared)
          const reply = decodePacket(encodeReply(request, { code, attributes }))
          expect(reply.attributes.slice(1)).to.deep.equal(attributes)
          expect(verifyReply(reply, { ...request, secret: shared }, strict).ok).to.equal(true)
        },
      ),
    )
  })
})

describe('verifyReply', () => {
  const sent = encodeRequest({ code: 1, identifier: 9, attributes: [] }, secret)
  const reply = (code: number, attributes = [attribute(18, 'x')]) =>
    decodePacket(
      encodeReply(verifiedRequest({ identifier: 9, authenticator: sent.authenticator }), {
        code,
        attributes,
      }),
    )

  it('refuses another identifier, secret or request', () => {
    const good = reply(2)
    const other = createSharedSecret('other')
    expect(verifyReply(good, { ...sent, identifier: 8 }, strict)).to.deep.equal({
      ok: false,
      reason: 'identifier-wrong',
    })
    for (const wrong of [
      { ...sent, secret: other },
      { ...sent, authenticator: Buffer.alloc(16) },
    ]) {
      expect(verifyReply(good, wrong, strict)).to.deep.equal({
        ok: false,
        reason: 'response-authenticator-wrong',
      })
    }
    expect(verifyReply(good, sent, strict).ok).to.equal(true)
  })

  it('refuses a wrong Message-Authenticator, and two, although the response authenticator is right', () => {
    for (const [values, reason] of [
      [1, 'message-authenticator-wrong'],
      [2, 'message-authenticator-repeated'],
    ] as const) {
      const value = Buffer.concat([Uint8Array.of(80, 18), Buffer.alloc(16)])
      const header = Buffer.from([2, 9, 0, 20 + values * 18])
      const body = Buffer.concat(Array.from({ length: values }, () => value))
      const hash = createHash('md5')
        .update(header)
        .update(sent.authenticator)
        .update(body)
        .update('xyzzy5461')
        .digest()
      const packet = decodePacket(Buffer.concat([header, hash, body]))
      expect(verifyReply(packet, sent, strict)).to.deep.equal({ ok: false, reason })
    }
  })

  it('asks for Message-Authenticator where it is required, and with EAP-Message always', () => {
    // Accounting-Response to a request without it is the only reply of ours that has none.
    const bare = (code: number, attributes = [attribute(18, 'x')]) => {
      const request = verifiedRequest({
        code: 4,
        identifier: 9,
        messageAuthenticator: false,
        attributes: [],
      })
      const packet = decodePacket(encodeReply(request, { code, attributes }))
      return verifyReply(packet, { ...request, secret }, strict)
    }
    expect(bare(5)).to.deep.equal({ ok: true, messageAuthenticator: 'absent' })
    expect(bare(5, [attribute(79, 'x')])).to.deep.equal({
      ok: false,
      reason: 'message-authenticator-missing',
    })
  })
})

describe('encodeRequest', () => {
  it('refuses what cannot be sent', () => {
    const encode = (change: object) =>
      codeOf(() => encodeRequest({ code: 1, identifier: 1, attributes: [], ...change }, secret))
    expect(encode({ identifier: 256 })).to.equal('value-invalid')
    expect(encode({ identifier: -1 })).to.equal('value-invalid')
    expect(encode({ authenticator: Buffer.alloc(15) })).to.equal('value-invalid')
    expect(encode({ password: 'x'.repeat(129) })).to.equal('value-invalid')
    expect(encode({ attributes: Array.from({ length: 17 }, () => filler(253)) })).to.equal(
      'request-too-large',
    )
  })

  it('takes a fresh authenticator each time', () => {
    const encode = () => encodeRequest({ code: 1, identifier: 1, attributes: [] }, secret)
    expect(encode().authenticator).to.not.deep.equal(encode().authenticator)
  })
})
