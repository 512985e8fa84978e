// Stands in for the service behind people's pages: the built pages, and fixed answers in the shapes of the contract.
// For looking at pages in every state; test/browser has other tests against the real service.
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { buildPages } from '../../../scripts/build-pages.mjs'
import { devices, look, me, sessions, signIns } from './fixed-data.ts'

/** A body with 200, or with a status. */
export type FixedAnswer = { readonly status?: number; readonly body: unknown }
export type Answers = Readonly<
  Record<string, FixedAnswer | ((body: Record<string, unknown>) => FixedAnswer | undefined)>
>

const folder = join(import.meta.dirname, '../../../src/web/pages/dist/people')
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
/** As strict as the listener of the portal. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const usual: Answers = {
  'GET /api/look': { body: look },
  'GET /api/me': { body: me },
  'GET /api/sign-ins': { body: signIns },
  'GET /api/devices': { body: devices },
  'GET /api/sessions': { body: sessions },
  'POST /api/sessions/end': { body: {} },
  'POST /api/sign-out': { body: {} },
  'POST /api/language': { body: {} },
  'POST /api/sign-in/cancel': { body: { cancelled: true } },
  'POST /api/confirm/cancel': { body: { cancelled: true } },
}

export type FixedPortal = {
  readonly url: string
  /** Answers from now on; what is not named answers as usual. A function that gives undefined never answers. */
  answer(answers: Answers): void
  /** Every request for the API since the last `answer`, such as `POST /api/sign-in {"name":"alice"}`. */
  readonly asked: string[]
  stop(): void
}

export async function startFixedPortal(): Promise<FixedPortal> {
  buildPages()
  let answers: Answers = {}
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    response.setHeader('content-security-policy', policy)
    if (!pathname.startsWith('/api/')) return sendFile(response, pathname)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const key = `${request.method} ${pathname}`
    asked.push(`${key} ${text}`.trim())
    const found = answers[key] ??
      usual[key] ?? { status: 404, body: { problem: 'not-found', text: '' } }
    const given = typeof found === 'function' ? found(text ? JSON.parse(text) : {}) : found
    if (given === undefined) return undefined
    response.writeHead(given.status ?? 200, { 'content-type': 'application/json' })
    return response.end(JSON.stringify(given.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    asked,
    answer(given) {
      answers = given
      asked.length = 0
    },
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Files of the build, and the one document for every other address. */
function sendFile(response: ServerResponse, pathname: string): void {
  const wanted = join(folder, normalize(pathname))
  const file = extname(wanted) !== '' && existsSync(wanted) ? wanted : join(folder, 'index.html')
  response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
  response.end(readFileSync(file))
}
