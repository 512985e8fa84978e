import { messageOf } from '../support/index.ts'
import type { SendResult } from './ports.ts'

/**
 * Why a provider did not take something. `theirs`: connection, TLS, time-out or HTTP 5xx, so that
 * trying again can help. `ours`: it answered and said no (RULES 23).
 */
export type Failure = {
  readonly fault: 'theirs' | 'ours'
  /** Whether the request certainly never reached the provider. */
  readonly neverSent: boolean
  readonly detail: string
}

/** Error codes of Node and axios for a connection that was never made. */
const connectCodes =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|UND_ERR_CONNECT_TIMEOUT)$/
const tlsCodes =
  /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CRL_|HOSTNAME_MISMATCH|EPROTO)/
const brokenCodes =
  /^(ETIMEDOUT|ECONNABORTED|ECONNRESET|EPIPE|ERR_NETWORK|UND_ERR_|HPE_|ERR_SOCKET|ESOCKET|EDNS|ETLS|ECONNECTION)/

/** Tells from an error of the network what it means. An error without a known code is an error in our code. */
export function networkFailure(error: unknown): Failure {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return { fault: 'theirs', neverSent: false, detail: 'no answer in time' }
  }
  const code = codeOf(error)
  const neverSent = connectCodes.test(code) || tlsCodes.test(code)
  if (neverSent || brokenCodes.test(code)) {
    return { fault: 'theirs', neverSent, detail: `connection failed (${code})` }
  }
  const detail = messageOf(error)
  return { fault: 'ours', neverSent: false, detail }
}

/** The code of an error, or of what caused it. */
function codeOf(error: unknown): string {
  for (let depth = 0; depth < 5 && typeof error === 'object' && error !== null; depth++) {
    if ('code' in error && typeof error.code === 'string') return error.code
    error = 'cause' in error ? error.cause : undefined
  }
  return ''
}

/** What an HTTP status that is not a success means. */
export function statusFailure(status: number, detail: string): Failure {
  return { fault: status >= 500 ? 'theirs' : 'ours', neverSent: false, detail }
}

/**
 * Sends, and once more when the first try failed through the provider's fault. Only two such failures
 * are an outage. `send` gives undefined when it succeeded.
 */
export async function sendInTwoTries(
  send: () => Promise<Failure | undefined>,
  signal: AbortSignal,
): Promise<SendResult> {
  const first = await untilAborted(send, signal)
  if (first === undefined) return { kind: 'sent' }
  if (first.fault === 'ours') return { kind: 'failed', detail: first.detail, outage: false }
  const second = await untilAborted(send, signal)
  if (second === undefined) return { kind: 'sent' }
  return { kind: 'failed', detail: second.detail, outage: second.fault === 'theirs' }
}

const aborted: Failure = {
  fault: 'ours',
  neverSent: false,
  detail: 'given up before the provider answered',
}

/** Does not wait longer than the signal allows: what carries on after it has its own time limit. */
async function untilAborted(
  send: () => Promise<Failure | undefined>,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  if (signal.aborted) return aborted
  const { promise, resolve } = Promise.withResolvers<Failure>()
  const onAbort = () => resolve(aborted)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([send(), promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
