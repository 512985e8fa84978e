import * as z from 'zod'
import type { SettingStore } from '../../store/index.ts'
import type { Clock, Timer } from '../../support/index.ts'
import type { SigningCounts } from './signing.ts'

const natural = z.int().min(0)
// Nodes of two versions read each other's.
const seenSchema = z.object({ count: natural, firstMs: natural, lastMs: natural })
const countsSchema = z.object({
  signed: seenSchema.exactOptional(),
  unsigned: seenSchema.exactOptional(),
  misfit: seenSchema.exactOptional(),
  eap: seenSchema.exactOptional(),
})

/**
 * Counts for each gateway of the configuration whether its requests carry Message-Authenticator, and
 * saves the counts in the store: at most one write a minute for a gateway, however many packets.
 */
export type SavedSigning = {
  note(gateway: string, signing: keyof SigningCounts): void
  countsOf(gateway: string): SigningCounts
  /** Takes up what earlier runs have counted. */
  load(): Promise<void>
  /** Stores what is new, and stops. */
  stop(): Promise<void>
}

const saveEveryMs = 60_000
const prefix = 'signing:'
const learntPrefix = 'message-authenticator:'

/** `onError`: hears of a store that does not take the counts. `isShared`: other processes count too, and save there. */
export function createSavedSigning(
  clock: Clock,
  settings: SettingStore,
  onError: (error: unknown) => void,
  isShared = false,
): SavedSigning {
  const counts = new Map<string, SigningCounts>()
  const changed = new Set<string>()
  /** As the store has them, as far as is known here. */
  const saved = new Map<string, string>()
  let timer: Timer | undefined

  async function save(): Promise<void> {
    const names = [...changed]
    changed.clear()
    try {
      for (const name of names) {
        if (isShared) await exchange(name)
        else await settings.set(`${prefix}${name}`, JSON.stringify(counts.get(name)))
      }
    } catch (error) {
      for (const name of names) changed.add(name)
      onError(error)
    }
  }

  /** Adds what is new here to what all processes have counted. */
  async function exchange(name: string): Promise<void> {
    const key = `${prefix}${name}`
    for (;;) {
      const theirs = await settings.get(key)
      const before = saved.get(name)
      if (theirs !== undefined && theirs !== before) {
        const read = (text = '') => readCounts(text) ?? {}
        counts.set(name, mergeCounts(counts.get(name) ?? {}, read(before), read(theirs)))
        saved.set(name, theirs)
      }
      const text = JSON.stringify(counts.get(name))
      if (await settings.replace(key, theirs, text)) {
        saved.set(name, text)
        return
      }
    }
  }

  return {
    note(gateway, signing) {
      const nowMs = clock.nowMs()
      const before = counts.get(gateway) ?? {}
      const { count, firstMs } = before[signing] ?? { count: 0, firstMs: nowMs }
      counts.set(gateway, { ...before, [signing]: { count: count + 1, firstMs, lastMs: nowMs } })
      changed.add(gateway)
      timer ??= clock.after(saveEveryMs, () => {
        timer = undefined
        void save()
      })
    },
    countsOf: (gateway) => counts.get(gateway) ?? {},
    async load() {
      for (const [name, stored] of await loadSigningCounts(settings)) {
        counts.set(name, stored)
        saved.set(name, JSON.stringify(stored))
      }
    },
    async stop() {
      timer?.cancel()
      await save()
    },
  }
}

/** Counts that cannot be read begin again: they advise, and decide nothing. */
export async function loadSigningCounts(
  settings: SettingStore,
): Promise<Map<string, SigningCounts>> {
  const stored = await settings.list(prefix)
  return new Map(
    stored.flatMap(({ key, value }) => {
      const counts = readCounts(value)
      return counts === undefined ? [] : [[key.slice(prefix.length), counts] as const]
    }),
  )
}

function readCounts(text: string): SigningCounts | undefined {
  try {
    return countsSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const kinds = ['signed', 'unsigned', 'misfit', 'eap'] as const satisfies (keyof SigningCounts)[]

/** Theirs, and what was counted here since both had `base`. */
function mergeCounts(
  mine: SigningCounts,
  base: SigningCounts,
  theirs: SigningCounts,
): SigningCounts {
  const merged = kinds.map((kind): SigningCounts => {
    const [own, other] = [mine[kind], theirs[kind]]
    if (own === undefined || other === undefined) {
      const seen = own ?? other
      return seen === undefined ? {} : { [kind]: seen }
    }
    const count = other.count + own.count - (base[kind]?.count ?? 0)
    const firstMs = Math.min(own.firstMs, other.firstMs)
    return { [kind]: { count, firstMs, lastMs: Math.max(own.lastMs, other.lastMs) } }
  })
  return Object.assign({}, ...merged)
}

/** Remembers that a `learn` gateway sends Message-Authenticator, so that it is required after a restart too. */
export async function rememberLearnt(settings: SettingStore, gateway: string): Promise<void> {
  await settings.set(`${learntPrefix}${gateway}`, 'seen')
}

/** Tells each minute which gateways have sent it at any process. */
export function followLearnt(
  clock: Clock,
  settings: SettingStore,
  note: (names: ReadonlySet<string>) => void,
  onError: (error: unknown) => void,
): { stop(): void } {
  let timer: Timer | undefined
  let isStopped = false

  async function look(): Promise<void> {
    try {
      note(await loadLearnt(settings))
    } catch (error) {
      if (!isStopped) onError(error)
    }
    if (!isStopped) wait()
  }

  function wait(): void {
    timer = clock.after(saveEveryMs, () => void look())
  }

  wait()
  return {
    stop() {
      isStopped = true
      timer?.cancel()
    },
  }
}

/** Names of the gateways that have sent it while their setting was `learn`. */
export async function loadLearnt(settings: SettingStore): Promise<ReadonlySet<string>> {
  const seen = await settings.list(learntPrefix)
  return new Set(seen.map(({ key }) => key.slice(learntPrefix.length)))
}
