import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { StoreError } from '../../../src/store/index.ts'
import { createPostgresqlHints } from '../../../src/store/postgresql/hints.ts'
import type { Clock } from '../../../src/support/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { stopOnExit } from '../child.ts'
import { needProgram } from '../need.ts'
import { until } from '../nodes/person.ts'
import { freePort, untilPort } from '../port.ts'
import { needPostgresql } from './server.ts'
import { openDatabase, sharedPostgresql } from './stores.ts'

describe('a pooler in front of PostgreSQL (O20)', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-pgbouncer-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  for (const [mode, isFit] of [
    ['transaction', false],
    ['session', true],
  ] as const) {
    it(`in ${mode} mode is ${isFit ? 'no hindrance' : 'refused, and named'}`, async function () {
      needPostgresql(this)
      needProgram('pgbouncer', this)
      const { child, through } = await startPooler(mode)
      try {
        if (isFit) {
          const store = await openDatabase(through)
          expect((await store.probe()).ok).to.equal(true)
          await store.close()
        } else {
          const error = await openDatabase(through).catch((cause: unknown) => cause)
          expect(error).to.be.instanceOf(StoreError).and.include({ code: 'database-unfit' })
          expect((error as StoreError).detail).to.contain('a pooler answers')
        }
      } finally {
        child.kill()
      }
    })
  }

  it('that begins to share connections under a service is noticed within a minute', async function () {
    needPostgresql(this)
    needProgram('pgbouncer', this)
    const { child, through, setMode } = await startPooler('session')
    const manual = createManualClock(Date.now())
    const deaf: string[] = []
    let beats = 0
    const clock: Clock = {
      nowMs: manual.nowMs,
      after(delayMs, run) {
        if (delayMs === 2_000) beats += 1
        return manual.after(delayMs, run)
      },
    }
    const aMinuteLater = () => {
      manual.set(manual.nowMs() + 60_000)
      manual.advance(2_000)
    }
    const opened = Promise.withResolvers<void>()
    const hints = createPostgresqlHints(through, clock, (detail) => deaf.push(detail))
    try {
      await hints.listen(() => undefined, opened.resolve)
      await opened.promise
      // A look at a pooler that is sound finds nothing.
      aMinuteLater()
      await until(() => beats === 2, 'the next beat')
      expect(deaf).to.deep.equal([])
      await setMode('transaction')
      aMinuteLater()
      await until(() => deaf.length > 0 || beats > 2, 'what came of the look')
      expect(deaf).to.deep.equal(['a notice to ourselves does not come: a pooler answers'])
    } finally {
      await hints.close()
      child.kill()
    }
  })

  async function startPooler(mode: 'session' | 'transaction') {
    const server = await sharedPostgresql()
    const { password: _, ca: __, ...place } = await server.createDatabase()
    const port = await freePort()
    const file = join(folder, `${port}.ini`)
    const configure = (pool: string) =>
      writeFileSync(
        file,
        `[databases]
* = host=${server.socketFolder} port=${server.port} user=holdfast
[pgbouncer]
unix_socket_dir = ${folder}
listen_addr = 127.0.0.1
listen_port = ${port}
auth_type = any
pool_mode = ${pool}
default_pool_size = 10
ignore_startup_parameters = extra_float_digits
`,
      )
    configure(mode)
    // It refuses to run as root.
    chmodSync(folder, 0o777)
    const asUser = process.getuid?.() === 0 ? ['-u', 'postgres'] : []
    const child = spawn('/usr/sbin/pgbouncer', [...asUser, file], { stdio: 'ignore' })
    stopOnExit(child, () => undefined)
    await untilPort(port, 'open', 30_000)
    const through = { ...place, hosts: [{ host: folder, port }] }
    return {
      ...{ child, through },
      /** As by an administrator, while connections are open. */
      async setMode(other: string): Promise<void> {
        configure(other)
        child.kill('SIGHUP')
        const isRefused = async () => {
          const opened = await openDatabase(through).catch((error: unknown) => error)
          if (opened instanceof Error) return /a pooler answers/.test(opened.message)
          await (opened as { close(): Promise<void> }).close()
          return false
        }
        await until(isRefused, 'the pooler to share connections')
      },
    }
  }
})
