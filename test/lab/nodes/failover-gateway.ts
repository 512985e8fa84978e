import { openGateway, type SignInRequest, type TestGateway, type TestReply } from '../gateway.ts'

/** How a gateway asks its servers. */
export type AskingSchedule = {
  /** How often it sends to one server. */
  readonly tries: number
  /** How long it waits after each. */
  readonly everyMs: number
  /** Default: `everyMs`. */
  readonly lastEveryMs?: number
}

/** What a gateway has heard in the end. */
export type Ending = {
  readonly kind: TestReply['kind'] | 'silence'
  readonly message: string
  readonly state: Uint8Array | undefined
  /** Index of the server that answered; -1 where none did. */
  readonly server: number
  readonly tookMs: number
}

/** A gateway with several servers. */
export type FailoverGateway = {
  /** Asks one server after the other, in this order (default: as they were given). */
  signIn(signIn: SignInRequest, order?: readonly number[]): Promise<Ending>
  /** How many packets each server was sent by `signIn`. */
  readonly sent: readonly number[]
  /** The way to one server alone. */
  readonly servers: readonly TestGateway[]
  close(): void
}

/**
 * Opens a gateway that knows several servers, as most do: it sends one packet a few times to the first, and then asks
 * the next with a packet of its own. That has the same attributes, another Identifier and another Request
 * Authenticator.
 */
export async function openFailoverGateway(
  ports: readonly number[],
  schedule: AskingSchedule,
  from?: string,
): Promise<FailoverGateway> {
  const { tries, everyMs, lastEveryMs = everyMs } = schedule
  const source = from === undefined ? {} : { from }
  const servers = await Promise.all(ports.map((port) => openGateway({ port, ...source })))
  const counts = ports.map(() => 0)
  return {
    ...{ servers, sent: counts },
    async signIn(signIn, order = ports.map((_, index) => index)) {
      const startedMs = performance.now()
      const tookMs = () => Math.round(performance.now() - startedMs)
      for (const [place, index] of order.entries()) {
        const server = servers[index]
        if (server === undefined) continue
        const request = server.request(signIn)
        const isLast = place === order.length - 1
        for (let sent = 0; sent < tries; sent += 1) {
          counts[index] = (counts[index] ?? 0) + 1
          const reply = await server.send(request, isLast ? lastEveryMs : everyMs)
          if (reply === undefined) continue
          const { kind, message, state } = reply
          return { kind, message, state, server: index, tookMs: tookMs() }
        }
      }
      return { kind: 'silence', message: '', state: undefined, server: -1, tookMs: tookMs() }
    },
    close() {
      for (const server of servers) server.close()
    },
  }
}
