import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type RequestClient from 'twilio/lib/base/RequestClient.js'
import { freePort } from '../../lab/port.ts'
import { LoopbackClient } from '../../lab/twilio-loopback.ts'
import { startTwilioStandIn, type TwilioStandIn } from '../../lab/twilio-stand-in.ts'
import type { Outside } from './service.ts'
import type { Traffic } from './traffic.ts'

/** A provider of texts with an HTTP API, which takes them or not. */
export type TextProvider = Outside & {
  readonly url: string
  /** What it answers from now on. */
  status: number
  /** How often it was asked since this was looked at last. */
  takeAsked(): number
}

export function createTextProvider(): TextProvider {
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    response.writeHead(provider.status).end()
  })
  const provider: TextProvider = {
    status: 200,
    get url() {
      return `http://127.0.0.1:${portOf(server.address())}/?to={to}&text={text}`
    },
    takeAsked() {
      const before = asked
      asked = 0
      return before
    },
    start: () => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return provider
}

const portOf = (address: string | AddressInfo | null) =>
  typeof address === 'object' ? (address?.port ?? 0) : 0

export const twilioAccount = {
  accountSid: `AC${'1'.repeat(32)}`,
  authToken: '0123456789abcdef0123456789abcdef',
  publicUrl: 'https://mfa.corp.example/holdfast',
}

/** Twilio, and the people it calls. */
export type Twilio = Outside & {
  readonly standIn: TwilioStandIn
  /** For `webhooks` in the configuration. */
  readonly webhooks: { readonly listen: string; readonly public_url: string }
}

export function createTwilio(): Twilio {
  let standIn: TwilioStandIn | undefined
  let client: LoopbackClient | undefined
  let port = 0
  const twilio: Twilio = {
    get standIn() {
      if (standIn === undefined) throw new Error('Twilio has not started')
      return standIn
    },
    get webhooks() {
      return { listen: `127.0.0.1:${port}`, public_url: twilioAccount.publicUrl }
    },
    get twilioHttpClient() {
      return client
    },
    async start({ during }) {
      port = await freePort()
      standIn = await startTwilioStandIn(twilioAccount)
      standIn.deliverTo = `http://127.0.0.1:${port}`
      client = new CountedClient(standIn, during)
    },
    stop: () => twilio.standIn.stop(),
  }
  return twilio
}

class CountedClient extends LoopbackClient {
  readonly #during: Traffic['during']

  constructor(standIn: TwilioStandIn, during: Traffic['during']) {
    super(standIn)
    this.#during = during
  }

  override request<TData>(options: RequestClient.RequestOptions<TData>) {
    return this.#during(super.request<TData>(options))
  }
}

/** Several of them. */
export function together(...all: readonly Outside[]): Outside {
  return {
    get twilioHttpClient() {
      return all.find((each) => each.twilioHttpClient !== undefined)?.twilioHttpClient
    },
    async start(traffic) {
      for (const each of all) await each.start(traffic)
    },
    async stop() {
      for (const each of all) await each.stop()
    },
  }
}
