import { expect } from 'chai'
import {
  attributeType,
  createSharedSecret,
  encodeReply,
  packetCode,
  textAttributes,
  verifyRequest,
} from '../../../src/radius/index.ts'
import { type Heard, type Peer, startPeer, unsignedReply } from './peer.ts'
import { serverAt, setUp, until } from './set-up.ts'

const accept = { code: packetCode.AccessAccept, attributes: [] }
const rejected = { code: packetCode.AccessReject, attributes: [] }

const changed = (at: number) => (bytes: Buffer) => {
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes
}

/** The same request, answered by someone with another secret. */
function byStranger({ request }: Heard): Buffer {
  const other = createSharedSecret('what a stranger guesses')
  const policy = { requireMessageAuthenticator: false, limitProxyState: false }
  const unsigned = request.attributes.filter(
    ({ type }) => type !== attributeType.MessageAuthenticator,
  )
  const verified = verifyRequest({ ...request, attributes: unsigned }, other, policy)
  if (!verified.ok) throw new Error(verified.reason)
  return encodeReply(verified.request, accept)
}

type Bad = (heard: Heard, peer: Peer) => void
const bad: readonly (readonly [what: string, reason: string, send: Bad])[] = [
  ['nothing at all', 'not-asked', (heard, peer) => peer.send(heard, Buffer.alloc(0))],
  [
    'less than a header',
    'packet-too-short',
    (heard, peer) => peer.answer(heard, accept, (bytes) => bytes.subarray(0, 3)),
  ],
  [
    'a truncated Accept',
    'packet-too-short',
    (heard, peer) => peer.answer(heard, accept, (bytes) => bytes.subarray(0, -1)),
  ],
  [
    'an attribute that runs past the end',
    'attribute-malformed',
    (heard, peer) => peer.answer(heard, accept, changed(21)),
  ],
  ['an Accept that was a Reject', 'response-authenticator-wrong', forgeAccept],
  [
    'an Accept by somebody with another secret',
    'response-authenticator-wrong',
    (heard, peer) => peer.send(heard, byStranger(heard)),
  ],
  [
    'a spoilt Message-Authenticator',
    'response-authenticator-wrong',
    (heard, peer) => peer.answer(heard, accept, changed(30)),
  ],
  [
    'an Accept for another identifier',
    'not-asked',
    (heard, peer) => peer.answer(heard, accept, changed(1)),
  ],
  [
    'the answer to an accounting request',
    'code-unexpected',
    (heard, peer) => peer.answer(heard, { code: packetCode.AccountingResponse, attributes: [] }),
  ],
  [
    'a request of its own',
    'code-unexpected',
    (heard, peer) => peer.answer(heard, { code: packetCode.AccessRequest, attributes: [] }),
  ],
]

function forgeAccept(heard: Heard, peer: Peer): void {
  peer.answer(heard, rejected, (bytes) => {
    bytes[0] = packetCode.AccessAccept
    return bytes
  })
}

describe('replies of an upstream server', () => {
  let peer: Peer
  afterEach(() => peer.stop())

  for (const [what, reason, send] of bad) {
    it(`ignores ${what}, counts it, and waits for the reply`, async () => {
      peer = await startPeer((heard) => {
        send(heard, peer)
        peer.answer(heard, rejected)
      })
      const { directory, events, verify } = setUp([peer])
      expect(await verify('wonderland')).to.deep.equal({ kind: 'wrong' })
      const server = `127.0.0.1:${peer.port}`
      expect(events).to.deep.equal([{ kind: 'reply-ignored', server, reason }])
      await directory.close()
    })
  }

  it('takes no Accept of which a single byte was changed, or the end is missing', async () => {
    const attributes = textAttributes(attributeType.Class, 'staff')
    let spoilt = 0
    peer = await startPeer((heard) => {
      const length = 20 + 18 + 7
      for (let at = 0; at < length; at += 1) {
        peer.answer(heard, { ...accept, attributes }, changed(at))
        peer.answer(heard, { ...accept, attributes }, (bytes) => bytes.subarray(0, at))
        spoilt += 2
      }
      peer.answer(heard, rejected)
    })
    const { directory, events, verify } = setUp([peer])
    expect(await verify('wonderland')).to.deep.equal({ kind: 'wrong' })
    expect(spoilt).to.equal(90)
    expect(events.map(({ kind }) => kind)).to.deep.equal(Array(spoilt).fill('reply-ignored'))
    await directory.close()
  })

  it('takes no Accept without Message-Authenticator, unless the server is known for it', async () => {
    // MD5 over the rest is right, as after an attack with a collision (CVE-2024-3596).
    peer = await startPeer((heard) =>
      peer.send(heard, unsignedReply(heard, packetCode.AccessAccept)),
    )
    const strict = setUp([peer], { tries: 1 })
    const verdict = strict.verify('wonderland')
    await until(() => strict.events.length > 0)
    expect(strict.events[0]).to.include({ reason: 'message-authenticator-missing' })
    strict.clock.advance(1_000)
    expect(await verdict)
      .to.have.property('detail')
      .that.includes('ignored: message-authenticator-missing')
    await strict.directory.close()

    const lenient = setUp([], { servers: [{ ...serverAt(peer.port), unsignedReplies: true }] })
    expect(await lenient.verify('wonderland')).to.have.property('kind', 'right')
    await lenient.directory.close()
  })

  it('takes nothing from any other sender, though they know the secret', async () => {
    const other = await startPeer()
    peer = await startPeer()
    const { directory, verify } = setUp([peer])
    const verdict = verify('wonderland')
    const heard = await peer.nth(1)
    other.answer(heard, accept)
    await other.stop()
    peer.answer(heard, rejected)
    expect(await verdict).to.deep.equal({ kind: 'wrong' })
    await directory.close()
  })

  it('takes the first of two replies, and counts the second', async () => {
    peer = await startPeer((heard) => {
      peer.answer(heard, accept)
      peer.answer(heard, rejected)
    })
    const { directory, events, verify } = setUp([peer])
    expect(await verify('wonderland')).to.have.property('kind', 'right')
    await until(() => events.length > 0)
    expect(events[0]).to.include({ kind: 'reply-ignored', reason: 'not-asked' })
    await directory.close()
  })

  it('gives each request its own reply, in whatever order they come', async () => {
    peer = await startPeer()
    const { directory, events, verify } = setUp([peer])
    const verdicts = [verify('first'), verify('second'), verify('third')]
    await peer.nth(3)
    const [first, second, third] = peer.heard
    for (const heard of [third, second, first]) {
      if (heard) peer.answer(heard, heard === second ? accept : rejected)
    }
    const kinds = (await Promise.all(verdicts)).map(({ kind }) => kind)
    expect(kinds).to.deep.equal(['wrong', 'right', 'wrong'])
    expect(events).to.deep.equal([])
    await directory.close()
  })

  it('counts a reply that comes when no request waits any more, and gives it to none', async () => {
    peer = await startPeer()
    const { clock, directory, events, verify } = setUp([peer])
    const other = verify('other')
    const late = await peer.nth(1)
    const stopping = new AbortController()
    const called = verify('wonderland', stopping.signal)
    const second = await peer.nth(2)
    stopping.abort()
    expect(await called).to.deep.equal({ kind: 'busy' })
    peer.answer(second, accept)
    await until(() => events.length > 0)
    expect(events[0]).to.include({ reason: 'not-asked' })
    peer.answer(late, rejected)
    expect(await other).to.deep.equal({ kind: 'wrong' })
    expect(clock.waiting, 'timers left behind').to.equal(0)
    await directory.close()
  })

  it('joins what the server says to people, cuts it, and shows it only where a setting says so', async () => {
    const texts = textAttributes(attributeType.ReplyMessage, `no: ${'é'.repeat(300)}`)
    peer = await startPeer((heard) =>
      peer.answer(heard, { code: packetCode.AccessReject, attributes: texts }),
    )
    const silent = setUp([peer])
    expect(await silent.verify('wrong')).to.deep.equal({ kind: 'wrong' })
    await silent.directory.close()
    const open = setUp([peer], { showMessages: true })
    const message = `no: ${'é'.repeat(124)}`
    expect(await open.verify('wrong')).to.deep.equal({ kind: 'wrong', message })
    await open.directory.close()
  })

  it('takes NUL and other control characters out of it: a gateway would stop reading there', async () => {
    const texts = textAttributes(attributeType.ReplyMessage, 'wrong\0\x1b PIN\nof 2\0')
    peer = await startPeer((heard) =>
      peer.answer(heard, { code: packetCode.AccessReject, attributes: texts }),
    )
    const { verify, directory } = setUp([peer], { showMessages: true })
    expect(await verify('x')).to.deep.equal({ kind: 'wrong', message: 'wrong  PIN\nof 2' })
    await directory.close()
  })
})
