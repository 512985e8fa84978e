import { expect } from 'chai'
import { createKeyedHash } from '../../../src/signin/index.ts'

const key = new Uint8Array(32).fill(1)

describe('six digits that are made of a nonce', () => {
  const hasher = createKeyedHash(key)

  it('are the same in another process with the same key, and others with another', () => {
    const digits = hasher.digits('sent-code', 'local:alice', 'nonce')
    expect(digits).to.match(/^[0-9]{6}$/)
    expect(createKeyedHash(key).digits('sent-code', 'local:alice', 'nonce')).to.equal(digits)
    const others = [
      createKeyedHash(key.map(() => 2)).digits('sent-code', 'local:alice', 'nonce'),
      hasher.digits('sent-code', 'local:alice', 'nonca'),
      hasher.digits('sent-code', 'local:bob', 'nonce'),
      hasher.digits('sent-code', 'local:alicenonce'),
    ]
    expect(others).to.not.include(digits)
  })

  it('keep their zeros, and spread over all there are', () => {
    const all = Array.from({ length: 5_000 }, (_, at) => hasher.digits(String(at)))
    expect(all.filter((digits) => !/^[0-9]{6}$/.test(digits))).to.deep.equal([])
    expect(new Set(all.map((digits) => digits[0])).size).to.equal(10)
    expect(new Set(all).size).to.be.above(4_950)
  })
})
