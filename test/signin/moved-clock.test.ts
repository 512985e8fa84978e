import { expect } from 'chai'
import type { PolicyRule } from '../../src/signin/index.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  password,
  reasonOf,
  sms,
  stateOf,
  totp,
  type World,
  type WorldOptions,
} from './harness.ts'
import { numberIn, phonesOf } from './page/phones.ts'

const hourMs = 3_600_000
const hold = gatewayRules({ flow: 'hold', patienceMs: 30_000, methods: ['call'] })
const silent = gatewayRules({ challenges: false, patienceMs: 30_000, methods: ['call'] })
const onPhone = gatewayRules({ methods: ['push'] })
const remembers: PolicyRule = {
  name: 'remembers',
  outcome: { kind: 'second-factor', remember: { forMs: hourMs / 2, address: true } },
}

/** What a person does must come to the same, whatever someone does to the clock of the machine meanwhile (O10). */
describe('a clock of the machine that jumps', () => {
  for (const [name, byMs] of [
    ['90 s back', -90_000],
    ['an hour forward', hourMs],
    ['an hour back', -hourMs],
  ] as const) {
    describe(name, () => {
      const start = (options: WorldOptions = {}) => createWorld({ ...options, isSteady: true })
      const jump = ({ clock }: World) => clock.set(clock.nowMs() + byMs)

      it('under a call that is held: # lets in', async () => {
        const world = start()
        await world.enrol('alice', call)
        const pending = world.start({ gateway: hold, device: laptop })
        await world.advance(5_000)
        jump(world)
        await world.advance(20_000)
        expect(reasonOf(pending.outcome)).to.equal('held')
        world.phone.approve()
        await flush()
        expect(reasonOf(pending.outcome)).to.equal('accepted')
        expect(world.phone.calls).to.have.length(1)
      })

      it('under a call that no one answers: it ends when it would have', async () => {
        const world = start()
        await world.enrol('alice', call)
        const pending = world.start({ gateway: hold })
        await world.advance(5_000)
        jump(world)
        await world.advance(23_800)
        expect(reasonOf(pending.outcome)).to.equal('held')
        await world.advance(300)
        expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
      })

      it('after a no: the approval that came late counts for the next try', async () => {
        const world = start()
        await world.enrol('alice', call)
        const pending = world.start({ gateway: silent, device: laptop })
        await world.advance(29_100)
        expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
        jump(world)
        await world.advance(10_000)
        world.phone.approve()
        await world.advance(15_000)
        const again = await world.ask({ gateway: silent, device: laptop })
        expect(reasonOf(again)).to.equal('accepted')
      })

      it('under a question on a phone: the answer lets in', async () => {
        const world = start()
        const phones = phonesOf(world)
        const phone = await phones.enrol('alice')
        const asked = await world.ask({ gateway: onPhone, device: laptop })
        const number = numberIn(asked.kind === 'challenge' ? asked.message : '')
        jump(world)
        await world.advance(20_000)
        const answered = { kind: 'approved', answered: 'in-time' }
        expect(await phones.approve('alice', phone, number)).to.deep.equal(answered)
        const state = stateOf(asked)
        const entered = await world.ask({ gateway: onPhone, device: laptop, state, password: '' })
        expect(reasonOf(entered)).to.equal('accepted')
      })

      it('between a question and its answer: the code that was sent counts, once', async () => {
        const world = start()
        await world.enrol('alice', sms)
        const state = stateOf(await world.ask())
        const code = world.sms.lastCode()
        jump(world)
        await world.advance(40_000)
        expect(reasonOf(await world.ask({ password: code, state }))).to.equal('accepted')
        await world.advance(15_000)
        const again = await world.ask({ password: code, state, device: laptop })
        expect(reasonOf(again)).to.equal('state-invalid')
      })

      it('does not change which codes of an app count', async () => {
        const world = start()
        const app = await world.enrol('alice', totp)
        const rightCode = () => `${password},${world.code(app)}`
        jump(world)
        await world.advance(20_000)
        expect(reasonOf(await world.ask({ password: rightCode() }))).to.equal('accepted')
        // What lasts for a minute is believed.
        const trueMs = world.clock.nowMs()
        await world.advance(70_000)
        expect(world.clock.nowMs() - trueMs).to.equal(70_000 + byMs)
        expect(reasonOf(await world.ask({ password: rightCode() }))).to.equal(
          byMs > 0 ? 'accepted' : 'code-reused',
        )
      })

      it('while a device is remembered: it stays so', async () => {
        const world = start({ parts: { rules: [remembers] } })
        await world.enrol('alice', call)
        const asks = async () => {
          const pending = world.start({ device: laptop })
          await flush()
          if (pending.outcome !== undefined) return reasonOf(pending.outcome)
          world.phone.approve()
          await pending.done
          return 'rang'
        }
        expect(await asks()).to.equal('rang')
        await world.advance(15_000)
        jump(world)
        await world.advance(20_000)
        expect(await asks()).to.equal('accepted')
      })

      it('while someone is locked out: it does not let in', async () => {
        const world = start({
          settings: { lockout: { slowAfter: 5, lockAfter: 2, lockMs: 900_000, slowMs: 5_000 } },
        })
        const app = await world.enrol('alice', totp)
        for (const wrong of ['000000', '111111']) {
          await world.ask({ password: `${password},${wrong}` })
        }
        await world.advance(15_000)
        jump(world)
        await world.advance(20_000)
        const right = await world.ask({ password: `${password},${world.code(app)}` })
        expect(reasonOf(right)).to.equal('locked')
      })

      it('gives no one more prompts in an hour', async () => {
        const promptLimits = { perUserHour: 1, perNumberHour: 99, perPrefixHour: 99, perDay: 99 }
        const world = start({ settings: { promptLimits } })
        await world.enrol('alice', call)
        const first = world.start({ gateway: hold })
        await flush()
        world.phone.only().answer({ kind: 'refused' })
        await flush()
        expect(reasonOf(first.outcome)).to.equal('prompt-refused')
        jump(world)
        await world.advance(20_000)
        expect(reasonOf(await world.ask({ gateway: hold }))).to.equal('prompt-limit')
      })
    })
  }
})
