import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { authority } from '../../vectors/certificates.ts'

const lengthIncluded = 0x80
const moreFragments = 0x40

/** The end of a device in a TLS tunnel that goes through EAP (RFC 5216 2.1.5). */
export type TlsWire = {
  readonly socket: TLSSocket
  /** What the device says to this request: its next flight in one fragment, or an acknowledgement. */
  answer(request: Buffer): Promise<Buffer>
}

export function openTlsWire(options: ConnectionOptions): TlsWire {
  let output: Buffer[] = []
  const wire = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      output.push(chunk)
      done()
    },
  })
  const socket = connect({
    socket: wire,
    ca: authority,
    servername: 'radius.corp.example',
    ...options,
  })
  // What ends the tunnel shows in what the server says.
  socket.on('error', () => undefined)
  return {
    socket,
    async answer(request) {
      const [flags = 0] = request
      const payload = request.subarray((flags & lengthIncluded) === 0 ? 1 : 5)
      if (payload.length > 0) wire.push(payload)
      if ((flags & moreFragments) !== 0) return Buffer.of(0)
      for (let turns = 0; turns < 10; turns += 1) await nextTurn()
      const flight = Buffer.concat(output)
      output = []
      if (flight.length === 0) return Buffer.of(0)
      const header = Buffer.alloc(5)
      header[0] = lengthIncluded
      header.writeUInt32BE(flight.length, 1)
      return Buffer.concat([header, flight])
    },
  }
}
