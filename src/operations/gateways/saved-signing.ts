import * as z from 'zod'
import type { SettingStore } from '../../store/index.ts'
import type { Clock, Timer } from '../../support/index.ts'
import type { SigningCounts } from './signing.ts'

const natural = z.int().min(0)
const seenSchema = z.strictObject({ count: natural, firstMs: natural, lastMs: natural })
const countsSchema = z.strictObject({
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

/** `onError`: hears of a store that does not take the counts. */
export function createSavedSigning(
  clock: Clock,
  settings: SettingStore,
  onError: (error: unknown) => void,
): SavedSigning {
  const counts = new Map<string, SigningCounts>()
  const changed = new Set<string>()
  let timer: Timer | undefined

  async function save(): Promise<void> {
    const names = [...changed]
    changed.clear()
    try {
      for (const name of names) {
        await settings.set(`${prefix}${name}`, JSON.stringify(counts.get(name)))
      }
    } catch (error) {
      for (const name of names) changed.add(name)
      onError(error)
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
      for (const [name, stored] of await loadSigningCounts(settings)) counts.set(name, stored)
    },
    async stop() {
      timer?.cancel()
      await save()
    },
  }
}

/** Counts that cannot be read begin anew: they advise, and decide nothing. */
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

/** Remembers that a `learn` gateway sends Message-Authenticator, so that it is required after a restart too. */
export async function rememberLearnt(settings: SettingStore, gateway: string): Promise<void> {
  await settings.set(`${learntPrefix}${gateway}`, 'seen')
}

/** Names of the gateways that have sent it while their setting was `learn`. */
export async function loadLearnt(settings: SettingStore): Promise<ReadonlySet<string>> {
  const seen = await settings.list(learntPrefix)
  return new Set(seen.map(({ key }) => key.slice(learntPrefix.length)))
}
