import { expect } from 'chai'
import type {
  OpenPrompt,
  Outcome,
  PromptResult,
  SignInRegistry,
} from '../../../src/signin/index.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { type RegistryFactory, registryFactories } from './registries.ts'

const accepted: Outcome = { kind: 'accept', reason: 'accepted', attributes: [] }
const settled = { signInId: 'first', outcome: accepted }
const approved: PromptResult = { kind: 'approved', byMachine: false }
const ignore = () => undefined
const owner = { cancel: ignore }
const forEver = Number.MAX_SAFE_INTEGER

function prompt(id: string, change: Partial<OpenPrompt> = {}): OpenPrompt {
  const signInId = `sign-in-${id}`
  return { id, userKey: 'corp:alice', signInId, group: 'vpn', endsMs: forEver, ...change }
}

for (const factory of registryFactories()) {
  describe(`sign-in registry (${factory.name})`, () => {
    let clock: ManualClock
    let registry: SignInRegistry
    let kept: Awaited<ReturnType<RegistryFactory['create']>>
    beforeEach(async () => {
      clock = createManualClock()
      kept = await factory.create(clock)
      registry = kept.registry
    })
    afterEach(() => kept.close())

    const laterBy = (ms: number) => clock.nowMs() + ms

    describe('claims', () => {
      it('have one owner, however many ask at the same moment', async () => {
        const claims = await Promise.all(Array.from({ length: 20 }, () => registry.claim(['key'])))
        expect(claims.filter(({ role }) => role === 'owner')).to.have.length(1)
        await registry.settle('key', settled, 0)
        for (const claim of claims) {
          if (claim.role === 'follower') expect(await claim.settled).to.deep.equal(settled)
        }
        expect((await registry.claim(['other'])).role).to.equal('owner')
      })

      it('answer those who come later for as long as was said', async () => {
        await registry.claim(['key'])
        await registry.settle('key', settled, 10_000)
        clock.advance(9_999)
        const claim = await registry.claim(['key'])
        if (claim.role === 'owner') throw new Error('expected a follower')
        expect(await claim.settled).to.deep.equal(settled)
        clock.advance(1)
        expect((await registry.claim(['key'])).role).to.equal('owner')
        expect((await registry.claim(['key'])).role, 'which is open again').to.equal('follower')
      })

      it('are free at once when there is nothing to keep', async () => {
        await registry.claim(['key'])
        await registry.settle('key', settled, 0)
        expect((await registry.claim(['key'])).role).to.equal('owner')
      })

      it('answer a request by the moment at which it came', async () => {
        await registry.claim(['key'])
        await registry.settle('key', settled, 10_000)
        clock.advance(12_000)
        expect((await registry.claim(['key'], 2_001)).role).to.equal('follower')
        expect((await registry.claim(['key'], 2_000)).role).to.equal('owner')
      })

      it('answer no longer than was said since, and never longer than before', async () => {
        for (const [keepMs, shortenMs, until] of [
          [30_000, 5_000, 5_000],
          [3_000, 5_000, 3_000],
        ] as const) {
          const key = `kept for ${keepMs}`
          await registry.claim([key])
          await registry.settle(key, settled, keepMs)
          await registry.shorten(['another', key], shortenMs)
          clock.advance(until - 1)
          expect((await registry.claim([key])).role).to.equal('follower')
          clock.advance(1)
          expect((await registry.claim([key])).role).to.equal('owner')
        }
      })

      it('are open until they are settled, whatever is shortened', async () => {
        await registry.claim(['key'])
        await registry.shorten(['key'], 5_000)
        clock.advance(60_000)
        expect((await registry.claim(['key'])).role).to.equal('follower')
      })

      it('do not mind one being settled that no one holds', async () => {
        await registry.settle('key', settled, 10_000)
        expect((await registry.claim(['key'])).role).to.equal('owner')
      })
    })

    // Nodes change the key of their hashes at different moments (O14).
    describe('keys of which one was another a moment ago', () => {
      it('make one claim, whichever comes first', async () => {
        await registry.claim(['earlier'])
        const changed = await registry.claim(['current', 'earlier'])
        expect(changed.role).to.equal('follower')
        await registry.settle('earlier', settled, 0)
        await registry.claim(['current', 'earlier'])
        expect((await registry.claim(['earlier', 'current'])).role).to.equal('follower')
        await registry.settle('current', settled, 0)
        expect((await registry.claim(['earlier', 'current'])).role).to.equal('owner')
      })

      it('find one late approval, and count misses together', async () => {
        const late = { key: 'earlier', promptId: 'a', untilMs: laterBy(90_000) }
        await registry.keepLate('corp:alice', late)
        expect(await registry.findLate('corp:alice', ['current', 'earlier'])).to.equal('a')
        expect(await registry.findLate('corp:alice', ['current'])).to.equal(undefined)
        await registry.noteMiss('corp:alice', 'earlier', 10)
        await registry.noteMiss('corp:alice', 'current', 10)
        expect(await registry.countMisses(['current', 'earlier'])).to.equal(2)
        expect(await registry.countMisses(['current'])).to.equal(1)
      })
    })

    describe('spending', () => {
      it('lets one of many through', async () => {
        const tries = Array.from({ length: 20 }, () =>
          registry.spend('state', 'id', laterBy(1_000)),
        )
        expect((await Promise.all(tries)).filter(Boolean)).to.have.length(1)
      })

      it('keeps kinds and ids apart', async () => {
        expect(await registry.spend('state', 'id', laterBy(1_000))).to.equal(true)
        expect(await registry.spend('approval', 'id', laterBy(1_000))).to.equal(true)
        expect(await registry.spend('state', 'id2', laterBy(1_000))).to.equal(true)
      })

      it('holds until its time', async () => {
        await registry.spend('state', 'id', laterBy(60_000))
        clock.advance(59_999)
        expect(await registry.spend('state', 'other', laterBy(60_000))).to.equal(true)
        expect(await registry.spend('state', 'id', laterBy(60_000))).to.equal(false)
      })
    })

    describe('prompts', () => {
      it('are one a user: the others are told which is open', async () => {
        const [a, b, other] = await Promise.all([
          registry.openPrompt(prompt('a'), owner),
          registry.openPrompt(prompt('b'), owner),
          registry.openPrompt(prompt('c', { userKey: 'corp:bob' }), owner),
        ])
        const winner = a === undefined ? 'a' : 'b'
        expect(a ?? b).to.deep.include(prompt(winner))
        expect([a, b]).to.include(undefined)
        expect(other).to.equal(undefined)
      })

      it('tell all who wait how they ended, and those who ask later for as long as was said', async () => {
        await registry.openPrompt(prompt('a'), owner)
        expect(await registry.promptState('a')).to.deep.equal({ kind: 'open' })
        const told: PromptResult[] = []
        const watcher = { ended: (result: PromptResult) => void told.push(result) }
        for (let times = 0; times < 3; times++) await registry.watchPrompt('a', watcher)
        expect(told).to.deep.equal([])
        await registry.endPrompt('a', approved, 60_000)
        expect(told).to.deep.equal([approved, approved, approved])
        await registry.watchPrompt('a', watcher)
        expect(told).to.deep.equal([approved, approved, approved, approved])
        expect(await registry.promptState('a')).to.deep.equal({ kind: 'ended', result: approved })
        clock.advance(60_000)
        expect(await registry.promptState('a')).to.deep.equal({ kind: 'unknown' })
        await registry.watchPrompt('a', watcher)
        expect(told.at(-1), 'of one nobody knows').to.deep.equal({ kind: 'timeout' })
      })

      it('stay as they ended', async () => {
        await registry.openPrompt(prompt('a'), owner)
        await registry.endPrompt('a', { kind: 'refused' }, 60_000)
        await registry.endPrompt('a', approved, 60_000)
        const state = await registry.promptState('a')
        expect(state).to.deep.equal({ kind: 'ended', result: { kind: 'refused' } })
      })

      it('are ended by one, who is told so', async () => {
        await registry.openPrompt(prompt('a'), owner)
        const ends = ['approved', 'fraud', 'approved'].map((kind) =>
          registry.endPrompt('a', kind === 'fraud' ? { kind } : approved, 60_000),
        )
        expect((await Promise.all(ends)).filter(Boolean)).to.have.length(1)
        expect(await registry.endPrompt('unknown', approved, 60_000)).to.equal(false)
      })

      // Another process has an owner of its own.
      const here = factory.alternates ? () => undefined : it

      here('tell whoever leads them that the gateway was told no', async () => {
        const refusals: string[] = []
        const gatewayRefused = () => void refusals.push('a')
        await registry.openPrompt(prompt('a'), { cancel: () => undefined, gatewayRefused })
        await registry.noteGatewayRefused('unknown')
        expect(refusals).to.deep.equal([])
        await registry.noteGatewayRefused('a')
        expect(refusals).to.deep.equal(['a'])
      })

      it('make room for the next, which the end of the one before does not touch', async () => {
        await registry.openPrompt(prompt('a'), owner)
        await registry.endPrompt('a', approved, 0)
        expect(await registry.promptState('a')).to.deep.equal({ kind: 'unknown' })
        expect(await registry.openPrompt(prompt('b'), owner)).to.equal(undefined)
        await registry.endPrompt('a', approved, 60_000)
        expect((await registry.promptState('b')).kind).to.equal('open')
        expect(await registry.openPrompt(prompt('c'), owner)).to.deep.include(prompt('b'))
      })

      it('end by themselves a minute after their time, where their end was lost', async () => {
        const told: PromptResult[] = []
        const watcher = { ended: (result: PromptResult) => void told.push(result) }
        await registry.openPrompt(prompt('a', { endsMs: laterBy(30_000) }), owner)
        await registry.watchPrompt('a', watcher)
        clock.advance(89_999)
        expect((await registry.openPrompt(prompt('b'), owner))?.id, 'it may end yet').to.equal('a')
        expect(told).to.deep.equal([])
        clock.advance(1)
        expect(await registry.openPrompt(prompt('c'), owner)).to.equal(undefined)
        expect(told).to.deep.equal([{ kind: 'timeout' }])
        await registry.endPrompt('a', approved, 60_000)
        expect(await registry.promptState('a'), 'an end that comes later').to.deep.equal({
          kind: 'unknown',
        })
        expect(await registry.openPrompt(prompt('d'), owner)).to.deep.include(prompt('c'))
      })

      here('are cancelled where they were opened, and only while they are open', async () => {
        const cancelled: string[] = []
        await registry.openPrompt(prompt('a'), { cancel: () => cancelled.push('a') })
        await registry.openPrompt(prompt('b'), { cancel: () => cancelled.push('b') })
        await registry.cancelPrompt('b')
        await registry.cancelPrompt('unknown')
        expect(cancelled).to.deep.equal([])
        await registry.cancelPrompt('a')
        expect(cancelled).to.deep.equal(['a'])
        await registry.endPrompt('a', { kind: 'timeout' }, 60_000)
        await registry.cancelPrompt('a')
        expect(cancelled).to.deep.equal(['a'])
      })
    })

    describe('late approvals', () => {
      const late = (key: string, promptId: string) => ({
        key,
        promptId,
        untilMs: laterBy(90_000),
      })

      it('are found by their key, for their user, until their time', async () => {
        await registry.keepLate('corp:alice', late('key', 'a'))
        expect(await registry.findLate('corp:alice', ['key'])).to.equal('a')
        expect(await registry.findLate('corp:alice', ['other'])).to.equal(undefined)
        expect(await registry.findLate('corp:bob', ['key'])).to.equal(undefined)
        clock.advance(90_000)
        expect(await registry.findLate('corp:alice', ['key'])).to.equal(undefined)
      })

      it('are one a user, and die when they are to', async () => {
        await registry.keepLate('corp:alice', late('key', 'a'))
        await registry.keepLate('corp:bob', late('key', 'b'))
        await registry.keepLate('corp:alice', late('key-2', 'c'))
        expect(await registry.findLate('corp:alice', ['key'])).to.equal(undefined)
        await registry.forgetLate('corp:alice')
        expect(await registry.findLate('corp:alice', ['key-2'])).to.equal(undefined)
        expect(await registry.findLate('corp:bob', ['key'])).to.equal('b')
      })
    })

    describe('interrupted prompts', () => {
      it('last until the latest of their deadlines', async () => {
        await registry.noteInterrupted('corp:alice', laterBy(5_000))
        await registry.noteInterrupted('corp:alice', laterBy(1_000))
        expect(await registry.isInterrupted('corp:alice')).to.equal(true)
        expect(await registry.isInterrupted('corp:bob')).to.equal(false)
        clock.advance(4_999)
        expect(await registry.isInterrupted('corp:alice')).to.equal(true)
        clock.advance(1)
        expect(await registry.isInterrupted('corp:alice')).to.equal(false)
      })
    })

    describe('time lines', () => {
      const entries = [{ atMs: 1, what: 'received' }]

      it('are taken by one, who is not waited for any longer', async () => {
        let taken = 0
        await registry.saveTimeline('id', entries, laterBy(1_000), () => {
          taken += 1
        })
        const tries = await Promise.all([registry.takeTimeline('id'), registry.takeTimeline('id')])
        expect(tries.filter((one) => one !== undefined)).to.deep.equal([entries])
        expect(taken).to.equal(1)
        expect(await registry.takeTimeline('other')).to.equal(undefined)
      })

      it('are gone when their time has passed', async () => {
        await registry.saveTimeline('id', entries, laterBy(1_000), ignore)
        clock.advance(1_000)
        expect(await registry.takeTimeline('id')).to.equal(undefined)
      })
    })

    describe('sealed bytes', () => {
      const sealed = Uint8Array.of(1, 2, 3)

      it('are taken by one', async () => {
        await registry.keepSealed('id', sealed, laterBy(1_000))
        const tries = await Promise.all([registry.takeSealed('id'), registry.takeSealed('id')])
        expect(tries.filter((one) => one !== undefined)).to.deep.equal([sealed])
        expect(await registry.takeSealed('other')).to.equal(undefined)
      })

      it('are gone when their time has passed', async () => {
        await registry.keepSealed('id', sealed, laterBy(1_000))
        clock.advance(1_000)
        expect(await registry.takeSealed('id')).to.equal(undefined)
      })
    })

    it('keeps nothing without an end', async () => {
      await registry.claim(['key'])
      await registry.settle('key', settled, 10_000)
      await registry.spend('state', 'id', laterBy(60_000))
      await registry.openPrompt(prompt('a'), owner)
      await registry.endPrompt('a', approved, 60_000)
      await registry.keepLate('corp:alice', { key: 'k', promptId: 'a', untilMs: laterBy(90_000) })
      await registry.noteInterrupted('corp:alice', laterBy(60_000))
      await registry.saveTimeline('id', [], laterBy(60_000), ignore)
      await registry.keepSealed('id', Uint8Array.of(1), laterBy(60_000))
      await registry.openPrompt(prompt('lost', { endsMs: laterBy(30_000) }), owner)
      expect(await kept.size()).to.be.at.least(8)
      clock.advance(90_000)
      expect(await kept.size()).to.equal(0)
    })

    it('sweeps while others use it', async () => {
      for (let index = 0; index < 50; index++) {
        await registry.spend('state', `${index}`, laterBy(1_000))
        clock.advance(1_000)
      }
      expect(await kept.size()).to.be.lessThan(10)
    })
  })
}
