import { expect } from 'chai'
import { shellBlocks } from '../../docs/steps.ts'
import { holdfast } from '../cli.ts'
import { needPostgresql } from '../postgresql/server.ts'
import { codeOf, enrolApps, seedOf } from '../service-config.ts'
import { type Nodes, startNodes } from './pair.ts'

const page = 'docs/how-to/two-servers.md'
const words = (heading: string) =>
  shellBlocks(page, heading)
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('holdfast '))
    .map((line) => line.split(' ').slice(1))

// Runs what the page says to type.
describe(page, function () {
  this.timeout(600_000)
  let nodes: Nodes

  before(async function () {
    needPostgresql(this)
    nodes = await startNodes({ users: { fay: { password: 'pw-fay' } } })
  })
  after(() => nodes?.stop())

  async function run(typed: readonly string[]): Promise<string> {
    const [, second] = nodes.services
    if (second === undefined) throw new Error('two were started')
    const { configFile, folder } = second
    const done = await holdfast([...typed, '--config', configFile], { XDG_RUNTIME_DIR: folder })
    return done.stdout + done.stderr
  }

  it('compares both nodes, and drains one of them while it still lets people in', async () => {
    const [check = [], ...more] = words('Set it up')
    expect(more).to.deep.equal([])
    expect(await run(check)).to.match(/2 nodes: a, b/)
    expect(await run(['node', 'list'])).to.match(
      /a +[0-9a-f]{8} +serving[\s\S]*b +[0-9a-f]{8} +serving/,
    )

    const [drain = []] = words('Update')
    expect(await run(drain)).to.contain('b no longer answers Status-Server')
    await nodes.services[1]?.printed(/"event":"node-draining"/)
    const [first] = nodes.services
    if (first !== undefined) await enrolApps(first, ['fay'])
    const gateway = await nodes.openGateway({ tries: 1, everyMs: 20_000 })
    const password = `pw-fay,${codeOf(seedOf('fay'))}`
    const ending = await gateway.signIn({ user: 'fay', password, nas: 'append' }, [1])
    gateway.close()
    expect(ending).to.include({ kind: 'accept', server: 1 })
  })
})
