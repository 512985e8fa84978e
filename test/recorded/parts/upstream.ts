import {
  type Attribute,
  attributeType,
  decodeUserPassword,
  findAttribute,
  integerAttribute,
  packetCode,
  textAttributes,
  verifyChap,
} from '../../../src/radius/index.ts'
import { type Heard, type Peer, peerSecret, startPeer } from '../../directory/upstream/peer.ts'
import type { Outside } from './service.ts'

/** How a server behaves: it answers, says nothing, or asks for a token after the password. */
export type Mood = 'answers' | 'silent' | 'asks for a token'

export type UpstreamServer = {
  mood: Mood
  /** What came since this was looked at last: codes of the packets, in their order. */
  takeHeard(): string[]
}

/** Two RADIUS servers with one password for all users. */
export type Upstream = Outside & {
  readonly first: UpstreamServer
  readonly second: UpstreamServer
  /** For `servers` of a directory of type radius. */
  servers(): readonly { readonly address: string; readonly secret: string }[]
}

const password = 'wonderland'
const token = '4711'
const kinds: Readonly<Record<number, string>> = {
  [packetCode.AccessRequest]: 'Access-Request',
  [packetCode.StatusServer]: 'Status-Server',
}

export function createUpstream(): Upstream {
  let peers: readonly Peer[] = []
  const first = createServer('first')
  const second = createServer('second')
  return {
    first,
    second,
    servers: () => peers.map(({ port }) => ({ address: `127.0.0.1:${port}`, secret: peerSecret })),
    async start({ touch }) {
      const starting = [first, second].map((server) =>
        startPeer((heard, peer) => {
          server.hear(heard, peer)
          touch()
        }),
      )
      peers = await Promise.all(starting)
    },
    async stop() {
      for (const peer of peers) await peer.stop()
    },
  }
}

function createServer(name: string) {
  const heard: string[] = []
  const server = {
    mood: 'answers' as Mood,
    takeHeard: () => heard.splice(0),
    hear(one: Heard, peer: Peer): void {
      heard.push(kinds[one.request.code] ?? String(one.request.code))
      if (server.mood !== 'silent') peer.answer(one, replyTo(one, name, server.mood))
    },
  }
  return server
}

function replyTo({ request }: Heard, name: string, mood: Mood) {
  if (request.code === packetCode.StatusServer)
    return { code: packetCode.AccessAccept, attributes: [] }
  const state = findAttribute(request, attributeType.State)
  const typed = decodeUserPassword(request)?.toString()
  if (state !== undefined) return typed === token ? accept(name) : refuse('The token is wrong')
  if (!isRight(request, typed)) return refuse('The password is wrong')
  return mood === 'asks for a token' ? askForToken() : accept(name)
}

function isRight(request: Heard['request'], typed: string | undefined): boolean {
  const chap = findAttribute(request, attributeType.ChapPassword)
  if (chap === undefined) return typed === password
  const challenge = findAttribute(request, attributeType.ChapChallenge) ?? request.authenticator
  return verifyChap(chap[0] ?? 0, chap.subarray(1), challenge, Buffer.from(password))
}

function accept(name: string) {
  const attributes: Attribute[] = [
    ...textAttributes(attributeType.Class, name),
    ...textAttributes(attributeType.FilterId, 'vpn-users'),
    integerAttribute(attributeType.SessionTimeout, 3_600),
    ...textAttributes(attributeType.ReplyMessage, 'Welcome'),
  ]
  return { code: packetCode.AccessAccept, attributes }
}

function refuse(text: string) {
  return {
    code: packetCode.AccessReject,
    attributes: textAttributes(attributeType.ReplyMessage, text),
  }
}

function askForToken() {
  const attributes: Attribute[] = [
    ...textAttributes(attributeType.ReplyMessage, 'Token?'),
    { type: attributeType.State, value: Buffer.from('a State of upstream') },
  ]
  return { code: packetCode.AccessChallenge, attributes }
}
