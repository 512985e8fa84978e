import type { X509Certificate } from 'node:crypto'
import { readWrittenAddress } from '../../support/index.ts'
import { createProxyCheck } from '../connections.ts'
import type { SurfaceName } from '../ground/surface-name.ts'
import type { PublicAnswer } from './ask.ts'
import type { Arrival } from './probe.ts'

/** Something that does not fit. `failed`: the surface cannot be used, or an attacker gains by it. */
export type Finding = {
  readonly state: 'warning' | 'failed'
  readonly detail: string
  readonly remedy: string
}

/** What the file says about a surface. */
export type PublicSettings = {
  readonly surface: SurfaceName
  readonly publicUrl: string
  /** As the file has it: `0.0.0.0:443`. */
  readonly listen: string
  readonly trustedProxies: readonly string[]
  /** Whether Holdfast itself speaks TLS there. */
  readonly hasCertificate: boolean
}

/** What is asked of each surface, and what it answers where nothing is wrong. */
export const questions: Readonly<
  Record<SurfaceName, { readonly path: string; readonly status: number }>
> = {
  people: { path: '/api/look', status: 200 },
  console: { path: '/', status: 200 },
  // So far the API answers that it has nothing.
  api: { path: '/', status: 404 },
}

/** An address of no one (RFC 5737). The question claims to come from there, as an attacker's browser could. */
export const claimedAddress = '192.0.2.1'

const dayMs = 86_400_000

/**
 * Compares what was answered, and how the question came in, with what the file says. `isOfNode`: another node of ours has
 * answered, which alone knows how the question came in.
 */
export function judgeAnswer(
  settings: PublicSettings,
  answer: PublicAnswer,
  arrival: Arrival | undefined,
  isOfNode: boolean,
): readonly Finding[] {
  const { surface, publicUrl, trustedProxies, hasCertificate } = settings
  if (arrival === undefined) {
    return isOfNode ? judgeHeaders(settings, answer) : [judgeStranger(settings, answer)]
  }
  const { host } = new URL(publicUrl)
  const { from, forwardedFor } = arrival
  const isEncrypted = publicUrl.startsWith('https:')
  const isTrusted = createProxyCheck(trustedProxies)(from)
  const found: (Finding | false)[] = [
    hostNameOf(arrival.host) !== hostNameOf(host) && {
      state: answer.status === 421 ? 'failed' : 'warning',
      detail: `${publicUrl}: the proxy at ${from} asks for host ${arrival.host || '(none)'} instead of ${host}`,
      remedy: 'Let the proxy pass on the Host header of the browser.',
    },
    !isTrusted &&
      ((isEncrypted && !hasCertificate) || isForwarded(forwardedFor)) && {
        state: 'warning',
        detail: `${publicUrl}: the proxy at ${from} is not in trusted_proxies, so all people count as one address`,
        remedy: `Write ${from} into web.${surface}.trusted_proxies, if it is your proxy.`,
      },
    isTrusted &&
      forwardedFor === undefined && {
        state: 'warning',
        detail: `${publicUrl}: the proxy at ${from} does not tell X-Forwarded-For, so all people count as one address`,
        remedy: 'Let the proxy add X-Forwarded-For.',
      },
    isTrusted &&
      isTaken(forwardedFor) && {
        state: 'failed',
        detail: `${publicUrl}: the proxy at ${from} passes on X-Forwarded-For as browsers write it, so anyone can pose as any address`,
        remedy:
          'Let the proxy add the address of the browser to X-Forwarded-For, or replace the header.',
      },
  ]
  const wrong = found.filter((each) => each !== false)
  return [...wrong, ...judgeHeaders(settings, answer)]
}

/** What the answer itself tells. */
function judgeHeaders(
  { surface, publicUrl }: PublicSettings,
  answer: PublicAnswer,
): readonly Finding[] {
  const { status } = questions[surface]
  const isEncrypted = publicUrl.startsWith('https:')
  const found: (Finding | false)[] = [
    answer.status !== status && {
      state: 'failed',
      detail: `${publicUrl}: answers ${answer.status}`,
      remedy: 'Ask it with a browser, and look into the log of Holdfast and of the proxy.',
    },
    isEncrypted &&
      answer.status === status &&
      !answer.hasHsts && {
        state: 'warning',
        detail: `${publicUrl}: the header Strict-Transport-Security of Holdfast does not arrive`,
        remedy: 'Let the proxy pass it on, or set it there.',
      },
  ]
  return found.filter((each) => each !== false)
}

/** Whether a certificate ends soon: in the last quarter of its life, and at most two weeks before. */
export function judgeEnd(
  publicUrl: string,
  { validFrom, validTo }: Pick<X509Certificate, 'validFrom' | 'validTo'>,
  nowMs: number,
): readonly Finding[] {
  const [startMs, endMs] = [Date.parse(validFrom), Date.parse(validTo)]
  if (endMs - nowMs > Math.min(14 * dayMs, (endMs - startMs) / 4)) return []
  return [
    {
      state: 'warning',
      detail: `${publicUrl}: the certificate ends ${new Date(endMs).toISOString().slice(0, 10)}`,
      remedy: 'Renew it; Holdfast notices new files by itself.',
    },
  ]
}

/** Something answered, and it was not this process. */
function judgeStranger(
  { surface, publicUrl, listen }: PublicSettings,
  { status, location }: PublicAnswer,
): Finding {
  const state = 'failed'
  if (status >= 300 && status < 400 && location !== undefined) {
    return {
      state,
      detail: `${publicUrl}: sends browsers on to ${location}`,
      remedy: `Write the address that browsers end at into web.${surface}.public_url, or take the redirect away.`,
    }
  }
  if (status >= 502 && status <= 504) {
    return {
      state,
      detail: `${publicUrl}: the proxy answers ${status}, because it does not reach Holdfast`,
      remedy: `Let the proxy ask ${listen}.`,
    }
  }
  return {
    state,
    detail: `${publicUrl}: another server answers there (${status})`,
    remedy: `Point the name, and the proxy if there is one, to ${listen} of this machine.`,
  }
}

/** Whether a proxy wrote more into the header than the question itself. */
function isForwarded(forwardedFor: string | undefined): boolean {
  return forwardedFor !== undefined && forwardedFor !== claimedAddress
}

/**
 * Whether the proxy added nothing to what the question claimed. Only the last address tells that: what is before it
 * may be believed here just because this machine, which asks, is a trusted proxy itself.
 */
function isTaken(forwardedFor: string | undefined): boolean {
  const last = forwardedFor?.split(',').at(-1)?.trim() ?? ''
  return readWrittenAddress(last)?.text === claimedAddress
}

/** Without a port: proxies on other ports leave it out. */
function hostNameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}
