import { expect } from 'chai'
import {
  type Attribute,
  attributeType,
  findAttribute,
  findInteger,
  findText,
  packetCode,
} from '../../../src/radius/index.ts'
import type { Outcome } from '../../../src/signin/index.ts'
import { findCharset, utf8 } from '../../../src/support/index.ts'
import { accessRequest, createHarness, gateway, readReply } from '../harness.ts'

async function replyTo(outcome: Outcome, attributes: Attribute[] = [], charset = utf8) {
  const harness = createHarness({ gateways: [gateway('vpn', { charset })] })
  const request = accessRequest({ attributes })
  harness.receive(request.bytes)
  await harness.held[0]?.end(outcome)
  return { ...harness, packet: readReply(harness.sent[0]?.bytes, request) }
}

const types = (packet: { attributes: readonly Attribute[] }) =>
  packet.attributes.map(({ type }) => type)
const messageAuthenticator = attributeType.MessageAuthenticator
const proxyStates = ['one', 'two'].map((text) => ({
  type: attributeType.ProxyState,
  value: Buffer.from(text),
}))
const { UserName, ReplyMessage, FilterId, ProxyState, State, Prompt, SessionTimeout } =
  attributeType

describe('reply table', () => {
  it('accept: User-Name, attributes; signature first, Proxy-State last', async () => {
    const filter = { type: FilterId, value: Buffer.from('staff') }
    const { packet } = await replyTo(
      {
        kind: 'accept',
        reason: 'accepted',
        userName: 'alice',
        attributes: [filter],
      },
      proxyStates,
    )
    expect(packet.code).to.equal(packetCode.AccessAccept)
    expect(types(packet)).to.deep.equal([
      messageAuthenticator,
      UserName,
      FilterId,
      ProxyState,
      ProxyState,
    ])
    expect(findText(packet, UserName)).to.equal('alice')
  })

  it('writes texts as the gateway reads them, cut between bytes where they are long', async () => {
    const message = `Geben Sie Ihren Code ein: ${'ä'.repeat(253)} – 5 €`
    const windows = findCharset('latin1') ?? utf8
    const { packet } = await replyTo({ kind: 'reject', reason: 'denied', message }, [], windows)
    const values = packet.attributes.filter(({ type }) => type === ReplyMessage)
    expect(values.map(({ value }) => value.length)).to.deep.equal([253, 32])
    const bytes = Buffer.concat(values.map(({ value }) => value))
    expect(bytes.toString('latin1')).to.equal(
      `Geben Sie Ihren Code ein: ${'ä'.repeat(253)} \x96 5 \x80`,
    )
    const greek = findCharset('iso-8859-7') ?? utf8
    const accept = {
      kind: 'accept',
      reason: 'accepted',
      attributes: [],
      userName: 'ελένη',
    } as const
    const name = findAttribute((await replyTo(accept, [], greek)).packet, UserName)
    expect([...(name ?? [])]).to.deep.equal([0xe5, 0xeb, 0xdd, 0xed, 0xe7])
  })

  it('accept with nothing to say is bare', async () => {
    const { packet } = await replyTo({ kind: 'accept', reason: 'accepted', attributes: [] })
    expect(types(packet)).to.deep.equal([messageAuthenticator])
  })

  it('reject: Reply-Message only', async () => {
    const { packet, answers } = await replyTo(
      { kind: 'reject', reason: 'prompt-timeout', message: 'Too late.' },
      proxyStates,
    )
    expect(packet.code).to.equal(packetCode.AccessReject)
    expect(types(packet)).to.deep.equal([
      messageAuthenticator,
      ReplyMessage,
      ProxyState,
      ProxyState,
    ])
    expect(answers[0]).to.include({ kind: 'reject', reason: 'prompt-timeout' })
  })

  for (const echo of [true, false]) {
    it(`challenge with echo ${echo}: State, Reply-Message, Prompt, Session-Timeout`, async () => {
      const { packet } = await replyTo({
        kind: 'challenge',
        reason: 'challenged',
        message: 'Code?',
        state: Buffer.alloc(253, 7),
        echo,
        timeoutSeconds: 120,
      })
      expect(packet.code).to.equal(packetCode.AccessChallenge)
      expect(types(packet)).to.deep.equal([
        messageAuthenticator,
        State,
        ReplyMessage,
        Prompt,
        SessionTimeout,
      ])
      expect(findAttribute(packet, State)).to.have.length(253)
      expect(findInteger(packet, Prompt)).to.equal(echo ? 1 : 0)
      expect(findInteger(packet, SessionTimeout)).to.equal(120)
    })
  }

  it('drop: nothing', async () => {
    const harness = createHarness()
    harness.receive(accessRequest().bytes)
    await harness.held[0]?.end({ kind: 'drop', reason: 'no-time-left' })
    expect(harness.sent).to.have.length(0)
    expect(harness.drops[0]).to.include({ reason: 'no-time-left', gateway: 'vpn' })
    expect(harness.drops[0]?.attemptId).to.equal(harness.held[0]?.attempt.id)
    expect(harness.listener.open.stats.total).to.equal(0)
  })

  it('a text over 253 bytes is split between characters', async () => {
    const message = 'é'.repeat(200)
    const { packet } = await replyTo({ kind: 'reject', reason: 'not-enrolled', message })
    const parts = packet.attributes.filter(({ type }) => type === ReplyMessage)
    expect(parts.map(({ value }) => value.length)).to.deep.equal([252, 148])
    expect(parts.map(({ value }) => Buffer.from(value).toString()).join('')).to.equal(message)
  })

  it('over 4096 bytes it is a bare Reject that keeps Proxy-State, with its own reason', async () => {
    const big = { type: FilterId, value: Buffer.alloc(253, 0x61) }
    const { packet, answers } = await replyTo(
      { kind: 'accept', reason: 'accepted', attributes: Array.from({ length: 16 }, () => big) },
      proxyStates,
    )
    expect(packet.code).to.equal(packetCode.AccessReject)
    expect(types(packet)).to.deep.equal([messageAuthenticator, ProxyState, ProxyState])
    expect(answers[0]).to.include({ kind: 'reject', reason: 'reply-too-large' })
  })

  it('an attribute that cannot be written is an internal error and no Accept', async () => {
    const harness = createHarness()
    harness.receive(accessRequest().bytes)
    const attributes = [{ type: FilterId, value: Buffer.alloc(254) }]
    await harness.held[0]?.end({ kind: 'accept', reason: 'accepted', attributes })
    expect(harness.sent).to.have.length(0)
    expect(harness.drops[0]).to.include({ reason: 'internal-error' })
    expect(harness.drops[0]?.error).to.have.property('code', 'value-invalid')
    expect(harness.listener.open.stats.total).to.equal(0)
  })
})
