import type twilio from 'twilio'
import type RequestClient from 'twilio/lib/base/RequestClient.js'
import { HoldfastError, type Secret } from '../../support/index.ts'
import type { FromNumber } from '../numbers.ts'
import type { CallTurns } from './call-queue.ts'
import type { NamedCalls } from './hang-up.ts'

export type TwilioOptions = {
  readonly accountSid: string
  /** Signs webhooks; with no `apiKey`, also what the API is used with. */
  readonly authToken?: Secret
  readonly apiKey?: { readonly sid: string; readonly secret: Secret }
  /** Where Twilio reaches the webhook listener, such as `https://mfa.corp.example/holdfast`. Absent: no webhooks. */
  readonly publicUrl?: string
  /** Where Twilio asks when the first address does not answer. */
  readonly fallbackUrl?: string
  readonly callsFrom: readonly FromNumber[]
  readonly textsFrom: readonly FromNumber[]
  /** Calls started in a second, as agreed with Twilio. */
  readonly callsPerSecond: number
  /** Whether Twilio listens for answering machines (it costs a little each call). */
  readonly machineDetection: boolean
  /** Time limit of one request to the API. Default 5 s. */
  readonly apiTimeoutMs?: number
  /**
   * Continues the call of this token here, where another process has placed it, and gives the id of its prompt.
   * Undefined where no call is open. Absent: there is no other process.
   */
  readonly adopt?: (token: string) => Promise<string | undefined>
  /**
   * The person whose calls are known, where another process may have died before it knew the name of its own. Default:
   * none.
   */
  readonly namedCalls?: NamedCalls
  /** Shares the starts of calls with other processes. Absent: only this process uses the account. */
  readonly turns?: CallTurns
  /** What is said in a call that belongs to no open sign-in, and the language it is in. */
  readonly ended: { readonly text: string; readonly language: string }
  /** `http://proxy.example.com:3128`. */
  readonly proxy?: string
  /** Another way to the API, for tests. */
  readonly httpClient?: RequestClient
}

/** What connecting needs. */
export type TwilioAccount = Pick<
  TwilioOptions,
  | 'accountSid'
  | 'authToken'
  | 'apiKey'
  | 'publicUrl'
  | 'fallbackUrl'
  | 'apiTimeoutMs'
  | 'proxy'
  | 'httpClient'
>

export class TwilioError extends HoldfastError<
  'twilio-credentials-missing' | 'twilio-webhooks-need-token' | 'twilio-public-url-invalid'
> {}

export type TwilioLibrary = typeof twilio

/** The `twilio` package (21 MB) and a connection of it. Loaded only when Twilio is configured. */
export async function connectTwilio(
  options: TwilioAccount,
): Promise<{ library: TwilioLibrary; api: twilio.Twilio }> {
  checkOptions(options)
  const { default: library } = await import('twilio')
  const [name, password] = credentialsOf(options)
  const timeout = options.apiTimeoutMs ?? 5000
  const httpClient = options.httpClient ?? (await proxiedClient(options.proxy, timeout))
  const api = library(name, password, {
    ...{ accountSid: options.accountSid, timeout },
    // A 429 is ours to report, and a call that is tried again may ring twice.
    autoRetry: false,
    ...(httpClient === undefined ? {} : { httpClient }),
  })
  return { library, api }
}

/** By default the package reads a proxy from the environment, for all of the process. */
async function proxiedClient(
  proxy: string | undefined,
  timeout: number,
): Promise<RequestClient | undefined> {
  if (proxy === undefined) return undefined
  const { default: library } = await import('twilio')
  const client = new library.RequestClient({ timeout, autoRetry: false })
  const { hostname: host, port } = new URL(proxy)
  // The client says for each request that there is none.
  client.axios.interceptors.request.use((request) => ({
    ...request,
    proxy: { protocol: 'http', host, port: Number(port || 80) },
  }))
  return client
}

function credentialsOf({ accountSid, authToken, apiKey }: TwilioAccount): [string, string] {
  if (apiKey !== undefined) return [apiKey.sid, apiKey.secret.reveal()]
  if (authToken !== undefined) return [accountSid, authToken.reveal()]
  throw new TwilioError('twilio-credentials-missing', 'Twilio needs an auth token or an API key')
}

function checkOptions({ publicUrl, fallbackUrl, authToken }: TwilioAccount): void {
  if (publicUrl === undefined) return
  for (const address of [publicUrl, fallbackUrl ?? publicUrl]) {
    const url = URL.parse(address)
    if (url !== null && /^https?:$/.test(url.protocol) && !/[?#]/.test(address)) continue
    throw new TwilioError(
      'twilio-public-url-invalid',
      `public_url must be an http(s) address without ? and #, not ${address}`,
    )
  }
  if (authToken === undefined) {
    throw new TwilioError(
      'twilio-webhooks-need-token',
      'With public_url the auth token is needed too: Twilio signs webhooks with it, not with an API key',
    )
  }
}
