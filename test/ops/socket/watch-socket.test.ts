import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type AdminSocket, connectAdmin, startAdminSocket } from '../../../src/ops/index.ts'
import { watchSocket } from '../../../src/ops/socket/watch-socket.ts'
import { createManualClock } from '../../support/manual-clock.ts'

describe('the socket for commands, lost while the service runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-kept-'))
  const path = join(folder, 'admin.sock')
  let clock: ReturnType<typeof createManualClock>
  let events: string[]
  let logged: () => Promise<void>
  let socket: AdminSocket

  beforeEach(async () => {
    clock = createManualClock()
    events = []
    let tell = () => {}
    logged = () =>
      new Promise((resolve) => {
        tell = resolve
      })
    const operations = { ping: async () => 'pong' }
    socket = await watchSocket(
      path,
      () => startAdminSocket({ path, operations, clock, onInternalError: () => undefined }),
      {
        clock,
        logger: {
          log: ({ event }) => {
            events.push(event)
            tell()
          },
        },
      },
    )
  })
  afterEach(async () => {
    await socket.close()
    rmSync(path, { force: true })
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function ping(): Promise<unknown> {
    const connection = await connectAdmin(path)
    try {
      return await connection.call('ping', {})
    } finally {
      connection.close()
    }
  }

  it('is there again after some seconds, and says so once', async () => {
    for (const turn of [1, 2]) {
      rmSync(path)
      const told = logged()
      clock.advance(5_000)
      await told
      expect(await ping()).to.equal('pong')
      expect(events).to.have.length(turn)
    }
    expect(events).to.deep.equal(['socket-restored', 'socket-restored'])
  })

  it('leaves what another process has put there, and says so once', async () => {
    renameSync(path, `${path}.away`)
    const other = createServer().listen(path)
    await new Promise((resolve) => other.once('listening', resolve))
    clock.advance(5_000)
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(5_000)
    await new Promise((resolve) => setImmediate(resolve))
    expect(events).to.deep.equal(['socket-taken'])
    expect(existsSync(path)).to.equal(true)
    await new Promise((resolve) => other.close(resolve))
  })

  it('is tried again where it cannot be made', async () => {
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'in the way')
    const told = logged()
    clock.advance(5_000)
    await told
    expect(events).to.deep.equal(['socket-not-restored'])
    rmSync(folder)
    const restored = logged()
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(5_000)
    await restored
    expect(await ping()).to.equal('pong')
  })
})
