import { expect } from 'chai'
import fc from 'fast-check'
import { createGuardrails, generateSync } from 'otplib'
import type { OtpAlgorithm } from '../../src/accounts/index.ts'
import {
  createTotpSeed,
  formatSeed,
  otpauthUri,
  otpCode,
  parseSeed,
} from '../../src/methods/index.ts'

const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10 })
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
      expect(() => otpCode(parameters, 0)).to.throw(RangeError)
    })
  }

  for (const counter of [-1, 0.5, Number.NaN, 2 ** 53]) {
    it(`refuses the counter ${counter}`, () => {
      const parameters = { seed: seeds.sha1, algorithm: 'sha1', digits: 6 } as const
      expect(() => otpCode(parameters, counter)).to.throw(RangeError)
    })
  }

  it('gives the codes of otplib, whatever the seed and the counter', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 10, maxLength: 64 }),
        fc.constantFrom<OtpAlgorithm>('sha1', 'sha256', 'sha512'),
        fc.constantFrom(6 as const, 8 as const),
        fc.maxSafeNat(),
        (seed, algorithm, digits, counter) => {
          const expected = generateSync({
            strategy: 'hotp',
            secret: seed,
            algorithm,
            digits,
            counter,
            guardrails,
          })
          expect(otpCode({ seed, algorithm, digits }, counter)).to.equal(expected)
        },
      ),
    )
  })

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
