import { expect } from 'chai'
import { reasonOf } from '../../signin/harness.ts'
import { endedText, until } from '../twilio-lab.ts'
import {
  backupNumber,
  firstNumber,
  type NodeLab,
  startNodeLab,
  stopNodes,
  type TestNode,
} from './node-lab.ts'

describe('a call that any of two nodes goes on with (O15, O16)', () => {
  let lab: NodeLab
  let a: TestNode
  let b: TestNode
  /** The person who is called first presses this once the test says so. */
  let key: PromiseWithResolvers<string>
  beforeEach(async () => {
    lab = await startNodeLab()
    ;({ a, b } = lab)
    key = Promise.withResolvers()
    lab.standIn.person = { does: 'answers', keys: [key.promise] }
  })
  afterEach(stopNodes)

  const send: NodeLab['send'] = (...sent) => lab.send(...sent)
  const rings = () => until(() => lab.standIn.calls.size === 1)
  const isAsked = () => until(() => lab.standIn.webhooks.length === 1)
  const prompt = () => [...lab.rows.prompts.values()].at(-1)
  const isNamed = () => until(() => JSON.parse(prompt()?.progress ?? '{}').providerId !== undefined)
  const accepted = async (pending: ReturnType<TestNode['signIn']>) => {
    expect(reasonOf(await pending.done)).to.equal('accepted')
  }

  it('answers webhooks at whichever node they meet, each turn at another', async () => {
    lab.webhooksTo(b, a)
    lab.standIn.person = { does: 'answers', keys: ['1', '2', '#'] }
    await accepted(a.signIn())
    await until(() => lab.standIn.webhooks.length >= 4)
    expect(lab.standIn.webhooks.slice(0, 4).map(({ path }) => path.slice(-2))).to.deep.equal([
      ...['/0', '/1', '/2', '/3'],
    ])
    expect(lab.rung()).to.deep.equal([firstNumber])
    expect(lab.hungUp(), 'nobody hangs up on who hears the end').to.equal(0)
  })

  it('reports a stranger at the other node', async () => {
    lab.webhooksTo(b)
    lab.standIn.person = { does: 'answers', keys: ['0', '#'] }
    expect(reasonOf(await a.signIn().done)).to.equal('prompt-fraud')
    expect(b.world.reports).to.have.length(1)
    expect(a.world.reports).to.have.length(0)
  })

  it('notes its use once, where it was approved', async () => {
    lab.webhooksTo(b)
    key.resolve('#')
    await accepted(a.signIn())
    expect([a.uses(), b.uses()]).to.deep.equal([0, 1])
  })

  it('lets the second try in at the other node, where the first node dies before #', async () => {
    lab.webhooksTo(a)
    a.signIn()
    await isAsked()
    await isNamed()
    await a.die()
    b.registry.takeOver('a')
    const second = b.signIn()
    lab.webhooksTo(b)
    key.resolve('#')
    await accepted(second)
    expect(lab.rung()).to.deep.equal([firstNumber])
  })

  it('goes on by a webhook alone, before any node has noticed the death', async () => {
    lab.webhooksTo(a)
    a.signIn()
    await isAsked()
    await isNamed()
    await a.die()
    const second = b.signIn()
    lab.webhooksTo(b)
    key.resolve('#')
    await accepted(second)
    expect(lab.rung()).to.deep.equal([firstNumber])
  })

  it('lets in who has pressed #, where that node dies before it has told anyone', async () => {
    lab.standIn.person = { does: 'answers', keys: [key.promise], hangsUp: true }
    lab.webhooksTo(a, b, a)
    const pending = a.signIn()
    await isAsked()
    await isNamed()
    b.registry.endPrompt = () => new Promise(() => undefined)
    key.resolve('#')
    await until(() => lab.standIn.webhooks.length >= 3)
    expect(lab.standIn.webhooks[1]?.reply).not.to.include(endedText)
    expect(prompt()?.ended).to.include({ kind: 'approved' })
    await accepted(pending)
  })

  it('ends at its deadline, by the node that is alive', async () => {
    a.signIn()
    await isAsked()
    await isNamed()
    await a.die()
    b.registry.takeOver('a')
    await b.world.advance(61_000)
    await until(() => lab.hungUp() > 0)
    expect(prompt()?.ended).to.deep.equal({ kind: 'timeout' })
    expect([...lab.rows.interrupted]).to.deep.equal([])
  })

  it('is ended by the node that is asked to, and let go by the one that has placed it', async () => {
    a.signIn()
    await isAsked()
    await isNamed()
    await b.registry.cancelPrompt(prompt()?.id ?? '')
    await until(() => prompt()?.ended !== undefined)
    await until(() => lab.hungUp() > 0)
    await a.world.advance(61_000)
    expect(lab.hungUp()).to.equal(1)
  })

  it('tries the backup number once, whichever node learns that there is no answer', async () => {
    lab.standIn.person = { does: 'no-answer' }
    lab.standIn.people.set(backupNumber, { does: 'answers', keys: ['1', '#'] })
    lab.webhooksTo(b, a)
    await accepted(a.signIn())
    expect(lab.rung()).to.deep.equal([firstNumber, backupNumber])
  })

  it('calls neither number twice, where the backup number is busy as well', async () => {
    lab.standIn.person = { does: 'busy' }
    lab.webhooksTo(b, a)
    expect(reasonOf(await a.signIn().done)).to.equal('prompt-busy')
    expect(lab.rung()).to.deep.equal([firstNumber, backupNumber])
  })

  it('is not told of the first number once the other rings', async () => {
    lab.standIn.person = { does: 'no-answer' }
    lab.standIn.people.set(backupNumber, { does: 'answers', keys: [key.promise] })
    lab.webhooksTo(b)
    const pending = a.signIn()
    await until(() => lab.standIn.webhooks.length === 2)
    const [first] = lab.standIn.calls.values()
    const token = /call\/([\w-]{22})\/0$/.exec(first?.form.Url ?? '')?.[1]
    for (const node of [a, b]) {
      const reply = await send(node, `/twilio/call/${token}/1`, first?.sid, { Digits: '#' })
      expect(reply).to.include(endedText)
    }
    expect(prompt()?.ended).to.equal(undefined)
    key.resolve('#')
    await accepted(pending)
  })

  it('takes the first number for no other, while the backup number has no name yet', async () => {
    lab.standIn.faults.push({ kind: 'late', ms: 0 }, { kind: 'late', ms: 400 })
    lab.standIn.person = { does: 'no-answer' }
    lab.standIn.people.set(backupNumber, { does: 'nothing' })
    lab.webhooksTo(b)
    a.signIn()
    await until(() => lab.standIn.calls.size === 2)
    const [first] = lab.standIn.calls.values()
    const path = new URL(first?.form.StatusCallback ?? '').pathname.replace('/holdfast', '')
    await send(a, path, first?.sid, { CallStatus: 'busy' })
    await send(b, path, first?.sid, { CallStatus: 'busy' })
    expect(prompt()?.ended).to.equal(undefined)
    await isNamed()
    const named = JSON.parse(prompt()?.progress ?? '{}')
    expect(named.providerId).to.equal([...lab.standIn.calls.keys()][1])
  })

  it('counts a webhook once that both nodes get at the same moment', async () => {
    const pending = a.signIn()
    await isAsked()
    await isNamed()
    const [call] = lab.standIn.calls.values()
    const token = /call\/([\w-]{22})\/0$/.exec(call?.form.Url ?? '')?.[1]
    const path = `/twilio/call/${token}/1`
    lookTogether(a, b)
    const replies = await Promise.all(
      [a, b].map((node) => send(node, path, call?.sid, { Digits: '1' })),
    )
    // Twilio hears one of them. Both lead on to the same turn, which came about once.
    const next = `/twilio/call/${token}/2`
    expect(replies.filter((reply) => reply.includes(next))).to.have.length(2)
    expect(JSON.parse(prompt()?.progress ?? '{}')).to.deep.include({ turn: 2 })
    const ends = await Promise.all(
      [a, b, a, b].map((node) => send(node, next, call?.sid, { Digits: '#' })),
    )
    // Once the prompt has ended, no one knows the call any more.
    expect(ends.filter((reply) => !reply.includes(endedText))).to.have.length.above(0)
    await accepted(pending)
    expect(a.uses() + b.uses()).to.equal(1)
  })

  it('takes one of two answers to a question, and both learn its result', async () => {
    const pending = a.signIn()
    await isAsked()
    await isNamed()
    const [call] = lab.standIn.calls.values()
    const token = /call\/([\w-]{22})\/0$/.exec(call?.form.Url ?? '')?.[1]
    lookTogether(a, b)
    const [first, second] = await Promise.all([
      send(a, `/twilio/call/${token}/1`, call?.sid, { Digits: '1' }),
      send(b, `/twilio/call/${token}/1`, call?.sid, { Digits: '0' }),
    ])
    expect(first).to.equal(second)
    // Whichever it was, this asks for the approval again.
    await send(a, `/twilio/call/${token}/2`, call?.sid, { Digits: '1' })
    await send(b, `/twilio/call/${token}/3`, call?.sid, { Digits: '#' })
    await accepted(pending)
  })

  it('asks the same again where a node has kept a turn and died before it was heard', async () => {
    lab.webhooksTo(a)
    a.signIn()
    await isAsked()
    await isNamed()
    const [call] = lab.standIn.calls.values()
    const token = /call\/([\w-]{22})\/0$/.exec(call?.form.Url ?? '')?.[1]
    const turn = (node: TestNode, number: number, keys: string) =>
      send(node, `/twilio/call/${token}/${number}`, call?.sid, { Digits: keys })
    const lost = await turn(a, 1, '1')
    await a.die()
    b.registry.takeOver('a')
    const second = b.signIn()
    expect(await turn(b, 1, '1'), 'the turn whose answer was lost').to.equal(lost)
    expect(await turn(b, 0, ''), 'one that is over').to.include(endedText)
    const approved = await turn(b, 2, '#')
    expect(approved).not.to.include(endedText)
    await accepted(second)
    expect(lab.rung()).to.deep.equal([firstNumber])
  })

  it('takes the name of a call from its webhook, where the node died before it had one', async () => {
    lab.standIn.faults.push({ kind: 'late', ms: 200 })
    lab.webhooksTo(b)
    a.signIn()
    await rings()
    await a.die()
    b.registry.takeOver('a')
    const second = b.signIn()
    key.resolve('#')
    await accepted(second)
    expect(lab.rung()).to.deep.equal([firstNumber])
  })

  it('believes no other name of a call than its first one', async () => {
    const pending = a.signIn()
    await isAsked()
    await isNamed()
    const [call] = lab.standIn.calls.values()
    const path = `${new URL(call?.form.Url ?? '').pathname.replace('/holdfast', '').slice(0, -1)}1`
    for (const node of [a, b]) {
      const reply = await send(node, path, `CA${'0'.repeat(32)}`, { Digits: '#' })
      expect(reply).to.include(endedText)
    }
    key.resolve('#')
    await accepted(pending)
  })

  it('finds a call without a name by its number and ends it; finds a call without a name by its number and ends it; no one is asked again before the deadline', async () => {
    lab.standIn.faults.push({ kind: 'late', ms: 200 })
    lab.standIn.person = { does: 'nothing' }
    a.signIn()
    await rings()
    await a.die()
    b.registry.takeOver('a')
    await b.registry.cancelPrompt(prompt()?.id ?? '')
    await until(() => prompt()?.ended !== undefined)
    expect(prompt()?.ended).to.deep.equal({ kind: 'timeout' })
    expect([...lab.rows.interrupted.keys()]).to.deep.equal(['local:alice'])
    const status = () => [...lab.standIn.calls.values()][0]?.status
    for (let looks = 0; status() !== 'completed' && looks < 4_000; looks += 1) await aMoment()
    expect(status()).to.equal('completed')
    expect(reasonOf(await b.signIn().done)).to.equal('interrupted')
    expect(lab.rung()).to.deep.equal([firstNumber])
  })

  describe('of someone who shares the number of a switchboard', () => {
    const statuses = () => [...lab.standIn.calls.values()].map(({ status }) => status)

    /** The call of alice has no name: its node has died. */
    async function unnamed(): Promise<string> {
      lab.standIn.faults.push({ kind: 'late', ms: 200 })
      lab.standIn.person = { does: 'nothing' }
      a.signIn()
      await rings()
      const id = prompt()?.id ?? ''
      await a.die()
      b.registry.takeOver('a')
      return id
    }

    async function cancel(id: string): Promise<void> {
      await b.registry.cancelPrompt(id)
      const lists = () => lab.standIn.requests.filter(({ name }) => name.startsWith('GET Calls?'))
      await until(() => lists().length === 3)
      // Nothing says that no call has to be ended.
      for (let looks = 0; looks < 40 && lab.hungUp() === 0; looks += 1) await aMoment()
    }

    it('is ended alone where the call of the other has its name', async () => {
      const id = await unnamed()
      b.signIn('bob')
      await until(() => lab.standIn.calls.size === 2)
      await isNamed()
      await cancel(id)
      expect(statuses()).to.deep.equal(['completed', 'ringing'])
    })

    it('is ended alone where the call of the other has its name of a webhook', async () => {
      const id = await unnamed()
      lab.standIn.faults.push({ kind: 'late', ms: 3_000 })
      lab.standIn.person = { does: 'answers', keys: [key.promise] }
      lab.webhooksTo(b)
      b.signIn('bob')
      await isAsked()
      await isNamed()
      await cancel(id)
      expect(statuses()).to.deep.equal(['completed', 'in-progress'])
    })

    it('is not ended where two calls have no name: both end by themselves', async () => {
      const id = await unnamed()
      lab.standIn.faults.push({ kind: 'late', ms: 3_000 })
      b.signIn('bob')
      await until(() => lab.standIn.calls.size === 2)
      await cancel(id)
      expect(statuses()).to.deep.equal(['ringing', 'ringing'])
    })
  })

  it('rings where its node died before Twilio was asked', async () => {
    a.registry.findKept = () => new Promise(() => undefined)
    a.signIn()
    await until(() => prompt() !== undefined)
    await a.die()
    lab.webhooksTo(b)
    b.registry.takeOver('a')
    const second = b.signIn()
    key.resolve('#')
    await accepted(second)
    expect(lab.rung()).to.deep.equal([firstNumber])
  })

  it('rings once where a node that was thought dead wakes up', async () => {
    let wake: () => void = () => undefined
    const { findKept } = a.registry
    const asleep = new Promise<void>((resolve) => {
      wake = resolve
    })
    a.registry.findKept = async (id) => {
      const kept = await findKept(id)
      await asleep
      return kept
    }
    a.signIn()
    await until(() => prompt() !== undefined)
    lab.webhooksTo(b)
    b.registry.takeOver('a')
    await rings()
    wake()
    key.resolve('#')
    await accepted(b.signIn())
    expect(lab.rung()).to.deep.equal([firstNumber])
  })

  it('waits for a store that has kept a step and lost its answer', async () => {
    const pending = a.signIn()
    await isAsked()
    await isNamed()
    a.registry.loseAnswers(1)
    key.resolve('#')
    await until(() => {
      a.world.clock.advance(100)
      return pending.outcome !== undefined
    })
    await accepted(pending)
    expect(lab.standIn.webhooks[1]?.reply).not.to.include(endedText)
  })

  it('says to sign in again where the other node has told the gateway no', async () => {
    lab.webhooksTo(b)
    a.signIn()
    await isAsked()
    await isNamed()
    await a.registry.noteGatewayRefused(prompt()?.id ?? '')
    key.resolve('#')
    await until(() => lab.standIn.webhooks.length >= 2)
    expect(lab.standIn.webhooks[1]?.reply).to.match(/nogmaals|opnieuw/)
  })

  const aMoment = () => new Promise((resolve) => setTimeout(resolve, 5))

  /** Both nodes read the row before one of them writes it. */
  function lookTogether(...nodes: readonly TestNode[]): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    let looks = 0
    for (const { registry } of nodes) {
      const { findKept } = registry
      registry.findKept = async (id) => {
        const kept = await findKept(id)
        looks += 1
        if (looks === nodes.length) resolve()
        await promise
        return kept
      }
    }
  }
})
