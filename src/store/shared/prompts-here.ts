import type { Adopt, PromptOwner, PromptResult, PromptWatcher } from '../../signin/index.ts'
import { asked, type Topic } from './asking.ts'
import type { SharedContext } from './context.ts'
import { type EndedRow, isOpen, type KeptRow, resultOf, toKept } from './prompt-rows.ts'

type Acting = { readonly userKey: string; readonly onPage: boolean; readonly owner: PromptOwner }

/** What acts on prompts in this process, and who waits here for their ends. */
export type PromptsHere = {
  /** Undefined where nothing acts on it here. */
  find(id: string): Acting | undefined
  act(id: string, entry: Acting): void
  /** What acts on it here; made of what is kept where there is nothing yet. Undefined where nothing can go on with it. */
  ownerOf(row: KeptRow): PromptOwner | undefined
  /** Tells all who wait here. `elsewhere`: another process has ended it, and the owner lets go of it. */
  end(id: string, result: PromptResult, where: 'here' | 'elsewhere'): void
  watch(id: string, watcher: PromptWatcher): void
  /** False where it has been told meanwhile. */
  unwatch(id: string, watcher: PromptWatcher): boolean
  /** Forgets all of them. */
  stop(): void
}

/** Asks the database about all that it acts on or waits for, until they have ended. */
export function createPromptsHere(context: SharedContext, adopt: Adopt): PromptsHere {
  const { queries, asking } = context
  const acting = new Map<string, Acting>()
  const watched = new Map<string, readonly PromptWatcher[]>()

  const topic: Topic<EndedRow> = {
    kind: 'prompt',
    isUrgent: true,
    query: (ids) =>
      queries
        .selectFrom(asked(ids))
        .leftJoin('shared_prompt', 'shared_prompt.id', 'asked.id')
        .select(['asked.id', 'shared_prompt.user_key', 'shared_prompt.result'])
        .where(({ not }) => not(isOpen(context)))
        .compile(),
    hear(rows) {
      for (const row of rows) end(row.id, resultOf(context, row), 'elsewhere')
    },
  }

  function act(id: string, entry: Acting): void {
    acting.set(id, entry)
    asking.add(topic, id)
  }

  function end(id: string, result: PromptResult, where: 'here' | 'elsewhere'): void {
    const entry = acting.get(id)
    const told = watched.get(id) ?? []
    acting.delete(id)
    watched.delete(id)
    asking.remove(topic, id)
    if (where === 'elsewhere') entry?.owner.letGo?.()
    for (const watcher of told) watcher.ended(result)
  }

  return {
    find: (id) => acting.get(id),
    act,
    end,

    ownerOf(row) {
      const entry = acting.get(row.id)
      if (entry !== undefined) {
        if (row.gateway_refused === 1) entry.owner.gatewayRefused?.()
        return entry.owner
      }
      const kept = toKept(context, row)
      const owner = kept && adopt(kept)
      if (owner === undefined) return undefined
      act(row.id, { userKey: row.user_key, onPage: row.on_page === 1, owner })
      return owner
    },

    watch(id, watcher) {
      watched.set(id, [...(watched.get(id) ?? []), watcher])
      asking.add(topic, id)
    },

    unwatch(id, watcher) {
      const all = watched.get(id) ?? []
      const others = all.filter((each) => each !== watcher)
      if (others.length === all.length) return false
      if (others.length > 0) watched.set(id, others)
      else {
        watched.delete(id)
        if (!acting.has(id)) asking.remove(topic, id)
      }
      return true
    },

    stop() {
      acting.clear()
      watched.clear()
    },
  }
}
