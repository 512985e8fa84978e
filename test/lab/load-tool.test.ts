import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect } from 'chai'
import { startLoader } from '../bench/load/loader.ts'
import { benchPeople } from '../bench/load/people.ts'
import { benchSecret } from '../bench/sides/gateway.ts'
import { type ServerScript, startServerScript } from '../bench/sides/server-script.ts'
import { needProgram } from './need.ts'

/** What a load came to. */
type Counts = { readonly accepts: number; readonly rejects: number; readonly lost: number }

describe('the load tool of the bench', function () {
  this.timeout(600_000)
  const people = benchPeople(300).map((person, index) =>
    index % 3 === 0 ? { ...person, password: 'Wrong-Passw0rd' } : person,
  )
  let server: ServerScript

  before(async function () {
    needProgram('radclient', this)
    server = await startServerScript('./wire-server.ts')
  })
  after(() => server?.stop())

  async function ownTool(port: number, timeoutMs: number): Promise<Counts> {
    const loader = startLoader()
    const { accepts, rejects, lost, forged } = await loader.run({
      port,
      secret: benchSecret,
      people,
      sockets: 4,
      window: 32,
      timeoutMs,
    })
    loader.stop()
    expect(forged).to.equal(0)
    return { accepts, rejects, lost }
  }

  async function radclient(port: number): Promise<Counts> {
    const child = spawn('radclient', [
      ...['-q', '-s', '-p', '32', '-r', '1', '-t', '60'],
      ...[`127.0.0.1:${port}`, 'auth', benchSecret],
    ])
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => (printed += text))
    child.stdin.end(
      people
        .map(
          ({ name, password }) =>
            `User-Name = "${name}", User-Password = "${password}", Message-Authenticator = 0x00\n`,
        )
        .join('\n'),
    )
    await once(child, 'close')
    const count = (name: string) => Number(new RegExp(`${name}\\s*:\\s*(\\d+)`).exec(printed)?.[1])
    return { accepts: count('Accepted'), rejects: count('Rejected'), lost: count('Lost') }
  }

  it('counts what radclient counts', async () => {
    const counted = await ownTool(server.port, 60_000)
    expect(counted).to.deep.equal({ accepts: 200, rejects: 100, lost: 0 })
    expect(await radclient(server.port)).to.deep.equal(counted)
  })

  it('counts what is not answered as lost', async () => {
    const silent = createSocket('udp4')
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve))
    const counted = await ownTool(silent.address().port, 500)
    silent.close()
    expect(counted).to.deep.equal({ accepts: 0, rejects: 0, lost: 300 })
  })
})
