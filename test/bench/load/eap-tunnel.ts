import { Duplex } from 'node:stream'
import { connect, type SecureContext, type TLSSocket } from 'node:tls'

/** What all devices of one load have in common. */
export type DeviceTrust = { readonly context: SecureContext; readonly serverName: string }

/** The device's end of a tunnel, TLS 1.2: records in, records and plain text out. */
export class DeviceTunnel {
  isSecure = false
  error: string | undefined = undefined
  /** To come back with, once the server has made one that may be resumed. */
  session: Buffer | undefined
  readonly #wire: Duplex
  readonly #socket: TLSSocket
  #output: Buffer[] = []
  #plain: Buffer[] = []
  #isBusy = true

  /** `session`: of an earlier tunnel, to be resumed. */
  constructor({ context, serverName }: DeviceTrust, session?: Buffer) {
    this.session = session
    this.#wire = new Duplex({
      read() {},
      write: (chunk: Buffer, _encoding, done) => {
        this.#output.push(chunk)
        this.#isBusy = true
        done()
      },
    })
    this.#socket = connect({
      socket: this.#wire,
      secureContext: context,
      servername: serverName,
      ...(session && { session }),
    })
    this.#socket.on('secureConnect', () => {
      this.isSecure = true
      this.#isBusy = true
    })
    this.#socket.on('session', (made: Buffer) => {
      this.session = made
    })
    this.#socket.on('data', (data: Buffer) => {
      this.#plain.push(data)
      this.#isBusy = true
    })
    this.#socket.on('error', (error) => {
      this.error ??= error.message
    })
  }

  get isResumed(): boolean {
    return this.#socket.isSessionReused()
  }

  /** Takes what the server sent, nothing at the beginning, and waits until OpenSSL has done with it. */
  async receive(records: Uint8Array): Promise<void> {
    if (records.length > 0) this.#wire.push(records)
    await this.#quiet()
    if (this.error !== undefined) throw new Error(`TLS: ${this.error}`)
  }

  async send(plain: Uint8Array): Promise<void> {
    this.#socket.write(plain)
    await this.#quiet()
  }

  takeOutput(): Buffer {
    const output = Buffer.concat(this.#output)
    this.#output = []
    return output
  }

  takePlain(): Buffer {
    const plain = Buffer.concat(this.#plain)
    this.#plain = []
    return plain
  }

  close(): void {
    this.#socket.destroy()
    this.#wire.destroy()
  }

  /** Output passes through streams, a piece at each turn: two without one mean that nothing is left. */
  async #quiet(): Promise<void> {
    do {
      this.#isBusy = false
      await nextTurn()
      await nextTurn()
    } while (this.#isBusy && this.error === undefined)
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
