import { expect } from 'chai'
import { createMd5 } from '../../src/eap/inner/md5.ts'
import { withoutTunnel } from '../../src/eap/outer-method.ts'
import type { EapGateway } from '../../src/eap/server.ts'
import type { TlsVersion } from '../../src/eap/tls/session.ts'
import { encodeAvp } from '../../src/eap/ttls/avps.ts'
import {
  challengeOf,
  createEapHarness,
  type EapHarness,
  endlessGateway,
  identity,
  methodThroughServer,
  response,
  ttlsGateway,
} from './eap-harness.ts'
import { accepted, bytes, denied, dropped, hex, scriptSignIn } from './scripted-sign-in.ts'
import { recordHello, TlsPeer } from './tls-peer.ts'

const { signIn: nobody } = scriptSignIn()

/** alice with her password, in the tunnel as soon as there is one. */
function createPeer(maxVersion: TlsVersion = 'TLSv1.2'): TlsPeer {
  const peer = new TlsPeer({ maxVersion })
  peer.socket.on('secureConnect', () => {
    peer.socket.write(
      Buffer.concat([
        encodeAvp(1, 0, Buffer.from('alice')),
        encodeAvp(2, 0, Buffer.from('wonderland\0\0\0\0\0\0')),
      ]),
    )
  })
  return peer
}

/** A conversation up to the moment at which the sign-in is asked. */
function signInOver(harness: EapHarness, more: { mac?: string } = {}) {
  const method = methodThroughServer(harness.ask, more)
  const ended = createPeer().run(method, nobody)
  return { method, ended }
}

describe('the server for EAP', () => {
  it('asks who it is after EAP-Start, then offers the first method', async () => {
    const { ask } = createEapHarness()
    const first = challengeOf(await ask({ message: bytes('') }))
    expect(hex(first.packet)).to.equal('0100000501')
    const second = challengeOf(await ask({ message: identity('anonymous', 0), state: first.state }))
    expect(hex(second.packet)).to.equal('010100061520')
    expect(hex(second.state)).to.not.equal(hex(first.state))
  })

  it('offers the first method at once where the gateway has asked who it is', async () => {
    const { ask } = createEapHarness()
    const { packet, isRepeated } = challengeOf(await ask({ message: identity() }))
    expect(hex(packet)).to.equal('010200061520')
    expect(isRepeated).to.equal(false)
  })

  describe('on Wi-Fi (RULES 28)', () => {
    const md5 = withoutTunnel(createMd5('holdfast', (count) => new Uint8Array(count)))
    const both = { ...ttlsGateway(), methods: [md5, ...ttlsGateway().methods] }
    /** The first thing that a device hears, and what it hears when it wants EAP-MD5. */
    async function offeredTo(portType: number, gateway: EapGateway) {
      const { ask, refused } = createEapHarness({ gateway: () => gateway })
      const offer = await ask({ message: identity(), portType })
      if (offer.kind !== 'challenge') return { offered: offer.kind, refused }
      const { packet, state } = offer
      const wish = response(packet[1] ?? 0, 3, Buffer.of(4))
      return { offered: packet[4], wanted: (await ask({ message: wish, state, portType })).kind }
    }

    it('offers nothing that has no tunnel, whatever the device wants', async () => {
      expect(await offeredTo(19, both)).to.deep.equal({ offered: 21, wanted: 'reject' })
      expect(await offeredTo(15, both)).to.include({ offered: 4 })
    })

    it('passes nothing on to an upstream server', async () => {
      const passedOn = { ...both, isPassedOn: true }
      expect(await offeredTo(19, passedOn)).to.deep.equal({
        offered: 'reject',
        refused: ['eap-no-method: none is allowed'],
      })
    })
  })

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`lets a person in through a tunnel of ${version}, with its keys and no others`, async () => {
      const gateway = ttlsGateway(version)
      const harness = createEapHarness({ gateway: () => gateway })
      const method = methodThroughServer(harness.ask)
      const peer = createPeer(version)
      const ended = peer.run(method, nobody)
      await harness.settle({
        ...accepted,
        msChap: { version: 2, authenticatorResponse: 'S=', receiveKey: bytes('01') },
      })
      const step = await ended
      expect(step.kind).to.equal('done')
      const [label, context] =
        version === 'TLSv1.2'
          ? (['ttls keying material', undefined] as const)
          : (['EXPORTER_EAP_TLS_Key_Material', Buffer.of(21)] as const)
      const material = peer.socket.exportKeyingMaterial(128, label, context as Buffer)
      expect(step.kind === 'done' && step.keys).to.deep.equal({
        receive: material.subarray(0, 32),
        send: material.subarray(32, 64),
      })
      const last = method.heard.at(-1)
      const answered = method.sent.at(-1)?.message[1]
      expect(last?.kind === 'accept' && hex(last.packet)).to.equal(
        hex(Buffer.of(3, answered ?? 0, 0, 4)),
      )
    })
  }

  it('gives the sign-in the name inside, the request outside, and what brought it', async () => {
    const harness = createEapHarness()
    const { ended } = signInOver(harness)
    while (harness.attempts.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const [attempt] = harness.attempts
    expect(attempt).to.deep.include({
      userName: 'alice',
      state: undefined,
      eap: { method: 'EAP-TTLS', outerIdentity: 'anonymous' },
      device: { kind: 'mac', value: '020000000001' },
      sourceAddress: '192.0.2.1',
    })
    expect(attempt?.gateway.challenges).to.equal(false)
    await harness.settle(accepted)
    await ended
  })

  it('says no when the sign-in does, at the moment it wants, with Failure', async () => {
    const harness = createEapHarness()
    const { method, ended } = signInOver(harness)
    await harness.settle(denied)
    expect(await ended).to.deep.include({ kind: 'broken', reason: 'password-wrong' })
    const last = method.heard.at(-1)
    expect(last).to.deep.include({ kind: 'reject', notBeforeMs: denied.notBeforeMs })
    expect(last?.kind === 'reject' && last.packet[0]).to.equal(4)
    expect(last).to.not.have.property('message')
  })

  it('stays silent when the sign-in does', async () => {
    const harness = createEapHarness()
    const { ended } = signInOver(harness)
    await harness.settle(dropped)
    expect(await ended).to.deep.equal({ kind: 'failed', outcome: dropped })
  })

  describe('a request that comes again', () => {
    it('while the phone rings waits for the same answer, and asks no one twice', async () => {
      const harness = createEapHarness()
      const { method, ended } = signInOver(harness)
      while (harness.attempts.length === 0) await new Promise((resolve) => setImmediate(resolve))
      const last = method.sent.at(-1) ?? { message: bytes('') }
      const again = harness.ask(last)
      await new Promise((resolve) => setImmediate(resolve))
      expect(harness.attempts).to.have.length(1)
      await harness.settle(accepted)
      await ended
      expect(await again).to.deep.equal(method.heard.at(-1))
    })

    it('gets each answer again, the last one for ten seconds', async () => {
      const harness = createEapHarness()
      const ask: EapHarness['ask'] = async (of) => {
        const answer = await harness.ask(of)
        if (of.state !== undefined) expect(await harness.ask(of)).to.deep.equal(answer)
        return answer
      }
      const method = methodThroughServer(ask)
      const ended = createPeer().run(method, nobody)
      await harness.settle(accepted)
      expect((await ended).kind).to.equal('done')
      const last = method.sent.at(-1) ?? { message: bytes('') }
      harness.clock.advance(9_000)
      expect((await harness.ask(last)).kind).to.equal('accept')
      harness.clock.advance(2_000)
      expect(await harness.ask(last)).to.deep.include({
        kind: 'reject',
        reason: 'eap-conversation-unknown',
      })
      expect(harness.attempts).to.deep.equal([])
    })

    it('with something else in it gets no answer while the first goes on, and Reject after its end', async () => {
      const harness = createEapHarness()
      const { method, ended } = signInOver(harness)
      while (harness.attempts.length === 0) await new Promise((resolve) => setImmediate(resolve))
      const { state } = method.sent.at(-1) ?? {}
      const other = { state, message: response(9, 21, bytes('00')) }
      const outOfTurn = { kind: 'drop', reason: 'eap-out-of-turn' }
      expect(await harness.ask(other)).to.deep.equal(outOfTurn)
      const { state: first } = method.sent[1] ?? {}
      expect(await harness.ask({ ...other, state: first })).to.deep.equal(outOfTurn)
      await harness.settle(accepted)
      expect((await ended).kind).to.equal('done')
      const over = { kind: 'reject', reason: 'eap-conversation-unknown' }
      expect(await harness.ask(other)).to.deep.include(over)
      expect(harness.refused).to.deep.equal(['eap-conversation-unknown: already over'])
    })
  })

  describe('a State', () => {
    const unknown = { kind: 'reject', reason: 'eap-conversation-unknown' }

    it('of no conversation, of another node and of a challenge gets Reject with Failure', async () => {
      const { ask, refused } = createEapHarness()
      const other = createEapHarness({ nodeName: 'node-b' })
      const { state } = challengeOf(await other.ask({ message: identity() }))
      const forged = Buffer.from(state)
      forged[10] = (forged[10] ?? 0) ^ 1
      for (const stolen of [state, forged, Buffer.alloc(40, 1), bytes('')]) {
        const answer = await ask({ message: response(7, 21, bytes('00')), state: stolen })
        expect(answer).to.deep.include(unknown)
        expect(answer.kind === 'reject' && hex(answer.packet)).to.equal('04070004')
      }
      expect(refused[0]).to.equal('eap-conversation-unknown: of another server')
    })

    it('of another device, name or gateway gets Reject, and its owner goes on', async () => {
      const { ask } = createEapHarness()
      const { state } = challengeOf(await ask({ message: identity() }))
      const message = response(2, 21, bytes('00'))
      const thieves = [{ mac: '020000000002' }, { userName: 'mallory' }, { gateway: 'guests' }]
      for (const thief of thieves) {
        expect(await ask({ message, state, ...thief })).to.deep.include(unknown)
      }
      const nak = response(2, 3, bytes('19'))
      expect(await ask({ message: nak, state })).to.deep.include({ reason: 'eap-no-method' })
    })

    it('is good for two minutes once the handshake is done, for a person who types a code', async () => {
      const { ask, clock, lapses } = createEapHarness({ gateway: () => endlessGateway('running') })
      const { state } = challengeOf(await ask({ message: identity() }))
      clock.advance(119_000)
      const next = await ask({ message: response(2, 21, bytes('00')), state })
      clock.advance(121_000)
      expect(lapses).to.deep.equal(['running'])
      const late = { message: response(3, 21, bytes('00')), state: challengeOf(next).state }
      expect(await ask(late)).to.deep.include(unknown)
    })

    it('lasts as long as a phone rings', async () => {
      const harness = createEapHarness()
      const { ended } = signInOver(harness)
      while (harness.attempts.length === 0) await new Promise((resolve) => setImmediate(resolve))
      harness.clock.advance(600_000)
      await harness.settle(accepted)
      expect((await ended).kind).to.equal('done')
    })

    it('is forgotten when the device is silent, sooner in the handshake, and the operator is told', async () => {
      const { ask, clock, lapses } = createEapHarness()
      const { state } = challengeOf(await ask({ message: identity() }))
      clock.advance(31_000)
      expect(lapses).to.deep.equal(['offered'])
      expect(await ask({ message: response(2, 21, bytes('00')), state })).to.deep.include(unknown)
    })
  })

  it('refuses an identity that is not User-Name, except for a NUL at its end', async () => {
    const { ask } = createEapHarness()
    const differs = await ask({ message: identity('mallory') })
    expect(differs).to.deep.include({ kind: 'reject', reason: 'eap-name-differs' })
    expect((await ask({ message: identity('anonymous\0') })).kind).to.equal('challenge')
  })

  it('refuses what begins with anything but an identity', async () => {
    const { ask } = createEapHarness()
    for (const message of [response(1, 21, bytes('00')), bytes('ff'), bytes('01 05 0005 01')])
      expect(await ask({ message })).to.deep.include({ kind: 'reject', reason: 'eap-malformed' })
  })

  it('lets a conversation end under the settings it began with, after EAP was taken off its gateway', async () => {
    let settings: EapGateway | undefined = endlessGateway('running')
    const { ask, refused } = createEapHarness({ gateway: () => settings })
    const { state } = challengeOf(await ask({ message: identity() }))
    settings = undefined
    const message = response(2, 21, bytes('00'))
    expect((await ask({ message, state })).kind).to.equal('challenge')
    expect(await ask({ message: identity(), mac: '020000000002' })).to.deep.include({
      kind: 'reject',
      reason: 'eap-not-supported',
    })
    expect(refused).to.deep.equal(['eap-not-supported: no eap: section'])
  })

  describe('an identity that names no one', () => {
    const wpa = { userName: '02-00-00-00-00-01' }

    it('of zero bytes goes on to the method, whatever User-Name says (RFC 3748 5.1)', async () => {
      const { ask, refused } = createEapHarness()
      for (const data of ['', '\0', '\0\0'].map((text) => Buffer.from(text))) {
        const { packet, state } = challengeOf(await ask({ message: response(1, 1, data), ...wpa }))
        expect(hex(packet)).to.equal('010200061520')
        const hello = response(2, 21, bytes('00'))
        expect((await ask({ message: hello, state, ...wpa })).kind).to.not.equal('drop')
      }
      expect(refused.filter((each) => each.includes('identity'))).to.deep.equal([])
    })

    it('of zero bytes without User-Name goes on as well, and after EAP-Start', async () => {
      const { ask } = createEapHarness()
      const { state, packet } = challengeOf(await ask({ message: bytes('') }))
      const message = response(packet[1] ?? 0, 1, bytes(''))
      const next = challengeOf(await ask({ message, state }))
      expect(hex(next.packet).slice(8)).to.equal('1520')
    })

    it('that is not UTF-8 goes on to the method', async () => {
      const { ask } = createEapHarness()
      const { state, packet } = challengeOf(await ask({ message: bytes('') }))
      const latin1 = Buffer.from('J\u00f6rg', 'latin1')
      const next = await ask({ message: response(packet[1] ?? 0, 1, latin1), state })
      expect(hex(challengeOf(next).packet).slice(8)).to.equal('1520')
    })

    it('and is longer than any name is refused', async () => {
      const { ask, refused } = createEapHarness()
      const { state, packet } = challengeOf(await ask({ message: bytes('') }))
      const message = response(packet[1] ?? 0, 1, Buffer.alloc(254, 0x61))
      expect(await ask({ message, state })).to.deep.include({ kind: 'reject' })
      expect(refused).to.deep.equal(['eap-malformed: the identity is too long'])
    })
  })

  it('ends a conversation in which we make a mistake, and tells of it', async () => {
    const gateway = ttlsGateway()
    const broken = gateway.methods.map((factory) => ({
      ...factory,
      create: (name: string) =>
        Object.assign(factory.create(name), { receive: () => Promise.reject(new Error('ours')) }),
    }))
    const harness = createEapHarness({ gateway: () => ({ ...gateway, methods: broken }) })
    const { state } = challengeOf(await harness.ask({ message: identity() }))
    const request = { message: response(2, 21, bytes('00')), state }
    expect(await harness.ask(request)).to.deep.equal({ kind: 'drop', reason: 'internal-error' })
    expect(String(harness.errors[0])).to.equal('Error: ours')
    expect(harness.server.stats()).to.deep.equal({ halfOpen: 0, running: 0 })
  })

  it('repeats its last request five times for responses that do not fit, then refuses', async () => {
    const { ask, refused } = createEapHarness()
    const first = challengeOf(await ask({ message: identity() }))
    const wrong = [
      response(9, 21, bytes('00')),
      response(2, 25, bytes('00')),
      bytes('00'),
      bytes('02 02 ffff 15 00'),
      response(2, 1, Buffer.from('anonymous')),
    ]
    for (const message of wrong) {
      const answer = challengeOf(await ask({ message, state: first.state }))
      expect(answer).to.deep.equal({ ...first, isRepeated: true })
    }
    const last = await ask({ message: bytes('00'), state: first.state })
    expect(last).to.deep.include({ kind: 'reject', reason: 'eap-malformed' })
    expect(refused).to.have.length(1)
  })

  it('ends what goes on for more than 50 rounds', async () => {
    const { ask, refused } = createEapHarness({ gateway: () => endlessGateway('running') })
    let answer = await ask({ message: identity() })
    let rounds = 0
    while (answer.kind === 'challenge') {
      const { packet, state } = answer
      answer = await ask({ message: response(packet[1] ?? 0, 21, bytes('00')), state })
      rounds += 1
    }
    expect(rounds).to.equal(50)
    expect(answer).to.deep.include({ kind: 'reject', reason: 'eap-malformed' })
    expect(refused).to.deep.equal(['eap-malformed: too many rounds'])
  })

  it('gets no NAK once the handshake is under way', async () => {
    const first = endlessGateway('certificate-sent')
    const gateway = { ...first, methods: [...first.methods, ...ttlsGateway().methods] }
    const { ask } = createEapHarness({ gateway: () => gateway })
    const offer = challengeOf(await ask({ message: identity() }))
    const nak = response(2, 3, bytes('15'))
    expect(await ask({ message: nak, state: offer.state })).to.deep.equal({
      ...offer,
      isRepeated: true,
    })
  })

  for (const version of [1, 2, 7]) {
    it(`speaks version 0 of TTLS, and no ${version}`, async () => {
      const { ask } = createEapHarness()
      const { state } = challengeOf(await ask({ message: identity() }))
      const hello = Buffer.concat([Buffer.of(version), await recordHello()])
      const answer = await ask({ message: response(2, 21, hello), state })
      expect(answer).to.deep.include({ kind: 'reject', reason: 'eap-malformed' })
    })
  }

  it('sends the alert of TLS before it refuses', async () => {
    const { ask, refused } = createEapHarness()
    const first = challengeOf(await ask({ message: identity() }))
    // A record of a handshake with nothing in it that TLS knows.
    const garbage = bytes('00 16 0303 0004 ff000000')
    const second = challengeOf(await ask({ message: response(2, 21, garbage), state: first.state }))
    expect(hex(second.packet.subarray(6, 9))).to.equal('150303')
    const { state } = second
    const last = await ask({ message: response(3, 21, bytes('00')), state })
    expect(last).to.deep.include({ kind: 'reject', reason: 'eap-tls-failed' })
    expect(refused).to.have.length(1)
  })

  it('keeps to Framed-MTU less four, and to its own bound', async () => {
    for (const [framedMtu, longest] of [
      [undefined, 1_020],
      [1_500, 1_020],
      [400, 396],
      [5, 100],
    ] as const) {
      const harness = createEapHarness()
      const mtu = framedMtu === undefined ? {} : { framedMtu }
      const method = methodThroughServer(harness.ask, mtu)
      const ended = createPeer().run(method, nobody)
      await harness.settle(accepted)
      await ended
      const sizes = method.heard.map((answer) =>
        answer.kind === 'challenge' ? answer.packet.length : 0,
      )
      expect(Math.max(...sizes)).to.be.within(longest > 600 ? 500 : longest, longest)
    }
  })
})
