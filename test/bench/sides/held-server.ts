// Everything a held request goes through in the service, put together by hand, so that the provider
// can be one that does nothing: listener, sign-in, registry, store, local directory, call method.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createGeneration } from '../../../src/compose/generation/generation.ts'
import { loadCheckedConfig } from '../../../src/compose/index.ts'
import { openConfiguredStore } from '../../../src/compose/open-store.ts'
import type { CallResult, DemoPhone } from '../../../src/delivery/index.ts'
import { createShieldMemory } from '../../../src/directory/index.ts'
import { createLogger } from '../../../src/ops/index.ts'
import {
  createContinuationSealer,
  createKeyedHash,
  createMemoryRegistry,
} from '../../../src/signin/index.ts'
import { systemClock as clock, createTimerWheel } from '../../../src/support/index.ts'
import { createRadiusListener } from '../../../src/transport/index.ts'
import { serveParent } from './server-script.ts'

/** Calls of these people can be answered; the calls of all others ring forever. */
const probe = /^probe-/
const approved: CallResult = { kind: 'approved', byMachine: false }
const forEver = new Promise<CallResult>(() => {})
const ringing = new Map<string, (result: CallResult) => void>()

const nobody = async () => ({ kind: 'failed', detail: 'null', outage: false }) as const
const nullProvider: DemoPhone = {
  place({ user }) {
    if (!probe.test(user)) return forEver
    return new Promise((resolve) => ringing.set(user, resolve))
  },
  hangUp: async () => {},
  sendText: nobody,
  sendEmail: nobody,
  notify: () => undefined,
  list: () => [],
  press: () => ({ kind: 'unknown' }),
  decline: () => ({ kind: 'unknown' }),
}

const fail = (error: unknown) => {
  console.error(error)
  process.exit(1)
}
const folder = process.argv[2] ?? '.'
mkdirSync(folder, { recursive: true })
const loaded = loadCheckedConfig(join(folder, 'holdfast.yaml'), {})
// The configuration allows 100,000 a gateway; those that are answered come on top.
const gateways = Object.entries(loaded.gateways).map(
  ([name, gateway]) => [name, { ...gateway, openSignIns: 200_000 }] as const,
)
const config = { ...loaded, gateways: Object.fromEntries(gateways) }
const opened = await openConfiguredStore(config, clock, fail)
const wheel = createTimerWheel(clock, { onError: fail })
const logger = createLogger({ ...config.log, stream: process.stderr, clock })
const generation = await createGeneration(config, {
  clock,
  wheel,
  logger,
  opened,
  registry: createMemoryRegistry(clock),
  passwordHasher: createKeyedHash(),
  shieldMemory: createShieldMemory(clock),
  continuationSealer: createContinuationSealer(),
  demoPhone: nullProvider,
  onReport: () => undefined,
  onSilentPhone: () => undefined,
  onPause: () => undefined,
})

let answered: (() => void) | undefined
const quiet = () => {}
const listener = createRadiusListener({
  replyCache: { keepMs: 30_000, maxBytes: 64 * 1024 * 1024 },
  listen: [{ address: '127.0.0.1', port: 0 }],
  gateways: generation.gateways,
  signIn: generation.signIn,
  eap: async () => ({ kind: 'drop', reason: 'internal-error' }),
  clock,
  wheel,
  observer: {
    onDrop: ({ reason, error }) => fail(error ?? reason),
    onAnswer: () => answered?.(),
    onResend: quiet,
    onStatus: quiet,
    onAccounting: quiet,
    onVerified: quiet,
    onLearnt: quiet,
    onSendError: fail,
    onSocket: quiet,
  },
  maxOpen: 1_000_000,
})

/** Bytes of the heap and outside of it, after everything that is not held has been collected. */
function memory(): { held: number; rss: number } {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { held: heapUsed + external, rss }
}

/** Approves one call and waits until its Access-Accept has gone to the socket; milliseconds. */
async function answerOne(user: string): Promise<number> {
  const approve = ringing.get(user)
  if (approve === undefined) throw new Error(`${user} is not being called`)
  ringing.delete(user)
  const startedAtMs = performance.now()
  const sent = new Promise<void>((resolve) => {
    answered = resolve
  })
  approve(approved)
  await sent
  return performance.now() - startedAtMs
}

export type HeldQuestion =
  | { readonly kind: 'open' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'answer'; readonly user: string }

const [bound] = await listener.start()
serveParent(bound?.port ?? 0, (question) => {
  const asked = question as HeldQuestion
  switch (asked.kind) {
    case 'open':
      return { open: listener.stats().open.total, ringing: ringing.size }
    case 'memory':
      return memory()
    case 'answer':
      return answerOne(asked.user)
  }
})
