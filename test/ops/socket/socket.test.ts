import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  type AdminOperation,
  AdminOperationError,
  type AdminSocket,
  connectAdmin,
  OpsError,
  startAdminSocket,
} from '../../../src/ops/index.ts'
import { HoldfastError } from '../../../src/support/index.ts'

describe('admin socket', () => {
  let folder: string
  let path: string
  let service: AdminSocket
  let failures: [string, unknown][]
  let lastSignal: AbortSignal | undefined

  const operations: Record<string, AdminOperation> = {
    echo: async (args) => args,
    count: async (_args, { send }) => {
      send(1)
      send(2)
      return 'done'
    },
    refuse: async () => {
      throw new HoldfastError('user-unknown', 'nobody is called zoe')
    },
    crash: async () => {
      throw new Error('private detail')
    },
    huge: async () => 'x'.repeat(1024 * 1024),
    wait: (_args, { signal }) =>
      new Promise((_resolve, reject) => {
        lastSignal = signal
        signal.addEventListener('abort', () => reject(new HoldfastError('gone', 'gone')))
      }),
  }
  const start = () =>
    startAdminSocket({
      path,
      operations,
      onInternalError: (operation, error) => failures.push([operation, error]),
    })

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-admin-'))
    path = join(folder, 'run', 'admin.sock')
    failures = []
    lastSignal = undefined
    service = await start()
  })
  afterEach(async () => {
    await service.close()
    rmSync(folder, { recursive: true })
  })

  it('makes the folder, and a socket for owner and group only', () => {
    expect(statSync(path).mode & 0o777).to.equal(0o660)
    expect(statSync(join(folder, 'run')).mode & 0o007).to.equal(0)
  })

  it('gives the result of an operation', async () => {
    const connection = await connectAdmin(path)
    expect(await connection.call('echo', { name: 'Zoë\nnew line' })).to.deep.equal({
      name: 'Zoë\nnew line',
    })
    connection.close()
  })

  it('streams events before the result, each to its own call', async () => {
    const connection = await connectAdmin(path)
    const first: unknown[] = []
    const second: unknown[] = []
    const results = await Promise.all([
      connection.call('count', {}, (event) => first.push(event)),
      connection.call('count', {}, (event) => second.push(event)),
    ])
    expect(results).to.deep.equal(['done', 'done'])
    expect(first).to.deep.equal([1, 2])
    expect(second).to.deep.equal([1, 2])
    connection.close()
  })

  const refusals: { operation: string; code: string; message: RegExp }[] = [
    { operation: 'refuse', code: 'user-unknown', message: /zoe/ },
    { operation: 'crash', code: 'internal-error', message: /^(?!.*private)/ },
    { operation: 'nothing', code: 'operation-unknown', message: /^(?!.*nothing)/ },
    { operation: '__proto__', code: 'operation-unknown', message: /^(?!.*__proto__)/ },
    { operation: 'toString', code: 'operation-unknown', message: /^(?!.*toString)/ },
    { operation: 'huge', code: 'answer-too-large', message: /1 MB/ },
  ]
  for (const { operation, code, message } of refusals) {
    it(`answers ${operation} with ${code}`, async () => {
      const connection = await connectAdmin(path)
      const error = await failureOf(connection.call(operation, {}))
      expect(error).to.be.instanceOf(
        code === 'answer-too-large' ? AdminOperationError : HoldfastError,
      )
      expect(error).to.include({ code })
      expect(String(error)).to.match(message)
      expect(await connection.call('echo', 1), 'the connection goes on').to.equal(1)
      connection.close()
    })
  }

  it('tells the log of what the command may not see', async () => {
    const connection = await connectAdmin(path)
    await failureOf(connection.call('crash', {}))
    connection.close()
    expect(failures.map(([operation]) => operation)).to.deep.equal(['crash'])
  })

  const garbage = ['', 'x', '[]', 'null', '{"id":{}}', '{"id":1,"operation":2}', '\u0000\u00ff']
  for (const line of garbage) {
    it(`answers ${JSON.stringify(line)} with an error, ends the connection and serves others`, async () => {
      const socket = createConnection(path)
      socket.write(`${line}\n{"id":"a","operation":"echo","arguments":7}\n`)
      expect(await readAll(socket)).to.deep.equal([
        {
          id: null,
          error: {
            code: 'request-malformed',
            message: 'a request is {"id", "operation", "arguments"} in one line',
          },
        },
      ])
      const connection = await connectAdmin(path)
      expect(await connection.call('echo', 1)).to.equal(1)
      connection.close()
    })
  }

  it('takes a request that arrives byte by byte', async () => {
    const socket = createConnection(path)
    for (const letter of '{"id":1,"operation":"echo","arguments":"é"}\n') {
      for (const byte of Buffer.from(letter)) socket.write(Buffer.from([byte]))
    }
    expect(await readLines(socket, 1)).to.deep.equal([{ id: 1, ok: true, result: 'é' }])
    socket.destroy()
  })

  it('cuts off a line over 8 MB, and serves others', async () => {
    const socket = createConnection(path)
    socket.write(Buffer.alloc(8 * 1024 * 1024 + 1, 'x'))
    const [error] = await readLines(socket, 1)
    expect(error).to.have.nested.property('error.code', 'request-too-large')
    await new Promise((resolve) => socket.on('close', resolve))
    const connection = await connectAdmin(path)
    expect(await connection.call('echo', 1)).to.equal(1)
    connection.close()
  })

  it('stays up under random bytes from connections that break', async () => {
    for (let round = 0; round < 20; round += 1) {
      const socket = createConnection(path)
      socket.on('error', () => {})
      socket.write(randomBytes(2000))
      await new Promise((resolve) => setImmediate(resolve))
      socket.destroy()
    }
    const connection = await connectAdmin(path)
    expect(await connection.call('echo', 1)).to.equal(1)
    connection.close()
  })

  it('aborts an operation whose command goes away', async () => {
    const connection = await connectAdmin(path)
    const waiting = failureOf(connection.call('wait', {}))
    await connection.call('echo', {})
    connection.close()
    expect(await waiting).to.include({ code: 'connection-lost' })
    if (lastSignal === undefined) expect.fail('the operation never ran')
    if (!lastSignal.aborted) {
      const signal = lastSignal
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    expect(lastSignal.aborted).to.equal(true)
  })

  it('refuses more than 32 operations at once on one connection', async () => {
    const connection = await connectAdmin(path)
    const open = Array.from({ length: 32 }, () => failureOf(connection.call('wait', {})))
    expect(await failureOf(connection.call('echo', {}))).to.include({ code: 'too-many-requests' })
    connection.close()
    await Promise.all(open)
  })

  it('refuses to start beside a service that listens', async () => {
    expect(await failureOf(start())).to.include({ code: 'socket-in-use' })
    const connection = await connectAdmin(path)
    expect(await connection.call('echo', 1), 'the first goes on').to.equal(1)
    connection.close()
  })

  it('replaces a socket that a killed process left', async () => {
    await service.close()
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    spawnSync(process.execPath, ['-e', script])
    expect(statSync(path).isSocket(), 'it was left').to.equal(true)
    service = await start()
    const connection = await connectAdmin(path)
    expect(await connection.call('echo', 1)).to.equal(1)
    connection.close()
  })

  it('does not touch a file that is not a socket', async () => {
    await service.close()
    writeFileSync(path, 'precious')
    expect(await failureOf(start())).to.include({ code: 'socket-not-usable' })
    expect(statSync(path).size).to.equal(8)
  })

  it('refuses a path that does not fit a socket address', async () => {
    const long = join(folder, 'x'.repeat(100), 'admin.sock')
    const starting = startAdminSocket({ path: long, operations, onInternalError: () => {} })
    expect(await failureOf(starting)).to.include({ code: 'socket-not-usable' })
  })

  it('removes the socket when it closes', async () => {
    await service.close()
    const error = await failureOf(connectAdmin(path))
    expect(error).to.be.instanceOf(OpsError).and.include({ code: 'service-not-running' })
    service = await start()
  })

  const nonsense = ['nonsense', '{"id":99,"ok":true}', '[]', '{"id":null,"error":{}}']
  for (const answer of nonsense) {
    it(`gives up a service that answers ${answer}`, async () => {
      const other = join(folder, 'other.sock')
      const server = createServer((socket) => socket.on('error', () => {}).end(`${answer}\n`))
      await new Promise<void>((resolve) => server.listen(other, resolve))
      const connection = await connectAdmin(other)
      expect(await failureOf(connection.call('echo', {}))).to.include({ code: 'connection-lost' })
      expect(await failureOf(connection.call('echo', {}))).to.include({ code: 'connection-lost' })
      server.close()
    })
  }
})

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  return expect.fail('it did not fail')
}

/** The first `count` lines a socket gives, parsed. */
function readLines(socket: Socket, count: number): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('error', reject)
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8')
      const lines = text.split('\n')
      if (lines.length > count) resolve(lines.slice(0, count).map((line) => JSON.parse(line)))
    })
  })
}

/** All that a socket gives until it ends, parsed. */
function readAll(socket: Socket): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('error', reject)
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8')
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
