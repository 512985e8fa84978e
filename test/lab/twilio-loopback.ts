import RequestClient from 'twilio/lib/base/RequestClient.js'
import type { Fault, TwilioStandIn } from './twilio-stand-in.ts'

/** The real package's own client, which sends to the stand-in what it would send to api.twilio.com. */
export class LoopbackClient extends RequestClient {
  readonly address: string
  readonly faults: readonly Fault[]

  /** Gives up soon only where one of `faults` is that the stand-in says nothing. */
  constructor({ address, faults }: Pick<TwilioStandIn, 'address' | 'faults'>) {
    super({ keepAlive: false })
    this.address = address
    this.faults = faults
  }

  override request<TData>(options: RequestClient.RequestOptions<TData>) {
    const uri = options.uri.replace('https://api.twilio.com', this.address)
    const timeout = this.faults[0]?.kind === 'silence' ? 100 : 60_000
    return super.request<TData>({ ...options, uri, timeout })
  }
}
