import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { createSharedSecret } from '../../src/radius/index.ts'
import { createAccountingHarness } from '../transport/accounting/accounting-harness.ts'
import { flush, gateway } from '../transport/harness.ts'
import { createRandom, mutate } from './mutate.ts'

const rounds = 50_000
const secret = createSharedSecret('xyzzy5461')
const forbidden = [2, 3, 18, 24]

/** The hash that a packet of code 4 must carry, in place of its own: nothing else is forged. */
function withRightHash(packet: Buffer): Buffer {
  const copy = Buffer.from(packet)
  copy[0] = 4
  copy.fill(0, 4, 20)
  const length = copy.readUInt16BE(2)
  const hash = createHash('md5').update(copy.subarray(0, length)).update('xyzzy5461').digest()
  hash.copy(copy, 4)
  return copy
}

describe(`${rounds} packets for the accounting port that are not what they should be`, () => {
  it('are dropped by name or become one row, and never throw', async () => {
    const random = createRandom(20_261_130)
    const harness = createAccountingHarness({ gateways: [gateway('vpn', { secret })] })
    let stored = 0
    for (let round = 0; round < rounds; round++) {
      const mutated = mutate(random)
      const datagram = mutated.length >= 20 && random(2) > 0 ? withRightHash(mutated) : mutated
      harness.receive(datagram)
      if (round % 100 === 99) {
        await flush()
        for (const group of harness.groups.splice(0)) {
          stored += group.records.length
          for (const { attributes } of group.records) {
            for (let at = 0; at < attributes.length; at += attributes[at + 1] ?? 0) {
              expect(forbidden).to.not.include(attributes[at])
            }
          }
          group.end()
          await flush()
        }
      }
    }
    const reasons = new Map<string, number>()
    for (const { reason } of harness.drops) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    expect(reasons.get('internal-error')).to.equal(undefined)
    for (const reason of [
      'accounting-invalid',
      'packet-malformed',
      'request-authenticator-wrong',
    ]) {
      expect(reasons.get(reason), reason).to.be.above(100)
    }
    expect(stored).to.be.above(100)
  }).timeout(120_000)
})
