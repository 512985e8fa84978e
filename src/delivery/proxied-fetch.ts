import { Agent as PlainAgent, request as requestPlain } from 'node:http'
import { request as requestTls, Agent as TlsAgent } from 'node:https'
import { Readable } from 'node:stream'

type Request = {
  readonly method: string
  readonly headers: Headers
  readonly body?: string
  readonly signal: AbortSignal
}

/** As `fetch` without redirects, through an HTTP proxy: the one of Node takes none by itself. */
export function createProxiedFetch(
  proxy: string,
): (url: string, options: Request) => Promise<Response> {
  const proxyEnv = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }
  const plain = new PlainAgent({ proxyEnv })
  const tls = new TlsAgent({ proxyEnv })
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const isTls = url.startsWith('https:')
      const options = { method, headers: Object.fromEntries(headers), signal }
      const sent = isTls
        ? requestTls(url, { ...options, agent: tls })
        : requestPlain(url, { ...options, agent: plain })
      sent.once('response', (message) => {
        const { statusCode: status = 502 } = message
        const isEmpty = status === 204 || status === 205 || status === 304
        if (isEmpty) message.resume()
        resolve(new Response(isEmpty ? null : readableOf(message), { status }))
      })
      sent.once('error', (error) => reject(signal.aborted ? signal.reason : error))
      sent.end(body)
    })
}

function readableOf(message: Readable): ReadableStream {
  return Readable.toWeb(message) as ReadableStream
}
