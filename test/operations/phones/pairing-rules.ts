import { expect } from 'chai'
import type { PairingStore } from '../../../src/accounts/index.ts'
import { createPairings } from '../../../src/operations/index.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'

export const phone = {
  name: 'Safari on iPhone',
  address: '192.0.2.9',
  publicKey: new Uint8Array(91),
}
const paired = { id: 'p1', seed: new Uint8Array(20) }
const tenMinutes = 600_000
let people = 0

/** The rules of pairings, wherever they are kept. */
export function testPairings(storeFor: (clock: ManualClock) => Omit<PairingStore, 'purge'>): void {
  async function opened() {
    const clock = createManualClock(1_790_000_000_000)
    const pairings = createPairings(clock, storeFor(clock))
    people += 1
    const name = `Alice${people}`
    const alice = { key: `corp:alice${people}`, name }
    const code = await pairings.open(alice, clock.nowMs() + tenMinutes)
    return { clock, pairings, code, alice, name: name.toLowerCase() }
  }

  it('takes the code beside the name, as people type them, and shows two digits', async () => {
    const { alice, name, pairings, code } = await opened()
    expect(code).to.match(/^[2-9A-HJ-NP-Z]{8}$/)
    const typed = `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase()
    const claimed = await pairings.claim(` ${name} `, typed, phone)
    expect(claimed?.check).to.match(/^\d\d$/)
    const shown = await pairings.claimed(alice.key, code)
    expect(shown).to.deep.equal({ ...phone, check: claimed?.check })
  })

  it('takes no code beside another name, and none of an unknown user', async () => {
    const { alice, name, pairings, code } = await opened()
    expect(await pairings.claim('bob', code, phone)).to.equal(undefined)
    expect(await pairings.claim('bob\0', code, phone)).to.equal(undefined)
    expect(await pairings.claim(name, '', phone)).to.equal(undefined)
    expect(await pairings.claimed(alice.key, code)).to.equal(undefined)
  })

  it('takes each code once: a second phone is too late', async () => {
    const { alice, name, pairings, code } = await opened()
    await pairings.claim(name, code, phone)
    const second = { ...phone, address: '203.0.113.9' }
    expect(await pairings.claim(name, code, second)).to.equal(undefined)
    expect(await pairings.claimed(alice.key, code)).to.include({ address: phone.address })
  })

  it('takes it from one of two phones that come at once', async () => {
    const { name, pairings, code } = await opened()
    const claims = await Promise.all([1, 2, 3].map(() => pairings.claim(name, code, phone)))
    expect(claims.filter((claim) => claim !== undefined)).to.have.length(1)
  })

  it('ends after ten wrong tries, for the network that they came from', async () => {
    const { name, pairings, code } = await opened()
    const thief = { ...phone, address: '2001:db8::1' }
    // At once, since each has to count.
    const wrong = Array.from({ length: 10 }, () => pairings.claim(name, 'AAAAAAAA', thief))
    await Promise.all(wrong)
    expect(await pairings.claim(name, code, thief)).to.equal(undefined)
    const near = { ...thief, address: '2001:db8::2' }
    expect(await pairings.claim(name, code, near)).to.equal(undefined)
    expect(await pairings.claim(name, code, phone)).to.have.property('check')
  })

  it('ends after a hundred wrong tries from anywhere', async () => {
    const { name, pairings, code } = await opened()
    for (let tries = 0; tries < 100; tries++) {
      await pairings.claim(name, 'AAAAAAAA', { ...phone, address: `198.51.100.${tries}` })
    }
    expect(await pairings.claim(name, code, phone)).to.equal(undefined)
  })

  it('ends with its time', async () => {
    const { alice, name, clock, pairings, code } = await opened()
    const claimed = await pairings.claim(name, code, phone)
    clock.advance(tenMinutes)
    expect(await pairings.claim(name, code, phone)).to.equal(undefined)
    expect(await pairings.claimed(alice.key, code)).to.equal(undefined)
    expect(await pairings.ask(claimed?.token ?? '')).to.deep.equal({ kind: 'over' })
  })

  it('counts for no earlier code of the same person', async () => {
    const { alice, name, clock, pairings, code } = await opened()
    await pairings.open(alice, clock.nowMs() + tenMinutes)
    expect(await pairings.claim(name, code, phone)).to.equal(undefined)
  })

  it('shows and confirms no phone that has typed the code of another browser', async () => {
    const { alice, name, clock, pairings, code } = await opened()
    const other = await pairings.open(alice, clock.nowMs() + tenMinutes)
    const { token = '' } = (await pairings.claim(name, other, phone)) ?? {}
    expect(await pairings.claimed(alice.key, code)).to.equal(undefined)
    await pairings.finish(alice.key, code, paired)
    expect(await pairings.ask(token)).to.deep.equal({ kind: 'waiting' })
    expect(await pairings.claimed(alice.key, other)).to.include({ name: phone.name })
  })

  it('tells the seed once, to the phone that has claimed it', async () => {
    const { alice, name, pairings, code } = await opened()
    const { token = '' } = (await pairings.claim(name, code, phone)) ?? {}
    expect(await pairings.ask(token)).to.deep.equal({ kind: 'waiting' })
    await pairings.finish(alice.key, code, paired)
    expect(await pairings.claimed(alice.key, code)).to.equal(undefined)
    expect(await pairings.ask('another')).to.deep.equal({ kind: 'over' })
    const told = await Promise.all([pairings.ask(token), pairings.ask(token)])
    expect(told).to.deep.include({ kind: 'paired', phone: paired })
    expect(told).to.deep.include({ kind: 'over' })
    expect(await pairings.ask(token)).to.deep.equal({ kind: 'over' })
  })

  it('knows two people of one name apart, by the code', async () => {
    const { alice, name, clock, pairings, code } = await opened()
    const other = { key: alice.key.replace('corp:', 'lab:'), name }
    const second = await pairings.open(other, clock.nowMs() + tenMinutes)
    await pairings.claim(name, second, phone)
    expect(await pairings.claimed(alice.key, code)).to.equal(undefined)
    expect(await pairings.claimed(other.key, second)).to.include({ name: phone.name })
    expect(await pairings.claim(name, code, phone)).not.to.equal(undefined)
  })
}
