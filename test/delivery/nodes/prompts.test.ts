import { expect } from 'chai'
import type { PromptResult } from '../../../src/signin/index.ts'
import { createReach } from '../../../src/signin/index.ts'
import { phone } from '../../methods/prompt-request.ts'
import { flush, gatewayRules, laptop, passkey, reasonOf } from '../../signin/harness.ts'
import { texts, until } from '../twilio-lab.ts'
import { firstNumber, type NodeLab, startNodeLab, stopNodes, type TestNode } from './node-lab.ts'

const approved: PromptResult = {
  ...{ kind: 'approved', byMachine: false },
  by: { authenticatorId: 'key', name: 'key' },
}

describe('a prompt on the page that any of two nodes goes on with (O15)', () => {
  let a: TestNode
  let b: TestNode
  let lab: NodeLab
  beforeEach(async () => {
    lab = await startNodeLab()
    ;({ a, b } = lab)
  })
  afterEach(stopNodes)

  /** Held at A. */
  async function held() {
    await a.world.enrol('alice', passkey)
    const gateway = gatewayRules({ methods: ['passkey'] })
    const pending = a.world.start({ gateway, device: laptop })
    await flush()
    const [row] = lab.rows.prompts.values()
    return { pending, id: row?.id ?? '' }
  }

  it('is answered at the other node', async () => {
    const { id, pending } = await held()
    expect(await b.registry.answerPrompt(id, approved)).to.equal('in-time')
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    expect(lab.rung()).to.deep.equal([])
  })

  it('is answered once, where both nodes get an answer', async () => {
    const { id, pending } = await held()
    for (const { registry } of [a, b]) {
      const { endPrompt } = registry
      // Both have asked before one of them is told.
      registry.endPrompt = async (...args) => {
        await flush()
        return endPrompt(...args)
      }
    }
    const answers = [a, b].map(({ registry }) => registry.answerPrompt(id, approved))
    expect((await Promise.all(answers)).toSorted()).to.deep.equal(['in-time', 'over'])
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
  })

  it('says to sign in again where the gateway was told no at the other node', async () => {
    const { id } = await held()
    await a.registry.noteGatewayRefused(id)
    expect(await b.registry.answerPrompt(id, approved)).to.equal('sign-in-again')
  })

  it('of a dead node can be answered, and ends at its deadline', async () => {
    const { id } = await held()
    await a.die()
    b.registry.takeOver('a')
    await b.world.advance(120_000)
    expect(await b.registry.promptState(id)).to.deep.equal({
      kind: 'ended',
      result: { kind: 'timeout' },
    })
    expect(await b.registry.answerPrompt(id, approved)).to.equal('over')
  })

  it('reports a stranger once more rather than not at all', async () => {
    const { id, pending } = await held()
    await b.registry.answerPrompt(id, { kind: 'fraud' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('prompt-fraud')
    expect(b.world.reports.map(({ how, user }) => `${how} ${user}`)).to.deep.equal(['portal alice'])
  })
})

describe('a call that proves a phone, with webhooks at the other node', () => {
  afterEach(stopNodes)
  const user = { key: 'local:alice', name: 'alice', displayName: 'Alice', directory: 'local' }
  const person = { ...user, groups: [], phones: [] }

  it('proves it, and counts for no sign-in', async () => {
    const lab = await startNodeLab()
    lab.webhooksTo(lab.b)
    lab.standIn.person = { does: 'answers', keys: ['#'] }
    const reach = createReach(lab.a.world.parts, 'Portal')
    const { signal } = new AbortController()
    expect(await reach.ring(person, { ...phone, phone: firstNumber }, signal)).to.equal('approved')
    await until(() => lab.standIn.webhooks.length >= 2)
    expect(lab.standIn.webhooks[1]?.reply).to.include(texts.text('call-proven', 'en'))
    expect(lab.a.uses() + lab.b.uses()).to.equal(0)
  })

  it('ends when the node that began it goes away', async () => {
    const lab = await startNodeLab()
    lab.standIn.person = { does: 'nothing' }
    const reach = createReach(lab.a.world.parts, 'Portal')
    const gone = new AbortController()
    const ring = reach.ring(person, { ...phone, phone: firstNumber }, gone.signal)
    await until(() => lab.standIn.calls.size === 1)
    gone.abort()
    expect(await ring).to.equal('timeout')
    await until(() => lab.hungUp() > 0)
  })
})
