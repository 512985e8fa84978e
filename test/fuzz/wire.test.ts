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
import { createRandom, mutate } from './mutate.ts'

const rounds = 250_000
const secret = createSharedSecret('xyzzy5461')
const dictionary = loadDictionary()
const lenient = { requireMessageAuthenticator: false, limitProxyState: false }

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
  // Each can be written again and means the same. One by one: a first piece that lost its next one may find another
  // when they are put together. Type 0 we read but never send.
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
    // A fuzzer that only ever meets one listener tests one listener.
    for (const count of Object.values(counts)) expect(count).to.be.above(rounds / 50)
  }).timeout(120_000)
})
