import RequestClient from 'twilio/lib/base/RequestClient.js'

/** The real package's own client, which sends to the stand-in what it would send to api.twilio.com. */
export class LoopbackClient extends RequestClient {
  readonly address: string

  /** `timeoutMs`: how long the stand-in may take to answer. */
  constructor(address: string, timeoutMs = 150) {
    super({ keepAlive: false, timeout: timeoutMs })
    this.address = address
  }

  override request<TData>(options: RequestClient.RequestOptions<TData>) {
    const uri = options.uri.replace('https://api.twilio.com', this.address)
    return super.request<TData>({ ...options, uri })
  }
}
