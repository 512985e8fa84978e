import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TotpAuthenticator } from '../../src/accounts/index.ts'
import type { SignInRecord } from '../../src/signin/index.ts'
import { createKeyring, openStore, type Store, type StoreSettings } from '../../src/store/index.ts'

/** Master key of the tests. */
export const masterKey = new Uint8Array(32).fill(7)

/** A folder of its own that goes away with `remove`. */
export function createFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-store-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export type OpenOptions = Partial<StoreSettings>

/** One kind of database. Every test of the ports runs against each. */
export type StoreFactory = {
  readonly name: string
  /** An empty place for stores: opened twice, one after the other, the second sees the first's rows. */
  create(): Promise<StoreSpace>
}

export type StoreSpace = { open(options?: OpenOptions): Promise<Store>; remove(): void }

const storeFactories: StoreFactory[] = [
  {
    name: 'sqlite',
    async create() {
      const folder = createFolder()
      return {
        open: (options = {}) =>
          openStore({
            file: join(folder.path, 'store.db'),
            keyring: createKeyring({ current: masterKey }),
            node: 'node-1',
            // A busy machine is not a slow disk.
            commitTimeoutMs: 60_000,
            ...options,
          }),
        remove: () => folder.remove(),
      }
    },
  },
]

/** From here on, tests that are defined run against this kind of database alone. */
export function useStores(factory: StoreFactory): void {
  storeFactories.splice(0, storeFactories.length, factory)
}

export type CurrentStore = {
  /** The open store of this test. */
  store(): Store
  /** Closes it and opens the same rows again. */
  reopen(options?: OpenOptions): Promise<Store>
}

type StoreTests = (current: CurrentStore) => void

/** Runs `define` for each kind of database, with an empty store for each test. */
export function describeStores(title: string, define: StoreTests): void {
  describeEach(title, define, beforeEach, afterEach)
}

/**
 * The same with one store for all tests of the block, much faster: for tests that each take keys of
 * their own.
 */
export function describeSharedStores(title: string, define: StoreTests): void {
  describeEach(title, define, before, after)
}

function describeEach(
  title: string,
  define: StoreTests,
  setUp: Mocha.HookFunction,
  tearDown: Mocha.HookFunction,
): void {
  for (const factory of storeFactories) {
    describe(`${title} (${factory.name})`, () => {
      let place: StoreSpace
      let store: Store
      setUp(async () => {
        place = await factory.create()
        store = await place.open()
      })
      tearDown(async () => {
        await store.close()
        place.remove()
      })
      define({
        store: () => store,
        async reopen(options) {
          await store.close()
          store = await place.open(options)
          return store
        },
      })
    })
  }
}

let users = 0

/** A user key no one has had yet. */
export function freshUser(): string {
  users += 1
  return `corp:user-${users}`
}

/** A disk whose commits a test can make slow, or hang until it says otherwise. */
export function createSlowDisk(): {
  readonly commitDelayMs: Int32Array
  /** How long each commit lasts from now on; one that is under way ends. */
  set(delayMs: number): void
} {
  const commitDelayMs = new Int32Array(new SharedArrayBuffer(4))
  return {
    commitDelayMs,
    set(delayMs) {
      Atomics.store(commitDelayMs, 0, delayMs)
      Atomics.notify(commitDelayMs, 0)
    },
  }
}

export const hangsMs = 60_000

export function newTotp(userKey: string): Omit<TotpAuthenticator, 'id' | 'createdAtMs'> {
  return {
    method: 'totp',
    userKey,
    label: 'phone',
    seed: new Uint8Array(20).fill(3),
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    driftSteps: 0,
    lastStep: -1,
  }
}

export function signInRecord(change: Partial<SignInRecord> = {}): SignInRecord {
  return {
    signInId: 'sign-in-1',
    attemptId: 'attempt-1',
    startedAtMs: 1_000,
    endedAtMs: 2_000,
    gateway: 'vpn',
    sourceAddress: '192.0.2.10',
    userName: 'alice',
    userKey: 'corp:alice',
    outcome: 'accept',
    reason: 'accepted',
    timeline: [{ atMs: 1_500, what: 'password-right', detail: { directory: 'corp' } }],
    ...change,
  }
}

/** The error `promise` rejects with; fails when it does not reject. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('expected a rejection')
}
