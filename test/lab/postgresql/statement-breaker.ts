import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'

/**
 * `not-sent`: the connection breaks before the server gets the statement. `answer-lost`: it breaks when the server has
 * carried it out. `ended`: the server ends the connection (57P01). Otherwise the error with which the server refuses
 * it.
 */
export type Break = 'not-sent' | 'answer-lost' | 'ended' | `error ${string}`

export type StatementBreaker = {
  /** The database as it is entered through this. */
  readonly place: PostgresqlPlace
  /** Breaks the n-th statement from now on, once; the first is 1. */
  arm(statement: number, how: Break): void
  /** Whether it has broken since it was armed; it no longer breaks. */
  disarm(): boolean
  stop(): Promise<void>
}

/** By its name: those that listen, or tell something, have others. */
const mainConnection = /holdfast [0-9a-f]{8}-/
const socketName = '.s.PGSQL.5432'

/** Sits between one store and a PostgreSQL on its Unix socket, and counts the statements of its main connection. */
export async function startStatementBreaker(
  real: PostgresqlPlace,
  server: { readonly socketFolder: string; readonly port: number },
): Promise<StatementBreaker> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-breaker-'))
  const sockets = new Set<Socket>()
  let armed: { statement: number; readonly how: Break } | undefined
  let hasBroken = false

  /** How this statement breaks; undefined where it does not. */
  function count(): Break | undefined {
    if (armed === undefined) return undefined
    armed.statement -= 1
    if (armed.statement > 0) return undefined
    const { how } = armed
    armed = undefined
    hasBroken = true
    return how
  }

  const listener = createServer((outside) => {
    const inside = connect(join(server.socketFolder, `.s.PGSQL.${server.port}`))
    for (const socket of [outside, inside]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    const end = () => {
      outside.destroy()
      inside.destroy()
    }
    outside.on('close', end)
    inside.on('close', end)

    let isStarted = false
    let isCounted = false
    let isBroken = false
    /** Statements sent whose answers are not there, the one whose answer is lost among them. */
    let unanswered = 0
    let loseAfter: number | undefined

    let asked = Buffer.alloc(0)
    let statement: Buffer[] = []
    outside.on('data', (data) => {
      asked = Buffer.concat([asked, data])
      while (!isBroken) {
        const lengthAt = isStarted ? 1 : 0
        if (asked.length < lengthAt + 4) return
        const end = lengthAt + asked.readUInt32BE(lengthAt)
        if (asked.length < end) return
        const message = asked.subarray(0, end)
        asked = asked.subarray(end)
        if (!isStarted) {
          isStarted = true
          isCounted = mainConnection.test(message.toString('latin1'))
          inside.write(message)
        } else {
          statement.push(message)
          const type = String.fromCharCode(message[0] ?? 0)
          if (type === 'S' || type === 'Q') {
            passOn(Buffer.concat(statement))
            statement = []
          } else if (type === 'X' || type === 'p') {
            inside.write(Buffer.concat(statement))
            statement = []
          }
        }
      }
    })

    function passOn(whole: Buffer): void {
      const how = isCounted ? count() : undefined
      if (how === 'not-sent') {
        isBroken = true
        end()
        return
      }
      unanswered += 1
      if (how === undefined) inside.write(whole)
      else if (how === 'answer-lost') {
        inside.write(whole)
        loseAfter = unanswered
        isBroken = true
      } else inside.write(isBegin(whole) ? whole : refusal(whole, how))
    }

    let answered = Buffer.alloc(0)
    let isWelcomed = false
    inside.on('data', (data) => {
      answered = Buffer.concat([answered, data])
      while (answered.length >= 5) {
        const end = 1 + answered.readUInt32BE(1)
        if (answered.length < end) return
        const message = answered.subarray(0, end)
        answered = answered.subarray(end)
        const isReady = message[0] === 'Z'.charCodeAt(0)
        const isLost = loseAfter === 1
        if (!isLost) outside.write(message)
        if (!isReady) continue
        if (!isWelcomed) isWelcomed = true
        else {
          unanswered -= 1
          if (loseAfter !== undefined) loseAfter -= 1
          if (isLost) {
            outside.destroy()
            inside.destroy()
          }
        }
      }
    })
  })
  await new Promise<void>((resolve) => listener.listen(join(folder, socketName), resolve))

  return {
    place: { ...real, hosts: [{ host: folder, port: 5432 }] },
    arm(wanted, how) {
      hasBroken = false
      armed = { statement: wanted, how }
    },
    disarm() {
      armed = undefined
      return hasBroken
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A server that works refuses no `begin`. */
function isBegin(whole: Buffer): boolean {
  return whole.includes('begin\0')
}

/** A statement that fails in the place of this one, as this one could. */
function refusal(whole: Buffer, how: Break): Buffer {
  const fails =
    how === 'ended'
      ? 'select pg_terminate_backend(pg_backend_pid())'
      : `do $$ begin raise 'by the test' using errcode = '${how.slice('error '.length)}'; end $$`
  // A commit that fails ends the transaction.
  const isCommit = whole.includes('commit\0')
  const text = Buffer.from(isCommit && how !== 'ended' ? `rollback; ${fails}\0` : `${fails}\0`)
  const head = Buffer.alloc(5)
  head.write('Q')
  head.writeUInt32BE(text.length + 4, 1)
  return Buffer.concat([head, text])
}
