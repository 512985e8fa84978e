import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  createSharedSecret,
  decodePacket,
  encodeReply,
  type Reply,
  type VerifiedRequest,
  verifyRequest,
} from '../../../src/radius/index.ts'

export const peerSecret = 'a secret between two'

/** A request that came, which has proven itself. */
export type Heard = {
  readonly request: VerifiedRequest
  readonly datagram: Buffer
  readonly fromPort: number
}

/** A RADIUS server that does what a test says, right or wrong. */
export type Peer = {
  readonly port: number
  /** Every request in the order it came, resends among them. */
  readonly heard: readonly Heard[]
  /** Resolves with the request that is the `count`th to come. */
  nth(count: number): Promise<Heard>
  /** Signs and sends a reply; `change` may spoil its bytes. */
  answer(heard: Heard, reply: Reply, change?: (bytes: Buffer) => Buffer): void
  send(heard: Heard, bytes: Buffer): void
  stop(): Promise<void>
}

/** Starts one on a free port of the loopback, or on `port` again. It takes only requests with Message-Authenticator. */
export async function startPeer(
  script: (heard: Heard, peer: Peer) => void = () => undefined,
  port = 0,
): Promise<Peer> {
  const secret = createSharedSecret(peerSecret)
  const socket = createSocket('udp4')
  const heard: Heard[] = []
  let waiting: { readonly count: number; resolve(heard: Heard): void }[] = []
  socket.bind(port, '127.0.0.1')
  await once(socket, 'listening')

  const peer: Peer = {
    port: socket.address().port,
    heard,
    nth(count) {
      const known = heard[count - 1]
      if (known !== undefined) return Promise.resolve(known)
      return new Promise((resolve) => waiting.push({ count, resolve }))
    },
    answer: (to, reply, change = (bytes) => bytes) =>
      peer.send(to, change(encodeReply(to.request, reply))),
    send: (to, bytes) => socket.send(bytes, to.fromPort, '127.0.0.1'),
    async stop() {
      socket.close()
      await once(socket, 'close')
    },
  }
  socket.on('message', (datagram, from) => {
    const policy = { requireMessageAuthenticator: true, limitProxyState: true }
    const verified = verifyRequest(decodePacket(datagram), secret, policy)
    if (!verified.ok) throw new Error(verified.reason)
    const one = { request: verified.request, datagram, fromPort: from.port }
    heard.push(one)
    script(one, peer)
    for (const { count, resolve } of waiting) if (count === heard.length) resolve(one)
    waiting = waiting.filter(({ count }) => count > heard.length)
  })
  return peer
}

/** A reply without attributes, as servers sent it before CVE-2024-3596: only its Authenticator proves it. */
export function unsignedReply({ request }: Heard, code: number): Buffer {
  const bytes = Buffer.from([code, request.identifier, 0, 20, ...request.authenticator])
  createHash('md5').update(bytes).update(peerSecret).digest().copy(bytes, 4)
  return bytes
}
