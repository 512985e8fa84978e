import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Nodes } from '../../lab/nodes/pair.ts'
import { cutPorts } from './cut-ports.ts'
import type { DatabasePair } from './database-pair.ts'

/** Something that breaks, and is mended again before it resolves. */
export type Fault = { readonly name: string; strike(nodes: Nodes): Promise<void> }

export const killNode: Fault = {
  name: 'kill -9 of a node',
  async strike(nodes) {
    const index = randomInt(2)
    await nodes.services[index]?.stop('SIGKILL')
    await nodes.restart(index)
  },
}

export const stopNode: Fault = {
  name: 'node stopped for 12 s (SIGSTOP)',
  async strike({ services }) {
    const child = services[randomInt(2)]?.process
    child?.kill('SIGSTOP')
    await sleep(12_000)
    child?.kill('SIGCONT')
  },
}

export const cutNode: Fault = {
  name: 'node cut from the database for 15 s',
  async strike({ links }) {
    const link = links[randomInt(2)]
    const mend = cutPorts(link === undefined ? [] : [link.port])
    await sleep(15_000)
    mend()
  },
}

/** Unlike a cut, connections are made and nothing gets lost: what was written arrives late. */
export const holdUpNode: Fault = {
  name: 'packets of a node to the database held up for 15 s',
  async strike({ links }) {
    const link = links[randomInt(2)]
    link?.setMode('wait')
    await sleep(15_000)
    link?.setMode('pass')
  },
}

export const killBackends: Fault = {
  name: 'all backends of the nodes ended',
  async strike({ database }) {
    await database.admin(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'holdfast'",
    )
  },
}

export const lockTables: Fault = {
  name: 'tables locked by psql for 5 s',
  async strike({ database, place }) {
    const client = new Client({
      ...{ host: database.socketFolder, port: database.port, user: 'postgres' },
      database: place.database,
    })
    client.on('error', () => undefined)
    await client.connect()
    const { rows } = await client.query<{ name: string }>(
      "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
    )
    await client.query('begin')
    await client.query(`lock table ${rows.map(({ name }) => name).join(', ')} in exclusive mode`)
    await sleep(5_000)
    await client.query('rollback')
    await client.end()
  },
}

export const floodNotices: Fault = {
  name: '10,000 foreign notices a second for 10 s',
  async strike({ database, place }) {
    // On the channels that anyone in this database listens on, and on one of no one.
    const channels = ['holdfast', 'foreign']
    for (let second = 0; second < 10; second += 1) {
      const each = 10_000 / channels.length
      const beganMs = performance.now()
      for (const channel of channels) {
        await database.admin(
          `select pg_notify('${channel}', md5(random()::text)) from generate_series(1, ${each})`,
          place.database,
        )
      }
      await sleep(Math.max(0, 1_000 - (performance.now() - beganMs)))
    }
  },
}

export const restartDatabase: Fault = {
  name: 'database crashed and started again',
  async strike({ database }) {
    await database.stop('immediate')
    await sleep(2_000)
    await database.start()
  },
}

/** A process whose clock goes by a file, by libfaketime. */
export type FakeClock = {
  readonly environment: Readonly<Record<string, string>>
  /** `-90s`, `+1h`. */
  set(offset: string): void
}

export function fakeClock(library: string, file: string): FakeClock {
  const set = (offset: string) => writeFileSync(file, `${offset}\n`)
  set('+0s')
  return {
    set,
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
  }
}

/** A clock jumps, and jumps back. */
export function shiftClock(clock: FakeClock, whose: string, offset: string): Fault {
  return {
    name: `clock of ${whose} ${offset} for 20 s`,
    async strike() {
      clock.set(offset)
      await sleep(20_000)
      clock.set('+0s')
    },
  }
}

/** The primary crashes, its standby takes over, and another one is put in its place. */
export function crashPrimary(pair: DatabasePair, isSynchronous: boolean): Fault {
  return {
    name: `primary crashed, ${isSynchronous ? 'synchronous' : 'asynchronous'} standby took over`,
    async strike() {
      await pair.failOver()
      await pair.mend()
      if (isSynchronous) await pair.wait()
    },
  }
}
