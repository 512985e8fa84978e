import { HoldfastError, type Secret } from '../support/index.ts'
import { type Failure, networkFailure, sendInTwoTries, statusFailure } from './failure.ts'
import { isPhoneNumber } from './numbers.ts'
import type { TextDelivery } from './ports.ts'
import { createProxiedFetch } from './proxied-fetch.ts'
import { type Escape, escapeFor, fillTemplate } from './template.ts'

/**
 * How an SMS gateway wants to be asked. `url`, `headers` and `body` may hold `{secret}`; `url` and `body` also `{to}`
 * (+31612345678), `{to_digits}` (31612345678) and `{text}`, each escaped for its place.
 */
export type HttpGatewayOptions = {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly secret?: Secret
  /** Regular expression the answer must match, where HTTP 2xx is not enough to mean success. */
  readonly success?: string
  /** Time limit of one try. */
  readonly timeoutMs: number
  /** `http://proxy.example.com:3128`. */
  readonly proxy?: string
}

export class HttpGatewayError extends HoldfastError<
  | 'http-gateway-url-invalid'
  | 'http-gateway-header-invalid'
  | 'http-gateway-content-type-unknown'
  | 'http-gateway-body-invalid'
  | 'http-gateway-success-invalid'
> {}

/** More of an answer than this is not read. */
const maxAnswerBytes = 64 * 1024

/**
 * Texts through any gateway that takes an HTTP request.
 *
 * @throws HttpGatewayError when the options could never work
 */
export function createHttpGateway(options: HttpGatewayOptions): TextDelivery {
  const { method, proxy, timeoutMs } = options
  const send = proxy === undefined ? fetch : createProxiedFetch(proxy)
  const success = parseSuccess(options.success)
  const headers = fillHeaders(options)
  const escapeBody = bodyEscape(options, headers.get('content-type') ?? '')
  checkUrl(options)
  if (/json/i.test(headers.get('content-type') ?? '')) checkJsonBody(options, escapeBody)

  async function request(to: string, text: string, signal: AbortSignal) {
    const values = { ...secretOf(options), to, to_digits: to.slice(1), text }
    const response = await send(fillTemplate(options.url, values, encodeURIComponent), {
      method,
      headers,
      ...(options.body === undefined
        ? {}
        : { body: fillTemplate(options.body, values, escapeBody) }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    return failureOf(response, success)
  }

  return {
    async sendText({ to, text }, signal) {
      if (!isPhoneNumber(to)) {
        const detail = 'SMS gateway: the number is not in international form (+31...)'
        return { kind: 'failed', detail, outage: false }
      }
      return sendInTwoTries(() => request(to, text, signal).catch(gatewayFailure), signal)
    },
  }
}

async function failureOf(
  response: Response,
  success: RegExp | undefined,
): Promise<Failure | undefined> {
  if (!response.ok) {
    await response.body?.cancel()
    return statusFailure(response.status, `SMS gateway answered HTTP ${response.status}`)
  }
  const answer = await readStart(response)
  if (success === undefined || success.test(answer)) return undefined
  return statusFailure(response.status, 'SMS gateway: its answer does not fit "success"')
}

async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    text += decoder.decode(chunk, { stream: true })
    if (bytes >= maxAnswerBytes) break
  }
  return text
}

function gatewayFailure(error: unknown): Failure {
  const failure = networkFailure(error)
  return { ...failure, detail: `SMS gateway: ${failure.detail}` }
}

function secretOf({ secret }: HttpGatewayOptions): { secret: string } {
  return { secret: secret?.reveal() ?? '' }
}

function bodyEscape({ body }: HttpGatewayOptions, contentType: string): Escape {
  const escapeValue = escapeFor(contentType)
  if (escapeValue !== undefined) return escapeValue
  if (body === undefined) return (text) => text
  throw new HttpGatewayError(
    'http-gateway-content-type-unknown',
    'The SMS gateway needs a header content-type: JSON, form-urlencoded, XML or text/plain',
  )
}

function parseSuccess(pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined
  try {
    return new RegExp(pattern)
  } catch (cause) {
    throw new HttpGatewayError(
      'http-gateway-success-invalid',
      'The SMS gateway’s "success" is not a regular expression',
      { cause },
    )
  }
}

function fillHeaders(options: HttpGatewayOptions): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(options.headers)) {
    try {
      headers.set(
        name,
        fillTemplate(value, secretOf(options), (text) => text),
      )
    } catch {
      // The cause would show the value, and with it the secret.
      throw new HttpGatewayError(
        'http-gateway-header-invalid',
        `The SMS gateway’s header ${name} holds characters no header may have`,
      )
    }
  }
  return headers
}

const sample = { to: '+31612345678', to_digits: '31612345678', text: '"<&', secret: 'secret' }

function checkUrl({ url: template }: HttpGatewayOptions): void {
  const url = URL.parse(fillTemplate(template, sample, encodeURIComponent))
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new HttpGatewayError('http-gateway-url-invalid', 'The SMS gateway needs an http(s) url')
  }
}

function checkJsonBody({ body }: HttpGatewayOptions, escapeBody: Escape): void {
  if (body === undefined) return
  try {
    JSON.parse(fillTemplate(body, sample, escapeBody))
  } catch {
    throw new HttpGatewayError('http-gateway-body-invalid', 'The SMS gateway’s body is not JSON')
  }
}
