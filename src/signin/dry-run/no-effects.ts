import {
  type AccountStore,
  alwaysReached,
  type LimitStore,
  type PauseStore,
  sureOfAll,
} from '../../accounts/index.ts'
import type { SignInParts } from '../parts.ts'
import type { Directory, SentCodeMethod } from '../ports/index.ts'
import { createOpenCount } from '../sharing/open-count.ts'
import { createMemoryRegistry } from '../sharing/registry-memory.ts'

const nothing = async () => undefined

/**
 * The same parts, at a moment that does not pass, with everything taken out that sends, spends, counts or writes. Reads
 * go through: names, groups, what is enrolled, the state of an account and its limits. Any password is right, no code
 * is, and no other sign-in is under way. `outage`: what would be down.
 */
export function withoutEffects(
  parts: SignInParts,
  nowMs: number,
  outage?: 'directory' | 'provider',
): SignInParts {
  const clock = { nowMs: () => nowMs, after: () => noTimer }
  const directories = [...parts.directories].map(
    ([name, directory]) => [name, believing(directory, outage === 'directory', nowMs)] as const,
  )
  const look: LimitStore['look'] = (uses, atMs) => parts.limits.look(uses, atMs)
  const sent = [...parts.sent].map(
    ([method, { method: word }]) => [method, silent(word, outage === 'provider')] as const,
  )
  const approvals = [...parts.approvals].map(
    ([method, { method: word }]) =>
      [method, { method: word, prompt: () => undefined, endOrphan: nothing }] as const,
  )
  return {
    ...parts,
    clock,
    wheel: { at: () => noTimer },
    directories: new Map(directories),
    sent: new Map(sent),
    approvals: new Map(approvals),
    registry: createMemoryRegistry(clock),
    accounts: readOnly(parts.accounts),
    personRecords: { load: (userKey) => parts.personRecords.load(userKey), markIdle: nothing },
    codes: {
      looksLikeCode: () => false,
      readsAsCode: () => false,
      check: () => ({ kind: 'wrong' }),
      codes: () => [],
      clockOff: () => undefined,
      notValid: () => undefined,
    },
    limits: { take: look, look, release: nothing },
    pauses: { note: notCounted, settle: nothing, end: async () => false, purge: async () => 0 },
    prompts: { open: nothing, setProviderId: nothing, close: nothing, listOpen: async () => [] },
    spent: { spend: async () => 'spent', look: nothing },
    takeOvers: sureOfAll,
    store: alwaysReached,
    noticeMethods: new Map(),
    remembered: {
      find: (place, passwordStamp) => parts.remembered.find(place, passwordStamp),
      keep: nothing,
      list: async () => [],
      forget: async () => 0,
      purge: async () => 0,
    },
    audit: { record: nothing, alert: nothing },
    open: createOpenCount(),
    log: { signIn: () => undefined, trouble: () => undefined },
    onReport: () => undefined,
    onSilentPhone: () => undefined,
    onPause: () => undefined,
  }
}

const notCounted: PauseStore['note'] = async (_, place, nowMs) => ({
  ...place,
  ...{ id: '', times: 0, untilMs: nowMs },
})

const noTimer = { cancel: () => undefined }

/** Looks people up, and takes every password unless the lockout shield would refuse it. `areDown`: whatever needs a server cannot be asked. */
function believing(directory: Directory, areDown: boolean, nowMs: number): Directory {
  const { standsAlone } = directory
  const isDown = areDown && standsAlone === undefined
  // It would have ended by then, as far as can be told now.
  const lookAtShield: NonNullable<Directory['lookAtShield']> = async (user, signal) => {
    const shield = isDown ? undefined : await directory.lookAtShield?.(user, signal)
    return shield === undefined || shield.untilMs <= nowMs ? undefined : shield
  }
  return {
    name: directory.name,
    ...(standsAlone === undefined ? {} : { standsAlone }),
    resolve: async (userName, signal, isCertified) =>
      isDown
        ? { kind: 'down', detail: 'as if it were' }
        : directory.resolve(userName, signal, isCertified),
    resolveKey: (userKey, signal) => directory.resolveKey(userKey, signal),
    verify: async (user, { kind }, signal) => {
      // No password is guessed with these.
      const isKey = kind === 'certificate' || kind === 'resumed'
      return (isKey ? undefined : await lookAtShield(user, signal)) ?? { kind: 'right' }
    },
    lookAtShield,
    passwordStamp: async (user, signal) => directory.passwordStamp?.(user, signal),
    close: nothing,
  }
}

function silent(method: SentCodeMethod['method'], isDown: boolean): SentCodeMethod {
  return {
    method,
    send: async () =>
      isDown ? { kind: 'failed', detail: 'as if it were down', outage: true } : { kind: 'sent' },
  }
}

function readOnly(accounts: AccountStore): AccountStore {
  return {
    load: (userKey) => accounts.load(userKey),
    recordFailure: (userKey) => accounts.load(userKey),
    recordSuccess: nothing,
    lock: nothing,
    block: nothing,
    stopPrompts: nothing,
    release: nothing,
    setDefaultMethod: nothing,
    giveBypass: nothing,
    async useBypass(userKey, nowMs) {
      const { bypass } = await accounts.load(userKey)
      return bypass !== undefined && bypass.untilMs > nowMs
    },
    endBypass: nothing,
    noteUser: nothing,
  }
}
