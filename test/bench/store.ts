// How many sign-ins a second the store takes: a user's authenticators, a code spent, a durable audit
// row each, 200 at once. Run: node test/bench/store.ts [sign-ins]
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SignInRecord } from '../../src/signin/index.ts'
import { createKeyring, openStore } from '../../src/store/index.ts'

const signIns = Number(process.argv[2] ?? 40_000)
const atOnce = 200
const users = 2000

const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
const store = await openStore({
  file: join(folder, 'store.db'),
  keyring: createKeyring({ current: randomBytes(32) }),
  node: 'bench',
})

const ids = await Promise.all(
  Array.from({ length: users }, async (_, index) => {
    const added = await store.authenticators.add({
      method: 'totp',
      userKey: `corp:user-${index}`,
      label: '',
      seed: randomBytes(20),
      algorithm: 'sha1',
      digits: 6,
      periodSeconds: 30,
      driftSteps: 0,
      lastStep: -1,
    })
    return added.id
  }),
)

async function signIn(index: number): Promise<void> {
  const user = index % users
  const userKey = `corp:user-${user}`
  const [authenticator] = await store.authenticators.list(userKey)
  if (authenticator === undefined || authenticator.id !== ids[user])
    throw new Error('the wrong authenticator')
  const spent = await store.authenticators.spendTotp(
    authenticator.id,
    Math.floor(index / users),
    0,
    { requestAuthenticator: randomBytes(16) },
  )
  if (spent !== 'spent') throw new Error(`the code was ${spent}`)
  await store.audit.record(recordOf(index, userKey))
}

function recordOf(index: number, userKey: string): SignInRecord {
  const nowMs = Date.now()
  return {
    signInId: `sign-in-${index}`,
    attemptId: `attempt-${index}`,
    startedAtMs: nowMs,
    endedAtMs: nowMs,
    gateway: 'vpn',
    sourceAddress: '192.0.2.10',
    userName: userKey.slice(5),
    userKey,
    method: 'totp',
    outcome: 'accept',
    reason: 'accepted',
    device: '0123456789ab',
    timeline: [
      { atMs: nowMs, what: 'received', detail: { bytes: 120 } },
      { atMs: nowMs, what: 'password-right', detail: { directory: 'corp', ms: 3 } },
      { atMs: nowMs, what: 'code-spent', detail: { method: 'totp' } },
      { atMs: nowMs, what: 'accepted' },
    ],
  }
}

let next = 0
const latenciesMs: number[] = []
async function lane(): Promise<void> {
  while (next < signIns) {
    const index = next
    next += 1
    const startedAtMs = performance.now()
    await signIn(index)
    latenciesMs.push(performance.now() - startedAtMs)
  }
}

const cpuBefore = process.threadCpuUsage()
const startedAtMs = performance.now()
await Promise.all(Array.from({ length: atOnce }, lane))
const seconds = (performance.now() - startedAtMs) / 1000
const cpu = process.threadCpuUsage(cpuBefore)
latenciesMs.sort((left, right) => left - right)

const report = await store.audit.verifyAuditChain()
await store.close()
rmSync(folder, { recursive: true })
if (!report.ok || report.rows !== signIns) throw new Error('the audit does not hold every sign-in')

console.log(
  JSON.stringify({
    signIns,
    perSecond: Math.round(signIns / seconds),
    mainThreadCpuMicros: Number(((cpu.user + cpu.system) / signIns).toFixed(1)),
    medianMs: Number((latenciesMs[Math.floor(signIns / 2)] ?? 0).toFixed(2)),
    p99Ms: Number((latenciesMs[Math.floor(signIns * 0.99)] ?? 0).toFixed(2)),
  }),
)
