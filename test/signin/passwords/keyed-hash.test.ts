import { createSecretKey } from 'node:crypto'
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

describe('hashes under keys that processes share (O14)', () => {
  const [one, two, three] = [1, 2, 3].map((fill) => createSecretKey(Buffer.alloc(32, fill))) as [
    ReturnType<typeof createSecretKey>,
    ReturnType<typeof createSecretKey>,
    ReturnType<typeof createSecretKey>,
  ]
  const parts = ['join', 'local:alice', 'Winter-2024']

  it('are one under the current key, and one under each other', () => {
    let keys = [one]
    const hasher = createKeyedHash(() => keys)
    const before = hasher.hash(...parts)
    expect(hasher.hashes(...parts)).to.deep.equal([before])
    keys = [two, one]
    const [current, earlier] = hasher.hashes(...parts)
    expect(current).to.equal(hasher.hash(...parts))
    expect(earlier).to.equal(before)
    expect(current).not.to.equal(before)
    expect(hasher.matches(before, ...parts)).to.equal(true)
    keys = [three, two]
    expect(hasher.hashes(...parts)).not.to.include(before)
    expect(hasher.matches(before, ...parts)).to.equal(false)
  })

  it('meet at two processes of which one is ahead of the other', () => {
    const ahead = createKeyedHash(() => [two, one])
    const behind = createKeyedHash(() => [one, two])
    expect(behind.hashes(...parts)).to.include(ahead.hash(...parts))
    expect(ahead.hashes(...parts)).to.include(behind.hash(...parts))
  })

  it('need a key', () => {
    expect(() => createKeyedHash(() => []).hash('a')).to.throw(RangeError)
  })
})
