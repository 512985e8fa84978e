import { expect } from 'chai'
import { needPostgresql } from '../postgresql/server.ts'
import { administer, codeOf, enrolApps, seedOf } from '../service-config.ts'
import type { FailoverGateway } from './failover-gateway.ts'
import { type Nodes, startNodes } from './pair.ts'

const users = {
  eva: { password: 'pw-eva', phones: ['+31610000005'] },
  fay: { password: 'pw-fay' },
  gus: { password: 'pw-gus' },
}

describe('two services on one database', function () {
  this.timeout(600_000)
  let nodes: Nodes
  let gateway: FailoverGateway

  before(async function () {
    needPostgresql(this)
    nodes = await startNodes({ users })
    gateway = await nodes.openGateway({ tries: 3, everyMs: 1_000, lastEveryMs: 20_000 })
    const [first] = nodes.services
    if (first !== undefined) await enrolApps(first, ['fay', 'gus'])
  })
  after(async () => {
    gateway?.close()
    await nodes?.stop()
  })

  const reasonsOf = async (user: string) =>
    (await nodes.signIns()).filter((row) => row.user_name === user).map(({ reason }) => reason)

  it('refuse at one a code that was used at the other', async () => {
    const [a, b] = gateway.servers
    const password = `pw-fay,${codeOf(seedOf('fay'))}`
    const signIn = { user: 'fay', password, nas: 'append' }
    expect((await a?.signIn({ ...signIn, device: '192.0.2.8' }))?.kind).to.equal('accept')
    expect((await b?.signIn({ ...signIn, device: '192.0.2.9' }))?.kind).to.equal('reject')
    expect(await reasonsOf('fay')).to.deep.equal(['accepted', 'code-reused'])
  })

  it('refuse at one who was blocked at the other', async () => {
    const [a] = nodes.services
    const [, atB] = gateway.servers
    if (a === undefined) throw new Error('two were started')
    const signIn = (steps: number) =>
      atB?.signIn({
        ...{ user: 'gus', nas: 'append' },
        password: `pw-gus,${codeOf(seedOf('gus'), steps)}`,
      })
    expect((await signIn(0))?.kind).to.equal('accept')
    await administer(a, [['user.block', { name: 'gus', reason: 'lost laptop' }]])
    expect((await signIn(1))?.kind).to.equal('reject')
    expect(await reasonsOf('gus')).to.deep.equal(['accepted', 'blocked'])
  })

  it('take at one the answer to what the other has asked, once', async () => {
    const [a, b] = gateway.servers
    const signIn = { user: 'eva', password: 'pw-eva', nas: 'text', device: '192.0.2.7' }
    const asked = await a?.signIn(signIn)
    expect(asked?.kind).to.equal('challenge')
    const text = nodes.phones.requests.findLast(({ name }) => name === 'POST Messages')
    const [code = ''] = /\d{6}/.exec(text?.form.Body ?? '') ?? []
    const state = asked?.state
    const answer = { ...signIn, password: code, ...(state && { state }) }
    expect((await b?.signIn(answer))?.kind).to.equal('accept')
    expect((await a?.signIn({ ...answer, device: '192.0.2.66' }))?.kind).to.equal('reject')
  })
})
