import { expect } from 'chai'
import { passwordSealerOf } from '../../../src/compose/sealed-passwords.ts'
import { Secret } from '../../../src/support/index.ts'
import type { PromptNow } from '../../../src/web/people/contract.ts'
import { pairAlicesPhone, pairBobsPhone } from '../../portal/phone-of.ts'
import { signInAlice, signInBob } from '../../portal/portal-service.ts'
import { flows, password } from '../../portal/restarts/flows.ts'
import { createRuns, type Gap, nameIn, type Taken } from '../../portal/restarts/runs.ts'
import type { EventReader } from '../../support/events.ts'
import { needPostgresql, type Postgresql, startPostgresql } from '../postgresql/server.ts'
import { enrolApps, sealingKey } from '../service-config.ts'
import { type PortalPair, startPortalPair } from './portal-pair.ts'

const gaps = [1, 2, 4].map((after): Gap => ({ after, by: 'SIGKILL' }))
const rounds = Array.from({ length: flows.length + gaps.length }, (_, round) => round)
const users = Object.fromEntries(
  rounds
    .flatMap((round) => flows.map((flow) => nameIn(flow, round)))
    .map((user) => [user, { sealed_password: seal(user) }]),
)

describe('the portal at two nodes behind a balancer', function () {
  this.timeout(600_000)
  let server: Postgresql
  let pair: PortalPair
  let runs: ReturnType<typeof createRuns>
  const undisturbed = new Map<string, Taken>()

  before(async function () {
    needPostgresql(this)
    server = await startPostgresql()
    pair = await startPortalPair(server, users)
    await enrolApps(pair.now(), ['alice'])
    runs = createRuns(pair)
  })
  after(async () => {
    await pair?.stop()
    await server?.stop()
  })

  for (const flow of flows) {
    it(`takes ${flow.name}, with each request at the other node than the one before`, async () => {
      const before = pair.taken.length
      const [taken] = await runs.takeAll([flow])
      expect(taken?.end).to.have.property('came')
      const nodes = pair.taken.slice(before)
      expect(nodes.length).to.be.at.least(3)
      expect(nodes.every((node, index) => node === ((nodes[0] ?? 0) + index) % 2)).to.equal(true)
      undisturbed.set(flow.name, taken as Taken)
    })
  }

  it('adds a phone, and no node forgets who is signed in', async () => {
    const alice = pair.open()
    await signInAlice(alice)
    const phone = await pairAlicesPhone(pair, alice)
    const { authenticators } = await alice.me()
    expect(authenticators.map(({ id }) => id)).to.include(phone.id)
    for (let looks = 0; looks < 2; looks += 1) {
      expect(await phone.look()).to.include({ step: 'shown' })
    }
  })

  it('tells a phone at either of a prompt, and takes its answer at the other one', async () => {
    const sms = { method: 'sms', phone: '+31612345678' }
    await pair.administer('authenticator.add', { name: 'bob', authenticator: sms })
    const bob = pair.open()
    await signInBob(pair, bob)
    const phone = await pairBobsPhone(pair, bob)
    // One at each node.
    const streams = [await phone.stream(), await phone.stream()]
    const browser = pair.open()
    const menu = await browser.signIn('bob', 'builder')
    const option = (menu.step === 'question' ? menu.question.options : []).find(
      ({ method }) => method === 'push',
    )
    const asked = await browser.answer(option?.answer ?? '')
    const number = asked.step === 'question' ? (asked.question.via?.number ?? '') : ''
    const waiting = browser.answer('')
    const shown = await Promise.all(streams.map(promptIn))
    const { id } = await phone.waiting()
    expect(shown).to.deep.equal([id, id])
    for (const stream of streams) stream.close()
    expect(await phone.answer(id, number)).to.equal('approved')
    expect(await waiting).to.deep.equal({ step: 'in', session: 'whole' })
  })

  for (const gap of gaps) {
    it(`goes on at the other one where a node is killed behind request ${gap.after}`, async () => {
      const longer = flows.filter(
        ({ name }) => (undisturbed.get(name)?.requests.length ?? 0) >= gap.after,
      )
      for (const taken of await runs.takeAll(longer, gap)) {
        const before = undisturbed.get(taken.flow.name)
        expect(taken.end, taken.flow.name).to.deep.equal(before?.end)
        expect(taken.kept, taken.flow.name).to.deep.equal(before?.kept)
      }
    })
  }

  it('keeps everyone signed in who was, when one is gone', async () => {
    const [early, late] = [pair.open(), pair.open()]
    await signInAlice(early, 1)
    await pair.kill(0)
    for (let looks = 0; looks < 4; looks += 1) {
      expect(await early.me()).to.include({ session: 'whole' })
    }
    expect(await late.signIn('alice', 'wonderland')).to.have.property('step', 'question')
  })
})

/** The id of the prompt that a stream shows in the end. */
async function promptIn(events: EventReader): Promise<string> {
  for (;;) {
    const event = await events.next()
    if (typeof event === 'string') throw new Error(`the stream has said ${event}`)
    const { prompt } = event as PromptNow
    if (prompt !== undefined) return prompt.id
  }
}

function seal(user: string): string {
  const sealer = passwordSealerOf(new Secret(sealingKey))
  return sealer.seal({ directory: 'people', user }, new Secret(password), 'password')
}
