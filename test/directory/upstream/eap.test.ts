import { expect } from 'chai'
import {
  attributeType,
  createAttributeCipher,
  encodeVendorAttribute,
  findAllAttributes,
  findInteger,
  findText,
  joinAttributes,
  microsoft,
  microsoftType,
  packetCode,
  splitAttributes,
  textAttributes,
} from '../../../src/radius/index.ts'
import { type Peer, startPeer } from './peer.ts'
import { alice, anySignal, request, setUp } from './set-up.ts'

/** A Response of this Type. */
function eap(type: number, data: Uint8Array) {
  const message = Buffer.from([2, 9, 0, 5 + data.length, type, ...data])
  message.writeUInt16BE(message.length, 2)
  return { kind: 'eap', message } as const
}

/** EAP-MSCHAPv2: OpCode Response, Identifier, MS-Length, Value-Size, 49 bytes of response, Name. */
const msChapV2 = (name: string, length = 54 + name.length) =>
  eap(
    26,
    Buffer.concat([Buffer.from([2, 1, 0, length, 49]), Buffer.alloc(49, 7), Buffer.from(name)]),
  )

const identity = eap(1, Buffer.from('alice'))
const hex = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString('hex')

describe('EAP towards an upstream server', () => {
  let peer: Peer
  afterEach(() => peer.stop())

  it('goes as it came, in as many attributes as it takes, and comes back as a question', async () => {
    const asked = Buffer.from([1, 10, 1, 200, 4, ...Buffer.alloc(451, 3)])
    peer = await startPeer((heard) =>
      peer.answer(heard, {
        code: packetCode.AccessChallenge,
        attributes: [
          ...splitAttributes(attributeType.EapMessage, asked),
          ...textAttributes(attributeType.State, 'round one'),
        ],
      }),
    )
    const { directory } = setUp([peer])
    const long = eap(4, Buffer.alloc(600, 5))
    const mtu = { vendor: 0, type: 12, value: Uint8Array.of(0, 0, 5, 120) }
    const about = request({ attributes: [mtu] })
    const verdict = await directory.verify(alice, long, anySignal, about)
    const { request: heard } = await peer.nth(1)
    expect(findAllAttributes(heard, attributeType.EapMessage)).to.have.lengthOf(3)
    expect(hex(joinAttributes(heard, attributeType.EapMessage))).to.equal(hex(long.message))
    expect(findInteger(heard, 12), 'Framed-MTU').to.equal(1_400)
    if (verdict.kind !== 'challenge') throw new Error(verdict.kind)
    expect(hex(verdict.eap)).to.equal(hex(asked))
    expect(String(Buffer.from(verdict.relay.state ?? []))).to.equal('round one')
    expect(verdict.timeoutSeconds, 'a device answers by itself').to.equal(30)
    await directory.close()
  })

  it('comes to an Accept with keys of any length, decrypted', async () => {
    const key = (first: number) => Uint8Array.from({ length: 32 }, (_, index) => first + index)
    peer = await startPeer((heard) => {
      const cipher = createAttributeCipher(heard.request)
      const vendor = (type: number, value: Uint8Array) =>
        encodeVendorAttribute(microsoft, type, cipher.encrypt(value, 'salted'))
      peer.answer(heard, {
        code: packetCode.AccessAccept,
        attributes: [
          ...splitAttributes(attributeType.EapMessage, Uint8Array.of(3, 9, 0, 4)),
          ...vendor(microsoftType.MppeReceiveKey, key(1)),
          ...vendor(microsoftType.MppeSendKey, key(100)),
        ],
      })
    })
    const { directory } = setUp([peer])
    expect(await directory.verify(alice, msChapV2('alice'), anySignal, request())).to.deep.equal({
      kind: 'right',
      keys: { receive: key(1), send: key(100) },
    })
    await directory.close()
  })

  const accept = { code: packetCode.AccessAccept, attributes: [] }
  for (const [what, type] of [
    ['EAP-TLS', 13],
    ['TTLS', 21],
    ['PEAP', 25],
    ['FAST', 43],
    ['what is unknown', 99],
    ['an expanded type', 254],
  ] as const) {
    it(`is not asked about ${what}, in which another user could be`, async () => {
      peer = await startPeer((heard) => peer.answer(heard, accept))
      const { directory } = setUp([peer])
      const verdict = await directory.verify(
        alice,
        eap(type, Buffer.from('x')),
        anySignal,
        request(),
      )
      expect(verdict).to.have.property('kind', 'not-checkable')
      expect(peer.heard).to.have.lengthOf(0)
      await directory.close()
    })
  }

  it('is not asked about a response in the name of another user', async () => {
    peer = await startPeer((heard) => peer.answer(heard, accept))
    const { directory } = setUp([peer])
    const verdictOn = async (name: string) =>
      (await directory.verify(alice, msChapV2(name), anySignal, request())).kind
    for (const name of ['bob', '', 'OTHER\\alice']) expect(await verdictOn(name)).to.equal('wrong')
    const cut = msChapV2('alice', 54 + 'al'.length)
    const { kind } = await directory.verify(alice, cut, anySignal, request())
    expect(kind, 'in a name that ends where it says').to.equal('wrong')
    expect(peer.heard).to.have.lengthOf(0)
    expect(await verdictOn('alice@corp.example')).to.equal('right')
    await directory.close()
  })

  it('is not asked about an identity that another user comes up with later', async () => {
    peer = await startPeer((heard) => peer.answer(heard, accept))
    const { directory } = setUp([peer])
    const about = { ...request(), relay: { server: `127.0.0.1:${peer.port}` } }
    const verdictOn = async (name: string) =>
      (await directory.verify(alice, eap(1, Buffer.from(name)), anySignal, about)).kind
    expect(await verdictOn('bob')).to.equal('wrong')
    expect(peer.heard).to.have.lengthOf(0)
    expect(await verdictOn('alice')).to.equal('right')
    await directory.close()
  })

  it('is not asked when the next wrong password would lock a user out, in any round (RULES 29)', async () => {
    peer = await startPeer((heard) => peer.answer(heard, accept))
    const full = { kind: 'shielded', wrong: 2, threshold: 3, untilMs: 0 } as const
    const { directory } = setUp([peer], {
      users: {
        resolve: async () => ({ kind: 'user', user: alice }),
        resolveKey: async () => ({ kind: 'user', user: alice }),
        shield: async () => full,
      },
    })
    const about = { ...request(), relay: { server: `127.0.0.1:${peer.port}` } }
    const guess = msChapV2('alice')
    expect(await directory.verify(alice, guess, anySignal, about)).to.deep.equal(full)
    expect(peer.heard).to.have.lengthOf(0)
    await directory.close()
  })

  it('is never checked where a question of the server is of the other kind', async () => {
    peer = await startPeer((heard) => {
      const isEap = joinAttributes(heard.request, attributeType.EapMessage) !== undefined
      const attributes = isEap
        ? textAttributes(attributeType.ReplyMessage, 'Token?')
        : splitAttributes(attributeType.EapMessage, Uint8Array.of(1, 1, 0, 5, 1))
      peer.answer(heard, { code: packetCode.AccessChallenge, attributes })
    })
    const { directory, verify } = setUp([peer])
    expect(await directory.verify(alice, identity, anySignal, request())).to.have.property(
      'kind',
      'not-checkable',
    )
    expect(await verify('wonderland')).to.have.property('kind', 'not-checkable')
    expect(findText(peer.heard[0]?.request ?? { attributes: [] }, 1)).to.equal('CORP\\Alice')
    await directory.close()
  })
})
