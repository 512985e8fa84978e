import type { X509Certificate } from 'node:crypto'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { getCACertificates, TLSSocket } from 'node:tls'
import { proofHeader } from './probe.ts'

/** What the public address answered. */
export type PublicAnswer = {
  readonly status: number
  readonly location: string | undefined
  readonly hasHsts: boolean
  /** What shows that a node of ours has answered; undefined where there was nothing. */
  readonly proof: string | undefined
  /** As the other side was shown; undefined without TLS. */
  readonly certificate: X509Certificate | undefined
}

export type AskOptions = {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Whether a certificate is accepted that this machine does not trust. */
  readonly trustAny: boolean
  /** PEM of further authorities that are trusted. */
  readonly authorities: readonly string[]
  /** Absent: the system finds names. */
  readonly lookup: LookupFunction | undefined
  readonly signal: AbortSignal
}

/** Asks once, follows no redirect, and reads no body. Rejects with the error of the system or of TLS. */
export function askPublic({
  url,
  headers,
  trustAny,
  authorities,
  lookup,
  signal,
}: AskOptions): Promise<PublicAnswer> {
  const common = { headers, signal, agent: false, ...(lookup && { lookup }) } as const
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage) => {
      const { statusCode: status = 0, headers: said, socket } = response
      const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
      const proof = said[proofHeader]
      response.destroy()
      resolve({
        ...{ status, certificate, location: said.location },
        hasHsts: said['strict-transport-security'] !== undefined,
        proof: typeof proof === 'string' ? proof : undefined,
      })
    }
    const sent =
      url.protocol === 'http:'
        ? requestHttp(url, common, answered)
        : requestHttps(
            url,
            {
              ...common,
              rejectUnauthorized: !trustAny,
              // Browsers of a company know its own authority, which is in the system's list.
              ca: [...getCACertificates('default'), ...getCACertificates('system'), ...authorities],
            },
            answered,
          )
    sent.once('error', reject)
    sent.end()
  })
}
