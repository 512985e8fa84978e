import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  type AdminOperation,
  type AdminSocket,
  adminLimits,
  connectAdmin,
  connectAsCaller,
  startAdminSocket,
} from '../../src/ops/index.ts'
import type { Caller } from '../../src/support/index.ts'
import { createManualClock } from '../support/manual-clock.ts'

const self = process.getuid?.() ?? 0

describe('callers of a socket for commands', () => {
  let folder: string
  let path: string
  let service: AdminSocket
  let clock: ReturnType<typeof createManualClock>

  const operations: Record<string, AdminOperation> = {
    who: async (_, { caller }) => caller,
    wait: (_, { signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve('gone'))),
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-callers-'))
    path = join(folder, 'run', 'admin.sock')
    clock = createManualClock()
    clock.advance(1_700_000_000_000)
    service = await start()
  })
  afterEach(async () => {
    await service.close()
    rmSync(folder, { recursive: true })
  })

  const start = (change: Partial<Parameters<typeof startAdminSocket>[0]> = {}) =>
    startAdminSocket({ path, operations, clock, onInternalError: () => undefined, ...change })

  async function who(connection: Awaited<ReturnType<typeof connectAdmin>>): Promise<Caller> {
    const caller = await connection.call('who', {})
    connection.close()
    return caller as Caller
  }

  it('are known by the user they run as, and by what they say only as that', async () => {
    const caller = await who(await connectAsCaller(path, 'alice'))
    expect(caller).to.include({ via: 'admin-socket', uid: self, says: 'alice' })
    if (self === 0) expect(caller.name).to.equal('root')
    expect(readdirSync(join(folder, 'run', 'callers'))).to.deep.equal([])
  })

  it('are unknown where they do not prove it, whatever they say', async () => {
    const connection = await connectAdmin(path)
    await connection.call('caller.begin', { says: 'root', uid: 0, name: 'root' })
    expect(await who(connection)).to.deep.equal({ via: 'admin-socket', says: 'root' })
  })

  it('are unknown with a file that was asked for on another connection', async () => {
    const [first, second] = [await connectAdmin(path), await connectAdmin(path)]
    const asked = Object(await first.call('caller.begin', {}))
    await second.call('caller.begin', {})
    writeFileSync(join(folder, 'run', 'callers', asked.name), asked.content)
    expect(await codeOf(second.call('caller.prove', {}))).to.equal('caller-unproven')
    expect(await who(second)).to.deep.equal({ via: 'admin-socket' })
    first.close()
  })

  it('have one try for each connection', async () => {
    const connection = await connectAdmin(path)
    expect(await connection.call('caller.prove', {})).to.deep.equal({})
    const asked = Object(await connection.call('caller.begin', {}))
    expect(await codeOf(connection.call('caller.prove', {}))).to.equal('caller-unproven')
    expect(await connection.call('caller.begin', {})).to.deep.equal({})
    writeFileSync(join(folder, 'run', 'callers', asked.name), asked.content)
    expect(await codeOf(connection.call('caller.prove', {}))).to.equal('caller-unproven')
    expect(await who(connection)).to.deep.equal({ via: 'admin-socket' })
  })

  it('cannot make others prove who they are in their slot', async () => {
    // A socket of an attacker, to which root was led. What it is asked it asks the service, and passes on the answer.
    const evil = join(folder, 'evil')
    mkdirSync(evil)
    chmodSync(evil, 0o755)
    symlinkSync(join(folder, 'run', 'callers'), join(evil, 'callers'))
    const relayed: Socket[] = []
    const relay: Server = createServer((victim) => {
      const real = createConnection(path)
      relayed.push(real)
      victim.on('error', () => undefined).on('data', (chunk) => real.write(chunk))
      real.on('error', () => undefined).on('data', (chunk) => victim.write(chunk))
    })
    await new Promise<void>((resolve) => relay.listen(join(evil, 'admin.sock'), resolve))
    const caller = await who(await connectAsCaller(join(evil, 'admin.sock'), undefined))
    expect(caller).to.deep.equal({ via: 'admin-socket' })
    for (const socket of relayed) socket.destroy()
    await new Promise((resolve) => relay.close(resolve))
  })

  it('create no file where something that is not a service tells them to', async () => {
    for (const name of ['../../target', '/tmp/target', '', 'x'.repeat(32), `${'a'.repeat(32)}\n`]) {
      const evil = join(folder, 'evil.sock')
      mkdirSync(join(folder, 'callers'), { recursive: true })
      const server = createServer((socket) => {
        socket.on('error', () => undefined)
        socket.on('data', () => {
          const result = { name, content: 'a'.repeat(32) }
          socket.write(`${JSON.stringify({ id: 1, ok: true, result })}\n`)
        })
      })
      await new Promise<void>((resolve) => server.listen(evil, resolve))
      ;(await connectAsCaller(evil, undefined)).close()
      await new Promise((resolve) => server.close(resolve))
      expect(readdirSync(join(folder, 'callers'))).to.deep.equal([])
      expect(readdirSync(folder)).to.not.include('target')
    }
  })

  it('are served by a service that asks for no proof', async () => {
    await service.close()
    const older = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (chunk) => {
        const { id, operation } = JSON.parse(String(chunk))
        const error = { code: 'operation-unknown', message: operation }
        const answer = operation === 'who' ? { id, ok: true, result: 'older' } : { id, error }
        socket.write(`${JSON.stringify(answer)}\n`)
      })
    })
    await new Promise<void>((resolve) => older.listen(path, resolve))
    expect(await who(await connectAsCaller(path, undefined))).to.equal('older')
    await new Promise((resolve) => older.close(resolve))
    service = await start()
  })

  it('who ask for nothing are sent away, and the others stay', async () => {
    const silent = createConnection(path)
    const known = await connectAsCaller(path, undefined)
    const waiting = await connectAdmin(path)
    const result = codeOf(waiting.call('wait', {}))
    await known.call('who', {})
    clock.advance(10_000)
    expect(await readAll(silent)).to.have.nested.property('[0].error.code', 'connection-idle')
    clock.advance(500_000)
    expect(await who(known)).to.include({ uid: self })
    waiting.close()
    expect(await result).to.equal('connection-lost')
  })

  it('who send half a request, byte by byte, do not stay for it', async () => {
    const slow = createConnection(path)
    const ended = readAll(slow)
    await new Promise((resolve) => slow.once('connect', resolve))
    slow.write('{"id":1,')
    await (await connectAsCaller(path, undefined)).call('who', {})
    clock.advance(9_999)
    slow.write('"operation"')
    await (await connectAsCaller(path, undefined)).call('who', {})
    clock.advance(1)
    expect(await ended).to.have.nested.property('[0].error.code', 'connection-idle')
  })

  it('who hold all slots make room for the next, with a clear word', async () => {
    const held = Array.from({ length: adminLimits.slots.total }, () => createConnection(path))
    await Promise.all(
      held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
    )
    const [oldest] = held
    if (oldest === undefined) throw new Error('there is none')
    const ended = readAll(oldest)
    expect(await who(await connectAsCaller(path, undefined))).to.include({ uid: self })
    expect(await ended).to.have.nested.property('[0].error.code', 'socket-busy')
    for (const socket of held) socket.destroy()
  })

  it('who ask too much in too short a time are sent away, root is not', async () => {
    await service.close()
    const few = { burst: 5, perSecond: 1 }
    const requests = { unproven: few, user: few }
    service = await start({ limits: { ...adminLimits, requests } })
    const connection = await connectAdmin(path)
    for (let count = 0; count < 5; count += 1) await connection.call('who', {})
    expect(await codeOf(connection.call('who', {}))).to.equal('too-many-requests')
    if (self !== 0) return
    const root = await connectAsCaller(path, undefined)
    for (let count = 0; count < 20; count += 1) await root.call('who', {})
    root.close()
  })

  it('may ask so much at once, and are told how much', async () => {
    await service.close()
    const connection = { ...adminLimits.connection, requestBytes: 100 }
    service = await start({ limits: { ...adminLimits, connection } })
    const socket = createConnection(path)
    socket.write('x'.repeat(101))
    expect(await readAll(socket)).to.deep.equal([
      {
        id: null,
        error: { code: 'request-too-large', message: 'a request has at most 100 bytes' },
      },
    ])
  })
})

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise
  } catch (error) {
    return Object(error).code
  }
}

/** All that a socket gives until it ends, parsed. */
function readAll(socket: Socket): Promise<unknown[]> {
  return new Promise((resolve) => {
    let text = ''
    socket.on('error', () => undefined)
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      text += String(chunk)
    })
    socket.on('close', () =>
      resolve(
        text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line)),
      ),
    )
  })
}
