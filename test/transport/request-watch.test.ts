import { expect } from 'chai'
import { attributeType, textAttributes } from '../../src/radius/index.ts'
import type { Outcome } from '../../src/signin/index.ts'
import type {
  FirstPacket,
  HeldPackets,
  RequestEnd,
  RequestWatch,
} from '../../src/transport/index.ts'
import { accepted, accessRequest, createHarness, gateway } from './harness.ts'

const { CallingStationId, State } = attributeType

/** Writes down what it hears; gives every attempt this patience. */
function createRecordingWatch(patienceMs = 30_000) {
  const begun: FirstPacket[] = []
  const resends: string[] = []
  const ends: RequestEnd[] = []
  const held: HeldPackets[] = []
  const watch: RequestWatch = {
    begin(packet) {
      begun.push(packet)
      return { ...packet.rules, patienceMs }
    },
    resend: (attemptId) => resends.push(attemptId),
    end: (end) => ends.push(end),
    wasElsewhere: () => undefined,
    isStillAsked(packets) {
      held.push(packets)
      return false
    },
  }
  return { watch, begun, resends, ends, held }
}

const device = textAttributes(CallingStationId, '203.0.113.7:4500')

describe('what the listener tells about packets', () => {
  it('is told who begins, from where, and each resend before and after the answer', async () => {
    const { watch, begun, resends, ends } = createRecordingWatch()
    const harness = createHarness({ watch })
    const request = accessRequest({ user: 'Alice', attributes: device })
    harness.receive(request.bytes)
    harness.receive(request.bytes)
    harness.clock.advance(4_000)
    await harness.held[0]?.end(accepted)
    harness.receive(request.bytes)
    expect(begun).to.have.length(1)
    expect(begun[0]).to.include({
      person: 'alice|address 203.0.113.7',
      port: 40_000,
      socketId: 1,
      answersChallenge: false,
    })
    const id = harness.held[0]?.attempt.id
    expect(resends).to.deep.equal([id, id])
    expect(ends).to.have.length(1)
    expect(ends[0]).to.include({ attemptId: id, kind: 'accept', patienceEnded: false })
    expect((ends[0]?.atMs ?? 0) - (begun[0]?.atMs ?? 0)).to.equal(4_000)
  })

  it('takes what waited while the process stood still for as old as it may be, and learns nothing from that', () => {
    const { watch, begun } = createRecordingWatch()
    const harness = createHarness({ watch, waitedMs: () => 12_000 })
    harness.receive(accessRequest({ attributes: device }).bytes)
    const nowMs = harness.clock.nowMs()
    expect(harness.held[0]?.attempt.receivedAtMs).to.equal(nowMs - 12_000)
    expect(begun[0]?.atMs).to.equal(nowMs)
  })

  it('tells a sign-in whether its gateway still waits, by its packets so far', () => {
    const { watch, held } = createRecordingWatch()
    const harness = createHarness({ watch })
    const request = accessRequest({ attributes: device })
    harness.receive(request.bytes)
    harness.clock.advance(2_000)
    harness.receive(request.bytes)
    harness.clock.advance(500)
    expect(harness.held[0]?.live.isStillAsked()).to.equal(false)
    const { gateway: name } = harness.held[0]?.attempt ?? {}
    expect(held).to.deep.equal([{ gateway: name?.name, packets: 2, afterMs: 2_500 }])
  })

  it('holds each attempt by the patience it began with', async () => {
    const { watch, ends } = createRecordingWatch(8_000)
    const harness = createHarness({ watch })
    harness.receive(accessRequest().bytes)
    expect(harness.held[0]?.attempt.gateway.patienceMs).to.equal(8_000)
    harness.clock.advance(12_900)
    expect(harness.drops).to.have.length(0)
    harness.clock.advance(200)
    expect(harness.drops[0]?.reason).to.equal('no-time-left')
    expect(ends[0]).to.include({ kind: 'drop', patienceEnded: true })
  })

  const outcomes: readonly (readonly [what: string, outcome: Outcome, ended: boolean])[] = [
    ['a prompt that ran out', { kind: 'reject', reason: 'prompt-timeout', message: '' }, true],
    ['a wrong password', { kind: 'reject', reason: 'password-wrong', message: '' }, false],
    ['no time left', { kind: 'drop', reason: 'no-time-left' }, true],
    ['a mistake of ours', { kind: 'drop', reason: 'internal-error' }, false],
  ]
  for (const [what, outcome, patienceEnded] of outcomes) {
    it(`says whether patience ended it: ${what}`, async () => {
      const { watch, ends } = createRecordingWatch()
      const harness = createHarness({ watch })
      harness.receive(accessRequest().bytes)
      await harness.held[0]?.end(outcome)
      expect(ends.map(({ kind, patienceEnded }) => ({ kind, patienceEnded }))).to.deep.equal([
        { kind: outcome.kind, patienceEnded },
      ])
    })
  }

  it('tells people apart only by a device or a port, and knows answers to challenges', () => {
    const { watch, begun } = createRecordingWatch()
    const harness = createHarness({ watch })
    harness.receive(accessRequest({ identifier: 1 }).bytes)
    const state = { type: State, value: Uint8Array.of(1, 2, 3) }
    harness.receive(accessRequest({ identifier: 2, attributes: [state, ...device] }).bytes)
    expect(begun.map(({ ownDevice }) => ownDevice)).to.deep.equal([false, true])
    expect(begun.map(({ person }) => person)).to.deep.equal([
      undefined,
      'alice|address 203.0.113.7',
    ])
    expect(begun.map(({ answersChallenge }) => answersChallenge)).to.deep.equal([false, true])
  })

  it('is not told of packets that prove nothing', () => {
    const { watch, begun, resends, ends } = createRecordingWatch()
    const harness = createHarness({ watch, gateways: [gateway('vpn')] })
    const forged = accessRequest().bytes.slice()
    forged[20] = 255
    harness.receive(forged)
    harness.receive(accessRequest().bytes, { host: '198.51.100.9' })
    expect([begun.length, resends.length, ends.length]).to.deep.equal([0, 0, 0])
  })
})
