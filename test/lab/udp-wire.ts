import { createSocket, type Socket } from 'node:dgram'

/** How many times a datagram arrives: the `index`-th of its direction, from 0. */
export type Fate = (direction: 'to-server' | 'to-client', index: number) => number

export type UdpWire = { readonly port: number; close(): void }

/** Sits between one client and a server on the loopback, to be a network that loses and doubles. */
export async function openUdpWire(serverPort: number, fate: Fate): Promise<UdpWire> {
  const outside = createSocket('udp4')
  const inside = createSocket('udp4')
  const counts = { 'to-server': 0, 'to-client': 0 }
  let clientPort = 0

  function pass(direction: 'to-server' | 'to-client', by: Socket, bytes: Buffer, port: number) {
    const copies = fate(direction, counts[direction])
    counts[direction] += 1
    for (let copy = 0; copy < copies; copy += 1) by.send(bytes, port, '127.0.0.1')
  }

  outside.on('message', (bytes, { port }) => {
    clientPort = port
    pass('to-server', inside, bytes, serverPort)
  })
  inside.on('message', (bytes) => pass('to-client', outside, bytes, clientPort))
  await new Promise<void>((resolve) => outside.bind(0, '127.0.0.1', resolve))
  await new Promise<void>((resolve) => inside.bind(0, '127.0.0.1', resolve))
  return {
    port: outside.address().port,
    close() {
      outside.close()
      inside.close()
    },
  }
}
