import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import type { OtpAlgorithm } from '../../src/accounts/index.ts'
import {
  createTotpSeed,
  formatSeed,
  type OtpParameters,
  otpauthUri,
  otpCode,
  parseSeed,
} from '../../src/methods/index.ts'
import { findCounter, isCodeOf } from '../../src/methods/otp.ts'

const seedOf = (length: number) => Buffer.from('1234567890'.repeat(7).slice(0, length))
const seeds: Record<OtpAlgorithm, Buffer> = {
  sha1: seedOf(20),
  sha256: seedOf(32),
  sha512: seedOf(64),
}

describe('one-time codes', () => {
  describe('RFC 4226 appendix D', () => {
    const codes = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' ')
    for (const [counter, code] of codes.entries()) {
      it(`counter ${counter} gives ${code}`, () => {
        expect(otpCode({ seed: seeds.sha1, algorithm: 'sha1', digits: 6 }, counter)).to.equal(code)
      })
    }
  })

  describe('RFC 6238 appendix B', () => {
    const rows: [number, string, string, string][] = [
      [59, '94287082', '46119246', '90693936'],
      [1111111109, '07081804', '68084774', '25091201'],
      [1111111111, '14050471', '67062674', '99943326'],
      [1234567890, '89005924', '91819424', '93441116'],
      [2000000000, '69279037', '90698825', '38618901'],
      [20000000000, '65353130', '77737706', '47863826'],
    ]
    for (const [time, sha1, sha256, sha512] of rows) {
      for (const [algorithm, code] of Object.entries({ sha1, sha256, sha512 }) as [
        OtpAlgorithm,
        string,
      ][]) {
        it(`${algorithm} at ${time} gives ${code}`, () => {
          const seed = seeds[algorithm]
          expect(otpCode({ seed, algorithm, digits: 8 }, Math.floor(time / 30))).to.equal(code)
        })
      }
    }
  })

  for (const length of [0, 9, 65]) {
    it(`refuses a seed of ${length} bytes`, () => {
      const parameters = { seed: seedOf(length), algorithm: 'sha1', digits: 6 } as const
      expect(() => otpCode(parameters, 0)).to.throw(/^Secret must (be at least|not exceed)/)
      expect(() => isCodeOf(parameters, '123456', 0)).to.throw(/^Secret must/)
    })
  }

  for (const counter of [-1, 0.5, Number.NaN, 2 ** 53]) {
    it(`refuses the counter ${counter}`, () => {
      const parameters = { seed: seeds.sha1, algorithm: 'sha1', digits: 6 } as const
      expect(() => otpCode(parameters, counter)).to.throw(/^Counter /)
      expect(() => isCodeOf(parameters, '123456', counter)).to.throw(/^Counter /)
    })
  }

  it('gives and finds the codes of RFC 4226, whatever the seed and the counter', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 10, maxLength: 64 }),
        fc.constantFrom<OtpAlgorithm>('sha1', 'sha256', 'sha512'),
        fc.constantFrom(6 as const, 8 as const),
        fc.maxSafeNat(),
        (seed, algorithm, digits, counter) => {
          const parameters = { seed, algorithm, digits }
          const code = codeByTheRfc(parameters, counter)
          expect(otpCode(parameters, counter)).to.equal(code)
          expect(isCodeOf(parameters, code, counter)).to.equal(true)
          const digit = (Number(code[0]) + 1) % 10
          expect(isCodeOf(parameters, `${digit}${code.slice(1)}`, counter)).to.equal(false)
        },
      ),
    )
  })

  it('finds the first counter of up to 101 whose code was typed', () => {
    const parameters = { seed: seeds.sha1, algorithm: 'sha1', digits: 6 } as const
    for (const at of [5, 60, 105]) {
      expect(findCounter(parameters, otpCode(parameters, at), 5, 105)).to.equal(at)
    }
    for (const outside of [4, 106]) {
      expect(findCounter(parameters, otpCode(parameters, outside), 5, 105)).to.equal(undefined)
    }
  })

  for (const typed of ['', '75522', '7552240', '75522x', '75522\n', '７５５２２４', '-55224']) {
    it(`finds no counter for ${JSON.stringify(typed)}`, () => {
      const parameters = { seed: seeds.sha1, algorithm: 'sha1', digits: 6 } as const
      expect(findCounter(parameters, typed, 0, 10)).to.equal(undefined)
    })
  }

  it('makes seeds as long as their HMAC, never the same twice', () => {
    expect(createTotpSeed()).to.have.length(20)
    expect(createTotpSeed('sha256')).to.have.length(32)
    expect(createTotpSeed('sha512')).to.have.length(64)
    expect(createTotpSeed()).not.to.deep.equal(createTotpSeed())
  })

  it('writes and reads base32 as people copy it', () => {
    expect(formatSeed(seeds.sha1)).to.equal('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
    const copied = ' gezd gnbv-gy3t qojq gezd gnbv gy3t qojq== '
    expect(Buffer.from(parseSeed(copied) ?? [])).to.deep.equal(seeds.sha1)
  })

  for (const garbage of ['', '   ', '====', 'GEZDGNBV1', 'ä', 'GEZD\u0000', 'A']) {
    it(`refuses ${JSON.stringify(garbage)} as a seed`, () => {
      expect(parseSeed(garbage)).to.equal(undefined)
    })
  }

  it('puts everything an app needs into the URI', () => {
    const uri = new URL(
      otpauthUri({
        issuer: 'Holdfast & Söhne',
        account: 'alice@corp.example',
        authenticator: {
          method: 'totp',
          seed: seeds.sha256,
          algorithm: 'sha256',
          digits: 8,
          periodSeconds: 60,
        },
      }),
    )
    expect(uri.protocol).to.equal('otpauth:')
    expect(uri.host).to.equal('totp')
    expect(decodeURIComponent(uri.pathname)).to.equal('/Holdfast & Söhne:alice@corp.example')
    expect(Object.fromEntries(uri.searchParams)).to.deep.equal({
      secret: formatSeed(seeds.sha256),
      issuer: 'Holdfast & Söhne',
      algorithm: 'SHA256',
      digits: '8',
      period: '60',
    })
  })

  it('puts the counter into the URI of a HOTP token', () => {
    const uri = new URL(
      otpauthUri({
        issuer: 'Holdfast',
        account: 'bob',
        authenticator: {
          method: 'hotp',
          seed: seeds.sha1,
          algorithm: 'sha1',
          digits: 6,
          counter: 7,
        },
      }),
    )
    expect(uri.host).to.equal('hotp')
    expect(uri.searchParams.get('counter')).to.equal('7')
  })
})

/** The steps of RFC 4226 5.3 with nothing of otplib. */
function codeByTheRfc({ seed, algorithm, digits }: OtpParameters, counter: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const hmac = createHmac(algorithm, seed).update(message).digest()
  const offset = (hmac.at(-1) ?? 0) & 0xf
  return String((hmac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits).padStart(digits, '0')
}
