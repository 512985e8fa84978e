import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { createFolder, masterKey, rejectionOf } from './stores.ts'

const acknowledgedBeforeKill = 400

describe('store and sudden death (sqlite)', () => {
  const folder = createFolder()
  const file = join(folder.path, 'store.db')
  after(() => folder.remove())

  const open = () =>
    openStore({ file, keyring: createKeyring({ current: masterKey }), node: 'node-1' })

  function startChild(): ChildProcess & { stdout: NodeJS.ReadableStream } {
    const script = new URL('./spending-child.ts', import.meta.url).pathname
    return spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  it('loses nothing that was acknowledged, and lets nobody else in before', async () => {
    const child = startChild()
    const lines: string[] = []
    const exited = once(child, 'exit')
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      if (lines.length === 100) {
        expect(await rejectionOf(open())).to.include({ code: 'store-in-use' })
      }
      if (lines.length === acknowledgedBeforeKill) child.kill('SIGKILL')
    }
    await exited
    expect(lines.length).to.be.at.least(acknowledgedBeforeKill)

    const store = await open()
    const spent = lines.map((line) => {
      const [lane = '', id = '', step = '', result] = line.split(' ')
      expect(result).to.equal('spent')
      return { lane, id, step: Number(step) }
    })
    const evidence = { requestAuthenticator: new Uint8Array(16).fill(2) }
    const again = await Promise.all(
      spent.map(({ id, step }) => store.authenticators.spendTotp(id, step, 0, evidence)),
    )
    const rows = await store.audit.searchAudit({ limit: 10_000 })
    const report = await store.audit.verifyAuditChain()
    await store.close()

    expect(new Set(again)).to.deep.equal(new Set(['reused']))
    const recorded = new Set(rows.map((row) => row.signInId))
    for (const { lane, step } of spent) expect(recorded).to.include(`${lane}-${step}`)
    expect(report.ok).to.equal(true)
  })
})
