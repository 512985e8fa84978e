import { expect } from 'chai'
import type { PushAuthenticator, RungBell, User } from '../../../src/accounts/index.ts'
import type { PushMessage, PushResult } from '../../../src/delivery/index.ts'
import { createBell } from '../../../src/methods/index.ts'
import { createTexts } from '../../../src/texts/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const user: User = {
  ...{ key: 'local:alice', name: 'alice', displayName: 'Alice', directory: 'local' },
  ...{ groups: [], phones: [] },
} as unknown as User
const id = 'p'.repeat(22)

function phone(name: string, endpoint?: string): PushAuthenticator {
  const key = new Uint8Array(65)
  return {
    ...{ id: name, userKey: user.key, label: name, createdAtMs: 0, method: 'push' },
    publicKey: new Uint8Array(91),
    ...(endpoint === undefined
      ? {}
      : { subscription: { endpoint, p256dh: key, auth: new Uint8Array(16) } }),
  }
}

/** Alice's phones, and a push service that answers as it is told, 201 at last. */
function world(phones: readonly PushAuthenticator[], answers: Partial<PushResult>[] = []) {
  const clock = createManualClock()
  const sent: PushMessage[] = []
  const noted: RungBell[] = []
  const ended: string[] = []
  const accepted: string[] = []
  const results: PushResult[] = []
  const errors: unknown[] = []
  const stop = new AbortController()
  let isOpen = true
  const bell = createBell({
    push: {
      publicKey: new Uint8Array(65),
      origins: [],
      mayReach: () => true,
      probe: async () => undefined,
      async send(message) {
        sent.push(message)
        const accepted = { kind: 'accepted', service: 'push.example', answer: '201' } as const
        return { ...accepted, ...answers.shift() }
      },
    },
    authenticators: {
      list: async () => phones,
      async endSubscription(phoneId, endpoint) {
        ended.push(`${phoneId} ${endpoint}`)
      },
    },
    bells: {
      async note(bell) {
        noted.push(bell)
      },
    },
    texts: createTexts({ defaultLanguage: 'en', overrides: {} }),
    clock,
    page: 'https://mfa.example.com/phone',
    isOpen: async () => isOpen,
    onResult: (result) => results.push(result),
    async onAccepted({ phoneId, promptId }) {
      accepted.push(`${phoneId} ${promptId}`)
    },
    onError: (error) => errors.push(error),
  })
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }
  return {
    ...{ accepted, clock, sent, noted, ended, results, errors, stop, settle },
    close() {
      isOpen = false
    },
    async ring(language = 'en') {
      const deadlineMs = clock.nowMs() + 40_000
      bell.ring({ id, user, language, deadlineMs }, stop.signal)
      await settle()
    },
    async tell(language = 'en') {
      bell.tell(phones, language)
      await settle()
    },
    async after(ms: number) {
      clock.advance(ms)
      await settle()
    },
  }
}

const gone = { kind: 'gone', answer: '410' } as const
const later = { kind: 'later', answer: '503' } as const
const refused = { kind: 'refused', answer: '403' } as const
const alices = phone('pixel', 'https://push.example/1')

describe('the bell that rings for a change (PEOPLE R7, R14)', () => {
  it('says a fixed text, the same for every change and person', async () => {
    const rung = world([alices, phone('old')])
    await rung.tell()
    const [message] = rung.sent
    expect(rung.sent).to.have.length(1)
    expect(message).to.include({ topic: 'changes', ttlSeconds: 86_400 })
    expect(JSON.parse(message?.text ?? '').notification).to.deep.equal({
      title: 'Your sign-in was changed',
      body: 'Tap to see what it was. If it was not you, tap to report it.',
      navigate: 'https://mfa.example.com/phone',
      tag: 'changes',
    })
  })

  it('counts as no prompt, and forgets a subscription that is gone', async () => {
    const rung = world([alices], [{ kind: 'gone', answer: '410' }])
    await rung.tell()
    expect(rung.ended).to.deep.equal(['pixel https://push.example/1'])
    expect([rung.accepted, rung.noted, rung.errors]).to.deep.equal([[], [], []])
    await rung.tell()
    expect(rung.accepted).to.deep.equal([])
  })

  it('rings once a minute, however many changes there are', async () => {
    const rung = world([alices])
    for (let change = 0; change < 100; change++) await rung.tell()
    expect(rung.sent).to.have.length(1)
    await rung.after(60_000)
    await rung.tell()
    expect(rung.sent).to.have.length(2)
  })
})

describe('the bell of a phone', () => {
  it('rings every phone that has a subscription, with an id and a fixed text (PEOPLE R14)', async () => {
    const rung = world([alices, phone('old'), phone('iphone', 'https://push.example/2')])
    await rung.ring('nl')
    expect(rung.sent.map(({ subscription }) => subscription.endpoint)).to.deep.equal([
      ...['https://push.example/1', 'https://push.example/2'],
    ])
    const [message] = rung.sent
    expect(JSON.parse(message?.text ?? '')).to.deep.equal({
      web_push: 8030,
      notification: {
        title: 'Er wacht een aanmelding',
        body: 'Tik om die te bekijken. Meldt u zich niet aan? Laat het ons daar weten.',
        navigate: 'https://mfa.example.com/phone',
        tag: id,
      },
      mutable: true,
    })
    expect(message).to.include({ topic: id })
    expect(rung.noted).to.have.length(2)
    expect(rung.accepted).to.deep.equal([`pixel ${id}`, `iphone ${id}`])
  })

  it('counts as rung only what a push service has taken', async () => {
    const rung = world([alices], [{ ...gone, answer: '410' }])
    await rung.ring()
    expect(rung.accepted).to.deep.equal([])
  })

  it('is kept by the push service for as long as the prompt waits, and a minute at least', async () => {
    const rung = world([alices])
    await rung.ring()
    expect(rung.sent[0]?.ttlSeconds).to.equal(60)
  })

  for (const status of ['404', '410']) {
    it(`takes the subscription away at ${status}, and stops trying`, async () => {
      const rung = world([alices], [{ ...gone, answer: status }])
      await rung.ring()
      await rung.after(30_000)
      expect(rung.ended).to.deep.equal(['pixel https://push.example/1'])
      expect(rung.sent).to.have.length(1)
    })
  }

  for (const status of ['400', '401', '403']) {
    it(`keeps the subscription at ${status}, says so, and stops trying`, async () => {
      const rung = world([alices], [{ ...refused, answer: status }])
      await rung.ring()
      await rung.after(30_000)
      expect(rung.ended).to.deep.equal([])
      expect(rung.sent).to.have.length(1)
      expect(rung.results).to.deep.equal([
        { kind: 'refused', service: 'push.example', answer: status },
      ])
    })
  }

  it('tries again while the prompt waits, less and less often', async () => {
    const rung = world([alices], Array(20).fill(later))
    await rung.ring()
    for (let second = 0; second < 60; second++) await rung.after(1_000)
    // After 2, 4, 8 and 16 seconds: the next one would come after the prompt.
    expect(rung.sent).to.have.length(5)
    expect(rung.noted.at(-1)).to.include({ promptId: id, phoneId: 'pixel', answer: '503' })
  })

  it('waits as long as the push service asks', async () => {
    const rung = world([alices], [{ ...later, answer: '429', retryAfterMs: 20_000 }])
    await rung.ring()
    await rung.after(19_000)
    expect(rung.sent).to.have.length(1)
    await rung.after(1_000)
    expect(rung.sent).to.have.length(2)
  })

  it('stops once the prompt was answered, or is over', async () => {
    const answered = world([alices], Array(20).fill(later))
    await answered.ring()
    answered.close()
    await answered.after(30_000)
    expect(answered.sent).to.have.length(1)
    const over = world([alices], Array(20).fill(later))
    await over.ring()
    over.stop.abort()
    await over.settle()
    await over.after(30_000)
    expect(over.sent).to.have.length(1)
  })

  it('harms no one when the store fails', async () => {
    const rung = world([alices])
    rung.noted.push = () => {
      throw new Error('the store is gone')
    }
    await rung.ring()
    expect(String(rung.errors[0])).to.equal('Error: the store is gone')
  })
})
