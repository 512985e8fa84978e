import type { Config } from '../config/index.ts'
import type { Directory } from '../signin/index.ts'
import type { Clock, Timer, TimerWheel } from '../support/index.ts'
import { groupsInRules } from './rule-groups.ts'

/** How often directories are asked. */
const everyMs = 60_000
/** How long one of them may take. */
const timeoutMs = 30_000

export type GroupWatch = {
  /** Groups of rules that none of the directories has where they are looked for; in lower case. */
  missing(): ReadonlySet<string>
  stop(): void
}

/**
 * Asks the directories again and again whether the groups that rules name are still there: one that is
 * renamed or removed must not make its rule silently stop to hold (RULES 15). A directory that cannot
 * tell keeps its last answer.
 */
export function watchGroups(
  config: Config,
  directories: ReadonlyMap<string, Directory>,
  { clock, wheel }: { readonly clock: Clock; readonly wheel: Pick<TimerWheel, 'at'> },
): GroupWatch {
  const watched = [...directories.values()].flatMap((directory) => {
    const groups = groupsInRules(config, directory.name).map((group) => group.toLowerCase())
    const ask = directory.missingGroups
    return ask === undefined || groups.length === 0
      ? []
      : [{ groups, ask, gone: new Set<string>() }]
  })
  const stopping = new AbortController()
  let missing: ReadonlySet<string> = new Set()
  let timer: Timer | undefined

  async function refresh(): Promise<void> {
    for (const each of watched) {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)])
      // Whatever goes wrong, the others are asked, and this one again.
      const gone = await each.ask(each.groups, signal).catch(() => undefined)
      if (gone !== undefined) each.gone = new Set(gone)
    }
    missing = new Set(watched.flatMap(({ gone }) => [...gone]).filter(isGoneEverywhere))
    if (!stopping.signal.aborted) timer = wheel.at(clock.nowMs() + everyMs, () => void refresh())
  }

  function isGoneEverywhere(group: string): boolean {
    return watched.every(({ groups, gone }) => !groups.includes(group) || gone.has(group))
  }

  if (watched.length > 0) void refresh()
  return {
    missing: () => missing,
    stop() {
      stopping.abort()
      timer?.cancel()
    },
  }
}
