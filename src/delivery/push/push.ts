import { createECDH } from 'node:crypto'
import { type Agent, request } from 'node:https'
import type { Clock } from '../../support/index.ts'
import { createPushAgent, type Resolve } from './agent.ts'
import { browserServices, findService, type PushService } from './services.ts'

export type PushOptions = {
  /** Private key of P-256, 32 bytes: signs what is sent (RFC 8292). */
  readonly key: Uint8Array
  /** How a push service reaches us: a `mailto:` or `https:` address. Apple refuses localhost. */
  readonly contact: string
  /** Beside those of the browsers. */
  readonly services: readonly PushService[]
  /** `http://proxy.example.com:3128`. */
  readonly proxy?: string
  /** Time limit of one request. Default 10 s. */
  readonly timeoutMs?: number
  /** How names are looked up, for tests. */
  readonly resolve?: Resolve
}

/** What goes to one browser. */
export type PushMessage = {
  readonly subscription: {
    readonly endpoint: string
    /** Its key, 65 bytes, and its secret, 16. */
    readonly p256dh: Uint8Array
    readonly auth: Uint8Array
  }
  /** At most 3,993 bytes. */
  readonly text: string
  /** How long the push service keeps it for a device that it cannot reach. */
  readonly ttlSeconds: number
  /** At most 32 characters of base64url: it takes the place of an earlier one of the same topic. */
  readonly topic: string
}

/** What came of it. `answer`: the status, or the code of the error; never the endpoint, which is a secret of the device. */
export type PushResult = {
  /**
   * `accepted`: by the service, which says nothing about the device. `gone`: there is no such subscription. `refused`:
   * it does not believe who we are. `later`: it may go well at another time.
   */
  readonly kind: 'accepted' | 'gone' | 'refused' | 'later'
  readonly service: string
  readonly answer: string
  /** As the service has asked. */
  readonly retryAfterMs?: number
}

/** Sends to the push services of browsers (RFC 8030). */
export type PushDelivery = {
  /** Uncompressed point of P-256, 65 bytes: browsers subscribe with it, and take nothing that another key has signed. */
  readonly publicKey: Uint8Array
  /** Origins of the services that have one name, for those who want to see whether they answer. */
  readonly origins: readonly string[]
  /** Whether something would be sent to this endpoint at all. */
  mayReach(endpoint: string): boolean
  /** Never rejects. */
  send(message: PushMessage, signal: AbortSignal): Promise<PushResult>
  /** Whether a push service answers. Sends no message. Gives what is wrong. Never rejects. */
  probe(origin: string, signal: AbortSignal): Promise<string | undefined>
}

/** A person waits for it. */
const probeMs = 5_000

/** Loads the `web-push` package with the first message. */
export function createPushDelivery(
  { key, contact, services, proxy, timeoutMs = 10_000, resolve }: PushOptions,
  clock: Pick<Clock, 'nowMs'>,
): PushDelivery {
  const publicKey = publicKeyOf(key)
  const vapidDetails = { subject: contact, publicKey: text(publicKey), privateKey: text(key) }
  const agents = new Map(
    [...browserServices, ...services].map((service) => [
      service,
      createPushAgent(service, proxy, resolve),
    ]),
  )
  const known = [...agents.keys()]

  function agentFor(endpoint: string): Agent | undefined {
    const service = findService(endpoint, known)
    return service && agents.get(service)
  }

  return {
    publicKey,
    origins: [...knownHosts, ...services.filter(({ host }) => !host.startsWith('*.'))].map(
      originOf,
    ),
    mayReach: (endpoint) => agentFor(endpoint) !== undefined,

    async send({ subscription, text: payload, ttlSeconds, topic }, signal) {
      const { auth, endpoint, p256dh } = subscription
      const service = URL.parse(endpoint)?.hostname ?? ''
      const agent = agentFor(endpoint)
      // The list may have become shorter since.
      if (agent === undefined) return { kind: 'refused', service, answer: 'not-on-the-list' }
      try {
        const { default: webPush } = await import('web-push')
        const { body, headers } = webPush.generateRequestDetails(
          { endpoint, keys: { p256dh: text(p256dh), auth: text(auth) } },
          payload,
          { vapidDetails, TTL: ttlSeconds, urgency: 'high', topic },
        )
        const asked = { method: 'POST', headers, agent, signal: within(timeoutMs, signal) } as const
        const { status, retryAfter } = await post(endpoint, asked, body)
        const after = retryAfterMs(retryAfter, clock.nowMs())
        return {
          ...{ kind: kindOf(status), service, answer: String(status) },
          ...(after === undefined ? {} : { retryAfterMs: after }),
        }
      } catch (error) {
        return { kind: 'later', service, answer: answerOf(error) }
      }
    },

    async probe(origin, signal) {
      const agent = agentFor(`${origin}/`)
      if (agent === undefined) return 'it is not on the list'
      try {
        await post(`${origin}/`, { method: 'GET', agent, signal: within(probeMs, signal) })
        return undefined
      } catch (error) {
        return answerOf(error)
      }
    },
  }
}

/** Those of the browsers. Microsoft has a host for each region, and none that is everyone's. */
const knownHosts = [
  ...['fcm.googleapis.com', 'updates.push.services.mozilla.com', 'web.push.apple.com'],
].map((host) => ({ host, port: 443 }))

function originOf({ host, port }: Pick<PushService, 'host' | 'port'>): string {
  return new URL(`https://${host}:${port}`).origin
}

function kindOf(status: number): PushResult['kind'] {
  if (status >= 200 && status < 300) return 'accepted'
  if (status === 404 || status === 410) return 'gone'
  if (status === 413 || status === 429 || status >= 500) return 'later'
  return 'refused'
}

type Answer = { readonly status: number; readonly retryAfter: string | undefined }

/** Follows no redirect, and reads nothing but the head of the answer: what is in it is no one's business here. */
function post(
  url: string,
  options: Parameters<typeof request>[1] & object,
  body?: Uint8Array,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      const { statusCode = 0, headers } = response
      resolve({ status: statusCode, retryAfter: headers['retry-after'] })
      response.destroy()
    })
    sent.once('error', (error) => reject(options.signal?.aborted ? options.signal.reason : error))
    sent.end(body)
  })
}

function within(timeoutMs: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
}

/** Seconds, or a date (RFC 9110 10.2.3). */
function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1_000
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs)
}

/** A code such as `ECONNREFUSED`. Texts of errors may hold the endpoint. */
function answerOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  if (error.name === 'TimeoutError') return 'no-answer'
  if (error.name === 'AbortError') return 'given-up'
  return 'code' in error && typeof error.code === 'string' ? error.code : 'failed'
}

function publicKeyOf(key: Uint8Array): Uint8Array {
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(key)
  return new Uint8Array(pair.getPublicKey())
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
