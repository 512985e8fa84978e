import { expect } from 'chai'
import { sureOfAll } from '../../../src/accounts/index.ts'
import { createToken } from '../../../src/web/sessions/tokens.ts'
import { createPasskeyOffers } from '../../../src/web/sign-in/offers.ts'

describe('what a passkey may sign to sign in', () => {
  let nowMs = 1_800_000_000_000
  const offers = createPasskeyOffers({ nowMs: () => nowMs })
  const { hash } = createToken()

  it('stands for its browser alone', () => {
    const challenge = offers.make(hash)
    expect(Buffer.from(challenge, 'base64url')).to.have.length(32)
    expect(offers.stands(hash, challenge)).to.equal(true)
    expect(offers.stands(createToken().hash, challenge)).to.equal(false)
  })

  it('is valid however many others were made since', () => {
    const challenge = offers.make(hash)
    for (let made = 0; made < 5_000; made += 1) offers.make(createToken().hash)
    expect(offers.stands(hash, challenge)).to.equal(true)
  })

  it('is refused where someone else has made it, or made it longer', () => {
    const challenge = Buffer.from(offers.make(hash), 'base64url')
    challenge.writeUIntBE(nowMs + 9_000_000, 0, 6)
    expect(offers.stands(hash, challenge.toString('base64url'))).to.equal(false)
    const other = createPasskeyOffers({ nowMs: () => nowMs })
    expect(offers.stands(hash, other.make(hash))).to.equal(false)
    for (const text of ['', 'AAAA', 'A'.repeat(128)])
      expect(offers.stands(hash, text)).to.equal(false)
  })

  it('is used once, however it is written', async () => {
    const challenge = offers.make(hash)
    expect(await offers.use(challenge)).to.equal(true)
    expect(await offers.use(challenge)).to.equal(false)
    expect(await offers.use(`${challenge}=`)).to.equal(false)
  })

  it('is one of several processes that have a key in common, and is used once at all of them', async () => {
    const used = new Set<string>()
    const shared = {
      key: new Uint8Array(32).fill(3),
      async use(challenge: string) {
        if (used.has(challenge)) return false
        used.add(challenge)
        return true
      },
    }
    const [one, other] = [1, 2].map(() =>
      createPasskeyOffers({ nowMs: () => nowMs }, sureOfAll, shared),
    )
    const challenge = one?.make(hash) ?? ''
    expect(other?.stands(hash, challenge)).to.equal(true)
    expect(await other?.use(challenge)).to.equal(true)
    expect(await one?.use(`${challenge}=`)).to.equal(false)
  })

  it('made before the database changed servers stands for nothing: its use may be forgotten (O3)', () => {
    let boundaryMs = Number.NEGATIVE_INFINITY
    const takeOvers = { isUnsure: (usableSinceMs: number) => usableSinceMs <= boundaryMs }
    const kept = createPasskeyOffers({ nowMs: () => nowMs }, takeOvers)
    const before = kept.make(hash)
    expect(kept.stands(hash, before)).to.equal(true)
    boundaryMs = nowMs
    expect(kept.stands(hash, before)).to.equal(false)
    nowMs += 5_001
    expect(kept.stands(hash, kept.make(hash))).to.equal(true)
  })

  it('ends after a quarter of an hour', () => {
    const challenge = offers.make(hash)
    nowMs += 900_000
    expect(offers.stands(hash, challenge)).to.equal(false)
  })
})
