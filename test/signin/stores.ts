import { randomUUID } from 'node:crypto'
import {
  type AccountState,
  type AccountStore,
  type Authenticator,
  type AuthenticatorStore,
  isSpentStep,
  type LimitStore,
  type NewAuthenticator,
  type PauseStore,
  type PersonStore,
  type PromptStore,
  pauseMs,
  pausesOf,
  type RememberedPlace,
  type RememberedSignIn,
  type RememberedStore,
  type SpendEvidence,
  type SpendResult,
  type SpentStore,
  type StoredPrompt,
  type Unanswered,
  unansweredPrompts,
} from '../../src/accounts/index.ts'
import type { AuditSink, SecondFactorHistory, SignInRecord } from '../../src/signin/index.ts'
import { judgeReuse, type Spender } from '../../src/store/sign-ins/judge-reuse.ts'
import { type Clock, HoldfastError } from '../../src/support/index.ts'

/** Small honest stores for tests; each method fails while its name, or `all`, is in `failing`. */
export type Stores = {
  readonly authenticators: AuthenticatorStore
  readonly accounts: AccountStore
  readonly personRecords: Pick<PersonStore, 'load' | 'markEnrolled' | 'markIdle'>
  /** Who was found idle, since when. */
  readonly idle: ReadonlyMap<string, number>
  readonly history: SecondFactorHistory
  readonly limits: LimitStore
  readonly pauses: PauseStore
  readonly prompts: PromptStore
  readonly spent: SpentStore
  readonly remembered: RememberedStore
  readonly audit: AuditSink
  readonly rows: SignInRecord[]
  readonly alerts: Parameters<AuditSink['alert']>[0][]
  /** Keys and names that were noted. */
  readonly noted: (readonly [userKey: string, name: string])[]
  readonly openPrompts: ReadonlyMap<string, StoredPrompt>
  readonly failing: Set<string>
}

/**
 * `clock`: by which the packet that spent a code is known for a minute (RULES 36). `isShared`: as a database that several
 * processes share, which knows equal requests too.
 */
export function createStores(clock: Clock, isShared = false): Stores {
  const failing = new Set<string>()
  const check = (name: string) => {
    if (failing.has(name) || failing.has('all')) {
      throw new HoldfastError('store-failed', `the test lets ${name} fail`)
    }
  }
  const rows: SignInRecord[] = []
  const alerts: Stores['alerts'] = []
  const noted: Stores['noted'] = []
  const openPrompts = new Map<string, StoredPrompt>()
  const idle = new Map<string, number>()
  const enrolledOnce = new Map<string, number>()
  const remembered = createRemembered(check)
  const unanswered = new Map<string, readonly Unanswered[]>()
  return {
    authenticators: createAuthenticators(check, clock, isShared),
    accounts: createAccounts(check, remembered, noted, unanswered),
    pauses: createPauses(check, unanswered),
    idle,
    personRecords: {
      async load(userKey) {
        check('personRecords.load')
        const idleSinceMs = idle.get(userKey)
        const enrolledOnceMs = enrolledOnce.get(userKey)
        return {
          userKey,
          ...(idleSinceMs === undefined ? {} : { idleSinceMs }),
          ...(enrolledOnceMs === undefined ? {} : { enrolledOnceMs }),
        }
      },
      async markEnrolled(userKey, nowMs) {
        enrolledOnce.set(userKey, nowMs)
      },
      async markIdle(userKey, sinceMs) {
        check('personRecords.markIdle')
        idle.set(userKey, sinceMs)
      },
    },
    // As the store has it, in short: test/store/history.test.ts.
    history: {
      async hasNeeded(userKey, gateway, beforeMs) {
        check('history.hasNeeded')
        return rows.some(
          (row) =>
            row.userKey === userKey &&
            row.gateway === gateway &&
            (row.method !== undefined ||
              row.outcome === 'challenge' ||
              row.reason === 'code-wrong' ||
              (row.reason === 'not-enrolled' && row.endedAtMs < beforeMs)),
        )
      },
      async lastAlone(userKey, gateway, device, sinceMs) {
        const near = rows.filter((row) => row.device === device && row.endedAtMs >= sinceMs)
        const isOther = (row: SignInRecord) => row.userKey !== userKey || row.outcome !== 'accept'
        if (near.some(isOther)) return undefined
        return near.findLast((row) => row.gateway === gateway && row.method)?.endedAtMs
      },
    },
    remembered,
    limits: createLimits(check),
    spent: createSpent(check, clock, isShared),
    prompts: {
      async open(prompt) {
        check('prompts.open')
        openPrompts.set(prompt.id, prompt)
      },
      async setProviderId(id, providerId) {
        check('prompts.setProviderId')
        const prompt = openPrompts.get(id)
        if (prompt !== undefined) openPrompts.set(id, { ...prompt, providerId })
      },
      async close(id) {
        check('prompts.close')
        openPrompts.delete(id)
      },
      listOpen: async () => [...openPrompts.values()],
    },
    audit: {
      async record(record) {
        check('audit.record')
        rows.push(record)
      },
      async alert(event) {
        check('audit.alert')
        alerts.push(event)
      },
    },
    rows,
    alerts,
    noted,
    openPrompts,
    failing,
  }
}

type Check = (name: string) => void

function createAuthenticators(check: Check, clock: Clock, isShared: boolean): AuthenticatorStore {
  let all: Authenticator[] = []
  const spenders = new Map<string, Spender>()

  /** Spends where `next` gives the authenticator as it is afterwards. */
  function spend(
    id: string,
    what: string,
    evidence: SpendEvidence,
    next: (one: Authenticator) => Authenticator | undefined,
  ): SpendResult {
    const known = all.find((one) => one.id === id)
    const after = known && next(known)
    if (after === undefined) return tell(spenders.get(`${id}:${what}`), evidence, clock)
    all = all.map((one) => (one.id === id ? after : one))
    spenders.set(`${id}:${what}`, spenderOf(evidence, clock, isShared))
    return 'spent'
  }

  return {
    async list(userKey) {
      check('authenticators.list')
      return all.filter((one) => one.userKey === userKey)
    },
    async add(authenticator: NewAuthenticator) {
      const given = { id: randomUUID(), createdAtMs: 0 }
      const added: Authenticator =
        authenticator.method === 'recovery'
          ? { ...authenticator, ...given, usedHashes: [] }
          : { ...authenticator, ...given }
      all.push(added)
      return added
    },
    async remove(userKey, id) {
      const before = all.length
      all = all.filter((one) => one.userKey !== userKey || one.id !== id)
      return all.length < before
    },
    async change() {
      throw new Error('a sign-in changes no authenticator')
    },
    countPeople: async (phonePrefix) =>
      new Set(
        all
          .filter((one) => 'phone' in one && one.phone.startsWith(phonePrefix))
          .map(({ userKey }) => userKey),
      ).size,
    async spendTotp(id, step, driftSteps, evidence) {
      check('authenticators.spend')
      return spend(id, `${step}`, evidence, (one) =>
        one.method === 'totp' && !isSpentStep(one, step)
          ? { ...one, lastStep: step, driftSteps }
          : undefined,
      )
    },
    async resetTotpSteps() {
      throw new Error('a sign-in puts nothing back')
    },
    async spendHotp(id, counter, evidence) {
      check('authenticators.spend')
      return spend(id, `${counter}`, evidence, (one) =>
        one.method === 'hotp' && one.counter <= counter
          ? { ...one, counter: counter + 1 }
          : undefined,
      )
    },
    async noteUse(userKey, id, nowMs) {
      check('authenticators.noteUse')
      all = all.map((one) =>
        one.id === id && one.userKey === userKey ? { ...one, lastUsedMs: nowMs } : one,
      )
    },
    async spendRecovery(id, codeHash, evidence) {
      check('authenticators.spend')
      const name = Buffer.from(codeHash).toString('hex')
      return spend(id, name, evidence, (one) => {
        if (one.method !== 'recovery') return undefined
        const left = one.codeHashes.filter((hash) => Buffer.compare(hash, codeHash) !== 0)
        if (left.length === one.codeHashes.length) return undefined
        return { ...one, codeHashes: left, usedHashes: [...one.usedHashes, codeHash] }
      })
    },
    async findPasskey(credentialId) {
      const found = all.find((one) => 'credentialId' in one && one.credentialId === credentialId)
      return found?.method === 'passkey' ? found : undefined
    },
    async usePasskey(id, { atMs, ...use }) {
      const known = all.some((one) => one.id === id)
      all = all.map((one) =>
        one.id === id && one.method === 'passkey' ? { ...one, ...use, lastUsedMs: atMs } : one,
      )
      return known
    },
    async findPhone(id) {
      const found = all.find((one) => one.id === id)
      return found?.method === 'push' ? found : undefined
    },
    async usePhone(id, atMs) {
      const known = all.some((one) => one.id === id)
      all = all.map((one) =>
        one.id === id && one.method === 'push' ? { ...one, lastUsedMs: atMs } : one,
      )
      return known
    },
    subscribePhone: async () => 'gone',
    endSubscription: async () => undefined,
    async removePasskeys() {
      const before = all.length
      all = all.filter(({ method }) => method !== 'passkey')
      return before - all.length
    },
  }
}

/** As the store has it: test/store/sign-ins/pauses.slow.test.ts. */
function createPauses(check: Check, all: Map<string, readonly Unanswered[]>): PauseStore {
  return {
    async note(userKey, place, nowMs) {
      check('pauses.note')
      const id = JSON.stringify([place.group, place.network])
      const others = (all.get(userKey) ?? []).filter((one) => one.id !== id)
      const before = (all.get(userKey) ?? []).find((one) => one.id === id && one.untilMs > nowMs)
      const times = (before?.times ?? 0) + 1
      const untilMs = nowMs + pauseMs
      const pausedUntilMs = before?.pausedUntilMs ?? (times >= unansweredPrompts ? untilMs : 0)
      const pause = pausedUntilMs === 0 ? {} : { pausedUntilMs }
      const noted = { id, ...place, times, untilMs, ...pause }
      all.set(userKey, [...others, noted])
      return noted
    },
    async settle(userKey, { group, network }) {
      check('pauses.settle')
      const left = (all.get(userKey) ?? []).filter(
        (one) => one.pausedUntilMs !== undefined || one.group !== group || one.network !== network,
      )
      all.set(userKey, left)
    },
    async end(userKey, id, nowMs) {
      const open = pausesOf({ unanswered: all.get(userKey) ?? [] }, nowMs)
      all.set(
        userKey,
        (all.get(userKey) ?? []).filter((one) => one.id !== id),
      )
      return open.some((pause) => pause.id === id)
    },
    purge: async () => 0,
  }
}

function createAccounts(
  check: Check,
  remembered: RememberedStore,
  noted: Stores['noted'],
  unanswered: Map<string, readonly Unanswered[]>,
): AccountStore {
  const states = new Map<string, AccountState>()
  const stateOf = (userKey: string): AccountState =>
    states.get(userKey) ?? {
      userKey,
      wrongCodes: 0,
      wrongPasswords: 0,
      slowedUntilMs: 0,
      lockedUntilMs: 0,
    }
  const change = (userKey: string, values: Partial<AccountState>): AccountState => {
    const state = { ...stateOf(userKey), ...values }
    states.set(userKey, state)
    return state
  }

  return {
    async load(userKey) {
      check('accounts.load')
      const counted = unanswered.get(userKey)
      return { ...stateOf(userKey), ...(counted === undefined ? {} : { unanswered: counted }) }
    },
    async recordFailure(userKey, kind, nowMs, { slowAfter, slowMs, lockAfter, lockMs }) {
      check('accounts.recordFailure')
      const { wrongCodes, wrongPasswords, ...state } = stateOf(userKey)
      if (kind === 'password') return change(userKey, { wrongPasswords: wrongPasswords + 1 })
      const count = wrongCodes + 1
      return change(userKey, {
        wrongCodes: count,
        slowedUntilMs:
          count < slowAfter ? state.slowedUntilMs : nowMs + slowMs * 2 ** (count - slowAfter),
        lockedUntilMs: count < lockAfter ? state.lockedUntilMs : nowMs + lockMs,
      })
    },
    async lock(userKey, untilMs) {
      check('accounts.lock')
      change(userKey, { lockedUntilMs: Math.max(untilMs, stateOf(userKey).lockedUntilMs) })
    },
    async recordSuccess(userKey) {
      check('accounts.recordSuccess')
      change(userKey, { wrongCodes: 0, wrongPasswords: 0, slowedUntilMs: 0 })
    },
    async block(userKey, reason, atMs) {
      check('accounts.block')
      await remembered.forget(userKey)
      change(userKey, { blocked: { reason, atMs } })
    },
    async stopPrompts(userKey, atMs) {
      check('accounts.stopPrompts')
      await remembered.forget(userKey)
      const { bypass: _, ...state } = stateOf(userKey)
      states.set(userKey, { ...state, promptsStopped: { atMs } })
    },
    async release(userKey) {
      unanswered.delete(userKey)
      const { blocked: _, promptsStopped: __, ...state } = stateOf(userKey)
      const clean = { wrongCodes: 0, wrongPasswords: 0, slowedUntilMs: 0, lockedUntilMs: 0 }
      states.set(userKey, { ...state, ...clean })
    },
    async setDefaultMethod(userKey, method) {
      const { defaultMethod: _, ...state } = stateOf(userKey)
      states.set(userKey, method === undefined ? state : { ...state, defaultMethod: method })
    },
    async giveBypass(userKey, bypass) {
      change(userKey, { bypass })
    },
    async useBypass(userKey, nowMs) {
      check('accounts.useBypass')
      const { bypass, ...state } = stateOf(userKey)
      if (bypass === undefined || bypass.untilMs <= nowMs) return false
      if (bypass.once) states.set(userKey, state)
      return true
    },
    async endBypass(userKey) {
      const { bypass: _, ...state } = stateOf(userKey)
      states.set(userKey, state)
    },
    async noteUser(userKey, name) {
      check('accounts.noteUser')
      noted.push([userKey, name])
    },
  }
}

function createLimits(check: Check): LimitStore {
  let uses: { key: string; windowMs: number; atMs: number }[] = []
  // In one go, as the real one: nothing comes between looking and counting.
  const lookNow = (
    wanted: Parameters<LimitStore['look']>[0],
    nowMs: number,
  ): Awaited<ReturnType<LimitStore['look']>> => {
    for (const { key, limit, windowMs } of wanted) {
      const inWindow = uses.filter(
        (use) => use.key === key && use.windowMs === windowMs && use.atMs > nowMs - windowMs,
      )
      if (inWindow.length >= limit) return { ok: false, key }
    }
    return { ok: true }
  }
  return {
    look: async (wanted, nowMs) => lookNow(wanted, nowMs),
    async take(wanted, nowMs) {
      check('limits.take')
      const looked = lookNow(wanted, nowMs)
      if (!looked.ok) return looked
      for (const { key, windowMs } of wanted) uses.push({ key, windowMs, atMs: nowMs })
      return looked
    },
    async release(keys) {
      uses = uses.filter(({ key }) => !keys.includes(key))
    },
  }
}

function createRemembered(check: Check): RememberedStore {
  let all: { readonly signIn: RememberedSignIn; readonly stamp: string }[] = []
  const isAt = (one: RememberedPlace, other: RememberedPlace) =>
    one.userKey === other.userKey &&
    one.gatewayGroup === other.gatewayGroup &&
    one.device.kind === other.device.kind &&
    one.device.value === other.device.value &&
    one.network === other.network
  function keepOnly(kept: (signIn: RememberedSignIn) => boolean): number {
    const before = all.length
    all = all.filter(({ signIn }) => kept(signIn))
    return before - all.length
  }
  return {
    async find(place, passwordStamp) {
      check('remembered.find')
      return all.find(({ signIn, stamp }) => stamp === passwordStamp && isAt(signIn, place))?.signIn
    },
    async keep(signIn, stamp) {
      check('remembered.keep')
      keepOnly((other) => !isAt(other, signIn))
      all.push({ signIn, stamp })
    },
    async list(userKey, nowMs) {
      return all
        .map(({ signIn }) => signIn)
        .filter((signIn) => signIn.userKey === userKey && signIn.untilMs > nowMs)
    },
    forget: async (userKey, device) =>
      keepOnly(
        (signIn) =>
          signIn.userKey !== userKey ||
          (device !== undefined && signIn.device.value !== device.value),
      ),
    purge: async (nowMs) => keepOnly(({ untilMs }) => untilMs > nowMs),
  }
}

function createSpent(check: Check, clock: Clock, isShared: boolean): SpentStore {
  const spent = new Map<string, Spender>()
  return {
    async spend(id, evidence) {
      check('spent.spend')
      const spender = spent.get(id)
      if (spender !== undefined) return tell(spender, evidence, clock)
      spent.set(id, spenderOf(evidence, clock, isShared))
      return 'spent'
    },
    async look(id, evidence) {
      check('spent.look')
      const spender = spent.get(id)
      return spender && tell(spender, evidence, clock)
    },
  }
}

function spenderOf(evidence: SpendEvidence, clock: Clock, isShared: boolean): Spender {
  const { claimKeys: [claim = null] = [], requestAuthenticator: spentBy } = evidence
  return { spentBy, spentAtMs: clock.nowMs(), spentClaim: isShared ? claim : null }
}

function tell(spender: Spender | undefined, evidence: SpendEvidence, clock: Clock) {
  return spender === undefined ? 'reused' : judgeReuse(spender, evidence, clock.nowMs())
}
