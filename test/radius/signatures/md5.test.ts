import { createHash, createHmac } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { addMd5, beginMd5, finishMd5 } from '../../../src/radius/signatures/md5.ts'
import { createSharedSecret } from '../../../src/radius/signatures/shared-secret.ts'

function md5(parts: readonly Uint8Array[]): string {
  const digest = Buffer.alloc(16)
  beginMd5()
  for (const part of parts) addMd5(part)
  finishMd5(digest)
  return digest.toString('hex')
}

describe('MD5', () => {
  // RFC 1321 appendix A.5
  const vectors: readonly (readonly [string, string])[] = [
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  ]
  for (const [text, digest] of vectors) {
    it(`of "${text}"`, () => expect(md5([Buffer.from(text)])).to.equal(digest))
  }

  it('agrees with node:crypto for every length up to four blocks', () => {
    for (let length = 0; length <= 256; length++) {
      const bytes = Buffer.alloc(length, length)
      expect(md5([bytes])).to.equal(createHash('md5').update(bytes).digest('hex'))
    }
  })

  it('agrees with node:crypto however the input is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200, size: 'max' }), { maxLength: 6 }),
        (parts) => {
          expect(md5(parts)).to.equal(createHash('md5').update(Buffer.concat(parts)).digest('hex'))
        },
      ),
    )
  })

  it('makes the HMAC that node:crypto makes around the block size', () => {
    for (const length of [1, 63, 64, 65, 128, 200]) {
      const key = Buffer.alloc(length, 'k')
      const digest = Buffer.alloc(16)
      const secret = createSharedSecret(key)
      secret.beginHmac()
      secret.finishHmac(digest)
      expect(digest.toString('hex')).to.equal(createHmac('md5', key).digest('hex'))
    }
  })

  it('makes the HMAC that node:crypto makes, also with a secret longer than a block', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 150, size: 'max' }),
        fc.uint8Array({ maxLength: 300, size: 'max' }),
        (key, message) => {
          const digest = Buffer.alloc(16)
          const secret = createSharedSecret(key)
          secret.beginHmac()
          addMd5(message)
          secret.finishHmac(digest)
          expect(digest.toString('hex')).to.equal(
            createHmac('md5', key).update(message).digest('hex'),
          )
        },
      ),
    )
  })
})

describe('a shared secret', () => {
  it('does not show when printed or logged', () => {
    const secret = createSharedSecret('very-secret')
    expect(`${secret} ${JSON.stringify({ secret })}`).to.equal('[secret] {"secret":"[secret]"}')
  })

  it('keeps its own copy of the bytes', () => {
    const bytes = Buffer.from('abc')
    const secret = createSharedSecret(bytes)
    bytes.fill(0)
    const digest = Buffer.alloc(16)
    beginMd5()
    secret.addToMd5()
    finishMd5(digest)
    expect(digest.toString('hex')).to.equal('900150983cd24fb0d6963f7d28e17f72')
  })
})
