import { expect } from 'chai'
import {
  type Attribute,
  attributeType,
  createSharedSecret,
  encodeRequest,
  packetCode,
  textAttributes,
} from '../../src/radius/index.ts'
import { createGatewayTable } from '../../src/transport/gateways/gateway-table.ts'
import { accepted, accessRequest, createHarness, gateway, readReply, secret } from './harness.ts'

const eap: Attribute = { type: attributeType.EapMessage, value: Buffer.from('0201000501', 'hex') }
const proxyState: Attribute = { type: attributeType.ProxyState, value: Buffer.from('proxy') }
const unsigned = { messageAuthenticator: false }

function reasonFor(bytes: Uint8Array, changes: Parameters<typeof gateway>[1] = {}) {
  const harness = createHarness({ gateways: [gateway('vpn', changes)] })
  harness.receive(bytes)
  return harness.drops[0]?.reason ?? (harness.held.length === 1 ? 'taken' : 'nothing')
}

const status = encodeRequest(
  { code: packetCode.StatusServer, identifier: 1, attributes: [] },
  secret,
)
const wrong = createSharedSecret('wrong')
const good = accessRequest().bytes
const twice = accessRequest({
  attributes: [{ type: attributeType.MessageAuthenticator, value: Buffer.alloc(16) }],
}).bytes

function changed(bytes: Uint8Array, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = value
  return copy
}

/** With one bit of a byte changed: another packet whatever the byte was. */
function flipped(bytes: Uint8Array, at: number): Buffer {
  return changed(bytes, at, (bytes[at] ?? 0) ^ 1)
}

describe('what a request must prove', () => {
  const required: [string, Uint8Array, string][] = [
    ['a signed request', good, 'taken'],
    ['a signed request with padding behind it', Buffer.concat([good, Buffer.alloc(9)]), 'taken'],
    ['an unsigned request', accessRequest(unsigned).bytes, 'message-authenticator-missing'],
    [
      'one signed with another secret',
      accessRequest({ secret: wrong }).bytes,
      'message-authenticator-wrong',
    ],
    ['a changed byte', flipped(good, good.length - 1), 'message-authenticator-wrong'],
    ['a changed authenticator', flipped(good, 4), 'message-authenticator-wrong'],
    ['two signatures', twice, 'message-authenticator-repeated'],
    [
      'EAP without a signature',
      accessRequest({ attributes: [eap], ...unsigned }).bytes,
      'message-authenticator-missing',
    ],
    ['nothing', Buffer.alloc(0), 'length-wrong'],
    ['19 bytes', good.subarray(0, 19), 'length-wrong'],
    ['a cut packet', good.subarray(0, good.length - 1), 'length-wrong'],
    ['Length 19', changed(changed(good, 2, 0), 3, 19), 'length-wrong'],
    ['Length above 4096', changed(Buffer.alloc(5000, good), 2, 0x13), 'length-wrong'],
    ['an attribute of length 1', changed(good, 21, 1), 'packet-malformed'],
    ['an attribute past the end', changed(good, 21, 255), 'packet-malformed'],
  ]
  for (const [what, bytes, reason] of required) {
    it(`${what}: ${reason}`, () => expect(reasonFor(bytes)).to.equal(reason))
  }

  for (const code of [0, 2, 3, 5, 11, 13, 40, 43, 52, 255]) {
    it(`code ${code}: code-unexpected, even where its authenticator is right`, () => {
      const request = accessRequest({ code })
      expect(reasonFor(request.bytes)).to.equal('code-unexpected')
    })
  }

  for (const messageAuthenticator of ['optional', 'learn'] as const) {
    const mode = { messageAuthenticator }
    describe(messageAuthenticator, () => {
      it('takes an unsigned request', () => {
        expect(reasonFor(accessRequest(unsigned).bytes, mode)).to.equal('taken')
      })
      it('refuses Proxy-State without signature, and takes it with one', () => {
        const attributes = [proxyState]
        const bytes = accessRequest({ ...unsigned, attributes }).bytes
        expect(reasonFor(bytes, mode)).to.equal('proxy-state-refused')
        expect(reasonFor(accessRequest({ attributes }).bytes, mode)).to.equal('taken')
      })
      it('refuses EAP and Status-Server without signature, and a wrong one', () => {
        const bare = accessRequest({ ...unsigned, attributes: [eap] }).bytes
        expect(reasonFor(bare, mode)).to.equal('message-authenticator-missing')
        const unsignedStatus = accessRequest({ ...unsigned, code: packetCode.StatusServer }).bytes
        expect(reasonFor(unsignedStatus, mode)).to.equal('message-authenticator-missing')
        const signedWrong = accessRequest({ secret: wrong }).bytes
        expect(reasonFor(signedWrong, mode)).to.equal('message-authenticator-wrong')
      })
    })
  }

  it('learn: the first valid signature makes it required, told once', () => {
    const harness = createHarness({ gateways: [gateway('vpn', { messageAuthenticator: 'learn' })] })
    harness.receive(accessRequest({ identifier: 1, ...unsigned }).bytes)
    harness.receive(accessRequest({ identifier: 2, secret: wrong }).bytes)
    harness.receive(accessRequest({ identifier: 3, attributes: [eap] }).bytes)
    harness.receive(status.bytes)
    expect(harness.learnt).to.deep.equal([])
    harness.receive(accessRequest({ identifier: 4 }).bytes)
    harness.receive(accessRequest({ identifier: 5 }).bytes)
    expect(harness.learnt).to.deep.equal(['vpn'])
    harness.receive(accessRequest({ identifier: 6, ...unsigned }).bytes)
    expect(harness.drops.at(-1)?.reason).to.equal('message-authenticator-missing')
  })

  it('learn: what an earlier run learnt counts from the first packet on', () => {
    const mode = { messageAuthenticator: 'learn', learnt: true } as const
    expect(reasonFor(accessRequest(unsigned).bytes, mode)).to.equal('message-authenticator-missing')
  })

  for (const messageAuthenticator of ['optional', 'learn'] as const) {
    it(`${messageAuthenticator} until a moment: required from then on`, () => {
      const atMs = createHarness().clock.nowMs() + 5_000
      const mode = { messageAuthenticator, requiredFromMs: atMs }
      const harness = createHarness({ gateways: [gateway('vpn', mode)] })
      harness.receive(accessRequest(unsigned).bytes)
      harness.clock.advance(4_999)
      harness.receive(accessRequest({ ...unsigned, identifier: 8 }).bytes)
      expect(harness.held).to.have.length(2)
      harness.clock.advance(1)
      harness.receive(accessRequest({ ...unsigned, identifier: 9 }).bytes)
      expect(harness.held).to.have.length(2)
      expect(harness.drops.map(({ reason }) => reason)).to.deep.equal([
        'message-authenticator-missing',
      ])
      harness.receive(accessRequest({ identifier: 10 }).bytes)
      expect(harness.held).to.have.length(3)
    })
  }

  it('tells of each verified request whether it was signed, and nothing of EAP or Status-Server', () => {
    const mode = { messageAuthenticator: 'optional' } as const
    const harness = createHarness({ gateways: [gateway('vpn', mode)] })
    harness.receive(good)
    harness.receive(accessRequest({ ...unsigned, identifier: 8 }).bytes)
    harness.receive(accessRequest({ secret: wrong, identifier: 9 }).bytes)
    harness.receive(accessRequest({ attributes: [eap], identifier: 10 }).bytes)
    harness.receive(status.bytes)
    expect(harness.verified).to.deep.equal(['vpn valid', 'vpn absent'])
  })

  it('optional: nothing is learnt', () => {
    const harness = createHarness({
      gateways: [gateway('vpn', { messageAuthenticator: 'optional' })],
    })
    harness.receive(accessRequest({ identifier: 1 }).bytes)
    harness.receive(accessRequest({ identifier: 2, ...unsigned }).bytes)
    expect(harness.learnt).to.deep.equal([])
    expect(harness.held).to.have.length(2)
  })

  it('Status-Server is answered with a signed Accept that names no user', () => {
    const harness = createHarness()
    harness.receive(status.bytes)
    const reply = readReply(harness.sent[0]?.bytes, status)
    expect(reply.code).to.equal(packetCode.AccessAccept)
    expect(reply.attributes.map(({ type }) => type)).to.deep.equal([
      attributeType.MessageAuthenticator,
    ])
    expect(harness.held).to.have.length(0)
  })

  it('a source that is not a gateway gets nothing, whatever it sends', () => {
    const harness = createHarness()
    for (const bytes of [good, status.bytes, Buffer.alloc(0)]) {
      harness.receive(bytes, { host: '198.51.100.9' })
    }
    expect(harness.sent).to.have.length(0)
    expect(harness.drops.map(({ reason }) => reason)).to.deep.equal(
      Array.from({ length: 3 }, () => 'gateway-unknown'),
    )
  })

  it('NAS-Identifier of another gateway at the same address does not help without its secret', async () => {
    const harness = createHarness({
      gateways: [
        gateway('vpn', { nasIdentifier: 'vpn' }),
        gateway('code-only', { nasIdentifier: 'pam', secret: createSharedSecret('pam secret') }),
      ],
    })
    harness.receive(accessRequest({ nas: 'pam' }).bytes)
    expect(harness.drops[0]).to.include({
      reason: 'message-authenticator-wrong',
      gateway: 'code-only',
    })
    harness.receive(accessRequest({ nas: 'other' }).bytes)
    harness.receive(accessRequest({}).bytes)
    expect(harness.drops.slice(1).map(({ reason }) => reason)).to.deep.equal([
      'nas-identifier-unknown',
      'nas-identifier-unknown',
    ])
    const request = accessRequest({ nas: 'vpn' })
    harness.receive(request.bytes)
    expect(harness.held[0]?.attempt.gateway.name).to.equal('vpn')
    await harness.held[0]?.end(accepted)
    readReply(harness.sent[0]?.bytes, request)
  })

  it('a gateway taken out by a reload is unknown from the next packet on', async () => {
    const harness = createHarness()
    const request = accessRequest()
    harness.receive(request.bytes)
    harness.listener.gateways = createGatewayTable([])
    harness.receive(accessRequest({ identifier: 8 }).bytes)
    expect(harness.drops.map(({ reason }) => reason)).to.deep.equal(['gateway-unknown'])
    await harness.held[0]?.end(accepted)
    readReply(harness.sent[0]?.bytes, request)
  })

  it('garbage of any kind is dropped with a reason and starts nothing', () => {
    const harness = createHarness()
    let seed = 1
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
      return seed >> 8
    }
    for (let count = 0; count < 3_000; count++) {
      const bytes = Buffer.from(good.subarray(0, 1 + (random() % good.length)))
      for (let flips = 0; flips <= count % 5; flips++)
        bytes[random() % bytes.length] = random() & 0xff
      if (!bytes.equals(good)) harness.receive(bytes)
    }
    expect(harness.held).to.have.length(0)
    expect(harness.sent).to.have.length(0)
    expect(harness.drops.length).to.be.greaterThan(2_900)
    expect(harness.drops.some(({ reason }) => reason === 'internal-error')).to.equal(false)
  })

  it('one log line a minute, reason and source, that says how many there were', () => {
    const harness = createHarness()
    for (let count = 0; count < 50; count++) harness.receive(good, { host: '198.51.100.9' })
    harness.receive(good, { host: '198.51.100.10' })
    const lines = () => harness.drops.filter(({ log }) => log)
    expect(lines().map(({ source }) => source)).to.deep.equal(['198.51.100.9', '198.51.100.10'])
    harness.clock.advance(60_000)
    harness.receive(good, { host: '198.51.100.9' })
    expect(lines().at(-1)).to.include({ source: '198.51.100.9', suppressed: 49 })
    expect(harness.drops).to.have.length(52)
  })

  it('a flood from forged sources logs a bounded number of lines and hides no gateway', () => {
    const harness = createHarness()
    for (let count = 0; count < 5_000; count++) {
      harness.receive(good, { host: `198.51.${count >> 8}.${count & 255}` })
    }
    harness.receive(accessRequest({ secret: wrong }).bytes)
    const lines = harness.drops.filter(({ log }) => log)
    expect(lines).to.have.length(1_002)
    expect(lines.at(-1)?.reason).to.equal('message-authenticator-wrong')
  })

  it('NAS-Identifier counts as the gateway writes it', () => {
    const attributes = textAttributes(attributeType.NasIdentifier, 'second')
    const harness = createHarness({ gateways: [gateway('vpn', { nasIdentifier: 'vpn' })] })
    harness.receive(accessRequest({ nas: 'vpn', attributes }).bytes)
    expect(harness.held).to.have.length(1)
  })
})
