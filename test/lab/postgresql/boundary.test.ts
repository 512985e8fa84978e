import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { type Store, StoreError, type StoreSettings } from '../../../src/store/index.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { createFolder, rejectionOf, signInRecord } from '../../store/stores.ts'
import {
  needPostgresql,
  type Postgresql,
  programFolder,
  type Standby,
  startPostgresql,
} from './server.ts'
import { openDatabase } from './stores.ts'

const run = promisify(execFile)
const hourMs = 3_600_000

describe('what a server of the database may have forgotten', function () {
  this.timeout(300_000)
  let server: Postgresql
  let standby: Standby | undefined
  let folder: ReturnType<typeof createFolder>
  const open: Store[] = []

  beforeEach(async function () {
    needPostgresql(this)
    folder = createFolder()
    server = await startPostgresql()
  })
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close()
    await standby?.stop('immediate')
    standby = undefined
    await server?.stop('immediate')
    folder.remove()
  })

  async function opened(
    place: PostgresqlPlace,
    options: Partial<StoreSettings> = {},
  ): Promise<Store> {
    const store = await openDatabase(place, options)
    open.push(store)
    return store
  }

  async function closeAll(): Promise<void> {
    for (const store of open.splice(0)) await store.close()
  }

  /** A place with both servers, of which the second is promoted by `takeOver`. */
  async function startPair() {
    const place = await server.createDatabase()
    const copy = await server.startStandby()
    standby = copy
    const both = { ...place, hosts: [...place.hosts, { host: '127.0.0.1', port: copy.port }] }
    const untilCopied = async () => {
      const [sent] = await server.admin<{ lsn: string }>('select pg_current_wal_lsn() as lsn')
      const applied = `select pg_last_wal_replay_lsn() >= '${sent?.lsn}' as done`
      while (!(await copy.admin<{ done: boolean }>(applied))[0]?.done) {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    return {
      ...{ both, old: place },
      async takeOver() {
        await untilCopied()
        await server.stop('immediate')
        await copy.promote()
      },
    }
  }

  it('begins when a standby has taken over, is the same for all, and lies between before and after (O3)', async () => {
    const { both, takeOver } = await startPair()
    const before = await opened(both, { sharing: 'several' })
    expect(before.takeOvers.isUnsure(Date.now() - hourMs)).to.equal(false)
    await closeAll()
    const beforeMs = Date.now()
    await takeOver()
    // Another process: nothing that was spent here is in its memory.
    const first = await opened(both, { sharing: 'several' })
    const afterMs = Date.now()
    const second = await opened(both, { sharing: 'several' })
    for (const { takeOvers } of [first, second]) {
      expect(takeOvers.isUnsure(beforeMs)).to.equal(true)
      expect(takeOvers.isUnsure(afterMs + 1)).to.equal(false)
    }
  })

  it('is also known to a process that goes on', async () => {
    const { both, takeOver } = await startPair()
    const store = await opened(both, { commitTimeoutMs: 2_000 })
    const beforeMs = Date.now()
    await takeOver()
    while (!(await store.probe()).ok) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(store.takeOvers.isUnsure(beforeMs)).to.equal(true)
  })

  it('is nothing where commits wait for a standby', async () => {
    const { both, takeOver } = await startPair()
    await opened(both, { losesNothing: true })
    await closeAll()
    await takeOver()
    const store = await opened(both, { losesNothing: true })
    expect(store.takeOvers.isUnsure(Date.now() - hourMs)).to.equal(false)
  })

  it('is nothing after a restart of the same server, or of the service', async () => {
    const place = await server.createDatabase()
    const seenFile = join(folder.path, 'seen.json')
    await opened(place, { seenFile })
    await closeAll()
    await server.stop('fast')
    await server.start()
    const store = await opened(place, { seenFile })
    expect(store.takeOvers.isUnsure(Date.now() - hourMs)).to.equal(false)
  })

  it('begins at each start of a server that does not tell its timeline (O22)', async () => {
    const place = await server.createDatabase()
    await server.admin(
      'revoke execute on function pg_walfile_name(pg_lsn) from public',
      place.database,
    )
    const before = await opened(place)
    expect(before.takeOvers.isUnsure(Date.now() - hourMs)).to.equal(false)
    await closeAll()
    const beforeMs = Date.now()
    await server.stop('fast')
    await server.start()
    const after = await opened(place)
    expect(after.takeOvers.isUnsure(beforeMs)).to.equal(true)
  })

  it('does not happen unseen: after a restart, too, an old primary is refused (O21)', async () => {
    const { both, old, takeOver } = await startPair()
    const seenFile = join(folder.path, 'seen.json')
    await opened(both, { seenFile })
    await takeOver()
    await closeAll()
    await opened(both, { seenFile })
    await closeAll()
    await standby?.stop('immediate')
    await server.start()
    const error = await rejectionOf(openDatabase(old, { seenFile }))
    expect(error).to.include({ code: 'database-away' })
    expect((error as StoreError).detail).to.contain('an old primary: timeline 1, 2 was seen')
  })

  it('is told when a backup was put back: the audit has fewer rows than it had (O22)', async () => {
    const place = await server.createDatabase()
    const seenFile = join(folder.path, 'seen.json')
    const store = await opened(place, { seenFile })
    await store.audit.record(signInRecord())
    const dump = join(folder.path, 'dump')
    const at = ['-h', server.socketFolder, '-p', String(server.port), '-U', 'postgres']
    const program = (name: string) => join(programFolder(), name)
    await run(program('pg_dump'), [...at, '-Fc', '-f', dump, place.database])
    await store.audit.record(signInRecord())
    await store.audit.record(signInRecord())
    await closeAll()
    await run(program('pg_restore'), [...at, '-c', '-d', place.database, dump])

    const lost: unknown[] = []
    const beforeMs = Date.now()
    const restored = await opened(place, {
      ...{ seenFile, losesNothing: true },
      onRowsLost: (event) => lost.push(event),
    })
    expect(lost).to.deep.equal([{ node: 'node-1', before: 3, now: 1 }])
    expect(restored.takeOvers.isUnsure(beforeMs)).to.equal(true)
    const [alert] = await restored.audit.searchAudit({ reason: 'database-rows-lost' })
    expect(alert?.timeline[0]?.detail).to.deep.equal({ node: 'node-1', before: '3', now: '1' })
    await closeAll()
    await opened(place, { seenFile, onRowsLost: (event) => lost.push(event) })
    expect(lost).to.have.lengthOf(1)
  })

  it('is not guessed at: a file that something else has written is refused', async () => {
    const place = await server.createDatabase()
    const seenFile = join(folder.path, 'seen.json')
    writeFileSync(seenFile, '{"system":')
    const error = await rejectionOf(openDatabase(place, { seenFile }))
    expect(error).to.be.instanceOf(StoreError).and.include({ code: 'store-failed' })
    expect((error as StoreError).detail).to.contain(`${seenFile} is damaged: remove it`)
    expect(existsSync(seenFile)).to.equal(true)
  })
})
