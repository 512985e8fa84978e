import { expect } from 'chai'
import {
  createAttributeCipher,
  createSharedSecret,
  decodePacket,
  decodeUserPassword,
  encodeReply,
  loadDictionary,
  RadiusError,
  readWireValues,
  verifyReply,
  verifyRequest,
} from '../../src/radius/index.ts'
import { hex } from '../radius/hex.ts'
import { attributeVectors, oddAttributes } from '../vectors/attributes.ts'
import { requestVectors } from '../vectors/packets.ts'

const rounds = 250_000
const secret = createSharedSecret('xyzzy5461')
const dictionary = loadDictionary()
const lenient = { requireMessageAuthenticator: false, limitProxyState: false }

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
function createRandom(seed: number): (below: number) => number {
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
function mutate(random: (below: number) => number): Buffer {
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

type Outcome = 'refused' | 'unverified' | 'answered'

/** What the server may meet, and where; any other throw is a finding. */
const decodeCodes = ['packet-too-short', 'length-invalid', 'attribute-malformed']
const answerCodes = ['password-malformed', 'reply-too-large']

/** What `run` gives, or undefined when it refuses with one of `codes`. */
function unlessRefused<Result>(codes: readonly string[], run: () => Result): Result | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof RadiusError && codes.includes(error.code)) return undefined
    throw error
  }
}

/** Does with a datagram all that the server could; tells how far it came. */
function process(datagram: Buffer): Outcome {
  const packet = unlessRefused(decodeCodes, () => decodePacket(datagram))
  if (packet === undefined) return 'refused'
  readWireValues(packet.attributes)
  const named = dictionary.decode(packet.attributes)
  // Each can be written again and means the same. One by one: a first piece that lost its next one
  // may find another when they stand together. Type 0 we read but never send.
  for (const attribute of named.filter(({ path }) => path[0] !== 0)) {
    const { name, value, tag } = attribute
    const encoded = dictionary.encode(tag === undefined ? { name, value } : { name, value, tag })
    expect(dictionary.decode(encoded)).to.deep.equal([attribute])
  }
  verifyReply(packet, { identifier: 0, authenticator: Buffer.alloc(16), secret }, lenient)
  const verification = verifyRequest(packet, secret, lenient)
  if (!verification.ok) return 'unverified'
  const { request } = verification
  dictionary.decode(packet.attributes, createAttributeCipher(request))
  unlessRefused(answerCodes, () => encodeReply(request, { code: 3, attributes: [] }))
  unlessRefused(answerCodes, () => decodeUserPassword(request))
  return 'answered'
}

describe(`${rounds} packets that are not what they should be`, () => {
  it('meet a typed refusal or an answer, nothing else', () => {
    const random = createRandom(20_240_709)
    const counts: Record<Outcome, number> = { refused: 0, unverified: 0, answered: 0 }
    for (let round = 0; round < rounds; round++) {
      const datagram = mutate(random)
      try {
        counts[process(datagram)]++
      } catch (cause) {
        throw new Error(`round ${round}: ${datagram.toString('hex')}`, { cause })
      }
    }
    // A fuzzer that only ever meets one door tests one door.
    for (const count of Object.values(counts)) expect(count).to.be.above(rounds / 50)
  }).timeout(120_000)
})
