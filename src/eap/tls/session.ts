import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { Duplex } from 'node:stream'
import { createSecureContext, type SecureContext, type Server, TLSSocket } from 'node:tls'
import type { EarlierSignIn } from '../method.ts'
import { concat } from './concat.ts'
import type { SessionCache } from './session-cache.ts'

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

export type TlsContextOptions = {
  /** PEM: the server's certificate and those between it and its authority. */
  readonly cert: string
  /** PEM. */
  readonly key: string
  /** PEM: authorities of the peers' certificates, one each. Absent: none is trusted. */
  readonly ca?: string[]
  /** PEM: lists of revoked certificates, one of each authority. Absent: none is taken as revoked. */
  readonly crl?: string[]
  readonly maxVersion: TlsVersion
}

/**
 * What all sessions of one configuration share: reading keys for each of them would be slow. Throws
 * what OpenSSL says of certificate and key.
 */
export function createTlsContext(options: TlsContextOptions): SecureContext {
  const { cert, key, ca = [], crl, maxVersion } = options
  // An empty file would be taken as no list at all, and every handshake would fail.
  new X509Certificate(cert)
  createPrivateKey(key)
  return createSecureContext({
    cert,
    key,
    ca,
    ...(crl === undefined ? {} : { crl }),
    minVersion: 'TLSv1.2',
    maxVersion,
    // OpenSSL resumes nothing without one; the caches of the methods know whose session it is.
    sessionIdContext: 'holdfast',
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
  /** Whether anything has come of what was given to OpenSSL last. */
  #hasCome = false
  /** Writes that the layers above have not finished: meanwhile OpenSSL keeps further records to itself. */
  #unfinished = 0
  /** The session of TLS 1.2, once it could be resumed. */
  #made: { readonly id: Buffer; readonly data: Buffer } | undefined = undefined
  /** The session that the peer has asked for and that we know. */
  #found: { readonly id: Buffer; readonly signIn: EarlierSignIn } | undefined = undefined
  readonly #cache: SessionCache | undefined

  /** `cache`: sessions that may be resumed; none where it is left out. */
  constructor(context: SecureContext, requestCert: boolean, cache?: SessionCache) {
    this.#cache = cache
    this.#wire = new Duplex({
      read() {},
      write: (chunk: Buffer, _encoding, done) => {
        this.#output.push(chunk)
        this.#hasCome = true
        this.#unfinished += 1
        done()
        // The layers in between finish a write in the next turn; this runs right after.
        setImmediate(() => {
          this.#unfinished -= 1
        })
      },
    })
    this.#socket = new TLSSocket(this.#wire, {
      isServer: true,
      secureContext: context,
      requestCert,
      ...(cache === undefined ? {} : { server: this.#resumption(cache) }),
      // A peer without a certificate that we trust is told so by EAP, after the handshake.
      rejectUnauthorized: false,
    })
    this.#socket.disableRenegotiation()
    this.#socket.on('secure', () => {
      this.isSecure = true
      this.#hasCome = true
    })
    this.#socket.on('data', (data: Buffer) => {
      this.#plain.push(data)
      this.#hasCome = true
    })
    const fail = (error: Error & { code?: string }) => {
      this.error ??= error.code ?? error.message
    }
    this.#socket.on('error', fail)
    // Not documented: this is all that Node tells about an open tunnel where there is no server object.
    this.#socket.on('_tlsError', fail)
    this.#socket.on('close', () => {
      this.error ??= 'closed'
    })
    this.#socket.on('end', () => {
      this.error ??= 'closed by the peer'
    })
  }

  /** Gives records of the peer to OpenSSL and waits until it has done with them. */
  async receive(records: Uint8Array): Promise<void> {
    await this.#work(() => this.#wire.push(records))
  }

  /** Puts plain text into the tunnel; `takeOutput` then has its records. */
  async send(plain: Uint8Array): Promise<void> {
    await this.#work(() => this.#socket.write(plain))
  }

  /** Records for the peer since the last call. */
  takeOutput(): Buffer {
    const output = this.#output
    this.#output = []
    return concat(output)
  }

  /** Plain text from the peer since the last call. */
  takePlain(): Buffer {
    const plain = this.#plain
    this.#plain = []
    return concat(plain)
  }

  /** After the handshake. */
  get protocol(): TlsVersion {
    return this.#socket.getProtocol() === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2'
  }

  get isResumed(): boolean {
    return this.#socket.isSessionReused()
  }

  /** For a resumed session: the sign-in that opened it. */
  get earlier(): EarlierSignIn | undefined {
    return this.isResumed ? this.#found?.signIn : undefined
  }

  /** The sign-in in this session was accepted: from now on it may be resumed. */
  keep(signIn: EarlierSignIn): void {
    if (this.#made === undefined || this.protocol !== 'TLSv1.2' || this.isResumed) return
    const { id, data } = this.#made
    this.#cache?.keep(id, { data, signIn })
  }

  /** It no longer stands for anything: the next time the device proves all of it. */
  forget(): void {
    if (this.#found !== undefined) this.#cache?.forget(this.#found.id)
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

  /** RFC 5705; without `context`, which is not the same as an empty one. Throws before the handshake is done. */
  exportKey(label: string, length: number, context?: Uint8Array): Buffer {
    return context === undefined
      ? (this.#socket.exportKeyingMaterial as Exporter).call(this.#socket, length, label)
      : this.#socket.exportKeyingMaterial(length, label, Buffer.from(context))
  }

  /** Gives the memory back. Safe to call twice. */
  close(): void {
    this.error ??= 'closed'
    this.#socket.destroy()
    this.#wire.destroy()
  }

  /** Node asks a server about sessions; these events are all that it uses of a server. */
  #resumption(cache: SessionCache): Server {
    const events = new EventEmitter()
    events.on('newSession', (id: Buffer, data: Buffer, done: () => void) => {
      this.#made = { id, data }
      done()
    })
    events.on('resumeSession', (id: Buffer, done: (error: null, data: Buffer | null) => void) => {
      const found = cache.find(id)
      this.#found = found && { id, signIn: found.signIn }
      done(null, found?.data ?? null)
    })
    return events as Server
  }

  /**
   * OpenSSL works within the call, and what comes of it comes within the call too. Where nothing has,
   * or an error, the streams in between may still have to tell: at most two turns of the event loop later.
   */
  async #work(give: () => void): Promise<void> {
    while (this.#unfinished > 0) await nextTurn()
    this.#hasCome = false
    give()
    for (let turn = 0; turn < 2 && !this.#hasTold; turn += 1) await nextTurn()
  }

  get #hasTold(): boolean {
    return this.error !== undefined || (this.#hasCome && !this.#socket.destroyed)
  }
}

type Verdict = Error & { readonly code?: string }
/** The type of Node wants a context, which gives another key than none (RFC 5705 4). */
type Exporter = (length: number, label: string) => Buffer

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
