import { expect } from 'chai'
import { md4 } from '../../src/mschap/md4.ts'
import { ntHash } from '../../src/mschap/nt-hash.ts'
import { Secret } from '../../src/support/index.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('MD4', () => {
  // RFC 1320 A.5.
  for (const [text, digest] of [
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    [
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
      '043f8582f241db351ce627e153e7f0e4',
    ],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ],
  ] as const) {
    it(`is what RFC 1320 says for "${text}"`, () => {
      expect(hex(md4(Buffer.from(text)))).to.equal(digest)
    })
  }

  // Around the ends of blocks, from `openssl dgst -md4 -provider legacy`.
  for (const [length, digest] of [
    [55, '92f32bb82c95ad10e8f87ae58ab06807'],
    [56, '374d5f08103b7092c83b4626ebceffab'],
    [63, '2870452596e98fffd48332289b3472b9'],
    [64, 'b1abf956a5ae6f3221e5fe85e300fbb0'],
    [65, 'afc1a3308fc176a53238a09aeddec2e6'],
    [119, 'b55ae15e41e55643b0c3daad5e05c905'],
    [120, 'd8f9adfc41ec43552619606c70cfd287'],
    [200, 'ebd2de6bd766c2812cd60598d8d1c69f'],
  ] as const) {
    it(`is what OpenSSL says for ${length} times x`, () => {
      expect(hex(md4(Buffer.alloc(length, 'x')))).to.equal(digest)
    })
  }

  it('takes a view into a larger buffer, and leaves it as it was', () => {
    const around = Buffer.from('--abc--')
    expect(hex(md4(around.subarray(2, 5)))).to.equal('a448017aaf21d8525fc10ae87aa6729d')
    expect(around.toString()).to.equal('--abc--')
  })
})

describe('NT hash', () => {
  it('is that of RFC 2433 B', () => {
    expect(hex(ntHash(new Secret('MyPw')))).to.equal('fc156af7edcd6c0edde3337d427f4eac')
  })

  it('takes letters beyond ASCII as UTF-16, pairs included', () => {
    expect(hex(ntHash(new Secret('Grüße 🔑')))).to.equal('a032b976cbf2ac0bcd31b472cfb13a38')
  })
})
