import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { stringify } from 'yaml'
import { type AppOptions, createApp } from '../../../src/compose/index.ts'
import {
  createInstallationId,
  createKeyring,
  createStore,
  openStore,
  type Store,
} from '../../../src/store/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { type Traffic, watchTraffic } from './traffic.ts'

/** The secret of all gateways. */
export const sharedSecret = 'testing123'
/** A Monday, midnight in UTC. */
const startMs = Date.UTC(2025, 5, 16)
/** Turns of the event loop in which nothing happens, after which a service is at rest. */
const calmTurns = 12
const master = Buffer.alloc(32, 7)

/** A whole service as its administrator would run it, under a clock that stands still. */
export type Service = {
  /** Where it listens. */
  readonly listeners: Readonly<Record<Listener, Address | undefined>>
  readonly httpPort: number
  readonly storeFile: string
  readonly clock: ReturnType<typeof createManualClock>
  /** Lines that came since it was asked last: what the demo phone shows, and events of the log. */
  takeShown(): string[]
  takeEvents(): LogEvent[]
  /** Waits until nothing happens any more, of itself. */
  settle(): Promise<void>
  /** Time passes, so much at a time. Default: a quarter of a second, and after 20 s a second. */
  pass(ms: number, stepMs?: number): Promise<void>
  /** Something has happened outside of the service that it may not have noticed yet. */
  touch(): void
  /** Begins to stop, as on SIGTERM. */
  beginStop(): void
  stop(): Promise<void>
}

/** Where a gateway sends to: the first address, the second one, or the port for accounting. */
export type Listener = 'first' | 'second' | 'accounting'

type Address = { readonly address: string; readonly port: number }

/** What a service talks to: a provider, another server. */
export type Outside = {
  /** `touch`: something has happened. `during`: something is under way until this is settled. */
  start(traffic: { touch(): void; during: Traffic['during'] }): Promise<void>
  stop(): Promise<void>
  readonly twilioHttpClient?: AppOptions['twilioHttpClient']
}

/** A line of the log. */
export type LogEvent = Readonly<Record<string, unknown>> & { readonly event: string }

export type ServiceOptions = {
  /** Parts of the configuration, over what every service here has; asked for once `outside` has started. */
  config(): Readonly<Record<string, unknown>>
  readonly outside?: Outside | undefined
  /** Files beside the configuration. */
  readonly files?: Readonly<Record<string, string>>
  prepare(store: Store, nowMs: number): Promise<void>
}

const common = {
  insecure_demo: true,
  default_region: 'NL',
  listen: ['127.0.0.1:0'],
  http: { listen: '127.0.0.1:0' },
  admin_socket: 'admin.sock',
  node_name: 'node',
  store: { sqlite: 'store/holdfast.db' },
  sealing_key: 'file:key',
  log: { level: 'debug', format: 'json' },
  delivery: { phone: { type: 'demo' } },
  methods: { sms: { via: 'phone' }, call: { via: 'phone' }, email: { via: 'phone' } },
}

export async function startService(options: ServiceOptions): Promise<Service> {
  const folder = mkdtempSync(join(quickFolder(), 'holdfast-recorded-'))
  const file = (name: string) => join(folder, name)
  const storeFile = file('store/holdfast.db')
  mkdirSync(file('store'), { mode: 0o700 })
  writeFileSync(file('key'), `${master.toString('base64')}\n`, { mode: 0o600 })
  for (const [name, text] of Object.entries(options.files ?? {})) {
    writeFileSync(file(name), text, { mode: 0o600 })
  }
  const traffic = watchTraffic()
  let activity = 0
  const touch = () => {
    activity += 1
  }
  await options.outside?.start({ touch, during: traffic.during })
  writeFileSync(file('holdfast.yaml'), stringify({ ...common, ...options.config() }))

  const clock = createManualClock(startMs)
  const keyring = createKeyring({ current: master })
  await createStore({ file: storeFile, keyring, installationId: createInstallationId() })
  const store = await openStore({ file: storeFile, keyring, node: 'node', clock })
  await options.prepare(store, startMs)
  await store.close()

  let shown: string[] = []
  let events: LogEvent[] = []
  const app = await createApp({
    configFile: file('holdfast.yaml'),
    env: {},
    version: 'recorded',
    log: new Writable({
      write(chunk, _encoding, done) {
        activity += 1
        for (const line of String(chunk).split('\n')) if (line !== '') events.push(JSON.parse(line))
        done()
      },
    }),
    print(line) {
      activity += 1
      shown.push(line)
    },
    ...(options.outside?.twilioHttpClient && {
      twilioHttpClient: options.outside.twilioHttpClient,
    }),
    clock: {
      ...clock,
      after(delayMs, run) {
        activity += 1
        return clock.after(delayMs, run)
      },
    },
  })
  const started = await app.start().catch((error: unknown) => {
    traffic.stop()
    throw error
  })

  async function settle(): Promise<void> {
    for (let calm = 0; calm < calmTurns; ) {
      const before = activity + traffic.count()
      await (traffic.open() > 0 ? traffic.answered() : nextTurn())
      calm = activity + traffic.count() === before ? calm + 1 : 0
    }
  }

  await settle()
  let stopping: Promise<void> | undefined

  return {
    listeners: {
      first: started.radius[0],
      second: started.radius[1],
      accounting: accountingListener(events),
    },
    httpPort: started.http?.port ?? 0,
    storeFile,
    clock,
    takeShown: () => shown.splice(0),
    takeEvents: () => events.splice(0),
    settle,
    async pass(ms, stepMs) {
      for (let passed = 0; passed < ms; ) {
        const step = Math.min(stepMs ?? (passed < 20_000 ? 250 : 1_000), ms - passed)
        clock.advance(step)
        passed += step
        await settle()
      }
    },
    touch,
    beginStop() {
      stopping = app.stop()
      void stopping.finally(touch)
    },
    async stop() {
      shown = []
      events = []
      await (stopping ?? app.stop())
      await options.outside?.stop()
      traffic.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The service says in its log where it takes accounting. */
function accountingListener(events: readonly LogEvent[]): Address | undefined {
  const ready = events.find(({ event }) => event === 'service-ready')
  const [first] = Array.isArray(ready?.accounting) ? ready.accounting : []
  return first === undefined
    ? undefined
    : { address: '127.0.0.1', port: Number(String(first).split(':').at(-1)) }
}

/** In memory where there is such a folder: nothing here is about the speed of a disk. */
export function quickFolder(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
}
