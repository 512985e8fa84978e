import { Duplex } from 'node:stream'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import type { InnerSignIn } from '../../src/eap/method.ts'
import type { OuterMethod, OuterStep } from '../../src/eap/outer-method.ts'
import type { TlsSession } from '../../src/eap/tls/session.ts'
import { authority } from '../vectors/certificates.ts'

const lengthIncluded = 0x80
const moreFragments = 0x40

/** A peer that opens a tunnel to a method, and says nothing in it by itself. */
export class TlsPeer {
  readonly socket: TLSSocket
  /** The last session that could be resumed. */
  session: Buffer | undefined = undefined
  /** What came through the tunnel. */
  readonly heard: Buffer[] = []
  readonly #wire: Duplex
  #output: Buffer[] = []
  #id = 1

  constructor(options: ConnectionOptions) {
    this.#wire = new Duplex({
      read() {},
      write: (chunk: Buffer, _encoding, done) => {
        this.#output.push(chunk)
        done()
      },
    })
    this.socket = connect({
      socket: this.#wire,
      ca: authority,
      servername: 'radius.corp.example',
      ...options,
    })
    this.socket.on('error', () => {})
    this.socket.on('session', (session: Buffer) => {
      this.session = session
    })
    this.socket.on('data', (data: Buffer) => this.heard.push(data))
  }

  /** Goes on until the method comes to an end; each flight of the peer is one fragment. */
  async run(
    method: OuterMethod,
    signIn: InnerSignIn,
  ): Promise<Exclude<OuterStep, { kind: 'request' }>> {
    method.start()
    for (let rounds = 0; rounds < 20; rounds += 1) {
      await quiet()
      const flight = Buffer.concat(this.#output)
      this.#output = []
      const step = await this.#exchange(method, signIn, flight)
      if (step.kind !== 'request') return step
    }
    throw new Error('the method comes to no end')
  }

  /** Opens a tunnel to a bare server, to its very end: what EAP does not hand out, such as tickets, arrives too. */
  async shakeHands(server: TlsSession): Promise<void> {
    for (let flights = 0; flights < 6; flights += 1) {
      await quiet()
      if (this.#output.length > 0) await server.receive(Buffer.concat(this.#output))
      this.#output = []
      this.#wire.push(server.takeOutput())
    }
  }

  async #exchange(method: OuterMethod, signIn: InnerSignIn, flight: Buffer): Promise<OuterStep> {
    let step = await this.#send(method, signIn, frame(flight))
    for (;;) {
      if (step.kind !== 'request') return step
      const [flags = 0] = step.data
      const start = (flags & lengthIncluded) === 0 ? 1 : 5
      this.#wire.push(Buffer.from(step.data.subarray(start)))
      if ((flags & moreFragments) === 0) return step
      step = await this.#send(method, signIn, Buffer.of(0))
    }
  }

  #send(method: OuterMethod, signIn: InnerSignIn, data: Buffer): Promise<OuterStep> {
    this.#id += 1
    const round = { id: this.#id, nextId: this.#id + 1, packetSize: 1020, signIn }
    return method.receive(data, round)
  }
}

/** A flight as one fragment, with its length in front; a bare acknowledgement where there is none. */
export function frame(flight: Buffer): Buffer {
  if (flight.length === 0) return Buffer.of(0)
  const header = Buffer.alloc(5)
  header[0] = lengthIncluded
  header.writeUInt32BE(flight.length, 1)
  return Buffer.concat([header, flight])
}

async function quiet(): Promise<void> {
  for (let turns = 0; turns < 4; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The first flight of a peer: its ClientHello. */
export async function recordHello(options: ConnectionOptions = {}): Promise<Buffer> {
  const output: Buffer[] = []
  const wire = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      output.push(chunk)
      done()
    },
  })
  const socket = connect({ socket: wire, servername: 'radius.corp.example', ...options })
  socket.on('error', () => {})
  while (output.length === 0) await quiet()
  socket.destroy()
  return Buffer.concat(output)
}
