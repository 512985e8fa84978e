import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import { Duplex } from 'node:stream'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

export type TlsContextOptions = {
  /** PEM: the server's certificate and what leads to its authority. */
  readonly cert: string
  /** PEM. */
  readonly key: string
  /** PEM: authorities of the peers' certificates. Absent: none is trusted. */
  readonly ca?: string
  /** PEM: lists of revoked certificates, one of each authority. Absent: none counts as revoked. */
  readonly crl?: string[]
  readonly maxVersion: TlsVersion
}

/**
 * What all sessions of one configuration share: reading keys for each of them would be slow. Throws
 * what OpenSSL says of certificate and key.
 */
export function createTlsContext(options: TlsContextOptions): SecureContext {
  const { cert, key, ca = [], crl, maxVersion } = options
  // An empty file would pass for none at all, and every handshake then fail.
  new X509Certificate(cert)
  createPrivateKey(key)
  return createSecureContext({
    cert,
    key,
    ca,
    ...(crl === undefined ? {} : { crl }),
    minVersion: 'TLSv1.2',
    maxVersion,
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  })
}

/**
 * The server's side of TLS without a network (RFC 5216 2.1): records in, records and plain text out.
 * OpenSSL does all of it; a TLSSocket over a Duplex is how Node lets it. Holds memory outside the
 * heap until `close`.
 */
export class TlsSession {
  /** Code of what ended it, such as `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`. */
  error: string | undefined = undefined
  isSecure = false
  readonly #wire: Duplex
  readonly #socket: TLSSocket
  #output: Buffer[] = []
  #plain: Buffer[] = []
  #isBusy = false

  constructor(context: SecureContext, requestCert: boolean) {
    this.#wire = new Duplex({
      read() {},
      write: (chunk: Buffer, _encoding, done) => {
        this.#output.push(chunk)
        this.#isBusy = true
        done()
      },
    })
    this.#socket = new TLSSocket(this.#wire, {
      isServer: true,
      secureContext: context,
      requestCert,
      // Who has no certificate that we trust is told by EAP, after the handshake.
      rejectUnauthorized: false,
    })
    this.#socket.disableRenegotiation()
    this.#socket.on('secure', () => {
      this.isSecure = true
      this.#isBusy = true
    })
    this.#socket.on('data', (data: Buffer) => {
      this.#plain.push(data)
      this.#isBusy = true
    })
    this.#socket.on('error', (error: Error & { code?: string }) => {
      this.error ??= error.code ?? error.message
    })
    this.#socket.on('close', () => {
      this.error ??= 'closed'
    })
    this.#socket.on('end', () => {
      this.error ??= 'closed by the peer'
    })
  }

  /** Gives records of the peer to OpenSSL and waits until it has done with them. */
  async receive(records: Uint8Array): Promise<void> {
    this.#wire.push(records)
    await this.#quiet()
  }

  /** Puts plain text into the tunnel; `takeOutput` then has its records. */
  async send(plain: Uint8Array): Promise<void> {
    this.#socket.write(plain)
    await this.#quiet()
  }

  /** Records for the peer since the last call. */
  takeOutput(): Buffer {
    const output = Buffer.concat(this.#output)
    this.#output = []
    return output
  }

  /** Plain text from the peer since the last call. */
  takePlain(): Buffer {
    const plain = Buffer.concat(this.#plain)
    this.#plain = []
    return plain
  }

  /** After the handshake. */
  get protocol(): TlsVersion {
    return this.#socket.getProtocol() === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2'
  }

  get isResumed(): boolean {
    return this.#socket.isSessionReused()
  }

  get peerCertificate(): X509Certificate | undefined {
    return this.#socket.getPeerX509Certificate()
  }

  /** What OpenSSL has against the peer's certificate; undefined also where there is none to judge (RULES 1). */
  get verifyError(): string | undefined {
    // Not documented, and the only way without a server object for each session.
    const { ssl } = this.#socket as unknown as { ssl: { verifyError(): Verdict | null } }
    const verdict = ssl.verifyError()
    return verdict === null ? undefined : (verdict.code ?? verdict.message)
  }

  /** RFC 5705; without `context`, which is another thing than an empty one. Throws before the handshake is done. */
  exportKey(label: string, length: number, context?: Uint8Array): Buffer {
    return context === undefined
      ? (this.#socket.exportKeyingMaterial as Exporter).call(this.#socket, length, label)
      : this.#socket.exportKeyingMaterial(length, label, Buffer.from(context))
  }

  /** Gives the memory back. Safe to call twice. */
  close(): void {
    this.#socket.destroy()
    this.#wire.destroy()
  }

  /**
   * OpenSSL works within the call, but its output passes through streams, a piece at each turn of the
   * event loop. Two turns in which nothing came mean that nothing more will.
   */
  async #quiet(): Promise<void> {
    do {
      this.#isBusy = false
      await nextTurn()
      await nextTurn()
    } while (this.#isBusy && this.error === undefined)
  }
}

type Verdict = Error & { readonly code?: string }
/** The type of Node wants a context, which is another key than none (RFC 5705 4). */
type Exporter = (length: number, label: string) => Buffer

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
