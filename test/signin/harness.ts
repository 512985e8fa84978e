import { createHash, randomBytes } from 'node:crypto'
import { assert } from 'chai'
import {
  type Authenticator,
  alwaysReached,
  type HotpAuthenticator,
  type Method,
  type NewAuthenticator,
  type PromptsPaused,
  type StrangerReport,
  sureOfAll,
  type TotpAuthenticator,
} from '../../src/accounts/index.ts'
import { createLocalDirectory, type LocalUser } from '../../src/directory/index.ts'
import {
  createCodeChecker,
  createPageMethod,
  hashRecoveryCode,
  otpCode,
} from '../../src/methods/index.ts'
import {
  type Attempt,
  type Credential,
  createContinuationSealer,
  createKeyedHash,
  createMemoryRegistry,
  createOpenCount,
  createSignIn,
  createStateSealer,
  type DeviceEvidence,
  type Directory,
  type GatewayRules,
  type LiveRequest,
  type Outcome,
  type SentCodeSettings,
  type SignInParts,
  type SignInRecord,
  type SignInSettings,
  type StopCode,
  singleRequest,
} from '../../src/signin/index.ts'
import { createSteadyClock, createTimerWheel, Secret } from '../../src/support/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { createScriptedPhone, createScriptedSender } from './phone.ts'
import { createStores } from './stores.ts'

export const password = 'Winter-2024'
const startMs = 1_750_000_000_000
export const hashKey = new Uint8Array(32).fill(5)

export const laptop: DeviceEvidence = { kind: 'address', value: '203.0.113.7' }
export const otherLaptop: DeviceEvidence = { kind: 'address', value: '203.0.113.8' }

/** People of the local directory; all have the same password. What they can use is enrolled by the test. */
const people: readonly LocalUser[] = [
  { name: 'alice', groups: ['staff'], language: 'nl' },
  { name: 'bob', groups: ['staff', 'interns'] },
  { name: 'dave' },
  { name: 'erin', phones: ['+31612345611', '+31612345612'], email: 'erin@corp.example' },
].map((person) => ({ ...person, password: new Secret(password) }))

/** The same for each method that sends codes. */
export function sentCodes(change: Partial<SentCodeSettings> = {}): SignInSettings['sentCode'] {
  const each = { tries: 3, expiryMs: 300_000, times: 3, resendAfterMs: 30_000, ...change }
  return { sms: each, email: each, call: each }
}

export const defaultSettings: SignInSettings = {
  lockout: { slowAfter: 5, lockAfter: 10, lockMs: 900_000, slowMs: 5_000 },
  promptLimits: { perUserHour: 20, perNumberHour: 20, perPrefixHour: 50, perDay: 100 },
  codeTries: 3,
  sentCode: sentCodes(),
  promptMs: 60_000,
  silentStop: false,
  references: false,
  promptPage: 'mfa.example.com/approve',
  numberDigits: 2,
  tellsEarlier: true,
}

/** A gateway with defaults that a test changes. */
export function gatewayRules(change: Partial<GatewayRules> = {}): GatewayRules {
  const name = change.name ?? 'vpn'
  return {
    name,
    group: name,
    flow: 'auto',
    challenges: true,
    patienceMs: 20_000,
    marginMs: 1_000,
    firstFactor: { kind: 'directories', names: ['local'] },
    secondFactorFirst: false,
    methods: ['call', 'totp', 'hotp', 'recovery', 'sms', 'email', 'passkey'],
    append: { delimiter: ',', words: true },
    personSpecificDevice: true,
    onDirectoryDown: 'reject',
    requireGroups: [],
    denyGroups: [],
    replyAttributes: [{ type: 25, value: Uint8Array.of(1) }],
    label: 'VPN Amsterdam',
    ...change,
  }
}

export type Ask = {
  readonly user?: string
  /** Of the person whose session it is. */
  readonly userKey?: string | undefined
  readonly password?: string
  readonly credential?: Credential
  readonly state?: Uint8Array
  readonly device?: DeviceEvidence
  readonly port?: string
  readonly source?: string
  readonly gateway?: GatewayRules
  readonly requestAuthenticator?: Uint8Array
  readonly attributes?: Attempt['attributes']
  readonly eap?: Attempt['eap']
  readonly bound?: Promise<void>
}

/** A request that was handed to the sign-in. */
export type Pending = {
  readonly attempt: Attempt
  readonly live: LiveRequest
  /** How often it has come again. */
  resent: number
  /** What it was told of other nodes. */
  readonly elsewhere: ('came' | 'left')[]
  /** Whether its gateway still waits for it. */
  isStillAsked: boolean
  outcome: Outcome | undefined
  readonly done: Promise<Outcome>
  abort(code: StopCode): void
}

export type WorldOptions = {
  readonly settings?: Partial<SignInSettings>
  readonly without?: readonly ('approval' | 'sms' | 'email')[]
  readonly parts?: Partial<SignInParts>
  /** Whether several processes share the stores. */
  readonly isShared?: boolean
  /** Whether time goes on evenly where the clock is set, as in a service. */
  readonly isSteady?: boolean
  /** Default: one of its own. */
  readonly clock?: ManualClock
  /** Of this process, where there are several: no two requests have one id. */
  readonly name?: string
}

export type World = ReturnType<typeof createWorld>

/** As from a packet of its own: a sign-in lets go of a password that it holds for long. */
function ownCopy(credential: Credential): Credential {
  if (credential.kind !== 'pap') return credential
  return { ...credential, password: new Secret(credential.password.reveal()) }
}

/** A sign-in with everything around it, on a clock that the test moves. */
export function createWorld(options: WorldOptions = {}) {
  const { clock: machine = createManualClock(startMs), name } = options
  const clock: ManualClock = options.isSteady
    ? { ...machine, nowMs: createSteadyClock(machine).nowMs }
    : machine
  const wheel = createTimerWheel(clock, {
    onError: (error) => {
      throw error
    },
  })
  const stores = createStores(clock, options.isShared)
  const phone = createScriptedPhone()
  const sms = createScriptedSender('sms')
  const email = createScriptedSender('email')
  const local = watchDirectory(
    createLocalDirectory({ name: 'local', users: people, allowClear: true }, { clock }),
  )
  const lines: SignInRecord[] = []
  const troubles: Parameters<SignInParts['log']['trouble']>[0][] = []
  const silentPhones: string[] = []
  const reports: (StrangerReport & { readonly user: string })[] = []
  const pauses: (PromptsPaused & { readonly user: string })[] = []
  const has = (what: 'approval' | 'sms' | 'email') => !(options.without ?? []).includes(what)
  const registry = createMemoryRegistry(clock)
  const parts: SignInParts = {
    directories: new Map([['local', local.directory]]),
    ...stores,
    codes: createCodeChecker({ window: 1, lookAhead: 10, store: stores.authenticators, hashKey }),
    approvals: new Map([
      ...(has('approval') ? [['call', phone] as const] : []),
      ['passkey', createPageMethod('passkey')],
      ['push', createPageMethod('push')],
    ]),
    sent: new Map([
      ...(has('sms') ? [['sms', sms] as const] : []),
      ...(has('email') ? [['email', email] as const] : []),
    ]),
    noticeMethods: new Map(),
    takeOvers: sureOfAll,
    store: alwaysReached,
    campaigns: [],
    history: stores.history,
    rules: [],
    missingGroups: () => new Set(),
    replyRules: [],
    outageRules: [],
    macRules: [],
    texts: createTexts({ defaultLanguage: 'en' }),
    registry,
    states: createStateSealer(new Uint8Array(32).fill(9)),
    passwordHasher: createKeyedHash(),
    continuationSealer: createContinuationSealer(),
    codeHasher: createKeyedHash(new Uint8Array(32).fill(6)),
    clock,
    wheel,
    open: createOpenCount(),
    settings: { ...defaultSettings, ...options.settings },
    log: { signIn: (record) => lines.push(record), trouble: (event) => troubles.push(event) },
    onReport: ({ name }, report) => reports.push({ user: name, ...report }),
    onSilentPhone: ({ name }, { label }) => silentPhones.push(`${name}: ${label}`),
    onPause: ({ name }, paused) => pauses.push({ user: name, ...paused }),
    ...options.parts,
  }
  const gateway = gatewayRules()
  let signIn = createSignIn(parts)
  let attempts = 0

  function createAttempt(ask: Ask): Attempt {
    attempts += 1
    return {
      id: name === undefined ? `attempt-${attempts}` : `attempt-${name}-${attempts}`,
      gateway: ask.gateway ?? gateway,
      userName: ask.user ?? 'alice',
      ...(ask.userKey === undefined ? {} : { userKey: ask.userKey }),
      credential: ownCopy(ask.credential ?? pap(ask.password ?? password)),
      ...(ask.state === undefined ? {} : { state: ask.state }),
      ...(ask.device === undefined ? {} : { device: ask.device }),
      ...(ask.port === undefined ? {} : { port: ask.port }),
      sourceAddress: ask.source ?? '192.0.2.1',
      requestAuthenticator: ask.requestAuthenticator ?? randomBytes(16),
      attributes: ask.attributes ?? [],
      ...(ask.eap === undefined ? {} : { eap: ask.eap }),
      receivedAtMs: clock.nowMs(),
    }
  }

  function start(ask: Ask = {}): Pending {
    const attempt = createAttempt(ask)
    const { bound } = ask
    const live: LiveRequest = {
      ...singleRequest(),
      resends: () => pending.resent,
      wasElsewhere: (how) => pending.elsewhere.push(how),
      isStillAsked: () => pending.isStillAsked,
      ...(bound && { bound }),
    }
    const done = signIn(attempt, live)
    const pending: Pending = {
      attempt,
      live,
      resent: 0,
      elsewhere: [],
      isStillAsked: true,
      outcome: undefined,
      done,
      abort: (code) => live.stop.now(code),
    }
    done.then((outcome) => {
      pending.outcome = outcome
    })
    return pending
  }

  async function advance(ms: number): Promise<void> {
    await flush()
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(Math.min(left, 100))
      await flush()
    }
  }

  /** Starts a request that must be answered without any time passing. */
  async function ask(request: Ask = {}): Promise<Outcome> {
    const pending = start(request)
    await flush()
    if (pending.outcome === undefined) assert.fail('the request is held')
    return pending.outcome
  }

  async function enrol(user: string, authenticator: Enrolment): Promise<Authenticator> {
    return stores.authenticators.add({
      userKey: `local:${user}`,
      label: '',
      ...authenticator,
    } as NewAuthenticator)
  }

  return {
    clock,
    wheel,
    stores,
    phone,
    sms,
    email,
    local,
    registry,
    parts,
    gateway,
    lines,
    troubles,
    reports,
    silentPhones,
    pauses,
    start,
    ask,
    advance,
    enrol,
    rows: stores.rows,
    /** A code of this authenticator for the step `offset` away from now. */
    code(authenticator: Authenticator, offset = 0): string {
      const { method } = authenticator
      if (method === 'hotp') return otpCode(authenticator as HotpAuthenticator, offset)
      if (method !== 'totp') throw new Error(`${method} has no codes`)
      const step = Math.floor(clock.nowMs() / 1000 / authenticator.periodSeconds)
      return otpCode(authenticator as TotpAuthenticator, step + offset)
    },
    /** A sign-in in a new process: what was in memory is gone, the stores are the same. */
    restart(change: Partial<SignInParts> = {}) {
      const registryAfter = createMemoryRegistry(clock)
      signIn = createSignIn({
        ...parts,
        registry: registryAfter,
        passwordHasher: createKeyedHash(),
        ...change,
      })
      return registryAfter
    },
  }
}

/** Lets everything that is under way go on until it waits for time or for a person. */
export function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

export function pap(text: string): Credential {
  return { kind: 'pap', password: new Secret(text), wellFormed: true }
}

/** CHAP with a fresh challenge each time (RFC 1994 4.1). */
export function chap(text: string): Credential {
  const challenge = randomBytes(16)
  const response = createHash('md5').update(Uint8Array.of(1)).update(text).update(challenge)
  return { kind: 'chap', identifier: 1, response: response.digest(), challenge }
}

export type Enrolment = { readonly method: Method } & Readonly<Record<string, unknown>>

export const totp: Enrolment = {
  method: 'totp',
  seed: new Uint8Array(20).fill(3),
  algorithm: 'sha1',
  digits: 6,
  periodSeconds: 30,
  driftSteps: 0,
  lastStep: -1,
}
export const hotp: Enrolment = {
  method: 'hotp',
  seed: new Uint8Array(20).fill(4),
  algorithm: 'sha1',
  digits: 6,
  counter: 0,
}
export const call: Enrolment = { method: 'call', phone: '+31612345678' }
export const sms: Enrolment = { method: 'sms', phone: '+31612345621' }
export const email: Enrolment = { method: 'email', address: 'alice@corp.example' }
export const recoveryCode = '7KQ2-M0XT-9FZB'
export const recovery = (user: string): Enrolment => ({
  method: 'recovery',
  codeHashes: [hashRecoveryCode(recoveryCode, `local:${user}`, hashKey)],
})

export const passkey: Enrolment = {
  method: 'passkey',
  credentialId: 'AAEC',
  publicKey: new Uint8Array(77).fill(1),
  isDeviceBound: false,
  aaguid: '00000000-0000-0000-0000-000000000000',
  transports: ['internal'],
  signCount: 0,
  isBackedUp: true,
}

/** Of a key that is on no curve: a phone that signs comes with `software-phone.ts`. */
export const push: Enrolment = { method: 'push', publicKey: new Uint8Array(91).fill(1) }

/** Six digits that are none of the codes around now. */
export function wrongCodeFor(world: World, authenticator: Authenticator): string {
  const right = [-2, -1, 0, 1, 2].map((offset) => world.code(authenticator, offset))
  const wrong = ['000000', '111111', '222222', '333333', '444444', '555555']
  return wrong.find((code) => !right.includes(code)) ?? '666666'
}

/** The challenge's State; throws for any other outcome. */
export function stateOf(outcome: Outcome | undefined): Uint8Array {
  if (outcome?.kind !== 'challenge') {
    assert.fail(`expected a challenge, got ${JSON.stringify(outcome)}`)
  }
  return outcome.state
}

/** Reason of the outcome, or `held`: most tests ask for nothing else. */
export function reasonOf(outcome: Outcome | undefined): string {
  return outcome?.reason ?? 'held'
}

type Watch = {
  /** Passwords that were tried, in order; CHAP counts in `verified` only. */
  readonly passwords: string[]
  verified: number
  /** Waited for before each check of a password. */
  delay: (() => Promise<void>) | undefined
  /** What answers in place of the real directory. */
  readonly instead: {
    resolve?: Directory['resolve']
    resolveKey?: Directory['resolveKey']
    verify?: Directory['verify']
    passwordStamp?: Directory['passwordStamp']
    lookAtShield?: Directory['lookAtShield']
  }
  readonly directory: Directory
}

/** Counts what reaches the directory, and lets a test stand in for its answers. */
function watchDirectory(real: Directory): Watch {
  const passwords: string[] = []
  const instead: Watch['instead'] = {}
  const watch: Watch = {
    passwords,
    verified: 0,
    delay: undefined,
    instead,
    directory: {
      name: real.name,
      resolve: (name, signal, isCertified) =>
        (instead.resolve ?? real.resolve)(name, signal, isCertified),
      resolveKey: (userKey, signal) => (instead.resolveKey ?? real.resolveKey)(userKey, signal),
      async verify(user, credential, signal, request) {
        watch.verified += 1
        if (credential.kind === 'pap') passwords.push(credential.password.reveal())
        await watch.delay?.()
        return (instead.verify ?? real.verify)(user, credential, signal, request)
      },
      passwordStamp: async (user, signal) =>
        (instead.passwordStamp ?? real.passwordStamp)?.(user, signal),
      lookAtShield: async (user, signal) => instead.lookAtShield?.(user, signal),
      close: real.close,
    },
  }
  return watch
}
