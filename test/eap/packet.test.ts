import { expect } from 'chai'
import { decodeResponse, encodeRequest, encodeResult, nextId } from '../../src/eap/packet.ts'
import { createEapStates } from '../../src/eap/state.ts'
import { bytes, hex } from './scripted-sign-in.ts'

describe('EAP packets', () => {
  it('are read: an identity, and with padding after it (RFC 3748 4.1)', () => {
    for (const padding of ['', ' 00 00', ' ff']) {
      const response = decodeResponse(bytes(`02 01 0008 01 626f62${padding}`))
      expect(response?.id).to.equal(1)
      expect(response?.type).to.equal(1)
      expect(hex(response?.data ?? bytes('00'))).to.equal('626f62')
    }
  })

  for (const [what, packet] of [
    ['nothing', ''],
    ['a code alone', '02'],
    ['no Type', '02 01 0004'],
    ['a Length of nothing', '02 01 0000 01'],
    ['a Length below the header', '02 01 0003 01 62'],
    ['a Length beyond the end', '02 01 0009 01 626f62'],
    ['a Request', '01 01 0005 01'],
    ['a Success', '03 01 0004'],
    ['a Failure with something behind', '04 01 0005 01'],
    ['no code of EAP', '07 01 0005 01'],
  ] as const) {
    it(`are not responses: ${what}`, () => {
      expect(decodeResponse(bytes(packet))).to.equal(undefined)
    })
  }

  it('are written: PEAP Start and Failure as on the wire', () => {
    expect(hex(encodeRequest(2, 25, bytes('20')))).to.equal('010200061920')
    expect(hex(encodeResult(4, 2))).to.equal('04020004')
  })

  it('are numbered modulo 256', () => {
    expect([nextId(0), nextId(254), nextId(255)]).to.deep.equal([1, 255, 0])
  })
})

describe('States of EAP', () => {
  const states = createEapStates('node-a')
  const id = states.newId()

  it('name node, conversation and round, in 29 characters without a NUL', () => {
    for (const each of [id, '0'.repeat(32), 'f'.repeat(32)]) {
      for (let round = 0; round < 256; round++) {
        const state = states.encode(each, round)
        expect(Buffer.from(state).toString('latin1')).to.match(/^E[\w-]{28}$/)
        expect(states.decode(state)).to.deep.equal({ isOurs: true, id: each, round })
      }
    }
  })

  it('are known where they came back cut', () => {
    const state = states.encode(id, 7)
    for (const bytes of [1, 16, 28]) {
      expect(states.decode(state.subarray(0, bytes))).to.equal('cut')
    }
  })

  it('of another node are recognised as such', () => {
    const theirs = createEapStates('node-b').encode(id, 7)
    expect(states.decode(theirs)).to.deep.equal({ isOurs: false, id, round: 7 })
  })

  it('are nothing else: of a challenge, without its beginning, too long, of other bytes, empty', () => {
    const state = Buffer.from(states.encode(id, 7))
    const ofChallenge = Buffer.concat([Buffer.from('A'), state.subarray(1)])
    const [rest, twice] = [state.subarray(1), Buffer.concat([state, state])]
    const spelt = Buffer.concat([state.subarray(0, 28), Buffer.of(0)])
    for (const other of [ofChallenge, Buffer.from(`A${rest}`), twice, spelt, bytes('')])
      expect(states.decode(other)).to.equal(undefined)
  })

  it('never name two conversations by the same text', () => {
    const ids = new Set(Array.from({ length: 1_000 }, states.newId))
    expect(ids.size).to.equal(1_000)
  })
})
