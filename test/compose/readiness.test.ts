import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type AppServers, createAppServers } from '../../src/compose/service/http.ts'
import { createDemoPhone } from '../../src/delivery/index.ts'
import { createPairingMemory, createPairings } from '../../src/operations/index.ts'
import { createLogger } from '../../src/ops/index.ts'
import { createContinuationSealer, createMemoryRegistry } from '../../src/signin/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import { type Clock, systemClock } from '../../src/support/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { load, valid } from '../config/load-text.ts'

const unasked = () => Promise.reject(new Error('not asked here'))

/** The parts of a generation that only a portal asks. */
const withoutPortal = {
  portal: undefined,
  push: undefined,
  campaignFor: async () => undefined,
  directories: new Map(),
  texts: createTexts({ defaultLanguage: 'en' }),
  reach: {
    wayOf: () => undefined,
    sendCode: async () => ({ kind: 'limit' }) as const,
    ring: async () => 'limit' as const,
  },
}

describe('/readyz of a service without traffic', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-ready-'))
  const commitDelayMs = new Int32Array(new SharedArrayBuffer(4))
  let store: Store
  let servers: AppServers
  let readyz: () => Promise<number>
  /** Undefined where the configuration has none. */
  let accounting: boolean | undefined
  const commitTimeoutMs = 200
  /** What is to happen when a commit has taken too long: a test says when, not the machine. */
  const commitTimers = new Set<() => void>()

  before(async () => {
    const clock: Clock = {
      ...systemClock,
      after(delayMs, run) {
        if (delayMs !== commitTimeoutMs) return systemClock.after(delayMs, run)
        commitTimers.add(run)
        return { cancel: () => commitTimers.delete(run) }
      },
    }
    const keyring = createKeyring({ current: Buffer.alloc(32, 1) })
    const file = join(folder, 'holdfast.db')
    store = await openStore({
      file,
      keyring,
      node: 'n',
      clock,
      commitDelayMs,
      commitTimeoutMs,
    })
    const config = load(`http: { listen: "127.0.0.1:0" }\n${valid}`)
    servers = await createAppServers(config, {
      clock,
      generation: () => ({ config, ...withoutPortal }),
      registry: createMemoryRegistry(clock),
      pairings: createPairings(clock, createPairingMemory(clock)),
      continuationSealer: createContinuationSealer(),
      notices: { tell: () => undefined },
      self: unasked,
      storeFailed: () => undefined,
      opened: {
        store,
        master: Buffer.alloc(32),
        name: file,
        scratchFolder: file,
        isNew: false,
        close: () => store.close(),
      },
      demoPhone: createDemoPhone({ clock, print: () => undefined }),
      logger: createLogger({ level: 'error', format: 'human', stream: process.stderr, clock }),
      webhooks: () => [],
      isListening: () => true,
      isAccounting: () => accounting,
    })
    const bound = await servers.start()
    readyz = async () => (await fetch(`http://127.0.0.1:${bound?.port}/readyz`)).status
  })
  after(async () => {
    await servers?.stop()
    await store?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('needs the accounting port where one is set', async () => {
    accounting = false
    expect(await readyz()).to.equal(503)
    accounting = true
    expect(await readyz()).to.equal(200)
    accounting = undefined
    expect(await readyz()).to.equal(200)
  })

  it('notices by itself that the disk is stuck, and that it works again', async () => {
    expect(await readyz()).to.equal(200)
    // Until it is told otherwise.
    Atomics.store(commitDelayMs, 0, 600_000)
    const asked = readyz()
    while (commitTimers.size === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    for (const expire of commitTimers) expire()
    expect(await asked).to.equal(503)
    Atomics.store(commitDelayMs, 0, 0)
    Atomics.notify(commitDelayMs, 0)
    while ((await readyz()) !== 200) await new Promise((resolve) => setTimeout(resolve, 100))
  })
})
