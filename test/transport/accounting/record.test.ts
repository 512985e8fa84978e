import { expect } from 'chai'
import {
  type Attribute,
  attributeType,
  decodePacket,
  integerAttribute,
  textAttributes,
  verifyRequest,
} from '../../../src/radius/index.ts'
import { readRecord } from '../../../src/transport/accounting/record.ts'
import { secret } from '../harness.ts'
import { accountingRequest } from './accounting-harness.ts'

const receivedAtMs = 1_750_000_000_000
const policy = { requireMessageAuthenticator: true, limitProxyState: true }

function recordOf(
  changes: Parameters<typeof accountingRequest>[0],
  from: { gateway?: string; atMs?: number } = {},
) {
  const { bytes } = accountingRequest(changes)
  const verified = verifyRequest(decodePacket(bytes), secret, policy)
  if (!verified.ok) throw new Error(verified.reason)
  const { gateway = 'vpn', atMs = receivedAtMs } = from
  const record = readRecord(verified.request, {
    gateway,
    source: '192.0.2.1',
    receivedAtMs: atMs,
  })
  if ('fault' in record) throw new Error(record.fault)
  return { ...record, digest: Buffer.from(record.digest).toString('hex') }
}

const { AcctDelayTime, EventTimestamp, ProxyState, NasPort } = attributeType
const delay = (seconds: number) => integerAttribute(AcctDelayTime, seconds)
const stamp = (seconds: number) => integerAttribute(EventTimestamp, seconds)

describe('an accounting record', () => {
  for (const [what, attributes, expected] of [
    ['of a gateway without clock happened when it came', [], receivedAtMs],
    ['that waited happened before it came', [delay(90)], receivedAtMs - 90_000],
    ['with Event-Timestamp happened then', [stamp(1_749_000_000)], 1_749_000_000_000],
    [
      'with both: nothing is taken off the timestamp',
      [delay(90), stamp(1_749_000_000)],
      1_749_000_000_000,
    ],
    [
      'with a delay that is no number happened when it came',
      [{ type: AcctDelayTime, value: Buffer.alloc(3) }],
      receivedAtMs,
    ],
    ['with the longest delay there is', [delay(0xffff_ffff)], receivedAtMs - 0xffff_ffff * 1000],
  ] satisfies readonly [string, Attribute[], number][]) {
    it(what, () => {
      expect(recordOf({ attributes }).eventAtMs).to.equal(expected)
    })
  }

  it('keeps its attributes as they came, in memory of its own', () => {
    const { bytes } = accountingRequest()
    const { attributes } = recordOf({})
    expect(Buffer.from(attributes)).to.deep.equal(bytes.subarray(20))
    expect(attributes.buffer.byteLength).to.equal(attributes.byteLength)
  })

  const first = () => recordOf({ attributes: [delay(0)] })

  for (const [what, again] of [
    ['with a longer delay', () => recordOf({ identifier: 8, attributes: [delay(30)] })],
    ['without delay', () => recordOf({})],
    ['signed', () => recordOf({ messageAuthenticator: true })],
    ['by a proxy', () => recordOf({ attributes: [{ type: ProxyState, value: Buffer.from('1') }] })],
  ] as const) {
    it(`that is sent again ${what} has the same digest`, () => {
      expect(again().digest).to.equal(first().digest)
    })
  }

  for (const [what, other] of [
    ['of another gateway', () => recordOf({}, { gateway: 'vpn2' })],
    ['of another session', () => recordOf({ session: 'A2' })],
    ['of another kind', () => recordOf({ statusType: 2 })],
    ['with one attribute more', () => recordOf({ attributes: [integerAttribute(NasPort, 0)] })],
    [
      'whose attributes only look alike when they are joined',
      () => recordOf({ session: '', attributes: textAttributes(attributeType.UserName, 'A1') }),
    ],
  ] as const) {
    it(`${what} has another digest`, () => {
      expect(other().digest).not.to.equal(first().digest)
    })
  }
})
