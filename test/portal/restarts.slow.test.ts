import { expect } from 'chai'
import { passwordSealerOf } from '../../src/compose/sealed-passwords.ts'
import { Secret } from '../../src/support/index.ts'
import { sealingKey } from '../lab/service-config.ts'
import { type PortalService, startPortal } from './portal-service.ts'
import { flows, password } from './restarts/flows.ts'
import { createRuns, type Gap, nameIn, type Taken } from './restarts/runs.ts'

/** Of the longest flow. */
const mostRequests = 7
const gaps = (['SIGTERM', 'SIGKILL'] as const).flatMap((by) =>
  Array.from({ length: mostRequests }, (_, index): Gap => ({ after: index + 1, by })),
)
const rounds = Array.from({ length: gaps.length + 1 }, (_, round) => round)
/**
 * As installations have them: what hangs on a password in clear text, which only the demo takes, ends with the process.
 */
const users = Object.fromEntries(
  rounds
    .flatMap((round) => flows.map((flow) => nameIn(flow, round)))
    .map((user) => [user, { sealed_password: seal(user) }]),
)

// No page needs the same process twice: what a browser is in the middle of is a row (RULES 16, 38).
describe('the portal, ended and started again after any request', function () {
  this.timeout(600_000)
  let portal: PortalService
  let runs: ReturnType<typeof createRuns>
  let undisturbed: readonly Taken[] = []

  before(async () => {
    portal = await startPortal({}, users)
    runs = createRuns(portal)
  })
  after(() => portal?.stop())

  /** An attacker who has read along sends everything once more, with the cookies of that moment. */
  async function replay({ cookies, requests }: Taken): Promise<void> {
    for (const asked of requests) {
      if (asked.method !== 'POST' || asked.path === '/api/sign-in') continue
      const { body } = await portal.open(asked.cookies).send('POST', asked.path, asked.body)
      expect(body, asked.path).to.not.have.property('step', 'in')
      expect(body, asked.path).to.not.have.property('step', 'done')
    }
    const earlier = requests.filter((asked) => asked.cookies.get('holdfast') !== session(cookies))
    for (const asked of earlier) {
      const { status } = await portal.open(asked.cookies).refused('GET', 'me')
      expect(status, `the session before ${asked.path}`).to.equal(401)
    }
  }

  it('is undisturbed first', async () => {
    undisturbed = await runs.takeAll(flows)
    for (const { end, flow, requests } of undisturbed) {
      expect(end, flow.name).to.have.property('came')
      expect(requests.length, flow.name).to.be.at.least(3)
    }
    const lengths = undisturbed.map(({ requests }) => requests.length)
    expect(Math.max(...lengths)).to.equal(mostRequests)
  })

  for (const gap of gaps) {
    it(`goes on after ${gap.by} after request ${gap.after}, and nothing is used twice`, async () => {
      const longer = undisturbed.filter(({ requests }) => requests.length >= gap.after)
      const taken = await runs.takeAll(
        longer.map(({ flow }) => flow),
        gap,
      )
      for (const [index, each] of taken.entries()) {
        const { end, flow, kept } = each
        const before = longer[index] as Taken
        if (flow.losesAfter?.includes(gap.after)) {
          expect(end, flow.name).to.have.nested.property('stopped.reason', 'interrupted')
          expect(end, flow.name).to.have.nested.property('stopped.text').that.matches(/again/)
        } else {
          expect(end, flow.name).to.deep.equal(before.end)
          expect(kept, flow.name).to.deep.equal(before.kept)
        }
        expect(each.texts, flow.name).to.be.at.most(before.texts)
        expect(each.calls, flow.name).to.be.at.most(before.calls)
        await replay(each)
        expect(await runs.keptOf(each.name), flow.name).to.deep.equal(kept)
      }
    })
  }

  it('rings no one twice for a call that it has lost, and calls again once that would be over', async () => {
    const calls = async () =>
      (await portal.phone.list()).filter(({ kind, user }) => kind === 'call' && user === 'carol')
    expect(await portal.open().signIn('carol', 'singer')).to.have.property('step', 'question')
    await portal.phone.next('call', 'carol')
    await portal.restart('SIGKILL')
    expect(await portal.open().signIn('carol', 'singer')).to.include({ reason: 'interrupted' })
    expect(await calls()).to.deep.equal([])
    await portal.restart('SIGKILL', 61_000)
    const carol = portal.open()
    expect(await carol.signIn('carol', 'singer')).to.have.property('step', 'question')
    const call = await portal.phone.next('call', 'carol')
    const [step] = await Promise.all([carol.answer(''), portal.phone.press(call.id, '#')])
    expect(step).to.deep.equal({ step: 'in', session: 'whole' })
  })
})

function seal(user: string): string {
  const sealer = passwordSealerOf(new Secret(sealingKey))
  return sealer.seal({ directory: 'people', user }, new Secret(password), 'password')
}

function session(cookies: ReadonlyMap<string, string>): string | undefined {
  return cookies.get('holdfast')
}
