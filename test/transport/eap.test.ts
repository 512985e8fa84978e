import { expect } from 'chai'
import {
  type Attribute,
  attributeType,
  createAttributeCipher,
  findAllAttributes,
  findInteger,
  joinAttributes,
  packetCode,
  splitAttributes,
  textAttributes,
} from '../../src/radius/index.ts'
import type { EapAnswer, EapRequest, RequestEnd } from '../../src/transport/index.ts'
import { noWatch } from '../../src/transport/request-watch.ts'
import { accessRequest, createHarness, flush, gateway, readReply, secret } from './harness.ts'

const { EapMessage, MessageAuthenticator, State, ReplyMessage, UserName, FilterId, ErrorCause } =
  attributeType

const identity = Buffer.from('02010008 01 626f62'.replaceAll(' ', ''), 'hex')
const failure = Buffer.from('04020004', 'hex')
const success = Buffer.from('03020004', 'hex')

/** A listener whose EAP requests the test answers. */
function createEapHarness(eap = true, watch = noWatch) {
  const asked: (EapRequest & { answer(answer: EapAnswer): Promise<void> })[] = []
  const harness = createHarness({
    gateways: [gateway('wifi', { eap })],
    eap(request) {
      const { promise, resolve } = Promise.withResolvers<EapAnswer>()
      async function answer(said: EapAnswer): Promise<void> {
        resolve(said)
        await flush()
      }
      asked.push({ ...request, answer })
      return promise
    },
    watch,
  })
  return { ...harness, asked }
}

function eapRequest(message: Uint8Array = identity, more: Attribute[] = []) {
  const attributes = [...splitAttributes(EapMessage, message), ...more]
  return accessRequest({ user: 'bob', bare: true, attributes })
}

/** What the gateway gets for an answer. */
async function replyTo(answer: EapAnswer) {
  const harness = createEapHarness()
  const request = eapRequest()
  harness.receive(request.bytes)
  await harness.asked[0]?.answer(answer)
  return { ...harness, request, packet: readReply(harness.sent[0]?.bytes, request) }
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

const types = (packet: { attributes: readonly Attribute[] }) =>
  packet.attributes.map(({ type }) => type)

const challenge = {
  kind: 'challenge',
  reason: 'challenged',
  packet: Buffer.from('010200061920', 'hex'),
  state: Buffer.from('st01'),
  isRepeated: false,
} as const

describe('requests with EAP', () => {
  it('go to the EAP server, put together, and to no sign-in', () => {
    const harness = createEapHarness()
    const message = Buffer.concat([Buffer.from('0201025815', 'hex'), Buffer.alloc(595, 7)])
    harness.receive(eapRequest(message).bytes)
    expect(harness.asked).to.have.length(1)
    expect(Buffer.from(harness.asked[0]?.message ?? []).equals(message)).to.equal(true)
    expect(harness.asked[0]?.attempt.userName).to.equal('bob')
    expect(harness.held).to.deep.equal([])
  })

  it('are told apart from challenges that a person answers', async () => {
    const ends: RequestEnd['kind'][] = []
    const harness = createEapHarness(true, { ...noWatch, end: ({ kind }) => ends.push(kind) })
    harness.receive(eapRequest().bytes)
    await harness.asked[0]?.answer(challenge)
    harness.receive(eapRequest(identity, [{ type: State, value: Buffer.from('st01') }]).bytes)
    await harness.asked[1]?.answer({
      kind: 'accept',
      reason: 'accepted',
      attributes: [],
      packet: success,
    })
    expect(ends).to.deep.equal(['step', 'accept'])
  })

  it('go there empty as well: EAP-Start (RFC 3579 2.1)', () => {
    const harness = createEapHarness()
    const request = eapRequest(Buffer.alloc(0))
    expect(request.bytes.includes(Buffer.of(EapMessage, 2))).to.equal(true)
    harness.receive(request.bytes)
    expect(harness.asked[0]?.message).to.have.length(0)
  })

  it('go there from a gateway without EAP as well, for it to be told so', () => {
    const harness = createEapHarness(false)
    harness.receive(eapRequest().bytes)
    expect(harness.asked).to.have.length(1)
    expect(harness.drops).to.deep.equal([])
  })

  it('that come again while they are held join, and get one answer', async () => {
    const harness = createEapHarness()
    const request = eapRequest()
    for (let time = 0; time < 3; time += 1) harness.receive(request.bytes)
    expect(harness.asked).to.have.length(1)
    await harness.asked[0]?.answer(challenge)
    expect(harness.sent).to.have.length(1)
    harness.receive(request.bytes)
    expect(harness.sent).to.have.length(2)
    expect(harness.sent[1]?.bytes).to.deep.equal(harness.sent[0]?.bytes)
  })

  it('count as open until they are answered', async () => {
    const harness = createEapHarness()
    harness.receive(eapRequest().bytes)
    expect(harness.listener.open.stats.total).to.equal(1)
    await harness.asked[0]?.answer({ kind: 'drop', reason: 'eap-out-of-turn' })
    expect(harness.listener.open.stats.total).to.equal(0)
    expect(harness.drops.map(({ reason }) => reason)).to.deep.equal(['eap-out-of-turn'])
    expect(harness.sent).to.deep.equal([])
  })
})

describe('the reply table of EAP', () => {
  it('challenge: the EAP packet and State', async () => {
    const { packet } = await replyTo(challenge)
    expect(packet.code).to.equal(packetCode.AccessChallenge)
    expect(types(packet)).to.deep.equal([MessageAuthenticator, EapMessage, State])
  })

  it('challenge byte for byte: PEAP Start for bob', async () => {
    const harness = createEapHarness()
    const request = hex(
      '01050035000102030405060708090a0b0c0d0e0f 501235e55ddf24f38bf892b68fe60bfdd29e 0105626f62 4f0a0201000801626f62',
    )
    harness.receive(request)
    await harness.asked[0]?.answer(challenge)
    expect(harness.sent[0]?.bytes).to.deep.equal(
      hex(
        '0b05003451df813848547ff752d01fc3a97545b0 5012073fa9decd7dae91d8ede34507b4ab9e 4f08010200061920 180673743031',
      ),
    )
  })

  it('a challenge that repeats itself says that what came was ignored', async () => {
    const { packet } = await replyTo({ ...challenge, isRepeated: true })
    expect(findInteger(packet, ErrorCause)).to.equal(202)
  })

  it('reject: Failure, and no text (RFC 3579 2.6.5)', async () => {
    const { packet, answers } = await replyTo({
      kind: 'reject',
      reason: 'password-wrong',
      packet: failure,
    })
    expect(packet.code).to.equal(packetCode.AccessReject)
    expect(types(packet)).to.deep.equal([MessageAuthenticator, EapMessage])
    expect(answers[0]).to.include({ kind: 'reject', reason: 'password-wrong' })
  })

  it('accept: name, attributes, both keys, Success; no text and no keys of MS-CHAP', async () => {
    const keys = { receive: Buffer.alloc(32, 1), send: Buffer.alloc(32, 2) }
    const { packet, request } = await replyTo({
      kind: 'accept',
      reason: 'accepted',
      userName: 'alice',
      attributes: textAttributes(FilterId, 'staff'),
      msChap: {
        version: 2,
        authenticatorResponse: `S=${'A'.repeat(40)}`,
        receiveKey: Buffer.alloc(16, 8),
        sendKey: Buffer.alloc(16, 9),
      },
      packet: success,
      keys,
    })
    expect(packet.code).to.equal(packetCode.AccessAccept)
    const [vendor] = [attributeType.VendorSpecific]
    expect(types(packet)).to.deep.equal([
      MessageAuthenticator,
      UserName,
      FilterId,
      vendor,
      vendor,
      EapMessage,
    ])
    expect(types(packet)).to.not.include(ReplyMessage)
    const cipher = createAttributeCipher({ ...request, secret })
    const decrypted = findAllAttributes(packet, vendor).map((value) => ({
      type: value[4],
      key: cipher.decrypt(value.subarray(6), 'salted'),
    }))
    // MS-MPPE-Send-Key and -Recv-Key (RFC 2548 2.4.2, 2.4.3).
    expect(decrypted).to.deep.equal([
      { type: 16, key: keys.send },
      { type: 17, key: keys.receive },
    ])
  })

  it('long packets: several attributes in order', async () => {
    const long = Buffer.from(Array.from({ length: 1_020 }, (_, index) => index & 0xff))
    const { packet } = await replyTo({ ...challenge, packet: long })
    expect(findAllAttributes(packet, EapMessage)).to.have.length(5)
    expect(joinAttributes(packet, EapMessage)?.equals(long)).to.equal(true)
  })

  it('what does not fit into a packet becomes Reject with Failure', async () => {
    const attributes = Array.from({ length: 17 }, () => ({
      type: FilterId,
      value: Buffer.alloc(253, 0x61),
    }))
    const { packet, answers } = await replyTo({
      kind: 'accept',
      reason: 'accepted',
      attributes,
      packet: success,
    })
    expect(packet.code).to.equal(packetCode.AccessReject)
    expect(joinAttributes(packet, EapMessage)?.toString('hex')).to.equal('04020004')
    expect(answers[0]).to.include({ kind: 'reject', reason: 'reply-too-large' })
  })

  it('leaves at the moment it may, a challenge like a reject', async () => {
    for (const answer of [
      challenge,
      { kind: 'reject', reason: 'password-wrong', packet: failure },
    ] as const) {
      const harness = createEapHarness()
      harness.receive(eapRequest().bytes)
      const notBeforeMs = harness.clock.nowMs() + 1_000
      await harness.asked[0]?.answer({ ...answer, notBeforeMs })
      harness.clock.advance(900)
      expect(harness.sent).to.deep.equal([])
      harness.clock.advance(200)
      await flush()
      expect(harness.sent).to.have.length(1)
    }
  })
})
