import { hex } from '../radius/hex.ts'
import { attributeVectors, oddAttributes } from '../vectors/attributes.ts'
import { requestVectors } from '../vectors/packets.ts'

/** Every published packet, and every attribute vector inside an Access-Request. */
const seeds: readonly Buffer[] = [
  ...requestVectors.flatMap(({ request, replies }) => [
    hex(request),
    ...replies.map(({ bytes }) => hex(bytes)),
  ]),
  ...[...attributeVectors, ...oddAttributes].map(({ bytes }) => {
    const attributes = hex(bytes)
    const header = Buffer.alloc(20)
    header.writeUInt8(1, 0)
    header.writeUInt16BE(20 + attributes.length, 2)
    return Buffer.concat([header, attributes])
  }),
]

/** Numbers that are the same in each run, so that a finding can be found again: mulberry32. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const telling = [0, 1, 2, 3, 4, 18, 26, 79, 80, 127, 128, 241, 245, 255]

/** A packet like those of the field, with a few things wrong; most keep a Length that fits. */
export function mutate(random: (below: number) => number): Buffer {
  let packet = Buffer.from(seeds[random(seeds.length)] ?? Buffer.alloc(20))
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(packet.length + 1)
    const byte = telling[random(telling.length)] ?? 0
    switch (random(6)) {
      case 0:
        if (at < packet.length) packet[at] = byte
        break
      case 1:
        if (at < packet.length) packet[at] = random(256)
        break
      case 2:
        packet = packet.subarray(0, at)
        break
      case 3:
        packet = Buffer.concat([
          packet.subarray(0, at),
          Buffer.alloc(random(40), byte),
          packet.subarray(at),
        ])
        break
      case 4: {
        const other = seeds[random(seeds.length)] ?? packet
        packet = Buffer.concat([packet, other.subarray(Math.min(20, other.length))])
        break
      }
      default:
        packet = Buffer.concat([
          packet.subarray(0, at),
          packet.subarray(Math.min(packet.length, at + random(20))),
        ])
    }
  }
  if (packet.length >= 4 && packet.length <= 4096 && random(4) > 0)
    packet.writeUInt16BE(packet.length, 2)
  return packet
}
