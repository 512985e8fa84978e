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

const fallbackUrl = 'https://mfa2.corp.example/second'
const nowhere = 'http://127.0.0.1:1'

describe('a call where public_url is a list and nothing answers at the first address (O15)', () => {
  let lab: NodeLab
  let a: TestNode
  let b: TestNode
  beforeEach(async () => {
    lab = await startNodeLab({ fallbackUrl })
    ;({ a, b } = lab)
    lab.standIn.fallbackTo = b.address
  })
  afterEach(stopNodes)

  const prompt = () => [...lab.rows.prompts.values()].at(-1)
  const isNamed = () => until(() => JSON.parse(prompt()?.progress ?? '{}').providerId !== undefined)
  const accepted = async (pending: ReturnType<TestNode['signIn']>) => {
    expect(reasonOf(await pending.done)).to.equal('accepted')
  }
  const asked = () => lab.standIn.webhooks.map(({ path, status }) => [path.slice(0, 13), status])
  /** No one has the first address. */
  const killFirst = () => lab.webhooksTo({ ...a, address: nowhere })

  it('goes on at the second one from the first question on', async () => {
    killFirst()
    lab.standIn.person = { does: 'answers', keys: ['1', '#'] }
    await accepted(a.signIn())
    await until(() => lab.standIn.webhooks.length >= 4)
    expect(asked().slice(0, 4)).to.deep.equal([
      ['/twilio/call/', 0],
      ['/twilio/again', 200],
      // It gave out its own address for the keys.
      ['/twilio/call/', 200],
      ['/twilio/call/', 200],
    ])
    expect(lab.rung()).to.deep.equal([firstNumber])
  })

  for (const fallbackHasKeys of [false, true]) {
    const what = fallbackHasKeys ? 'hears the keys once' : 'puts the same question again'
    it(`${what}, where the first one dies as a key is pressed`, async () => {
      lab.standIn.fallbackHasKeys = fallbackHasKeys
      lab.webhooksTo(a)
      const key = Promise.withResolvers<string>()
      lab.standIn.person = { does: 'answers', keys: [key.promise, '#'] }
      const pending = a.signIn()
      await until(() => lab.standIn.webhooks.length === 1)
      await isNamed()
      killFirst()
      key.resolve('#')
      await accepted(pending)
      await until(() => lab.standIn.webhooks.length >= 3)
      const [first, , again] = lab.standIn.webhooks
      expect(again?.path).to.match(/^\/twilio\/again\//)
      expect(again?.reply.includes('/second/twilio/call/')).to.equal(!fallbackHasKeys)
      if (!fallbackHasKeys) expect(said(again?.reply)).to.equal(said(first?.reply))
      expect(a.uses() + b.uses()).to.equal(1)
    })
  }

  it('counts no key twice, where the first one has counted it and its answer was lost', async () => {
    lab.standIn.fallbackHasKeys = true
    lab.webhooksTo(a)
    const key = Promise.withResolvers<string>()
    lab.standIn.person = { does: 'answers', keys: [key.promise, '#'] }
    const pending = a.signIn()
    await until(() => lab.standIn.webhooks.length === 1)
    await isNamed()
    const [call] = lab.standIn.calls.values()
    const [, path = ''] = /(\/twilio\/call\/.*)0$/.exec(call?.form.Url ?? '') ?? []
    await lab.send(a, `${path}1`, call?.sid, { Digits: '1' })
    const kept = JSON.parse(prompt()?.progress ?? '{}')
    expect(kept.turn).to.equal(2)
    killFirst()
    key.resolve('1')
    await accepted(pending)
    await until(() => lab.standIn.webhooks.length >= 3)
    const again = lab.standIn.webhooks.find(({ path }) => path.includes('/again/'))
    expect(said(again?.reply)).to.equal(kept.said.say)
  })

  it('finds out by asking that the line is busy, and rings the backup number', async () => {
    killFirst()
    lab.standIn.person = { does: 'busy' }
    lab.standIn.people.set(backupNumber, { does: 'answers', keys: ['#'] })
    const pending = a.signIn()
    await isNamed()
    await until(() => {
      a.world.clock.advance(100)
      return pending.outcome !== undefined
    })
    await accepted(pending)
    expect(lab.rung()).to.deep.equal([firstNumber, backupNumber])
  })

  it('believes nothing at the second address that is not signed for it', async () => {
    lab.webhooksTo(a)
    lab.standIn.person = { does: 'answers', keys: [new Promise(() => undefined)] }
    a.signIn()
    await until(() => lab.standIn.webhooks.length === 1)
    await isNamed()
    const [call] = lab.standIn.calls.values()
    const path = new URL(call?.form.FallbackUrl ?? '').pathname.replace('/second', '')
    for (const url of [fallbackUrl, 'https://evil.example']) {
      const reply = await lab.send(b, path, call?.sid, { Digits: '#' }, url)
      expect(reply.includes(endedText), url).to.equal(url !== fallbackUrl)
    }
    const stranger = await lab.send(b, path, `CA${'0'.repeat(32)}`, {}, fallbackUrl)
    expect(stranger).to.include(endedText)
    expect(prompt()?.ended).to.equal(undefined)
  })
})

function said(twiml: string | undefined): string | undefined {
  return /<Say[^>]*>([^<]*)</.exec(twiml ?? '')?.[1]
}
