import { createECDH, createPublicKey, type ECDH, randomBytes, verify } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { PushMessage } from '../../src/delivery/index.ts'
import { certificate, privateKey } from '../operations/certificate.ts'

/** Comes with web-push, and has no types. */
const { decrypt } = createRequire(import.meta.url)('http_ece') as {
  decrypt(
    body: Uint8Array,
    options: { version: 'aes128gcm'; privateKey: ECDH; authSecret: Buffer },
  ): Buffer
}

/** What arrived for a browser. */
export type Arrived = {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Decrypted, where a browser of ours has this endpoint; '' elsewhere. */
  readonly text: string
  /** What the signature says, once it is right: `aud`, `exp`, `sub`. */
  readonly signed: Readonly<Record<string, unknown>>
}

export type Answer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A push service on a port of this machine, with a certificate that signs itself. */
export type PushServiceLab = {
  readonly ca: string
  readonly port: number
  readonly arrived: readonly Arrived[]
  /** Answers of the next messages, in order; 201 when there is none. `silence`: never one. */
  readonly answers: (Answer | 'silence')[]
  /** What a browser gets that subscribes here. */
  subscribe(): PushMessage['subscription']
  /** All that told of a prompt; others tell of changes. */
  prompts(): readonly Arrived[]
  /** Waits until so many of prompts have arrived in all. Gives the last of them. */
  waitFor(count: number): Promise<Arrived>
  stop(): Promise<void>
}

export async function startPushService(): Promise<PushServiceLab> {
  const browsers = new Map<string, { readonly keys: ECDH; readonly auth: Buffer }>()
  const arrived: Arrived[] = []
  const answers: (Answer | 'silence')[] = []
  const events = new EventEmitter()
  const server = createServer(
    { cert: certificate.pem, key: privateKey },
    async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      const { headers, url: path = '' } = request
      const browser = browsers.get(path)
      const text =
        browser === undefined
          ? ''
          : decrypt(Buffer.concat(parts), {
              ...{ version: 'aes128gcm', privateKey: browser.keys, authSecret: browser.auth },
            }).toString()
      arrived.push({ path, headers, text, signed: readSignature(headers.authorization ?? '') })
      events.emit('arrived')
      const answer = answers.shift() ?? { status: 201 }
      if (answer === 'silence') return
      const { status, headers: more = {}, body = '' } = answer
      response.writeHead(status, more).end(body)
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  const { port } = server.address() as AddressInfo

  const prompts = () => arrived.filter(({ headers }) => headers.topic !== 'changes')

  return {
    ...{ ca: certificate.pem, port, arrived, answers },
    subscribe() {
      const keys = createECDH('prime256v1')
      const auth = randomBytes(16)
      const path = `/push/${randomBytes(12).toString('base64url')}`
      const p256dh = new Uint8Array(keys.generateKeys())
      browsers.set(path, { keys, auth })
      return { endpoint: `https://localhost:${port}${path}`, p256dh, auth: new Uint8Array(auth) }
    },
    prompts,
    async waitFor(count) {
      while (prompts().length < count) await once(events, 'arrived')
      return prompts()[count - 1] as Arrived
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** `vapid t=JWT, k=KEY` (RFC 8292). Throws where the signature is not right. */
function readSignature(authorization: string): Readonly<Record<string, unknown>> {
  const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization) ?? []
  const [head = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const jwk = {
    ...{ kty: 'EC', crv: 'P-256' },
    ...{ x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33, 65) },
  }
  const isRight = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!isRight) throw new Error('the signature is wrong')
  return JSON.parse(Buffer.from(claims, 'base64url').toString())
}
