import type { Client } from 'pg'
import type { Clock, Timer } from '../../support/index.ts'
import { StoreError } from '../errors.ts'
import { type Hints, tokenLength } from '../hints.ts'
import { connectClient, destroyClient } from './client.ts'
import { hearOneself } from './notice.ts'
import type { PostgresqlPlace } from './place.ts'

const channel = 'holdfast'
/** PostgreSQL takes at most 7,999 bytes. */
const tokensInNotice = Math.floor(7_990 / tokenLength)
/** More changes than this at once are told by one word. */
const mostNotices = 4
const everything = '*'
/** A network that has gone silent raises no event: a question on the same connection finds it. */
const beatMs = 2_000
const answerMs = 1_000
/** How often it is seen that notices still come, and how long that may take. */
const noticeEveryMs = 60_000
const noticeMs = 3_000
const pauseMs = 250
/**
 * Tokens that are looked up a second. A flood of the channel costs no more than this; the look once a second goes on.
 */
const tokensASecond = 100_000

/**
 * One connection that listens, and sends: a notice inside the transaction of what it tells of would take a lock of the
 * whole server until its commit is on disk. It need not be durable. `onDeaf`: the server answers, and notices do not come.
 */
export function createPostgresqlHints(
  place: PostgresqlPlace,
  clock: Clock,
  onDeaf: (detail: string) => void = () => undefined,
): Hints {
  let client: Client | undefined
  let timer: Timer | undefined
  let isClosed = false
  let pending = new Set<string>()
  let isScheduled = false
  let onHint: (tokens: Iterable<string> | 'all') => void = () => undefined
  let opened: () => void = () => undefined
  let budget = tokensASecond
  let budgetAtMs = 0

  function onNotice(payload: string): void {
    const nowMs = clock.nowMs()
    if (Math.abs(nowMs - budgetAtMs) >= 1_000) {
      budgetAtMs = nowMs
      budget = tokensASecond
    }
    const cost = payload === everything ? tokensASecond / 10 : payload.length / tokenLength + 1
    if (budget < cost) return
    budget -= cost
    if (payload === everything) onHint('all')
    else onHint(tokensOf(payload))
  }

  function send(): void {
    isScheduled = false
    const tokens = [...pending]
    pending = new Set()
    if (client === undefined) return
    for (const payload of payloadsOf(tokens)) {
      client.query('select pg_notify($1, $2)', [channel, payload]).catch(() => undefined)
    }
  }

  async function connect(): Promise<void> {
    for (const host of place.hosts) {
      if (isClosed) return
      try {
        await listenAt(host)
        return
      } catch {
        // A standby refuses to listen; the next host may be the primary.
      }
    }
    again()
  }

  async function listenAt(host: PostgresqlPlace['hosts'][number]): Promise<void> {
    const made: { client?: Client } = {}
    const onLost = () => lose(made.client)
    const found = await connectClient(place, host, { name: 'holdfast hints', onLost })
    made.client = found
    const limit = clock.after(answerMs, () => destroyClient(found))
    try {
      await found.query("select set_config('synchronous_commit', 'off', false)")
      found.on('notification', ({ processId, payload }) => {
        // Our own: the caller knows already.
        if (processId !== processIdOf(found)) onNotice(payload ?? '')
      })
      await found.query(`listen ${channel}`)
    } catch (error) {
      destroyClient(found)
      throw error
    } finally {
      limit.cancel()
    }
    if (isClosed) {
      destroyClient(found)
      return
    }
    client = found
    opened()
    beat({ found, host, heardAtMs: clock.nowMs() })
  }

  function beat(listening: Listening): void {
    timer = clock.after(beatMs, async () => {
      const { found, heardAtMs } = listening
      const nowMs = clock.nowMs()
      try {
        await within(answerMs, found, () => found.query('select 1'))
        // A clock that was set back must not make it wait.
        const isDue = Math.abs(nowMs - heardAtMs) >= noticeEveryMs
        if (isDue) await within(noticeMs, found, () => hear(listening))
        if (client === found) beat(isDue ? { ...listening, heardAtMs: nowMs } : listening)
      } catch {
        lose(found)
      }
    })
  }

  /** A pooler that came in between, or a server that is stuck, takes notices away without a word (O20). */
  async function hear({ found, host }: Listening): Promise<void> {
    try {
      await hearOneself(found, () =>
        connectClient(place, host, { name: 'holdfast notice', onLost: () => undefined }),
      )
    } catch (error) {
      // A server that is full takes no second connection, and may tell everything on this one.
      if (!(error instanceof StoreError) || error.code !== 'database-unfit') return
      if (client === found) onDeaf(error.detail)
      throw error
    }
  }

  async function within(ms: number, found: Client, work: () => Promise<unknown>): Promise<void> {
    const limit = clock.after(ms, () => {
      destroyClient(found)
      lose(found)
    })
    try {
      await work()
    } finally {
      limit.cancel()
    }
  }

  function lose(lost: Client | undefined): void {
    if (lost === undefined || client !== lost) return
    client = undefined
    timer?.cancel()
    destroyClient(lost)
    again()
  }

  function again(): void {
    if (isClosed) return
    timer = clock.after(pauseMs, () => void connect())
  }

  return {
    tell(token) {
      pending.add(token)
      if (isScheduled) return
      isScheduled = true
      setImmediate(send)
    },

    listen(told, onOpen) {
      onHint = told
      opened = onOpen
      return connect()
    },

    async close() {
      isClosed = true
      timer?.cancel()
      const ending = client
      client = undefined
      if (ending !== undefined) destroyClient(ending)
    },
  }
}

type Listening = {
  readonly found: Client
  readonly host: PostgresqlPlace['hosts'][number]
  /** When it was last sure that notices come. */
  readonly heardAtMs: number
}

function payloadsOf(tokens: readonly string[]): readonly string[] {
  if (tokens.length > tokensInNotice * mostNotices) return [everything]
  const notices = Math.ceil(tokens.length / tokensInNotice)
  return Array.from({ length: notices }, (_, index) =>
    tokens.slice(index * tokensInNotice, (index + 1) * tokensInNotice).join(''),
  )
}

function* tokensOf(payload: string): Generator<string> {
  for (let at = 0; at + tokenLength <= payload.length; at += tokenLength) {
    yield payload.slice(at, at + tokenLength)
  }
}

/** The server's process behind the connection; the driver's types do not name it. */
function processIdOf(client: Client): number | undefined {
  return (client as Client & { readonly processID?: number }).processID
}
