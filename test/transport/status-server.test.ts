import { expect } from 'chai'
import {
  attributeType,
  createSharedSecret,
  packetCode,
  textAttributes,
} from '../../src/radius/index.ts'
import { accessRequest, createHarness, gateway, readReply, secret } from './harness.ts'

const pamSecret = createSharedSecret('pam secret')

/** Two gateways at one address, told apart by NAS-Identifier. */
function createTwo() {
  return createHarness({
    gateways: [
      gateway('vpn', { nasIdentifier: 'vpn' }),
      gateway('pam', { nasIdentifier: 'pam*', secret: pamSecret }),
    ],
  })
}

/** As a proxy sends it: with a NAS-Identifier of its own, or with none. */
function statusServer(changes: Parameters<typeof accessRequest>[0] = {}) {
  return accessRequest({ code: packetCode.StatusServer, user: '', bare: true, ...changes })
}

describe('Status-Server where NAS-Identifier chooses the gateway (RULES 13)', () => {
  for (const nas of [undefined, '', 'vpn', 'pam7', 'Status Check 2. Are you alive?', '\u0000']) {
    for (const [owner, key] of [
      ['vpn', secret],
      ['pam', pamSecret],
    ] as const) {
      it(`is answered with the secret of ${owner}, NAS-Identifier ${JSON.stringify(nas)}`, () => {
        const harness = createTwo()
        const request = statusServer({ secret: key, ...(nas === undefined ? {} : { nas }) })
        harness.receive(request.bytes)
        expect(readReply(harness.sent[0]?.bytes, request).code).to.equal(packetCode.AccessAccept)
        expect(harness.drops).to.deep.equal([])
      })
    }
  }

  it('with a NAS-Identifier that comes twice or is not text is answered', () => {
    for (const value of [Buffer.from('ff00fe', 'hex'), Buffer.alloc(253, 0x2a)]) {
      const harness = createTwo()
      const attribute = { type: attributeType.NasIdentifier, value }
      const request = statusServer({ attributes: [attribute, attribute] })
      harness.receive(request.bytes)
      readReply(harness.sent[0]?.bytes, request)
    }
  })

  it('needs one of the secrets, and says whose it names', () => {
    const harness = createTwo()
    const wrong = createSharedSecret('wrong')
    harness.receive(statusServer({ secret: wrong }).bytes)
    harness.receive(statusServer({ secret: wrong, nas: 'pam1' }).bytes)
    expect(harness.drops.map(({ reason, gateway: name }) => [reason, name])).to.deep.equal([
      ['message-authenticator-wrong', undefined],
      ['message-authenticator-wrong', 'pam'],
    ])
    expect(harness.sent).to.deep.equal([])
  })

  it('needs Message-Authenticator, once (RFC 5997 3)', () => {
    const harness = createTwo()
    harness.receive(statusServer({ messageAuthenticator: false }).bytes)
    const twice = { type: attributeType.MessageAuthenticator, value: Buffer.alloc(16) }
    harness.receive(statusServer({ attributes: [twice] }).bytes)
    expect(harness.drops.map(({ reason }) => reason)).to.deep.equal([
      'message-authenticator-missing',
      'message-authenticator-repeated',
    ])
  })

  it('opens nothing for a sign-in: that still needs the NAS-Identifier of its gateway', () => {
    const harness = createTwo()
    const proxy = textAttributes(attributeType.NasIdentifier, 'proxy')
    harness.receive(statusServer({ attributes: proxy }).bytes)
    harness.receive(accessRequest({ attributes: proxy, identifier: 8 }).bytes)
    harness.receive(accessRequest({ nas: 'pam1', identifier: 9 }).bytes)
    expect(harness.sent).to.have.length(1)
    expect(harness.held).to.deep.equal([])
    expect(harness.drops.map(({ reason }) => reason)).to.deep.equal([
      'nas-identifier-unknown',
      'message-authenticator-wrong',
    ])
  })

  it('of gateways with one secret is answered as well', () => {
    const harness = createHarness({
      gateways: ['one', 'two', 'three'].map((name) =>
        gateway(name, { nasIdentifier: name, trustNasIdentifier: true }),
      ),
    })
    const request = statusServer({ nas: 'four' })
    harness.receive(request.bytes)
    readReply(harness.sent[0]?.bytes, request)
  })

  it('tries each different secret once, however many gateways share it', () => {
    const { listener } = createHarness({
      gateways: ['one', 'two', 'three'].map((name) =>
        gateway(name, { nasIdentifier: name, trustNasIdentifier: true }),
      ),
    })
    expect(listener.gateways.find('192.0.2.1')?.bySecret).to.have.length(1)
  })
})
