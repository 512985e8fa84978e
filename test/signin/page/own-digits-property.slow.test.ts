import { expect } from 'chai'
import fc from 'fast-check'
import {
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  type Pending,
  passkey,
  password,
} from '../harness.ts'
import { phonesOf } from './phones.ts'

const group = 'offices'
const methods = ['push', 'passkey', 'totp'] as const
/** All of one group, and so with shared prompts and late approvals. */
const gateways = [
  gatewayRules({ name: 'mute', group, methods, challenges: false }),
  gatewayRules({ name: 'brief', group, methods, challenges: false, patienceMs: 4_000 }),
  gatewayRules({ name: 'append', group, methods, flow: 'append' }),
  gatewayRules({ name: 'shows', group, methods }),
]
const gateway = fc.constantFrom(...gateways)
/** One guess in a hundred is right: hers and theirs are never the same here. */
const hers = ['11', '22', '33'] as const
const theirs = ['', ',44', ',55', ',push', ',passkey', ',1', ',111', ',000000'] as const

const action = fc.oneof(
  fc.record({ kind: fc.constant('alice' as const), gateway, digits: fc.constantFrom(...hers) }),
  fc.record({
    kind: fc.constant('thief' as const),
    gateway,
    typed: fc.constantFrom(...theirs),
    /** An attacker who knows the password may send her address, too. */
    device: fc.constantFrom(laptop, otherLaptop),
  }),
  /** She answers whatever her phone asks with the digits that she has typed last. */
  fc.record({ kind: fc.constant('answer' as const) }),
  fc.record({
    kind: fc.constant('wait' as const),
    ms: fc.constantFrom(100, 3_200, 12_000, 31_000, 61_000),
  }),
)

describe('a thief who knows the password and names her address, whatever happens at once', function () {
  this.timeout(300_000)

  it('gets in nowhere by the digits that she types on her phone', async () => {
    let letIn = 0
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 2, maxLength: 16 }), async (actions) => {
        const settings = {
          promptLimits: { perUserHour: 99, perNumberHour: 99, perPrefixHour: 99, perDay: 99 },
        }
        const world = createWorld({ settings })
        const phones = phonesOf(world)
        const phone = await phones.enrol('alice')
        await world.enrol('alice', passkey)
        const thieves: Pending[] = []
        const owners: Pending[] = []
        let last = '99'
        for (const each of actions) {
          switch (each.kind) {
            case 'alice': {
              last = each.digits
              const typed = `${password},${last}`
              const { gateway } = each
              owners.push(world.start({ gateway, device: laptop, password: typed }))
              break
            }
            case 'thief': {
              const { device, gateway, typed } = each
              thieves.push(world.start({ gateway, device, password: `${password}${typed}` }))
              break
            }
            case 'answer':
              if ((await phones.look('local:alice'))?.page.authenticators.includes(phone.id)) {
                await phones.approve('alice', phone, last)
              }
              break
            case 'wait':
              await world.advance(each.ms)
          }
          await flush()
        }
        await world.advance(61_000)
        const accepted = (some: readonly Pending[]) =>
          some.filter(({ outcome }) => outcome?.kind === 'accept')
        letIn += accepted(owners).length
        expect(accepted(thieves).map(({ attempt }) => attempt.gateway.name)).to.deep.equal([])
      }),
      { numRuns: 150 },
    )
    expect(letIn, 'she is let in now and then').to.be.greaterThan(10)
  })
})
