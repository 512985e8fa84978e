import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { helpdeskSocket } from '../../src/config/index.ts'
import { isOperation, permissions } from '../../src/operations/permissions.ts'
import { needRoot } from '../lab/need.ts'
import { type Agent, type AgentAnswer, startAgent } from './agent.ts'
import { type PortalService, startPortal } from './portal-service.ts'

const group = { name: 'nogroup', gid: 65_534 }
const hourMs = 3_600_000
const reason = 'a good story'
const password = 'insider'
const many = Array.from({ length: 20 }, (_, index) => `person${index}`)
const users = {
  ...Object.fromEntries(['games', 'news', 'mail', ...many].map((name) => [name, { password }])),
  adam: { password: 'ruler', groups: ['Domain Admins'] },
}

/** Words of a request that the service would carry out for an administrator. */
const wanted = {
  ...{ name: 'alice', reason, forMs: hourMs, once: false, method: 'sms', id: '1' },
  ...{ authenticator: { method: 'sms', phone: '+31612345690' }, limit: 10 },
}

// She is in the helpdesk's group, knows the protocol, and is after accounts of others and her own (PEOPLE R23, R24).
describe('a malicious member of the helpdesk', function () {
  this.timeout(300_000)
  let portal: PortalService
  let games: Agent
  let agents: Agent[] = []

  before(async function () {
    needRoot(this)
    const settings = { helpdesk_group: group.name, helpdesk_not_for: ['domain admins'] }
    portal = await startPortal(settings, users)
    // What keeps her out is the socket, not the folder above it.
    chmodSync(portal.now().folder, 0o755)
    games = hire('games')
  })
  after(async () => {
    for (const agent of agents) agent.leave()
    if (portal === undefined) return
    await portal.stop()
    rmSync(`${portal.now().folder}-helpdesk`, { recursive: true, force: true })
  })

  function hire(name: string, socket = helpdeskSocket(adminSocket())): Agent {
    const agent = startAgent(name, { gid: group.gid, socket, says: 'root' })
    agents = [...agents, agent]
    return agent
  }
  const adminSocket = () => join(portal.now().folder, 'admin.sock')

  /** What is kept of a person that would let someone in. */
  async function doorsOf(name: string): Promise<unknown> {
    const shown = (await portal.administer('user.show', { name })) as Record<string, unknown>
    return { state: shown.state, ways: shown.authenticators }
  }

  type Row = {
    readonly reason: string
    readonly userKey?: string
    readonly timeline: readonly { readonly detail: Readonly<Record<string, string>> }[]
  }
  async function refusalsOf(agent: Agent) {
    const rows = await portal.administer('audit.search', { reason: 'helpdesk-refused', limit: 100 })
    return (rows as readonly Row[])
      .map(({ userKey, timeline }) => ({ userKey, ...timeline[0]?.detail }))
      .filter((row) => 'uid' in row && row.uid === String(agent.uid))
  }

  it('does not reach the socket of administrators', async () => {
    const answer = await hire('games', adminSocket()).ask('status')
    expect(answer).to.include({ code: 'permission-denied' })
  })

  it('is refused without a proof, whatever she says', async () => {
    for (const operation of ['user.show', 'bypass.give', 'enrolment.code'])
      expect(await games.askUnproven(operation, wanted)).to.include({ code: 'caller-unknown' })
  })

  it('gets nothing that her role does not have, and each try is in the audit under her name', async () => {
    const closed = Object.keys(permissions)
      .filter(isOperation)
      .filter((name) => permissions[name].helpdesk === 'no')
    expect(closed.length).to.be.greaterThan(30)
    const before = await doorsOf('alice')
    for (const operation of [...closed, 'no.such', '__proto__']) {
      const answer = await games.ask(operation, wanted)
      expect(answer, operation).to.include({ code: 'helpdesk-refused' })
    }
    expect(await doorsOf('alice')).to.deep.equal(before)
    const rows = await refusalsOf(games)
    for (const row of rows) expect(row).to.include({ by: 'games', says: 'root' })
    expect(rows.map((row) => 'operation' in row && row.operation)).to.include.members(closed)
  })

  it('opens nothing for herself, under any spelling of her name', async () => {
    const news = hire('news')
    await portal.administer('user.block', { name: 'news', reason: 'somebody suspects her' })
    const before = await doorsOf('news')
    for (const name of ['news', 'NEWS', 'people:news', 'ｎｅｗｓ']) {
      for (const [operation, args] of [
        ['bypass.give', { name, forMs: hourMs, once: false, reason }],
        ['enrolment.code', { name, reason }],
        ['enrolment.lift', { name, reason }],
        ['user.unlock', { name, reason }],
      ] as const) {
        const answer = await news.ask(operation, args)
        const told = `${operation} ${name}: ${JSON.stringify(answer)}`
        expect('code' in answer && answer.code, told).to.be.oneOf(['own-account', 'user-unknown'])
      }
    }
    expect(await doorsOf('news')).to.deep.equal(before)
    const own = (await refusalsOf(news)).filter(({ userKey }) => userKey === 'people:news')
    const operations = own.map((row) => 'operation' in row && row.operation)
    expect(operations).to.include.members(['bypass.give', 'enrolment.code', 'user.unlock'])
  })

  it('opens nothing for administrators, and may look at them', async () => {
    await portal.administer('user.block', { name: 'adam', reason: 'he is away' })
    const before = await doorsOf('adam')
    const lp = hire('lp')
    for (const [operation, more] of [
      ['bypass.give', { forMs: hourMs, once: false }],
      ['enrolment.code', {}],
      ['enrolment.lift', {}],
      ['user.unlock', {}],
    ] as const) {
      for (const name of ['ADAM', 'people:adam']) {
        const answer = await lp.ask(operation, { name, reason, ...more })
        expect(answer, `${operation} ${name}`).to.include({ code: 'protected-account' })
      }
    }
    expect(await doorsOf('adam')).to.deep.equal(before)
    expect(await lp.ask('user.show', { name: 'adam' })).to.have.property('result')
    for (const row of await refusalsOf(lp)) expect(row).to.include({ userKey: 'people:adam' })
  })

  it('lets no one in with the password alone for longer than a shift', async () => {
    const before = await doorsOf('alice')
    for (const forMs of [8 * hourMs + 1, 24 * hourMs, Number.MAX_SAFE_INTEGER]) {
      const answer = await games.ask('bypass.give', { name: 'alice', forMs, once: false, reason })
      expect(answer).to.include({ code: 'helpdesk-refused' })
    }
    expect(await doorsOf('alice')).to.deep.equal(before)
  })

  it('tells the person of each act for them', async () => {
    const messages = async () =>
      (await portal.phone.list()).filter(({ user, code }) => user === 'bob' && code === undefined)
    const before = (await messages()).length
    const given = await games.ask('bypass.give', {
      ...{ name: 'bob', forMs: hourMs, once: false, reason },
    })
    expect(given).to.have.property('result')
    while ((await messages()).length === before)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await games.ask('bypass.end', { name: 'bob', reason })).to.have.property('result')
  })

  it('cannot use a code that she made: it is bob’s, and needs bob’s password', async () => {
    const made = await games.ask('enrolment.code', { name: 'bob', reason })
    const { code } = resultOf(made) as { code: string }
    const refused = async (browser: ReturnType<PortalService['open']>) => {
      const { body } = await browser.refused('POST', 'sign-in/proof', { code })
      expect(JSON.stringify(body)).to.not.include('"in"')
      expect((await browser.refused('GET', 'me')).status).to.equal(401)
      const setup = { setup: { setup: 'app' } }
      expect((await browser.refused('POST', 'setup/begin', setup)).status).to.equal(401)
    }
    await refused(portal.open())
    const wrongPassword = portal.open()
    expect(await wrongPassword.signIn('bob', password)).to.have.property('step', 'refused')
    await refused(wrongPassword)
    const asHerself = portal.open()
    expect(await asHerself.signIn('games', password)).to.have.property('step', 'proof')
    await refused(asHerself)
    // It is still his.
    const bob = portal.open()
    await bob.signIn('bob', 'builder')
    expect(await bob.proof(code)).to.deep.equal({ step: 'in', session: 'setup' })
  })

  it('exceeds no limit a day, and a restart sets none back', async () => {
    const mail = hire('mail')
    const make = (agent: Agent, name: string) => agent.ask('enrolment.code', { name, reason })
    for (let count = 0; count < 3; count += 1) resultOf(await make(mail, 'alice'))
    expect(await make(mail, 'alice')).to.include({ code: 'too-many-codes' })
    for (const name of many.slice(0, 17)) resultOf(await make(mail, name))
    await portal.restart('SIGKILL')
    for (const name of many.slice(17))
      expect(await make(mail, name)).to.include({ code: 'too-many-codes' })
    expect(await make(hire('man'), 'alice')).to.include({ code: 'too-many-codes' })
    expect((await refusalsOf(mail)).filter((row) => 'result' in row)).to.not.deep.equal([])
  })
})

function resultOf(answer: AgentAnswer): unknown {
  if ('result' in answer) return answer.result
  throw new Error(`${answer.code}: ${answer.text}`)
}
