import type { Attribute, Dictionary } from '../../radius/index.ts'
import { type CliIo, print } from '../io.ts'
import type { Paint } from '../text/print.ts'
import { formatDuration } from '../text/times.ts'
import type { ExchangeEvent } from './exchange.ts'
import { formatAttributes, packetName } from './packet-text.ts'

export const ignoredHints: Readonly<Record<string, string>> = {
  'response-authenticator-wrong': 'the shared secrets differ',
  'message-authenticator-missing': 'the server signs nothing (CVE-2024-3596)',
  'identifier-wrong': 'it answers an earlier request',
}

/** Prints packets as they go, each with the time since the first. */
export function createPacketPrinter(dictionary: Dictionary, io: CliIo, paint: Paint) {
  const startedAtMs = io.clock.nowMs()
  const line = (atMs: number, text: string) => {
    const since = `+${formatDuration(atMs - startedAtMs)}`.padStart(9)
    print(io, `${paint('dim', since)}  ${text}`)
  }
  const detail = (texts: readonly string[]) => {
    for (const text of texts) print(io, `${' '.repeat(14)}${text}`)
  }
  let current: { readonly identifier: number; readonly attributes: readonly Attribute[] } = {
    identifier: 0,
    attributes: [],
  }
  return {
    /** What the next `sent` event is about. */
    request(identifier: number, attributes: readonly Attribute[]): void {
      current = { identifier, attributes }
    },
    event(event: ExchangeEvent): void {
      switch (event.kind) {
        case 'sent': {
          const resend = event.tries > 1 ? `, resend ${event.tries - 1}` : ''
          const size = `id ${current.identifier}, ${event.bytes} bytes${resend}`
          line(event.atMs, `-> Access-Request  ${size}`)
          if (event.tries === 1) detail(formatAttributes(current.attributes, dictionary, paint))
          return
        }
        case 'received': {
          const { code, identifier, bytes, attributes } = event.packet
          line(event.atMs, `<- ${packetName(code)}  id ${identifier}, ${bytes.length} bytes`)
          detail(formatAttributes(attributes, dictionary, paint))
          return
        }
        case 'ignored': {
          const hint = ignoredHints[event.reason] ?? 'it is not a reply to us'
          line(event.atMs, paint('warn', `<- ignored: ${event.reason} (${hint})`))
          return
        }
        case 'given-up':
          line(event.atMs, 'gave up')
          return
        case 'lost':
        case 'late':
          // Only of ways and waits that `simulate` has.
          return
      }
    },
    elapsed: (): string => formatDuration(io.clock.nowMs() - startedAtMs),
  }
}
