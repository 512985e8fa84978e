import { randomBytes, randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import {
  attributeType,
  createSharedSecret,
  encodeRequest,
  textAttributes,
} from '../../src/radius/index.ts'

const secret = createSharedSecret('testing123')

/** A source of packets, good ones and broken ones, from eight addresses. */
export type Flood = {
  /** Sends so many, with a pause of 5 ms after each `together`. */
  send(count: number, together: number): Promise<void>
  readonly replies: () => number
  close(): void
}

export async function openFlood(port: number): Promise<Flood> {
  let replies = 0
  const sockets = await Promise.all(Array.from({ length: 8 }, (_, index) => open(index + 1)))
  for (const socket of sockets) socket.on('message', () => (replies += 1))
  let sent = 0
  return {
    async send(count, together) {
      for (let left = count; left > 0; left -= 1) {
        sockets[sent % sockets.length]?.send(packet(sent), port, '127.0.0.1')
        sent += 1
        if (left % together === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    replies: () => replies,
    close: () => {
      for (const socket of sockets) socket.close()
    },
  }
}

async function open(last: number): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, `127.0.0.${last}`)
  await once(socket, 'listening')
  return socket
}

/** By turns: noise, a request with bytes turned, wrong sign-ins of names there are and are not, the start of EAP. */
function packet(number: number): Buffer {
  switch (number % 4) {
    case 0:
      return randomBytes(randomInt(0, 1_400))
    case 1: {
      const bytes = request(number, 'alice')
      const at = randomInt(0, bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ randomInt(1, 256)
      return bytes
    }
    case 2:
      return request(number, ['alice', 'bob', `x${number}`][number % 3] ?? '')
    default:
      return eapIdentity(number)
  }
}

function request(number: number, user: string): Buffer {
  return encode(number, textAttributes(attributeType.UserName, user), `guess ${number}`)
}

function eapIdentity(number: number): Buffer {
  const message = Buffer.from([2, number & 255, 0, 10, 1, ...Buffer.from('alice')])
  return encode(number, [{ type: attributeType.EapMessage, value: message }])
}

function encode(
  number: number,
  attributes: Parameters<typeof encodeRequest>[0]['attributes'],
  password?: string,
): Buffer {
  const device = `02-00-00-00-${hex(number >> 8)}-${hex(number)}`
  const { bytes } = encodeRequest(
    {
      code: 1,
      identifier: number & 255,
      attributes: [
        ...attributes,
        ...textAttributes(attributeType.CallingStationId, device),
        ...textAttributes(attributeType.NasIdentifier, number % 3 === 0 ? 'hold' : 'append'),
      ],
      ...(password === undefined ? {} : { password }),
    },
    secret,
  )
  return Buffer.from(bytes)
}

function hex(byte: number): string {
  return (byte & 255).toString(16).padStart(2, '0')
}
