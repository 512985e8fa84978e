import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type Balancer = {
  readonly url: string
  /** Which server answered each request, in order; -1 where none did. */
  readonly answeredBy: readonly number[]
  stop(): Promise<void>
}

/** For one server. */
const silenceMs = 2_000
/** Twilio itself waits 15 s, and then ends the call of a person who waits for the next words. */
const patienceMs = 13_000
const pauseMs = 100

/**
 * An HTTP balancer as `webhooks.public_url` may name it: each request goes to the next of these ports, and to the
 * one behind where that is dead, or silent for two seconds. Where all are, it begins again, for as long as Twilio waits.
 */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const answeredBy: number[] = []
  let turn = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const first = turn
    turn += 1
    const untilMs = Date.now() + patienceMs
    for (let tried = 0; Date.now() < untilMs; tried += 1) {
      if (tried > 0 && tried % ports.length === 0) await sleep(pauseMs)
      const index = (first + tried) % ports.length
      const reply = await pass(`http://127.0.0.1:${ports[index]}`, request, Buffer.concat(chunks))
      if (reply === undefined) continue
      answeredBy.push(index)
      response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.body)
      return
    }
    answeredBy.push(-1)
    response.writeHead(502).end()
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    answeredBy,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Passed = { readonly status: number; readonly type: string; readonly body: string }

/** Undefined where the server did not answer. */
async function pass(
  origin: string,
  { headers, method = 'GET', url = '/' }: IncomingMessage,
  body: Buffer,
): Promise<Passed | undefined> {
  const kept = ['content-type', 'x-twilio-signature'].flatMap((name) => {
    const value = headers[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  try {
    const response = await fetch(origin + url, {
      method,
      headers: Object.fromEntries(kept),
      signal: AbortSignal.timeout(silenceMs),
      ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
    })
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? 'text/plain',
      body: await response.text(),
    }
  } catch {
    return undefined
  }
}
