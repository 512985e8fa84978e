import { expect } from 'chai'
import { createPairings } from '../../../src/operations/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const alice = { key: 'corp:alice', name: 'Alice' }
const phone = { name: 'Safari on iPhone', address: '192.0.2.9', publicKey: new Uint8Array(91) }
const paired = { id: 'p1', seed: new Uint8Array(20) }
const tenMinutes = 600_000

function opened() {
  const clock = createManualClock(1_790_000_000_000)
  const pairings = createPairings(clock)
  const code = pairings.open(alice, clock.nowMs() + tenMinutes)
  return { clock, pairings, code }
}

describe('pairing a phone (PEOPLE R4)', () => {
  it('takes the code beside the name, as people type them, and shows two digits', () => {
    const { pairings, code } = opened()
    expect(code).to.match(/^[2-9A-HJ-NP-Z]{8}$/)
    const typed = `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase()
    const claimed = pairings.claim(' alice ', typed, phone)
    expect(claimed?.check).to.match(/^\d\d$/)
    expect(pairings.claimed(alice.key, code)).to.include({ ...phone, check: claimed?.check })
  })

  it('takes no code beside another name, and none of nobody', () => {
    const { pairings, code } = opened()
    expect(pairings.claim('bob', code, phone)).to.equal(undefined)
    expect(pairings.claim('alice', '', phone)).to.equal(undefined)
    expect(pairings.claimed(alice.key, code)).to.equal(undefined)
  })

  it('takes each code once: a second phone is too late', () => {
    const { pairings, code } = opened()
    pairings.claim('alice', code, phone)
    expect(pairings.claim('alice', code, { ...phone, address: '203.0.113.9' })).to.equal(undefined)
    expect(pairings.claimed(alice.key, code)).to.include({ address: phone.address })
  })

  it('ends after ten wrong tries, for the network that they came from', () => {
    const { pairings, code } = opened()
    const thief = { ...phone, address: '2001:db8::1' }
    for (let tries = 0; tries < 10; tries++) pairings.claim('alice', 'AAAAAAAA', thief)
    expect(pairings.claim('alice', code, thief)).to.equal(undefined)
    expect(pairings.claim('alice', code, { ...thief, address: '2001:db8::2' })).to.equal(undefined)
    expect(pairings.claim('alice', code, phone)).to.have.property('check')
  })

  it('ends after a hundred wrong tries, wherever they came from', () => {
    const { pairings, code } = opened()
    for (let tries = 0; tries < 100; tries++) {
      pairings.claim('alice', 'AAAAAAAA', { ...phone, address: `198.51.100.${tries}` })
    }
    expect(pairings.claim('alice', code, phone)).to.equal(undefined)
  })

  it('ends after ten minutes, for the phone too', () => {
    const { clock, pairings, code } = opened()
    const claimed = pairings.claim('alice', code, phone)
    clock.advance(tenMinutes)
    expect(pairings.claim('alice', code, phone)).to.equal(undefined)
    expect(pairings.claimed(alice.key, code)).to.equal(undefined)
    expect(pairings.ask(claimed?.token ?? '')).to.deep.equal({ kind: 'over' })
  })

  it('counts for no earlier code of the same person', () => {
    const { clock, pairings, code } = opened()
    pairings.open(alice, clock.nowMs() + tenMinutes)
    expect(pairings.claim('alice', code, phone)).to.equal(undefined)
  })

  it('shows and confirms no phone that has typed the code of another browser', () => {
    const { clock, pairings, code } = opened()
    const other = pairings.open(alice, clock.nowMs() + tenMinutes)
    const { token = '' } = pairings.claim('alice', other, phone) ?? {}
    expect(pairings.claimed(alice.key, code)).to.equal(undefined)
    pairings.finish(alice.key, code, paired)
    expect(pairings.ask(token)).to.deep.equal({ kind: 'waiting' })
    expect(pairings.claimed(alice.key, other)).to.include(phone)
  })

  it('tells the seed once, to the phone that has claimed it', () => {
    const { pairings, code } = opened()
    const { token = '' } = pairings.claim('alice', code, phone) ?? {}
    expect(pairings.ask(token)).to.deep.equal({ kind: 'waiting' })
    pairings.finish(alice.key, code, paired)
    expect(pairings.ask('another')).to.deep.equal({ kind: 'over' })
    expect(pairings.ask(token)).to.deep.equal({ kind: 'paired', phone: paired })
    expect(pairings.ask(token)).to.deep.equal({ kind: 'over' })
  })

  it('knows two people of one name apart, by the code', () => {
    const { clock, pairings, code } = opened()
    const other = { key: 'lab:alice', name: 'alice' }
    const second = pairings.open(other, clock.nowMs() + tenMinutes)
    pairings.claim('alice', second, phone)
    expect(pairings.claimed(alice.key, code)).to.equal(undefined)
    expect(pairings.claimed(other.key, second)).to.include(phone)
    expect(pairings.claim('alice', code, phone)).not.to.equal(undefined)
  })

  it('stays bounded, and forgets what is over', () => {
    const { clock, pairings } = opened()
    for (let at = 0; at < 10_050; at++) {
      pairings.open({ key: `corp:${at}`, name: `u${at}` }, clock.nowMs() + tenMinutes)
    }
    expect(pairings.size()).to.be.at.most(10_000)
    clock.advance(tenMinutes)
    pairings.open(alice, clock.nowMs() + tenMinutes)
    expect(pairings.size()).to.equal(1)
  })
})
