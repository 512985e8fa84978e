import type { Clock, Timer } from '../support/index.ts'
import type { RequestWatch } from '../transport/index.ts'
import { type PatienceMemory, parseMemory } from './memory.ts'
import { mergeMemories } from './merge.ts'
import { createPatienceWatch } from './watch.ts'

/** Where memories are saved. */
export interface PatienceStore {
  set(key: string, value: string): Promise<void>
  /** False where there is another value than `from`. */
  replace(key: string, from: string | undefined, to: string): Promise<boolean>
  /** All whose key begins with `prefix`. */
  list(prefix: string): Promise<readonly { readonly key: string; readonly value: string }[]>
}

export type PatienceOptions = {
  readonly clock: Clock
  readonly store: PatienceStore
  /** Whether other processes learn too, and save it there: all of them then know the same. Default: no. */
  readonly isShared?: boolean
  /** Whether a gateway goes by what is learnt; otherwise it goes by its rules. */
  learns(gateway: string): boolean
  /** Hears of a store that does not save. */
  onError(error: unknown): void
}

/** Learns the patience of gateways, and saves it. */
export interface SavedPatience extends RequestWatch {
  memory(gateway: string): PatienceMemory | undefined
  /** Takes up what earlier runs have learnt; from then on saves what is new once a minute. */
  load(): Promise<void>
  /** Saves what is new, and stops. */
  stop(): Promise<void>
}

const saveEveryMs = 60_000
const prefix = 'patience:'

export function createSavedPatience(options: PatienceOptions): SavedPatience {
  const { clock, store, learns, onError, isShared = false } = options
  const memories = new Map<string, PatienceMemory>()
  const saved = new Map<string, string>()
  const watch = createPatienceWatch({ memories, learns, isShared })
  let timer: Timer | undefined

  async function save(): Promise<void> {
    watch.settle(clock.nowMs())
    if (isShared) await exchange()
    else await saveOwn()
  }

  /** Takes up what others have learnt in the meantime, and adds what is new here. */
  async function exchange(): Promise<void> {
    const stored = new Map((await store.list(prefix)).map(({ key, value }) => [key, value]))
    for (const [key, text] of stored) takeUp(key.slice(prefix.length), text)
    for (const [gateway, memory] of memories) {
      const text = JSON.stringify(memory)
      const theirs = stored.get(memoryKey(gateway))
      // Where another process was quicker, the next minute tries again.
      if (text === theirs || (await store.replace(memoryKey(gateway), theirs, text))) {
        saved.set(gateway, text)
      }
    }
  }

  function takeUp(gateway: string, text: string): void {
    const before = saved.get(gateway)
    const theirs = text === before ? undefined : parseMemory(text)
    if (theirs === undefined) return
    const mine = memories.get(gateway)
    if (mine === undefined) memories.set(gateway, theirs)
    else
      Object.assign(
        mine,
        mergeMemories(mine, before === undefined ? undefined : parseMemory(before), theirs),
      )
    saved.set(gateway, text)
  }

  async function saveOwn(): Promise<void> {
    for (const [gateway, memory] of memories) {
      const text = JSON.stringify(memory)
      if (saved.get(gateway) === text) continue
      await store.set(memoryKey(gateway), text)
      saved.set(gateway, text)
    }
  }

  function saveLater(): void {
    timer = clock.after(saveEveryMs, () => {
      const ended = timer
      save()
        .catch(onError)
        .finally(() => timer === ended && saveLater())
    })
  }

  return {
    ...watch,
    memory: (gateway) => memories.get(gateway),
    async load() {
      for (const [gateway, memory] of await loadMemories(store)) {
        memories.set(gateway, memory)
        saved.set(gateway, JSON.stringify(memory))
      }
      saveLater()
    },
    async stop() {
      timer?.cancel()
      timer = undefined
      await save().catch(onError)
    },
  }
}

/** What the store has, by gateway; what cannot be read is left out. */
export async function loadMemories(
  store: Pick<PatienceStore, 'list'>,
): Promise<ReadonlyMap<string, PatienceMemory>> {
  const memories = new Map<string, PatienceMemory>()
  for (const { key, value } of await store.list(prefix)) {
    const memory = parseMemory(value)
    if (memory !== undefined) memories.set(key.slice(prefix.length), memory)
  }
  return memories
}

/** The setting of the store that holds what was learnt about a gateway. */
export function memoryKey(gateway: string): string {
  return `${prefix}${gateway}`
}
