import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import {
  decodePacket,
  encodeRequest,
  type RequestPolicy,
  type RequestToSend,
  verifyRequest,
} from '../../src/radius/index.ts'
import { attribute, lenient, secret } from './packets.ts'

const strict: RequestPolicy = { requireMessageAuthenticator: true, limitProxyState: true }
const limited: RequestPolicy = { requireMessageAuthenticator: false, limitProxyState: true }
const proxyState = attribute(33, 'smuggled')
const eap = attribute(79, '')

function verify(request: Partial<RequestToSend>, policy: RequestPolicy): string {
  const { bytes } = encodeRequest({ code: 1, identifier: 1, attributes: [], ...request }, secret)
  const verification = verifyRequest(decodePacket(bytes), secret, policy)
  return verification.ok ? verification.messageAuthenticator : verification.reason
}

type Case = readonly [
  name: string,
  request: Partial<RequestToSend>,
  policy: RequestPolicy,
  expected: string,
]

const without = { messageAuthenticator: false }

const cases: readonly Case[] = [
  ['Access-Request with it', {}, strict, 'valid'],
  ['Access-Request without it', without, lenient, 'absent'],
  ['Access-Request without it, required', without, strict, 'message-authenticator-missing'],
  ['Proxy-State with it', { attributes: [proxyState] }, strict, 'valid'],
  ['Proxy-State without it', { ...without, attributes: [proxyState] }, lenient, 'absent'],
  [
    'Proxy-State without it, limited',
    { ...without, attributes: [proxyState] },
    limited,
    'proxy-state-refused',
  ],
  ['no Proxy-State and without it, limited', without, limited, 'absent'],
  ['EAP-Message with it', { attributes: [eap] }, lenient, 'valid'],
  [
    'EAP-Message without it',
    { ...without, attributes: [eap] },
    lenient,
    'message-authenticator-missing',
  ],
  ['Status-Server with it', { code: 12 }, lenient, 'valid'],
  ['Status-Server without it', { ...without, code: 12 }, lenient, 'message-authenticator-missing'],
  [
    'Accounting-Request without it, although required for access',
    { ...without, code: 4 },
    strict,
    'absent',
  ],
  [
    'Accounting-Request with Proxy-State without it',
    { ...without, code: 4, attributes: [proxyState] },
    strict,
    'absent',
  ],
  ['Accounting-Request with it', { code: 4 }, strict, 'valid'],
  ['Disconnect-Request with it', { code: 40 }, strict, 'valid'],
  ['CoA-Request without it', { ...without, code: 43 }, strict, 'absent'],
  ['an Access-Accept', { code: 2 }, lenient, 'code-not-a-request'],
  ['Status-Client', { code: 13 }, lenient, 'code-not-a-request'],
  ['code 0', { code: 0 }, lenient, 'code-not-a-request'],
]

describe('verifyRequest', () => {
  for (const [name, request, policy, expected] of cases) {
    it(`${name}: ${expected}`, () => expect(verify(request, policy)).to.equal(expected))
  }

  for (const code of [1, 4, 12, 40, 43]) {
    it(`code ${code}: any bit turned in a signed packet is found`, () => {
      const { bytes } = encodeRequest(
        {
          code,
          identifier: 1,
          attributes: [attribute(1, 'alice')],
          authenticator: Buffer.alloc(16, 5),
        },
        secret,
      )
      for (let bit = 32; bit < bytes.length * 8; bit++) {
        const turned = Buffer.from(bytes)
        turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        let verification: ReturnType<typeof verifyRequest>
        try {
          verification = verifyRequest(decodePacket(turned), secret, strict)
        } catch {
          continue
        }
        expect(verification.ok, `bit ${bit}`).to.equal(false)
      }
    })
  }

  it('takes it at the end and in the middle as well', () => {
    for (const position of [0, 1, 2]) {
      const attributes = [attribute(1, 'alice'), attribute(32, 'vpn')]
      attributes.splice(position, 0, attribute(80, Buffer.alloc(16)))
      const { bytes } = encodeRequest(
        { code: 1, identifier: 1, attributes, messageAuthenticator: false },
        secret,
      )
      const at = bytes.indexOf(Buffer.concat([Uint8Array.of(80, 18), Buffer.alloc(16)])) + 2
      bytes.set(createHmac('md5', 'xyzzy5461').update(bytes).digest(), at)
      const verification = verifyRequest(decodePacket(bytes), secret, strict)
      expect(verification).to.deep.include({ ok: true, messageAuthenticator: 'valid' })
    }
  })

  it('refuses two, even when each would be right on its own', () => {
    const { bytes } = encodeRequest(
      { code: 1, identifier: 1, attributes: [attribute(80, Buffer.alloc(16))] },
      secret,
    )
    expect(verifyRequest(decodePacket(bytes), secret, strict)).to.deep.equal({
      ok: false,
      reason: 'message-authenticator-repeated',
    })
  })

  for (const length of [0, 1, 15, 17, 32]) {
    it(`refuses one of ${length} bytes`, () => {
      const request = { ...without, attributes: [attribute(80, Buffer.alloc(length))] }
      expect(verify(request, lenient)).to.equal('message-authenticator-wrong')
    })
  }

  it('refuses a wrong one whatever the code and the policy', () => {
    for (const code of [1, 4, 12, 40, 43]) {
      const request = { ...without, code, attributes: [attribute(80, Buffer.alloc(16))] }
      expect(verify(request, lenient)).to.equal('message-authenticator-wrong')
    }
  })

  it('refuses a wrong hash where there is no Message-Authenticator', () => {
    for (const code of [4, 40, 43]) {
      const { bytes } = encodeRequest({ code, identifier: 1, attributes: [], ...without }, secret)
      bytes[4] = (bytes[4] ?? 0) ^ 1
      expect(verifyRequest(decodePacket(bytes), secret, lenient)).to.deep.equal({
        ok: false,
        reason: 'request-authenticator-wrong',
      })
    }
  })
})
