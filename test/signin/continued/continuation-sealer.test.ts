import { createSecretKey } from 'node:crypto'
import { expect } from 'chai'
import { createContinuationSealer } from '../../../src/signin/index.ts'

describe('what is kept between a challenge and its answer (RULES 22)', () => {
  const state = new Uint8Array(120).fill(7)
  const sealer = createContinuationSealer()

  it('opens for the same State, person and process', () => {
    for (const text of ['', 'Old-1', 'Grüße "\u0000\\ \u{1f600}', 'x'.repeat(10_000)]) {
      const sealed = sealer.seal(state, 'corp:alice', text)
      expect(sealer.open(state, 'corp:alice', sealed)).to.equal(text)
    }
  })

  it('opens for no one else, nor changed, nor cut short', () => {
    const sealed = sealer.seal(state, 'corp:alice', 'Old-1')
    const other = Uint8Array.from(state)
    other[119] = 8
    expect(sealer.open(other, 'corp:alice', sealed)).to.equal(undefined)
    expect(sealer.open(state, 'corp:bob', sealed)).to.equal(undefined)
    expect(createContinuationSealer().open(state, 'corp:alice', sealed)).to.equal(undefined)
    for (let index = 0; index < sealed.length; index++) {
      const forged = Uint8Array.from(sealed)
      forged[index] = (forged[index] ?? 0) ^ 1
      expect(sealer.open(state, 'corp:alice', forged), `byte ${index}`).to.equal(undefined)
      expect(sealer.open(state, 'corp:alice', sealed.subarray(0, index))).to.equal(undefined)
    }
  })

  it('is other bytes each time, and never the text', () => {
    const seal = () => sealer.seal(state, 'corp:alice', 'Old-1')
    const all = Array.from({ length: 20 }, () => Buffer.from(seal()).toString('latin1'))
    expect(new Set(all).size).to.equal(20)
    expect(all.join('')).not.to.contain('Old-1')
  })

  it('opens at another process that shares the key of the hour, also around its change', () => {
    const [one, two, three] = [1, 2, 3].map((number) => ({
      ...{ number, key: createSecretKey(Buffer.alloc(32, number)) },
    }))
    if (one === undefined || two === undefined || three === undefined) throw new Error('three')
    let keys = [one]
    const here = createContinuationSealer(() => keys)
    const there = createContinuationSealer(() => [two, one])
    const sealed = here.seal(state, 'corp:alice', 'Old-1')
    expect(there.open(state, 'corp:alice', sealed)).to.equal('Old-1')
    keys = [two, one]
    expect(here.open(state, 'corp:alice', sealed)).to.equal('Old-1')
    const later = here.seal(state, 'corp:alice', 'Old-2')
    expect(there.open(state, 'corp:alice', later)).to.equal('Old-2')
    keys = [three, two]
    expect(here.open(state, 'corp:alice', sealed)).to.equal(undefined)
    expect(here.open(state, 'corp:alice', later)).to.equal('Old-2')
    // A number is not a key: the one of another installation may have the same.
    const other = createContinuationSealer(() => [{ number: 2, key: three.key }])
    expect(other.open(state, 'corp:alice', later)).to.equal(undefined)
  })
})
