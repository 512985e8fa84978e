// The load of EAP: plays gateways, and the devices behind them. A process of its own, so that its work is not
// counted as the server's. Takes one job after the other from its parent; see eap-loader.ts.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import {
  type Attribute,
  attributeType,
  createSharedSecret,
  encodeRequest,
  findAttribute,
  integerAttribute,
  joinAttributes,
  type Packet,
  packetCode,
  readReply,
  type SharedSecret,
  splitAttributes,
  wireless80211,
} from '../../../src/radius/index.ts'
import { percentile } from '../statistics/spread.ts'
import { Device } from './eap-device.ts'
import type { EapJob, EapLoadResult } from './eap-loader.ts'
import type { DeviceTrust } from './eap-tunnel.ts'

const framedMtuType = 12
const timeoutMs = 30_000

/** What devices came back with from the last job with the same server and method. */
const sessions = new Map<string, Buffer[]>()

/** A gateway with one device at a time behind it, on a source port of its own. */
class Gateway {
  readonly #socket: Socket
  readonly #secret: SharedSecret
  readonly #about: readonly Attribute[]
  #identifier = 0
  requests = 0

  constructor(socket: Socket, secret: SharedSecret, about: readonly Attribute[]) {
    this.#socket = socket
    this.#secret = secret
    this.#about = about
  }

  /**
   * Carries a conversation to its end, nothing sent twice; true where the server let the device in, or where it
   * `leaves` and its tunnel is open.
   */
  async carry(device: Device, leaves: boolean): Promise<boolean> {
    let message = device.begin()
    let state: Uint8Array | undefined
    for (;;) {
      const reply = await this.#ask(message, state)
      if (reply.code !== packetCode.AccessChallenge) return reply.code === packetCode.AccessAccept
      const request = joinAttributes(reply, attributeType.EapMessage)
      if (request === undefined) throw new Error('a challenge without EAP-Message')
      state = findAttribute(reply, attributeType.State)
      message = await device.answer(request)
      if (leaves && device.isSecure) return true
    }
  }

  async #ask(message: Uint8Array, state: Uint8Array | undefined): Promise<Packet> {
    this.#identifier = (this.#identifier + 1) & 0xff
    this.requests += 1
    const sent = encodeRequest(
      {
        code: packetCode.AccessRequest,
        identifier: this.#identifier,
        attributes: [
          ...this.#about,
          ...splitAttributes(attributeType.EapMessage, message),
          ...(state === undefined ? [] : [{ type: attributeType.State, value: state }]),
        ],
      },
      this.#secret,
    )
    this.#socket.send(sent.bytes)
    const signal = AbortSignal.timeout(timeoutMs)
    const [datagram] = await once(this.#socket, 'message', { signal })
    const reply = readReply(datagram, sent, { requireMessageAuthenticator: true })
    if (typeof reply === 'string') throw new Error(reply)
    return reply
  }
}

async function run(job: EapJob): Promise<EapLoadResult> {
  const trust: DeviceTrust = {
    serverName: job.serverName,
    context: createSecureContext({
      ca: readFileSync(job.caFile),
      maxVersion: 'TLSv1.2',
      ...(job.method === 'EAP-TLS' && {
        cert: readFileSync(job.certFile),
        key: readFileSync(job.keyFile),
      }),
    }),
  }
  const place = `${job.port} ${job.method}`
  const earlier = sessions.get(place) ?? []
  const made: Buffer[] = []
  const result = { accepts: 0, resumed: 0, requests: 0 }
  const tookMs: number[] = []
  let begun = 0

  async function keepBusy(index: number): Promise<void> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.connect(job.port, '127.0.0.1', resolve))
    const gateway = new Gateway(socket, createSharedSecret(job.secret), describe(job, index))
    while (begun < job.conversations) {
      begun += 1
      const session = job.resumes ? earlier[index % earlier.length] : undefined
      const device = new Device(job.method, job.owner, trust, session)
      const begunAtMs = performance.now()
      try {
        if (await gateway.carry(device, job.leaves ?? false)) result.accepts += 1
        if (device.isResumed) result.resumed += 1
        else if (device.session !== undefined) made[index] = device.session
        tookMs.push(performance.now() - begunAtMs)
      } finally {
        device.close()
      }
    }
    result.requests += gateway.requests
    socket.close()
  }

  const startedAtMs = performance.now()
  await Promise.all(Array.from({ length: job.atOnce }, (_, index) => keepBusy(index)))
  const seconds = (performance.now() - startedAtMs) / 1_000
  if (!job.resumes) sessions.set(place, made)
  tookMs.sort((left, right) => left - right)
  return { ...result, seconds, p50Ms: percentile(tookMs, 0.5), p99Ms: percentile(tookMs, 0.99) }
}

/** What an access point says of itself and of the device, as hostapd does. */
function describe({ owner }: EapJob, index: number): readonly Attribute[] {
  const mac = `02-00-00-00-00-${index.toString(16).padStart(2, '0')}`
  return [
    { type: attributeType.UserName, value: Buffer.from(owner.name) },
    { type: attributeType.NasIdentifier, value: Buffer.from('wifi') },
    { type: attributeType.CallingStationId, value: Buffer.from(mac) },
    integerAttribute(framedMtuType, 1_400),
    integerAttribute(attributeType.NasPortType, wireless80211),
  ]
}

process.on('message', (job: EapJob) => {
  run(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.once('disconnect', () => process.exit())
