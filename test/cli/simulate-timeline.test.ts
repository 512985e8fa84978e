import { expect } from 'chai'
import type { SimulationEvent } from '../../src/cli/simulate/events.ts'
import { drawEvent, drawHeader } from '../../src/cli/simulate/timeline.ts'
import {
  attributeType,
  loadDictionary,
  type Packet,
  packetCode,
  textAttributes,
} from '../../src/radius/index.ts'

const dictionary = loadDictionary()
const ofFirst = { identifier: 7, server: 1 } as const

function packet(code: number, text: string): Packet {
  const attributes = textAttributes(attributeType.ReplyMessage, text)
  return {
    code,
    identifier: 7,
    authenticator: Buffer.alloc(16),
    attributes,
    bytes: Buffer.alloc(20),
  }
}

function draw(event: SimulationEvent): readonly string[] {
  return drawEvent(event, 0, dictionary, (_, text) => text)
}

describe('the picture of a simulated sign-in', () => {
  const cases: readonly [SimulationEvent, string][] = [
    [
      { kind: 'sent', atMs: 3_000, bytes: 80, tries: 2, ...ofFirst },
      '   +3.0 s  |             |-- Access-Request id 7, again (2) -------->|',
    ],
    [
      { kind: 'sent', atMs: 95_000, bytes: 80, tries: 1, identifier: 8, server: 2 },
      '  +95.0 s  |             |-- Access-Request id 8, second server ---->|',
    ],
    [
      { kind: 'lost', atMs: 5, ...ofFirst },
      '    +5 ms  |             |-- lost ----------------------------------x|',
    ],
    [
      { kind: 'lost', atMs: 5, code: 2, ...ofFirst },
      '    +5 ms  |             |x------------------- Access-Accept, lost --|',
    ],
    [
      { kind: 'prompted', atMs: 5, by: 'call', to: '+31687654321' },
      '    +5 ms  |<-------------------------------- call to +31687654321 --|',
    ],
    [
      { kind: 'pressed', atMs: 5, keys: '#', counts: true },
      '    +5 ms  |-- # --------------------------------------------------->|',
    ],
    [
      { kind: 'typed', atMs: 5, what: 'Enter' },
      '    +5 ms  |-- Enter --->|                                           |',
    ],
    [{ kind: 'given-up', atMs: 9_000, ...ofFirst }, '   +9.0 s  |             x gives up'],
  ]
  for (const [event, line] of cases) {
    it(`has ${event.kind} as one line`, () => {
      expect(draw(event)).to.deep.equal([line])
    })
  }

  it('lets no text of the network move the cursor, nor a long one leave its lane', () => {
    const [arrow, text = ''] = draw({
      kind: 'received',
      atMs: 5,
      packet: packet(packetCode.AccessReject, 'No\u001b[2J\n'),
      ...ofFirst,
    })
    expect(arrow).to.match(/<-+ Access-Reject --\|$/)
    expect(text).to.include('"No\\u001b[2J\\u000a"')
    const [long = ''] = draw({ kind: 'prompted', atMs: 5, by: 'email', to: 'x\u0007'.repeat(90) })
    expect(long).to.have.length(70)
    expect(long).to.not.include('\u0007')
    expect(drawHeader('\u001b[31m'.repeat(9), (_, shown) => shown)).to.match(/ gateway +Holdfast$/)
  })
})
