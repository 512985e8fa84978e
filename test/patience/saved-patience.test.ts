import { expect } from 'chai'
import { createSavedPatience, startingValue } from '../../src/patience/index.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { gatewayRules } from '../transport/harness.ts'

/** Settings in memory that fail when told to. */
function createSettings(initial: Readonly<Record<string, string>> = {}) {
  const values = new Map(Object.entries(initial))
  const state = { failing: false, writes: 0 }
  return {
    values,
    state,
    settings: {
      get: async (key: string) => values.get(key),
      async set(key: string, value: string) {
        if (state.failing) throw new Error('disk full')
        state.writes += 1
        values.set(key, value)
      },
      async replace(key: string, from: string | undefined, to: string) {
        if (values.get(key) !== from) return false
        values.set(key, to)
        return true
      },
      remove: async (key: string) => values.delete(key),
      list: async (prefix: string) =>
        [...values].flatMap(([key, value]) => (key.startsWith(prefix) ? [{ key, value }] : [])),
    },
  }
}

const flush = () => new Promise((resolve) => setImmediate(resolve))

async function createPatience(
  stored = createSettings(),
  learns = true,
  ownDevice = true,
  isShared = false,
) {
  const clock = createManualClock()
  const errors: unknown[] = []
  const patience = createSavedPatience({
    clock,
    store: stored.settings,
    isShared,
    learns: () => learns,
    onError: (error) => errors.push(error),
  })
  await patience.load()
  const rules = { ...gatewayRules('vpn'), challenges: false, patienceMs: 10_000, marginMs: 1_000 }
  let attempts = 0

  /** A sign-in of someone else each time: packets at 0, 5 and 10 s, answered after `heldMs`. */
  function signIn(heldMs: number) {
    attempts += 1
    const attemptId = String(attempts)
    const got = patience.begin({
      rules,
      attemptId,
      person: attemptId,
      ownDevice,
      authenticator: attemptId,
      port: 1,
      socketId: 1,
      answersChallenge: false,
      atMs: clock.nowMs(),
    })
    for (const ms of [5_000, 5_000]) {
      clock.advance(ms)
      patience.resend(attemptId, clock.nowMs())
    }
    clock.advance(heldMs - 10_000)
    patience.end({ attemptId, kind: 'accept', patienceEnded: false, atMs: clock.nowMs() })
    return got
  }
  /** Someone else who does not answer before the margin. */
  function unanswered() {
    attempts += 1
    const attemptId = String(attempts)
    const common = { rules, attemptId, person: attemptId, ownDevice, authenticator: attemptId }
    const packet = { ...common, port: 1, socketId: 1, answersChallenge: false }
    const got = patience.begin({ ...packet, atMs: clock.nowMs() })
    clock.advance(got.patienceMs - got.marginMs)
    patience.end({ attemptId, kind: 'reject', patienceEnded: true, atMs: clock.nowMs() })
    return got
  }
  return { clock, patience, errors, rules, signIn, unanswered, stored }
}

describe('patience that is kept', () => {
  it('changes the rules of later attempts, which share them', async () => {
    const { signIn, rules } = await createPatience()
    expect(signIn(17_000)).to.equal(rules)
    for (let count = 0; count < 8; count++) signIn(17_000)
    const learnt = signIn(17_000)
    expect(learnt).to.deep.equal({ ...rules, patienceMs: 15_000, marginMs: 75 })
    expect(signIn(17_000)).to.equal(learnt)
  })

  it('leaves the rules alone where patience is configured, and learns all the same', async () => {
    const { signIn, rules, patience } = await createPatience(createSettings(), false)
    for (let count = 0; count < 10; count++) expect(signIn(17_000)).to.equal(rules)
    expect(patience.memory('vpn')?.gaveUpMs).to.have.length(10)
  })

  it('is stored once a minute and at the end, and outlives the process', async () => {
    const first = await createPatience()
    for (let count = 0; count < 3; count++) first.signIn(17_000)
    await flush()
    expect(first.stored.state.writes).to.equal(0)
    first.clock.advance(60_000)
    await flush()
    expect(first.stored.state.writes).to.equal(1)
    first.clock.advance(60_000)
    await flush()
    first.clock.advance(60_000)
    await flush()
    const { writes } = first.stored.state
    first.clock.advance(60_000)
    await flush()
    expect(first.stored.state.writes, 'nothing is new').to.equal(writes)
    for (let count = 0; count < 6; count++) first.signIn(17_000)
    await first.patience.stop()
    expect(first.clock.waiting).to.equal(0)

    const atEnd = first.stored.state.writes
    const second = await createPatience(first.stored)
    second.clock.advance(60_000)
    await flush()
    expect(second.stored.state.writes, 'nothing is new').to.equal(atEnd)
    expect(second.signIn(17_000).patienceMs).to.equal(15_000)
  })

  it('goes on when the store fails, and stores later', async () => {
    const { signIn, stored, clock, errors } = await createPatience()
    stored.state.failing = true
    signIn(17_000)
    clock.advance(60_000)
    await flush()
    expect(errors).to.have.length(1)
    stored.state.failing = false
    signIn(17_000)
    clock.advance(60_000)
    await flush()
    expect(stored.state.writes).to.equal(1)
  })

  it('is one for two processes: neither forgets what the other has learnt', async () => {
    const stored = createSettings()
    const one = await createPatience(stored, true, true, true)
    const other = await createPatience(stored, true, true, true)
    const minute = async ({ clock }: typeof one) => {
      clock.advance(60_000)
      await flush()
    }
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 2; count++) one.signIn(17_000)
      other.signIn(17_000)
      await minute(one)
      await minute(other)
    }
    // What is still watched then is judged a minute later.
    for (let count = 0; count < 3; count++) {
      await minute(one)
      await minute(other)
    }
    const memories = [one, other].map(({ patience }) => patience.memory('vpn'))
    expect(memories[0]).to.deep.equal(memories[1])
    expect(memories[0]?.signIns).to.equal(9)
    expect(memories[0]?.gaveUpMs).to.have.length(9)
    expect(one.signIn(17_000).patienceMs).to.equal(15_000)
    expect(other.signIn(17_000).patienceMs).to.equal(15_000)
  })

  const heldOn = [
    ['one in ten', true, true, 4],
    ['nobody where patience is configured', false, true, 0],
    ['nobody whose device is not known', true, false, 0],
  ] as const
  for (const [whom, learns, ownDevice, count] of heldOn) {
    it(`holds on past the margin ${whom}`, async () => {
      const { unanswered, rules } = await createPatience(createSettings(), learns, ownDevice)
      const got = Array.from({ length: 40 }, unanswered)
      expect(got.filter(({ patienceMs }) => patienceMs > rules.patienceMs)).to.have.length(count)
      expect(got.slice(0, 5).every((each) => each.patienceMs === rules.patienceMs)).to.equal(true)
    })
  }

  it('begins again where the store holds garbage', async () => {
    const { signIn } = await createPatience(createSettings({ 'patience:vpn': '{"version":7}' }))
    expect(signIn(17_000).patienceMs).to.equal(10_000)
  })
})

describe('the value learning starts from', () => {
  const rules = { ...gatewayRules('vpn'), challenges: true }
  for (const flow of ['auto', 'challenge', 'hold', 'append'] as const) {
    const ends = flow === 'auto' || flow === 'challenge' ? 'a challenge' : 'a Reject'
    it(`says that ${flow} ends with ${ends} at the margin`, () => {
      expect(startingValue({ ...rules, flow }).challenges).to.equal(ends === 'a challenge')
      expect(startingValue({ ...rules, flow, challenges: false }).challenges).to.equal(false)
    })
  }
})
