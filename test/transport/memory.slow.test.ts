import { expect } from 'chai'
import { attributeType, integerAttribute, textAttributes } from '../../src/radius/index.ts'
import type { Outcome } from '../../src/signin/index.ts'
import { createTimerWheel } from '../../src/support/index.ts'
import { createGatewayTable } from '../../src/transport/gateways/gateway-table.ts'
import { handleDatagram } from '../../src/transport/handle-datagram.ts'
import { createListenerState } from '../../src/transport/listener/listener-state.ts'
import { usedBytes } from '../support/heap.ts'
import { createManualClock } from '../support/manual-clock.ts'
import {
  accepted,
  accessRequest,
  bounds,
  createRecorder,
  flush,
  gateway,
  noEap,
} from './harness.ts'

/** A request as a VPN sends it, about 120 bytes, in memory of its own as the socket gives it. */
function datagram(index: number): Buffer {
  const { CallingStationId, NasPort, AcctSessionId, CalledStationId } = attributeType
  const { bytes } = accessRequest({
    identifier: index & 255,
    user: `person${index}`,
    nas: 'vpn-1',
    attributes: [
      ...textAttributes(CallingStationId, '00-10-A4-23-19-C0'),
      ...textAttributes(CalledStationId, 'vpn.example'),
      integerAttribute(NasPort, index),
      ...textAttributes(AcctSessionId, `0000${index}`),
    ],
  })
  return Buffer.from(Uint8Array.from(bytes).buffer)
}

describe('memory', () => {
  it('a held request costs less than 2,000 bytes, and nothing once it has ended', async () => {
    const count = 5_000
    const clock = createManualClock()
    const ends: ((outcome: Outcome) => void)[] = []
    const listener = createListenerState({
      ...bounds,
      gateways: createGatewayTable([gateway('vpn', { maxOpen: count })]),
      eap: noEap,
      signIn: (_attempt, { stop }) =>
        new Promise((resolve) => {
          // A sign-in that waits wants to hear of the end; here that is all it does.
          stop.tell({ stopped: () => {} })
          ends.push(resolve)
        }),
      clock,
      wheel: createTimerWheel(clock, { onError: () => expect.fail('a deadline threw') }),
      observer: { ...createRecorder().observer, onAnswer: () => {} },
    })
    const socket = { id: 1, send: () => {} }

    function receive(requests: number): void {
      for (let index = 0; index < requests; index++) {
        const port = 40_000 + (index >> 8)
        const source = { socket, address: '192.0.2.1', host: '192.0.2.1', port }
        handleDatagram(listener, datagram(index), source)
      }
    }
    async function endAll(): Promise<void> {
      for (const end of ends.splice(0)) end(accepted)
      await flush()
    }
    // What the compiler keeps for code that runs for the first time is not a cost of a request.
    receive(1_000)
    await endAll()
    clock.advance(40_000)

    const before = usedBytes()
    receive(count)
    clock.advance(2_000)
    expect(listener.open.stats.total).to.equal(count)
    expect((usedBytes() - before) / count).to.be.within(400, 2_000)

    await endAll()
    expect(listener.open.stats.total).to.equal(0)
    expect(listener.replies.stats.entries).to.equal(count)
    clock.advance(32_000)
    expect((usedBytes() - before) / count).to.be.lessThan(200)
  })
})
