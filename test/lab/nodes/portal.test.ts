import { expect } from 'chai'
import { passwordSealerOf } from '../../../src/compose/sealed-passwords.ts'
import { Secret } from '../../../src/support/index.ts'
import { pairAlicesPhone } from '../../portal/phone-of.ts'
import { signInAlice } from '../../portal/portal-service.ts'
import { flows as allFlows, password } from '../../portal/restarts/flows.ts'
import { createRuns, type Gap, nameIn, type Taken } from '../../portal/restarts/runs.ts'
import { needPostgresql, type Postgresql, startPostgresql } from '../postgresql/server.ts'
import { enrolApps, sealingKey } from '../service-config.ts'
import { type PortalPair, startPortalPair } from './portal-pair.ts'

/** What hangs on a call, or on a password that waits, is not the portal's alone. */
const flows = allFlows.filter(({ losesAfter }) => losesAfter === undefined)
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

function seal(user: string): string {
  const sealer = passwordSealerOf(new Secret(sealingKey))
  return sealer.seal({ directory: 'people', user }, new Secret(password), 'password')
}
