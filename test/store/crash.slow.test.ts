import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import { createFolder, masterKey, rejectionOf } from './stores.ts'

const acknowledgedBeforeKill = 400

async function readSignInIds(store: Store): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  let after = { node: 'node-1', seq: 0 }
  for (;;) {
    const rows = await store.audit.followAudit(after)
    if (rows.length === 0) return ids
    for (const row of rows) {
      after = row
      ids.add(row.signInId)
    }
  }
}

describe('store and sudden death (sqlite)', () => {
  const folder = createFolder()
  const file = join(folder.path, 'store.db')
  after(() => folder.remove())

  const notes = join(folder.path, 'notes')

  const open = () =>
    openStore({ file, keyring: createKeyring({ current: masterKey }), node: 'node-1' })

  async function readNotes(): Promise<readonly string[]> {
    const text = await readFile(notes, 'utf8').catch(() => '')
    return text.split('\n').slice(0, -1)
  }

  async function untilNoted(lines: number): Promise<void> {
    while ((await readNotes()).length < lines) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  it('loses nothing that was acknowledged, and lets no one else in before', async () => {
    const script = new URL('./spending-child.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [script, file, notes], { stdio: 'inherit' })
    const exited = once(child, 'exit')
    try {
      await untilNoted(1)
      expect(await rejectionOf(open())).to.include({ code: 'store-in-use' })
      await untilNoted(acknowledgedBeforeKill)
    } finally {
      child.kill('SIGKILL')
    }
    expect(await exited).to.deep.equal([null, 'SIGKILL'])
    const lines = await readNotes()

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
    const recorded = await readSignInIds(store)
    const report = await store.audit.verifyAuditChain()
    await store.close()

    expect(new Set(again)).to.deep.equal(new Set(['reused']))
    for (const { lane, step } of spent) expect(recorded).to.include(`${lane}-${step}`)
    expect(report.ok).to.equal(true)
  })

  it('does not hold a process that forgot to close it', async () => {
    const index = new URL('../../src/store/index.ts', import.meta.url).href
    const script = `
      import { createKeyring, openStore } from '${index}'
      const keyring = createKeyring({ current: new Uint8Array(32) })
      const store = await openStore({ file: process.argv[2], keyring, node: 'node-1' })
      await store.settings.set('key', 'value')
      console.log(await store.settings.get('key'))`
    const forgotten = join(folder.path, 'forgotten.db')
    const program = join(folder.path, 'forgetting.mjs')
    await writeFile(program, script)
    const { stdout } = await promisify(execFile)(process.execPath, [program, forgotten], {
      timeout: 8_000,
    })
    expect(stdout).to.equal('value\n')
  })
})
