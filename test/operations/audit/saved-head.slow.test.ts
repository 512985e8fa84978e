import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createSavedHead } from '../../../src/operations/audit/saved-head.ts'
import type { LogEvent } from '../../../src/ops/index.ts'
import { createKeyring, openStore, restoreStore, type Store } from '../../../src/store/index.ts'
import { signInRecord } from '../../store/stores.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const minuteMs = 60_000

describe('the end of the audit, kept outside the store (RULES 37)', () => {
  let folder: string
  let clock: ReturnType<typeof createManualClock>
  let events: LogEvent[]
  let store: Store
  const file = (name: string) => join(folder, name)
  const keyring = createKeyring({ current: new Uint8Array(32).fill(7) })
  const open = (name = 'store.db') =>
    openStore({ file: file(name), keyring, node: 'node-1', clock: { ...clock } })
  const savedHead = (headFile: string | undefined = file('head.json')) =>
    createSavedHead({
      audit: store.audit,
      installationId: store.installationId,
      file: headFile,
      clock,
      log: (event) => void events.push(event),
    })
  const heads = () => events.flatMap((each) => (each.event === 'audit-head' ? [each.rows] : []))
  const cuts = () => events.filter(({ event }) => event === 'audit-cut').length
  const kept = () => JSON.parse(readFileSync(file('head.json'), 'utf8'))

  /** A run of the service that writes so many rows. */
  async function runService(rows: number): Promise<void> {
    const running = savedHead()
    await running.start()
    for (let row = 0; row < rows; row += 1) await store.audit.record(signInRecord())
    await running.stop()
    await store.close()
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-heads-'))
    clock = createManualClock()
    clock.advance(1_700_000_000_000)
    events = []
    store = await open()
  })
  afterEach(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('goes to the log and to the file at the start, every minute and at the end', async () => {
    const running = savedHead()
    await running.start()
    expect(heads()).to.deep.equal([0])
    await store.audit.record(signInRecord())
    clock.advance(minuteMs)
    while (heads().length < 2) await store.audit.head()
    await store.audit.record(signInRecord())
    await running.stop()
    expect(heads()).to.deep.equal([0, 1, 2])
    expect(kept()).to.include({ node: 'node-1', seq: 2, hash: (await store.audit.head()).hash })
    expect(running.row()).to.include({ state: 'ok' })
    clock.advance(10 * minuteMs)
    expect(heads(), 'none after the end').to.have.length(3)
  })

  it('is compared at the next start', async () => {
    await runService(3)
    store = await open()
    const running = savedHead()
    await running.start()
    expect(running.row()).to.include({ state: 'ok' })
    expect(running.row().detail).to.include('row 3 of node-1')
    await running.stop()
  })

  const attacks: readonly { readonly title: string; act(): Promise<void> | void }[] = [
    {
      title: 'an older copy of the store',
      act: () => copyFileSync(file('older.db'), file('store.db')),
    },
    {
      title: 'an empty store',
      act: () => rmSync(file('store.db')),
    },
    {
      title: 'a file that somebody wrote who has read the rows',
      act: () => writeFileSync(file('head.json'), JSON.stringify({ ...kept(), seq: 1 })),
    },
    { title: 'a file that is damaged', act: () => writeFileSync(file('head.json'), '{') },
    { title: 'a file that is empty', act: () => writeFileSync(file('head.json'), '') },
    {
      title: 'a file that is far too large',
      act: () => writeFileSync(file('head.json'), `${JSON.stringify(kept())}${' '.repeat(9000)}`),
    },
  ]
  for (const { title, act } of attacks) {
    it(`shows ${title}, until an administrator removes the file`, async () => {
      await runService(2)
      copyFileSync(file('store.db'), file('older.db'))
      store = await open()
      await runService(2)
      await act()
      const evidence = existsSync(file('head.json')) && readFileSync(file('head.json'), 'utf8')
      store = await open()
      const running = savedHead()
      await running.start()
      expect(cuts()).to.equal(1)
      expect(running.row()).to.include({ state: 'failed' })
      expect(running.row().remedy).to.include(`remove ${file('head.json')}`)
      const [alert] = await store.audit.searchAudit({ limit: 1 })
      expect(alert).to.include({ kind: 'alert', reason: 'audit-cut' })
      for (let row = 0; row < 6; row += 1) await store.audit.record(signInRecord())
      await running.stop()
      expect(readFileSync(file('head.json'), 'utf8'), 'the evidence stays').to.equal(evidence)
      await store.close()

      rmSync(file('head.json'))
      store = await open()
      const next = savedHead()
      await next.start()
      expect(next.row()).to.include({ state: 'ok' })
      await next.stop()
      expect(cuts()).to.equal(1)
    })
  }

  it('goes on without a restart once an administrator has removed the file', async () => {
    await runService(2)
    rmSync(file('store.db'))
    store = await open()
    const running = savedHead()
    await running.start()
    expect(running.row()).to.include({ state: 'failed' })
    const before = heads().length
    rmSync(file('head.json'))
    clock.advance(minuteMs)
    while (heads().length === before) await store.audit.head()
    await running.stop()
    expect(running.row()).to.include({ state: 'ok' })
    expect(kept()).to.include({ hash: (await store.audit.head()).hash })
    expect(cuts()).to.equal(1)
  })

  it('raises no alarm after a restore, which is a row of the audit', async () => {
    await runService(2)
    copyFileSync(file('store.db'), file('older.db'))
    store = await open()
    await runService(2)
    clock.advance(1000)
    await restoreStore({
      ...{ backupFile: file('older.db'), targetFile: file('store.db'), keyring, node: 'node-1' },
      clock: { ...clock },
    })
    store = await open()
    const running = savedHead()
    await running.start()
    expect(cuts()).to.equal(0)
    await running.stop()
    expect(kept()).to.include({ seq: 3 })
    // That row does not excuse what comes after it.
    await store.close()
    copyFileSync(file('older.db'), file('store.db'))
    store = await open()
    const next = savedHead()
    await next.start()
    expect(cuts()).to.equal(1)
    await next.stop()
  })

  it('says that nothing is compared without a file, and what could not be written', async () => {
    const alone = createSavedHead({
      ...{ audit: store.audit, installationId: store.installationId, file: undefined, clock },
      log: (event) => void events.push(event),
    })
    await alone.start()
    expect(alone.row()).to.include({ state: 'not-examined' })
    await alone.stop()
    const nowhere = savedHead(file('missing/head.json'))
    await nowhere.start()
    expect(nowhere.row()).to.include({ state: 'warning' })
    expect(nowhere.row().detail).to.include('ENOENT')
    await nowhere.stop()
  })
})
