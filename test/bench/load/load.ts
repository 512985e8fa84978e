// The load: plays gateways that send prebuilt Access-Requests. A process of its own, so that its work
// is not counted as the server's. Takes one job after the other from its parent; see loader.ts.
import { createSocket, type Socket } from 'node:dgram'
import {
  attributeType,
  createSharedSecret,
  decodePacket,
  type EncodedRequest,
  encodeRequest,
  packetCode,
  verifyReply,
} from '../../../src/radius/index.ts'
import { percentile } from '../statistics/spread.ts'
import type { LoadJob, LoadResult } from './loader.ts'

const nasPortTypeVirtual = Buffer.from([0, 0, 0, 5])

/** What a VPN gateway sends, one request for each person, signed before the clock starts. */
function buildRequests({ people, secret, sockets }: LoadJob): EncodedRequest[] {
  const shared = createSharedSecret(secret)
  return people.map(({ name, password }, index) =>
    encodeRequest(
      {
        code: packetCode.AccessRequest,
        identifier: Math.floor(index / sockets) & 0xff,
        password,
        attributes: [
          { type: attributeType.UserName, value: Buffer.from(name) },
          { type: attributeType.NasIpAddress, value: Buffer.from([127, 0, 0, 1]) },
          { type: attributeType.NasIdentifier, value: Buffer.from('vpn') },
          { type: attributeType.NasPortType, value: nasPortTypeVirtual },
          { type: attributeType.CallingStationId, value: Buffer.from(deviceOf(index)) },
        ],
      },
      shared,
    ),
  )
}

function deviceOf(index: number): string {
  return `100.${64 + (index >> 16)}.${(index >> 8) & 0xff}.${index & 0xff}`
}

async function openSocket(port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve))
  return socket
}

/** Sends every request once and waits for the replies. What gets none in time is lost; nothing is sent again. */
async function run(job: LoadJob): Promise<LoadResult> {
  const requests = buildRequests(job)
  const sockets: Socket[] = []
  const ports = [job.port, ...(job.morePorts ?? [])]
  for (let index = 0; index < job.sockets; index++) {
    sockets.push(await openSocket(ports[index % ports.length] ?? job.port))
  }

  const replies = createReplies(requests.length)
  const sentAtMs = new Float64Array(requests.length)
  const tookMs = new Float64Array(requests.length)
  /** Which request an identifier of a socket stands for at the moment. */
  const waitingFor = new Int32Array(job.sockets * 256).fill(-1)
  const { promise: done, resolve: finish, reject: fail } = Promise.withResolvers<void>()
  let sent = 0
  let answered = 0
  let lastReplyAtMs = 0

  function sendNext(): void {
    const request = requests[sent]
    const socket = sockets[sent % job.sockets]
    if (request === undefined || socket === undefined) return
    waitingFor[(sent % job.sockets) * 256 + request.identifier] = sent
    sentAtMs[sent] = performance.now()
    sent += 1
    socket.send(request.bytes)
  }

  function onReply(socketIndex: number, bytes: Buffer): void {
    const slot = socketIndex * 256 + (bytes[1] ?? 0)
    const index = waitingFor[slot] ?? -1
    if (index < 0) return
    waitingFor[slot] = -1
    lastReplyAtMs = performance.now()
    tookMs[index] = lastReplyAtMs - (sentAtMs[index] ?? 0)
    replies.keep(index, bytes)
    answered += 1
    if (answered === requests.length) finish()
    else if (job.perSecond === undefined) sendNext()
  }

  sockets.forEach((socket, index) => {
    socket.on('message', (bytes) => onReply(index, bytes))
    socket.on('error', fail)
  })

  const startedAtMs = performance.now()
  const { perSecond } = job
  const pace = setInterval(() => {
    const nowMs = performance.now()
    if (perSecond !== undefined) {
      const due = Math.min(requests.length, ((nowMs - startedAtMs) * perSecond) / 1000)
      while (sent < due && sent - answered < job.window) sendNext()
    }
    const quietSinceMs = Math.max(lastReplyAtMs, sentAtMs[Math.max(0, sent - 1)] ?? 0, startedAtMs)
    if (nowMs - quietSinceMs > job.timeoutMs) finish()
  }, 1)
  if (perSecond === undefined) while (sent < job.window && sent < requests.length) sendNext()
  await done.finally(() => clearInterval(pace))
  for (const socket of sockets) socket.close()

  const seconds = (lastReplyAtMs - startedAtMs) / 1000
  return { ...judge(requests, replies), seconds, ...latencies(tookMs.filter((ms) => ms > 0)) }
}

/** Copies of the replies in one block: kept as objects they would be the collector's work while the clock runs. */
function createReplies(count: number) {
  const size = 512
  const block = Buffer.alloc(count * size)
  const lengths = new Uint16Array(count)
  return {
    keep(index: number, bytes: Buffer): void {
      if (bytes.length > size) throw new Error(`a reply of ${bytes.length} bytes`)
      bytes.copy(block, index * size)
      lengths[index] = bytes.length
    },
    at(index: number): Buffer | undefined {
      const length = lengths[index] ?? 0
      return length === 0 ? undefined : block.subarray(index * size, index * size + length)
    },
  }
}

type Counts = Pick<LoadResult, 'accepts' | 'rejects' | 'challenges' | 'lost' | 'forged'>

/** Counts the replies, each checked with the secret, after the clock has stopped. */
function judge(
  requests: readonly EncodedRequest[],
  replies: ReturnType<typeof createReplies>,
): Counts {
  const counts = { accepts: 0, rejects: 0, challenges: 0, lost: 0, forged: 0 }
  requests.forEach((request, index) => {
    const bytes = replies.at(index)
    if (bytes === undefined) {
      counts.lost += 1
      return
    }
    const reply = decodePacket(bytes)
    // FreeRADIUS 3.2.1 sends no Message-Authenticator, so none is asked for.
    const isGenuine = verifyReply(reply, request, { requireMessageAuthenticator: false }).ok
    if (!isGenuine) counts.forged += 1
    else if (reply.code === packetCode.AccessAccept) counts.accepts += 1
    else if (reply.code === packetCode.AccessReject) counts.rejects += 1
    else counts.challenges += 1
  })
  return counts
}

function latencies(tookMs: Float64Array): Pick<LoadResult, 'p50Ms' | 'p99Ms'> {
  const sorted = tookMs.sort()
  return { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) }
}

process.on('message', (job: LoadJob) => {
  run(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.once('disconnect', () => process.exit())
