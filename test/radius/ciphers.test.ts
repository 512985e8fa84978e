import { expect } from 'chai'
import fc from 'fast-check'
import { encryptBlocks } from '../../src/radius/ciphers/block-cipher.ts'
import {
  createAttributeCipher,
  createSharedSecret,
  decodePacket,
  decodeUserPassword,
  decryptAscendSecret,
  decryptPassword,
  decryptSalted,
  encryptAscendSecret,
  encryptPassword,
  encryptSalted,
  findAttribute,
  loadDictionary,
  verifyChap,
} from '../../src/radius/index.ts'
import { requestVectors } from '../vectors/packets.ts'
import { hex } from './hex.ts'
import { attribute, codeOf, secret, verifiedRequest } from './packets.ts'

const testing = createSharedSecret('testing123')
const counting = hex('000102030405060708090a0b0c0d0e0f')
const nemo = hex('0f403f9473978057bd83d5cb98f4227a')
const authenticators = fc.uint8Array({ minLength: 16, maxLength: 16, size: 'max' })

describe('User-Password (RFC 2865 section 5.2)', () => {
  it('vector', () => {
    const cipher = encryptPassword(Buffer.from('bob'), testing, counting)
    expect(cipher.toString('hex')).to.equal('f4816bca74fd7a1a104607240014828b')
    expect(decryptPassword(cipher, testing, counting).toString()).to.equal(`bob${'\0'.repeat(13)}`)
  })

  it('comes back whole from 0 to 128 bytes', () => {
    const clears = fc.uint8Array({ maxLength: 128, size: 'max' })
    fc.assert(
      fc.property(clears, authenticators, (clear, authenticator) => {
        const cipher = encryptPassword(clear, secret, authenticator)
        expect(cipher.length % 16).to.equal(0)
        expect(cipher.length).to.be.within(16, 128)
        const padded = Buffer.concat([clear, Buffer.alloc(cipher.length - clear.length)])
        expect(decryptPassword(cipher, secret, authenticator)).to.deep.equal(padded)
      }),
    )
  })

  for (const length of [0, 1, 15, 17, 127, 129, 144, 253]) {
    it(`refuses ${length} bytes on the wire`, () => {
      const request = verifiedRequest({ attributes: [attribute(2, Buffer.alloc(length))] })
      expect(codeOf(() => decodeUserPassword(request))).to.equal('password-malformed')
    })
  }

  it('keeps NULs inside, drops those after', () => {
    expect(decodeUserPassword(verifiedRequest({ password: 'a\0b\0\0' }))?.toString()).to.equal(
      'a\0b',
    )
    expect(decodeUserPassword(verifiedRequest({ password: '' }))?.toString()).to.equal('')
    expect(decodeUserPassword(verifiedRequest())).to.equal(undefined)
  })
})

describe('salted values (RFC 2868 section 3.5)', () => {
  const vectors: readonly (readonly [string, string, string])[] = [
    ['junk as padding', '9973051de6c557307dacd5daa599f4e26e7e', 'foo'],
    ['zeros as padding', '9973051de6c55774c33f7c1e750992e6d24f', 'foo'],
    ['barbar', 'c06f255f09b7dc0e4a1a465605f48f7c0ba4', 'barbar'],
  ]
  for (const [name, value, clear] of vectors) {
    it(name, () => {
      expect(decryptSalted(hex(value), testing, counting).toString()).to.equal(clear)
    })
  }

  it('encrypts with zeros as padding', () => {
    const value = encryptSalted(Buffer.from('foo'), 0x9973, testing, counting)
    expect(value.toString('hex')).to.equal('9973051de6c55774c33f7c1e750992e6d24f')
  })

  const keys: readonly (readonly [string, number, string, string])[] = [
    [
      'MS-MPPE-Send-Key',
      0x8001,
      '8b7cdc149b993a1ba118cb153f56dccb',
      '8001d7c4aaa4718a06cddca737c2f3bcd1ffef26b141dc036e4cdb731d79248c658e',
    ],
    [
      'MS-MPPE-Recv-Key',
      0x8002,
      'd5f0e9521e3ea9589645e86051c82226',
      '80028118c1340bddec5f79718a8085b7273966e0d8bf4cd44176fa9f6eabd96e2af8',
    ],
    [
      'a key of 32 bytes',
      0x8003,
      '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
      '80033052d36c34bd2b231392d789da646cd9306ee7f7cb6c651d788c38d1b94703db90889142d7ad71552c1ae5c00d5254c7',
    ],
  ]
  for (const [name, salt, key, value] of keys) {
    it(`${name} (RFC 2548 section 2.4)`, () => {
      expect(encryptSalted(hex(key), salt, secret, nemo).toString('hex')).to.equal(value)
      expect(decryptSalted(hex(value), secret, nemo).toString('hex')).to.equal(key)
    })
  }

  it('comes back whole from 0 to 239 bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 239, size: 'max' }),
        fc.integer({ min: 0x8000, max: 0xffff }),
        authenticators,
        (clear, salt, authenticator) => {
          const value = encryptSalted(clear, salt, secret, authenticator)
          expect(value.length).to.be.at.most(253)
          expect(decryptSalted(value, secret, authenticator)).to.deep.equal(Buffer.from(clear))
        },
      ),
    )
  })

  it('refuses what cannot be', () => {
    for (const length of [0, 2, 17, 19, 33]) {
      const value = Buffer.alloc(length)
      expect(codeOf(() => decryptSalted(value, secret, nemo))).to.equal('salted-malformed')
    }
    expect(codeOf(() => encryptSalted(Buffer.alloc(240), 0x8000, secret, nemo))).to.equal(
      'value-invalid',
    )
    expect(codeOf(() => encryptSalted(Buffer.alloc(1), 0x7fff, secret, nemo))).to.equal(
      'value-invalid',
    )
  })

  it('refuses a length inside that is longer than the value', () => {
    const salt = hex('8000')
    for (const [length, code] of [
      [15, undefined],
      [16, 'salted-malformed'],
      [255, 'salted-malformed'],
    ] as const) {
      const clear = Buffer.alloc(16, length)
      const value = Buffer.concat([salt, encryptBlocks(clear, secret, nemo, salt)])
      expect(
        codeOf(() => decryptSalted(value, secret, nemo)),
        String(length),
      ).to.equal(code)
    }
  })

  it('with another secret is refused or garbage, never the key', () => {
    const value = encryptSalted(hex('00112233445566778899aabbccddeeff'), 0x8000, secret, nemo)
    let clear = ''
    const code = codeOf(() => {
      clear = decryptSalted(value, testing, nemo).toString('hex')
    })
    expect(code === 'salted-malformed' || clear !== '00112233445566778899aabbccddeeff').to.equal(
      true,
    )
  })
})

describe('Ascend secrets', () => {
  it('vector', () => {
    const cipher = encryptAscendSecret(Buffer.from('foo'), testing, counting)
    expect(cipher.toString('hex')).to.equal('ce8dbb09a0cdc29ccaf1bdcb2541f770')
    expect(decryptAscendSecret(cipher, testing, counting).toString()).to.equal(
      `foo${'\0'.repeat(13)}`,
    )
  })

  it('cuts at 16 bytes', () => {
    const cipher = encryptAscendSecret(Buffer.from('0123456789abcdefXYZ'), testing, counting)
    expect(decryptAscendSecret(cipher, testing, counting).toString()).to.equal('0123456789abcdef')
    expect(codeOf(() => decryptAscendSecret(Buffer.alloc(15), testing, counting))).to.equal(
      'value-invalid',
    )
  })
})

describe('the cipher of a packet', () => {
  const dictionary = loadDictionary()

  it('never uses a salt twice, and starts over at the end of the range', () => {
    const cipher = createAttributeCipher(verifiedRequest(), 0xfffe)
    const salts = Array.from({ length: 4 }, () =>
      cipher.encrypt(Buffer.from('x'), 'salted').readUInt16BE(0),
    )
    expect(salts).to.deep.equal([0xfffe, 0xffff, 0x8000, 0x8001])
  })

  it('serves the dictionary in both directions: salt and tag, and all three ways', () => {
    const cipher = createAttributeCipher(verifiedRequest())
    const all = [
      { name: 'Tunnel-Password', value: 's3cret', tag: 3 },
      { name: 'Tunnel-Password', value: 'other', tag: 0 },
      { name: 'User-Password', value: 'hello' },
      { name: 'Ascend-Send-Secret', value: 'foo' },
      { name: 'MS-MPPE-Send-Key', value: Buffer.alloc(32, 7) },
      { name: 'MS-CHAP-MPPE-Keys', value: Buffer.concat([Buffer.alloc(24, 7), Buffer.alloc(8)]) },
    ]
    const attributes = all.flatMap((one) => dictionary.encode(one, cipher))
    const decoded = dictionary.decode(attributes, cipher)
    expect(
      decoded.map(({ name, value, tag }) => ({
        name,
        value,
        ...(tag === undefined ? {} : { tag }),
      })),
    ).to.deep.equal(all)
    for (const { name } of dictionary.decode(attributes)) expect(name).to.match(/^Attr-/)
  })

  it('is asked for where there is none', () => {
    expect(codeOf(() => dictionary.encode({ name: 'User-Password', value: 'x' }))).to.equal(
      'value-invalid',
    )
  })
})

describe('CHAP', () => {
  it('RFC 2865 section 7.2: challenge is the Request Authenticator', () => {
    const vector = requestVectors.find(({ name }) => name.startsWith('CHAP'))
    const packet = decodePacket(hex(vector?.request ?? ''))
    const chap = findAttribute(packet, 3) ?? Buffer.alloc(0)
    const verify = (password: string) =>
      verifyChap(chap[0] ?? 0, chap.subarray(1), packet.authenticator, Buffer.from(password))
    expect(verify('arctangent')).to.equal(true)
    expect(verify('Arctangent')).to.equal(false)
    expect(verify('')).to.equal(false)
  })

  it('EAP-MD5 uses the same: id 3, password hello', () => {
    const response = hex('47194f30089901c49b628c95b15a139b')
    expect(verifyChap(3, response, counting, Buffer.from('hello'))).to.equal(true)
    expect(verifyChap(4, response, counting, Buffer.from('hello'))).to.equal(false)
  })

  it('refuses a response that is not 16 bytes', () => {
    expect(verifyChap(3, Buffer.alloc(15), counting, Buffer.from('hello'))).to.equal(false)
    expect(verifyChap(3, Buffer.alloc(0), counting, Buffer.from('hello'))).to.equal(false)
  })
})
