import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { StoreError } from '../../../src/store/index.ts'
import { stopOnExit } from '../child.ts'
import { needProgram } from '../need.ts'
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
      const server = await sharedPostgresql()
      const { password: _, ca: __, ...place } = await server.createDatabase()
      const port = await freePort()
      const file = join(folder, `${mode}.ini`)
      writeFileSync(
        file,
        `[databases]
* = host=${server.socketFolder} port=${server.port} user=holdfast
[pgbouncer]
unix_socket_dir = ${folder}
listen_addr = 127.0.0.1
listen_port = ${port}
auth_type = any
pool_mode = ${mode}
default_pool_size = 2
ignore_startup_parameters = extra_float_digits
`,
      )
      // It refuses to run as root.
      chmodSync(folder, 0o777)
      const asUser = process.getuid?.() === 0 ? ['-u', 'postgres'] : []
      const child = spawn('/usr/sbin/pgbouncer', [...asUser, file], { stdio: 'ignore' })
      stopOnExit(child, () => undefined)
      await untilPort(port, 'open', 30_000)
      const through = { ...place, hosts: [{ host: folder, port }] }
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
})
