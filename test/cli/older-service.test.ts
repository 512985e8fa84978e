import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { type AdminSocket, startAdminSocket } from '../../src/ops/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import { run, temporaryFolder } from './fake-io.ts'

const key = Buffer.alloc(32, 5)

/** The program has been upgraded, and the service has not been restarted yet: docs/how-to/upgrade.md wants a check just then. */
describe('a service of 0.1 that runs on after an upgrade', () => {
  const folder = temporaryFolder()
  const file = (name: string) => join(folder, name)
  const holdfast = (...argv: readonly string[]) => run([...argv, '--config', file('holdfast.yaml')])
  let socket: AdminSocket
  let store: Store
  let reloads = 0

  before(async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file('sealing-key'), `${key.toString('base64')}\n`, { mode: 0o600 })
    writeFileSync(file('secret'), 'abcdefghijklmnopqrstuvwxyz012345\n', { mode: 0o600 })
    writeFileSync(
      file('holdfast.yaml'),
      `store: { sqlite: holdfast.db }
sealing_key: file:sealing-key
admin_socket: ${file('admin.sock')}
directories:
  people: { type: local, users: {} }
gateways:
  vpn: { address: 192.0.2.1, secret: "file:secret" }
`,
    )
    const keyring = createKeyring({ current: key })
    store = await openStore({ file: file('holdfast.db'), keyring, node: 'n' })
    socket = await startAdminSocket({
      path: file('admin.sock'),
      operations: {
        // All that 0.1 says.
        status: async () => ({ version: '0.1.0', node: 'n', pid: 7, startedAtMs: 0, listen: [] }),
        reload: async () => {
          reloads += 1
          return {}
        },
      },
      onInternalError: (_operation, error) => {
        throw error
      },
    })
  })
  after(async () => {
    await socket.close()
    await store.close()
  })

  it('does not keep check from examining the configuration', async () => {
    const { code, stdout, stderr } = await holdfast('check')
    expect(code, stdout + stderr).to.equal(exitCodes.ok)
    expect(stdout).to.match(/ok +configuration/)
    expect(stdout).to.match(/WARN +service +running: one that was started before the upgrade/)
    expect(stdout).to.match(/-- +store +all: not examined/)
  })

  it('has no id that could be adopted', async () => {
    const { code, stderr } = await holdfast('store', 'adopt', '--yes')
    expect(code).to.equal(exitCodes['service-not-running'])
    expect(stderr).to.include('Restart it first')
    expect(existsSync(file('installation-id'))).to.equal(false)
  })

  it('is not said to have read a configuration that it does not name', async () => {
    const { code, stderr } = await holdfast('reload')
    expect(code).to.equal(exitCodes['service-not-running'])
    expect(stderr).to.include('Restart it first')
    expect(reloads).to.equal(0)
  })
})
