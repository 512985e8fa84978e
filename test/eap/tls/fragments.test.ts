import { expect } from 'chai'
import {
  createFragmentJoiner,
  cutMessage,
  decodeFragment,
  type Fragment,
} from '../../../src/eap/tls/fragments.ts'
import { bytes, hex } from '../scripted-sign-in.ts'

const packetOverhead = 5

function read(typeData: Uint8Array): Fragment {
  const fragment = decodeFragment(typeData)
  if (fragment === undefined) throw new Error(`no fragment: ${hex(typeData)}`)
  return fragment
}

/** Cuts a message and puts it together again; gives the sizes of the packets. */
function cutAndJoin(message: Buffer, packetSize: number): number[] {
  const cutter = cutMessage(message)
  const joiner = createFragmentJoiner()
  const sizes: number[] = []
  for (;;) {
    const typeData = cutter.next(packetSize)
    sizes.push(typeData.length + packetOverhead)
    const joined = joiner.add(read(typeData))
    if (joined.kind === 'message') {
      expect(cutter.isDone).to.equal(true)
      expect(joined.message.equals(message)).to.equal(true)
      return sizes
    }
    expect(joined.kind).to.equal('more')
    expect(cutter.isDone).to.equal(false)
  }
}

describe('fragments of TLS in EAP', () => {
  it('put together are what was cut, in packets as large as they may be', () => {
    for (const packetSize of [100, 101, 253, 1020, 1400]) {
      for (const length of [
        0,
        1,
        packetSize - 11,
        packetSize - 10,
        packetSize - 6,
        packetSize - 5,
        5_000,
      ]) {
        const message = Buffer.from(Array.from({ length }, (_, index) => index & 0xff))
        const sizes = cutAndJoin(message, packetSize)
        expect(Math.max(...sizes)).to.be.at.most(packetSize)
        for (const size of sizes.slice(0, -1)) expect(size).to.equal(packetSize)
      }
    }
  })

  it('tell the length of the whole in the first of several, and only there', () => {
    const cutter = cutMessage(Buffer.alloc(200, 0xaa))
    expect(hex(cutter.next(100).subarray(0, 6))).to.equal('c0000000c8aa')
    expect(hex(cutter.next(100).subarray(0, 2))).to.equal('40aa')
    expect(hex(cutter.next(100).subarray(0, 2))).to.equal('00aa')
    expect(hex(cutMessage(bytes('160301')).next(100))).to.equal('00160301')
  })

  it('may change their size on the way', () => {
    const message = Buffer.alloc(1_000, 7)
    const cutter = cutMessage(message)
    const joiner = createFragmentJoiner()
    joiner.add(read(cutter.next(1_000)))
    const joined = joiner.add(read(cutter.next(100)))
    expect(joined.kind).to.equal('message')
  })

  it('of a peer may tell the length in each, in none, or in a single one', () => {
    for (const [first, last] of [
      ['c0 00000004 1603', '80 00000004 0100'],
      ['c0 00000004 1603', '00 0100'],
      ['40 1603', '00 0100'],
    ] as const) {
      const joiner = createFragmentJoiner()
      expect(joiner.add(read(bytes(first)))).to.deep.equal({ kind: 'more' })
      const joined = joiner.add(read(bytes(last)))
      expect(joined.kind === 'message' && hex(joined.message)).to.equal('16030100')
    }
    const single = createFragmentJoiner().add(read(bytes('80 00000002 1603')))
    expect(single.kind === 'message' && hex(single.message)).to.equal('1603')
  })

  for (const [what, ...fragments] of [
    ['less than announced', 'c0 00000005 1603', '00 0100'],
    ['more than announced', 'c0 00000003 1603', '00 0100'],
    ['more than 64 KiB announced', 'c0 00010001 1603'],
    ['a negative length', 'c0 ffffffff 1603'],
    ['an empty one among others', '40'],
  ] as const) {
    it(`of a peer are refused: ${what}`, () => {
      const joiner = createFragmentJoiner()
      const joined = fragments.map((fragment) => joiner.add(read(bytes(fragment))))
      expect(joined.at(-1)).to.deep.equal({ kind: 'invalid' })
    })
  }

  it('of a peer are refused when they do not end within 64 KiB', () => {
    const joiner = createFragmentJoiner()
    const more = read(Buffer.concat([bytes('40'), Buffer.alloc(1_000)]))
    const kinds = Array.from({ length: 66 }, () => joiner.add(more).kind)
    expect(kinds.slice(0, 65)).to.not.include('invalid')
    expect(kinds[65]).to.equal('invalid')
  })

  it('are refused without flags, or without the length they promise', () => {
    for (const data of ['', '80', '80 000000', 'c0 0000'])
      expect(decodeFragment(bytes(data))).to.equal(undefined)
  })

  it('have a version in the lowest bits', () => {
    expect(read(bytes('21')).version).to.equal(1)
    expect(read(bytes('27 16')).version).to.equal(7)
  })
})
