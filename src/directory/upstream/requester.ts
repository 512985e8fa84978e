import {
  type EncodedRequest,
  encodeRequest,
  type Packet,
  packetCode,
  type RequestToSend,
  readReply,
  type SharedSecret,
} from '../../radius/index.ts'
import type { Clock, Timer } from '../../support/index.ts'
import { openSourcePort, type ServerAddress, type SourcePort } from './source-port.ts'

/** A request as its sender knows it; identifier and Message-Authenticator are made here. */
export type Question = Omit<RequestToSend, 'identifier' | 'messageAuthenticator'>

export type Schedule = {
  /** How long to wait after each sending. */
  readonly timeoutMs: number
  /** Sendings, the first included. */
  readonly tries: number
}

/** What came of a question. */
export type Answer =
  /** `sent` decrypts what is encrypted in the reply. */
  | { readonly kind: 'reply'; readonly reply: Packet; readonly sent: EncodedRequest }
  /** `ignored`: why the last thing that came was not a reply. */
  | { readonly kind: 'silent'; readonly ignored: string | undefined }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'aborted' }

/** The asking side of RADIUS, towards one server. */
export type Requester = {
  /**
   * Sends, and sends the same bytes again, until a reply comes that proves itself; anything else that
   * comes is ignored. Opens as many source ports as it takes. Throws RadiusError for what cannot be sent.
   */
  ask(question: Question, schedule: Schedule, signal: AbortSignal): Promise<Answer>
  /** Asks from other source ports from now on: a firewall, or a move of ours, may have cut these off. */
  renew(): void
  close(): void
}

/** What may answer which request. */
const answers: Readonly<Record<number, readonly number[]>> = {
  [packetCode.AccessRequest]: [
    packetCode.AccessAccept,
    packetCode.AccessReject,
    packetCode.AccessChallenge,
  ],
  [packetCode.StatusServer]: [packetCode.AccessAccept],
}

export function createRequester(
  options: {
    readonly server: ServerAddress
    readonly secret: SharedSecret
    /** Whether replies without Message-Authenticator are ignored (CVE-2024-3596). */
    readonly requireMessageAuthenticator: boolean
    /** Told why something that came was not a reply: late, doubled, forged, or damaged. */
    onIgnored(reason: string): void
  },
  clock: Clock,
): Requester {
  const { server, secret, onIgnored } = options
  const ports = new Set<SourcePort>()

  function portWithRoom(): SourcePort {
    for (const port of ports) if (port.hasRoom()) return port
    const port = openSourcePort(server, () => onIgnored('not-asked'))
    ports.add(port)
    return port
  }

  function dropClosed(): void {
    for (const port of ports) if (port.isClosed()) ports.delete(port)
  }

  function read(datagram: Buffer, sent: EncodedRequest, code: number): Packet | string {
    const reply = readReply(datagram, sent, options)
    if (typeof reply === 'string') return reply
    return answers[code]?.includes(reply.code) ? reply : 'code-unexpected'
  }

  return {
    async ask(question, { timeoutMs, tries }, signal) {
      if (signal.aborted) return { kind: 'aborted' }
      const port = portWithRoom()
      const identifier = port.freeIdentifier()
      const sent = encodeRequest({ ...question, identifier }, secret)
      const { promise, resolve } = Promise.withResolvers<Answer>()
      let ignored: string | undefined
      let sendings = 0
      let timer: Timer | undefined

      function proceed(): void {
        if (sendings >= tries) {
          resolve({ kind: 'silent', ignored })
          return
        }
        sendings += 1
        port.send(sent.bytes)
        timer = clock.after(timeoutMs, proceed)
      }

      port.begin(identifier, {
        received(datagram) {
          const reply = read(datagram, sent, question.code)
          if (typeof reply !== 'string') {
            resolve({ kind: 'reply', reply, sent })
            return
          }
          ignored = reply
          onIgnored(reply)
        },
        failed: (cause) => resolve({ kind: 'unreachable', detail: cause.message }),
      })
      const onAbort = () => resolve({ kind: 'aborted' })
      signal.addEventListener('abort', onAbort, { once: true })
      proceed()
      try {
        return await promise
      } finally {
        timer?.cancel()
        signal.removeEventListener('abort', onAbort)
        port.end(identifier)
        dropClosed()
      }
    },

    renew() {
      for (const port of ports) port.retire()
      dropClosed()
    },

    close() {
      for (const port of ports) port.close()
      dropClosed()
    },
  }
}
