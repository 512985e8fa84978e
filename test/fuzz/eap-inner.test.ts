import { X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { formatOid, readDer, valuesIn } from '../../src/eap/certificates/der.ts'
import { readNames } from '../../src/eap/certificates/index.ts'
import { createGtc } from '../../src/eap/inner/gtc.ts'
import { createMd5 } from '../../src/eap/inner/md5.ts'
import { createMsChapV2 } from '../../src/eap/inner/mschapv2.ts'
import type { InnerMethod, InnerSignIn, Tunnel, TunnelStep } from '../../src/eap/method.ts'
import { createPeap } from '../../src/eap/peap/peap.ts'
import { accepted, bytes, denied, scriptSignIn } from '../eap/scripted-sign-in.ts'
import * as vectors from '../vectors/certificates.ts'

const random = (count: number) => new Uint8Array(count).fill(7)
const inner = [createMsChapV2({ serverName: 'holdfast', random }), createGtc('Password: ')]
const right = {
  ...accepted,
  msChap: { version: 2, authenticatorResponse: `S=${'A'.repeat(40)}` },
} as const

/** What a peer says that does everything right, with MSCHAPv2. */
const conversation = [
  bytes('01 616c696365'),
  bytes(`1a 02 01 003b 31 ${'11'.repeat(16)} ${'00'.repeat(8)} ${'22'.repeat(24)} 00 616c696365`),
  bytes('1a 03'),
  bytes('0209000b 21 800300020001'),
]

const garbage = fc.uint8Array({ maxLength: 80 })
/** One of the right payloads, at any place, with some bytes changed or cut off. */
const nearly = fc
  .tuple(
    fc.constantFrom(...conversation),
    fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 3 }),
    fc.nat(80),
  )
  .map(([payload, changes, length]) => {
    const changed = Uint8Array.from(payload)
    for (const [at, value] of changes) if (at < changed.length) changed[at] = value
    return changed.subarray(0, Math.max(length, changed.length - length))
  })
const payloads = fc.array(fc.oneof(nearly, garbage, fc.constantFrom(...conversation)), {
  maxLength: 8,
})

const tunnel: Tunnel = {
  outerIdentity: 'anonymous',
  protocol: 'TLSv1.2',
  isResumed: false,
  earlier: undefined,
  keyMaterial: Buffer.alloc(128),
  exportKey: () => Buffer.alloc(0),
  peerCertificate: undefined,
  verifyError: undefined,
}

async function talk(signIn: InnerSignIn, said: readonly Uint8Array[]): Promise<TunnelStep> {
  const peap = createPeap({ methods: inner, cryptoBinding: 'offered', random }).create(tunnel)
  const round = { id: 8, nextId: 9, signIn }
  let step = await peap.established(new Uint8Array(), round)
  for (const payload of said) {
    if (step.kind !== 'send') return step
    step = await peap.receive(payload, round)
  }
  return step
}

describe('fuzz: what peers send inside', function () {
  this.timeout(600_000)
  this.slow(5_000)

  it('lets the right conversation in, or the rest of this file proves nothing', async () => {
    expect((await talk(scriptSignIn(right).signIn, conversation)).kind).to.equal('done')
  })

  it('never lets a person in by PEAP whom the sign-in refuses, whatever they send', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, async (said) => {
        const step = await talk(async () => denied, said)
        expect(step.kind).to.not.equal('done')
      }),
      { numRuns: 20_000 },
    )
  })

  it('never lets a person in by PEAP about whom the sign-in was not asked', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, async (said) => {
        let calls = 0
        const step = await talk(async () => {
          calls += 1
          return right
        }, said)
        if (step.kind === 'done') expect(calls).to.equal(1)
      }),
      { numRuns: 20_000 },
    )
  })

  for (const factory of [...inner, createMd5('holdfast', random)]) {
    it(`takes anything in EAP type ${factory.type}`, async () => {
      const receive = (method: InnerMethod, data: Uint8Array) =>
        method.receive({ id: 1, data }, async () => denied)
      await fc.assert(
        fc.asyncProperty(fc.array(fc.oneof(garbage, nearly), { maxLength: 4 }), async (said) => {
          const method = factory.create('alice')
          method.start()
          for (const data of said) {
            const { kind } = await receive(method, data)
            expect(kind).to.not.equal('done')
            if (kind !== 'request') return
          }
        }),
        { numRuns: 2_000 },
      )
    })
  }
})

describe('fuzz: DER', function () {
  this.timeout(600_000)
  this.slow(5_000)

  it('is read or not, and never beyond its end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const values = readDer(data)
        if (values === undefined) return
        const content = values.reduce((sum, value) => sum + value.content.length, 0)
        expect(content + 2 * values.length).to.be.at.most(data.length)
        for (const value of values) {
          valuesIn(value, value.tag)
          formatOid(value.content)
        }
      }),
      { numRuns: 20_000 },
    )
  })

  it('of certificates with changed bytes gives names or none, wherever OpenSSL reads them', () => {
    const { raw } = new X509Certificate(vectors.user)
    const change = fc.tuple(fc.nat(raw.length - 1), fc.nat(255))
    let read = 0
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = Buffer.from(raw)
        for (const [at, value] of changes) changed[at] = value
        try {
          new X509Certificate(changed)
        } catch {
          return
        }
        read += 1
        const { sid } = readNames({ raw: changed })
        if (sid !== undefined) expect(sid).to.match(/^S-1-[\d-]+$/)
      }),
      { numRuns: 5_000 },
    )
    expect(read).to.be.greaterThan(100)
  })
})
