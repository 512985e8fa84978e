import { expect } from 'chai'
import { createMarks } from '../../../src/signin/index.ts'

const key = new Uint8Array(32).fill(1)

describe('six digits that are made of a mark', () => {
  const marks = createMarks(key)

  it('are the same in another process with the same key, and others with another', () => {
    const digits = marks.digits('sent-code', 'local:alice', 'mark')
    expect(digits).to.match(/^[0-9]{6}$/)
    expect(createMarks(key).digits('sent-code', 'local:alice', 'mark')).to.equal(digits)
    const others = [
      createMarks(key.map(() => 2)).digits('sent-code', 'local:alice', 'mark'),
      marks.digits('sent-code', 'local:alice', 'marc'),
      marks.digits('sent-code', 'local:bob', 'mark'),
      marks.digits('sent-code', 'local:alicemark'),
    ]
    expect(others).to.not.include(digits)
  })

  it('keep their zeros, and spread over all there are', () => {
    const all = Array.from({ length: 5_000 }, (_, at) => marks.digits(String(at)))
    expect(all.filter((digits) => !/^[0-9]{6}$/.test(digits))).to.deep.equal([])
    expect(new Set(all.map((digits) => digits[0])).size).to.equal(10)
    expect(new Set(all).size).to.be.above(4_950)
  })
})
