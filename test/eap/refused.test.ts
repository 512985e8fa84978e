import { expect } from 'chai'
import { createEapServer } from '../../src/eap/server.ts'
import {
  type Attribute,
  attributeType,
  joinAttributes,
  packetCode,
  splitAttributes,
} from '../../src/radius/index.ts'
import { createTimerWheel } from '../../src/support/index.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { accessRequest, createHarness, gateway, readReply } from '../transport/harness.ts'
import { identity, response, ttlsGateway } from './eap-harness.ts'

const { EapMessage, State } = attributeType

/** The listener and the real server behind it: `vpn` has no `eap:`, `wifi` has, and both send from one address. */
function createBoth() {
  const refused: string[] = []
  const clock = createManualClock()
  const wheel = createTimerWheel(clock, {
    onError: (error) => {
      throw error
    },
  })
  const server = createEapServer({
    nodeName: 'node-a',
    gateway: (name) => (name === 'wifi' ? ttlsGateway() : undefined),
    signIn: () => {
      throw new Error('nothing here may sign in')
    },
    async refuse(attempt, _live, reason, detail) {
      refused.push(`${attempt.gateway.name} ${reason}: ${detail}`)
      return { kind: 'reject', reason, message: 'No' }
    },
    clock,
    wheel,
    observer: {
      onLapse: () => {},
      onError: (error) => {
        throw error
      },
    },
  })
  const trusted = { trustNasIdentifier: true }
  const harness = createHarness({
    gateways: [
      gateway('vpn', { nasIdentifier: 'vpn', ...trusted }),
      gateway('wifi', { nasIdentifier: 'wifi', eap: true, ...trusted }),
    ],
    eap: server.receive,
  })
  return { ...harness, refused }
}

type Both = ReturnType<typeof createBoth>

/** What the gateway gets; fails the test where it hears nothing. */
async function ask(both: Both, message: Uint8Array, more: Attribute[] = [], nas = 'vpn') {
  const attributes = [...splitAttributes(EapMessage, message), ...more]
  const request = accessRequest({ user: 'bob', bare: true, nas, attributes })
  both.sent.length = 0
  both.receive(request.bytes)
  while (both.sent.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const packet = readReply(both.sent[0]?.bytes, request)
  const eap = joinAttributes(packet, EapMessage)
  return { code: packet.code, eap: eap && Buffer.from(eap).toString('hex') }
}

describe('EAP at a gateway without it (RFC 3579 2.1)', () => {
  const messages: [string, Uint8Array, string][] = [
    ['an identity', identity('bob', 7), '04070004'],
    ['EAP-Start', new Uint8Array(), '04000004'],
    ['a method that the gateway has begun itself', response(9, 4, Buffer.alloc(17)), '04090004'],
    ['a Nak', response(200, 3, Buffer.of(0)), '04c80004'],
    ['one byte', Buffer.of(2), '04000004'],
    ['a Request, which a gateway never sends', Buffer.from('0105000501', 'hex'), '04050004'],
    ['more than one attribute', response(3, 21, Buffer.alloc(1_000)), '04030004'],
  ]
  for (const [what, message, failure] of messages) {
    it(`${what}: Access-Reject with EAP-Failure`, async () => {
      const both = createBoth()
      expect(await ask(both, message)).to.deep.equal({
        code: packetCode.AccessReject,
        eap: failure,
      })
      expect(both.refused).to.deep.equal(['vpn eap-not-supported: no eap: section'])
      expect(both.drops).to.deep.equal([])
    })
  }

  it('also where a State names an unknown conversation', async () => {
    const both = createBoth()
    const ofNobody = Buffer.alloc(29, 'E')
    const cut = ofNobody.subarray(0, 16)
    for (const value of [ofNobody, cut, Buffer.alloc(22), Buffer.of(1)]) {
      const answer = await ask(both, response(7, 21, Buffer.of(0)), [{ type: State, value }])
      expect(answer).to.deep.equal({ code: packetCode.AccessReject, eap: '04070004' })
    }
    expect(new Set(both.refused.map((each) => each.split(':')[0]))).to.deep.equal(
      new Set(['vpn eap-not-supported']),
    )
    expect(both.refused).to.include('vpn eap-not-supported: cut by the gateway, to 16 bytes')
  })

  it('which NAS-Identifier has chosen; its neighbour at the same address has it', async () => {
    const both = createBoth()
    expect((await ask(both, identity('bob'))).code).to.equal(packetCode.AccessReject)
    expect((await ask(both, identity('bob'), [], 'wifi')).code).to.equal(packetCode.AccessChallenge)
  })

  it('without Message-Authenticator, or with a wrong one, gets nothing', () => {
    const both = createBoth()
    const attributes = splitAttributes(EapMessage, identity('bob'))
    const unsigned = { bare: true, nas: 'vpn', attributes, messageAuthenticator: false }
    both.receive(accessRequest(unsigned).bytes)
    const changed = Buffer.from(accessRequest({ bare: true, nas: 'vpn', attributes }).bytes)
    changed[25] = (changed[25] ?? 0) ^ 1
    both.receive(changed)
    expect(both.drops.map(({ reason }) => reason)).to.deep.equal([
      'message-authenticator-missing',
      'message-authenticator-wrong',
    ])
    expect(both.sent).to.deep.equal([])
  })
})
