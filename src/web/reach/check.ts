import type { LookupFunction } from 'node:net'
import type { CheckRow } from '../../operations/index.ts'
import { type Clock, messageOf } from '../../support/index.ts'
import { askPublic, type PublicAnswer } from './ask.ts'
import {
  claimedAddress,
  type Finding,
  judgeAnswer,
  judgeEnd,
  type PublicSettings,
  questions,
} from './judge.ts'
import type { ReachProbe } from './probe.ts'

export type ReachOptions = PublicSettings & {
  readonly probe: ReachProbe
  readonly clock: Clock
  /** PEM of further authorities that are trusted, for tests. */
  readonly authorities?: readonly string[]
  /** Another way to find names, for tests. */
  readonly lookup?: LookupFunction
  readonly signal: AbortSignal
}

const limitMs = 10_000

/** Asks a surface's own public address, as a browser would, and says what does not fit. */
export async function checkReach(options: ReachOptions): Promise<readonly CheckRow[]> {
  const { surface, publicUrl, probe, clock, authorities = [], lookup } = options
  const row = { area: 'web', what: `${surface}.public_url` } as const
  const question = probe.begin(questions[surface].path)
  const ask = (trustAny: boolean) =>
    askPublic({
      url: new URL(question.path, publicUrl),
      headers: { 'x-forwarded-for': claimedAddress },
      ...{ trustAny, authorities, lookup },
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(limitMs)]),
    })
  const found: Finding[] = []
  let answer: PublicAnswer
  try {
    answer = await ask(false).catch((error: unknown) => {
      const finding = judgeCertificate(options, error)
      if (finding === undefined) throw error
      found.push(finding)
      return ask(true)
    })
    const arrival = question.arrival()
    const isOfNode = question.isOfNode(answer.proof)
    found.push(...judgeAnswer(options, answer, arrival, isOfNode))
    if (found.length === 0 && answer.certificate !== undefined) {
      found.push(...judgeEnd(publicUrl, answer.certificate, clock.nowMs()))
    }
    if (found.length === 0)
      return [{ ...row, state: 'ok', detail: describe(options, isOfNode), remedy: '' }]
  } catch (error) {
    found.push(judgeFailure(options, error))
  } finally {
    question.end()
  }
  return found.map((finding) => ({ ...row, ...finding }))
}

function describe({ publicUrl, trustedProxies }: PublicSettings, isOfNode: boolean): string {
  if (isOfNode) return `${publicUrl} answers, from another node, whose check says how it came there`
  const way = trustedProxies.length === 0 ? 'directly' : 'through the proxy'
  return `${publicUrl} answers, ${way}`
}

const certificateFaults: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
}
const trustFaults: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]

const mustTrust = {
  people: 'Phones and laptops must trust the authority, or the portal does not work for them.',
  console: 'The computers of administrators must trust the authority.',
  api: 'The programs that ask the API must trust the authority.',
} as const

/** Undefined: the error is not about the certificate. */
function judgeCertificate(
  { surface, publicUrl }: PublicSettings,
  error: unknown,
): Finding | undefined {
  const code = codeOf(error)
  const fault = certificateFaults[code]
  if (fault !== undefined) {
    return {
      state: 'failed',
      detail: `${publicUrl}: ${fault} (${messageOf(error)})`,
      remedy: 'Get a certificate for the name of public_url.',
    }
  }
  if (!trustFaults.includes(code)) return undefined
  return {
    state: 'warning',
    detail: `${publicUrl}: this machine does not trust the certificate (${code})`,
    remedy: `Put the whole chain into the certificate file. ${mustTrust[surface]}`,
  }
}

/** Nothing answered. From outside it may look different, since names and routes differ there. */
function judgeFailure({ publicUrl, listen }: PublicSettings, error: unknown): Finding {
  const code = codeOf(error)
  if (code === 'EPROTO') {
    return {
      state: 'failed',
      detail: `${publicUrl}: what listens there does not speak TLS`,
      remedy: 'Set web.certificate, or put a proxy with a certificate in front.',
    }
  }
  const detail = code === 'ABORT_ERR' ? 'no answer in 10 s' : messageOf(error)
  return {
    state: 'warning',
    detail: `${publicUrl}: does not answer this machine: ${detail}`,
    remedy: `Look from outside whether it does. If not, let the name and the firewall lead to ${listen}. If it does, give this machine a way there, so that check can look.`,
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
