import type { Directory } from '../../signin/index.ts'
import {
  type Clock,
  foldGroup,
  HoldfastError,
  type Timer,
  type TimerWheel,
} from '../../support/index.ts'
import type { GroupState } from './judge-group.ts'
import type { PinStore } from './pin-store.ts'
import { describeUnresolved } from './unresolved.ts'
import { type GroupEvent, watchDirectory } from './watched-directory.ts'

/** How often directories are asked. */
const everyMs = 60_000
/** How often a directory that could not tell is asked again. */
const retryMs = 5_000
/** How long one question may take, and how long a start waits for it. */
const timeoutMs = 30_000
const timeoutAtLoadMs = 5_000

export type GroupWatch = {
  /**
   * Groups of rules that none of the directories has where they are looked for, or that this one had and no longer has:
   * what another calls the same is another group. Folded.
   */
  missing(directory?: string): ReadonlySet<string>
  stop(): void
}

/** The groups that rules name. */
export type NamedGroups = {
  /** Those that are looked for in each directory, each once. */
  readonly byDirectory: ReadonlyMap<string, readonly string[]>
  /** Those that people of the configuration are said to be in, folded. */
  readonly local: ReadonlySet<string>
  /** Where the configuration names this group, or ''. */
  placeOf(group: string): string
}

export type GroupWatchParts = {
  readonly clock: Clock
  readonly wheel: Pick<TimerWheel, 'at'>
  readonly log: (event: GroupEvent) => void
  readonly pins: PinStore
}

/**
 * Decides which group each name of the rules means, and asks the directories again and again whether it still exists:
 * the rules still match one that is renamed, and one that is gone must not silently stop its rule from matching (RULES
 * 15). A directory that cannot tell keeps its last answer.
 * @throws {HoldfastError} `group-unresolved`: a name that never meant a group means none, or several
 */
export async function watchGroups(
  { byDirectory, local, placeOf }: NamedGroups,
  directories: ReadonlyMap<string, Directory>,
  { clock, wheel, log, pins }: GroupWatchParts,
): Promise<GroupWatch> {
  const watched = await Promise.all(
    [...directories.values()].map((each) =>
      watchDirectory(each, (byDirectory.get(each.name) ?? []).map(foldGroup), { pins, log }),
    ),
  )
  const asked = watched.flatMap((each) => each ?? [])
  const stopping = new AbortController()
  let missing: ReadonlySet<string> = new Set()
  let missingIn: ReadonlyMap<string, ReadonlySet<string>> = new Map()
  let timer: Timer | undefined

  function ask(each: (typeof asked)[number], atLoad: boolean): Promise<boolean> {
    const limit = AbortSignal.timeout(atLoad ? timeoutAtLoadMs : timeoutMs)
    return each.ask(AbortSignal.any([stopping.signal, limit]), atLoad)
  }

  /** Tells every directory of the people it knows and another one has in its groups. */
  function useForeignMembers(): void {
    const placed = new Map<string, string[]>()
    for (const { foreignMembers } of asked) {
      for (const [group, { sid, sids, dns }] of foreignMembers) {
        for (const each of [...(sid === undefined ? [] : [sid]), ...sids, ...dns]) {
          placed.set(each, [...(placed.get(each) ?? []), group])
        }
      }
    }
    for (const each of asked) each.useForeignMembers?.(placed)
  }

  async function refresh(): Promise<void> {
    let all = true
    for (const each of asked) {
      // Whatever goes wrong, the others are still asked, and this one is asked again.
      const told = await ask(each, false).catch(() => false)
      all &&= told
    }
    settle(all)
  }

  function settle(allCouldTell: boolean): void {
    useForeignMembers()
    missing = new Set(asked.flatMap(({ groups }) => groups).filter(isGone))
    missingIn = new Map(
      asked.map(({ name, groups, states }) => {
        const gone = groups.filter((group) => states().get(group)?.kind === 'gone')
        return [name, new Set([...missing, ...gone])]
      }),
    )
    if (stopping.signal.aborted) return
    const delayMs = allCouldTell ? everyMs : retryMs
    timer = wheel.at(clock.nowMs() + delayMs, () => void refresh())
  }

  function statesOf(group: string): readonly (GroupState['kind'] | undefined)[] {
    return asked
      .filter(({ groups }) => groups.includes(group))
      .map(({ states }) => states().get(group)?.kind)
  }

  /** Where no directory has it; one that could not tell may have it. */
  function isGone(group: string): boolean {
    const kinds = statesOf(group)
    // It is a group of people in the configuration, and was never one of a directory.
    if (local.has(group) && kinds.every((kind) => kind === 'none')) return false
    return kinds.every((kind) => kind === 'gone' || kind === 'none' || kind === 'several')
  }

  function stop(): void {
    stopping.abort()
    timer?.cancel()
  }

  if (asked.length > 0) {
    const told = await Promise.all(asked.map((each) => ask(each, true)))
    settle(told.every((each) => each))
    // A group that was there once is left to its rules.
    const never = new Set([...missing].filter((group) => !statesOf(group).includes('gone')))
    const unresolved = await Promise.all(
      asked.map((each) => describeUnresolved(each, never, placeOf)),
    )
    const texts = unresolved.flat()
    if (texts.length > 0) {
      stop()
      throw new HoldfastError('group-unresolved', `rules name groups: ${texts.join('; ')}`)
    }
    // Not before: a configuration that is refused must not make the one in use forget.
    for (const { name, groups } of asked) await pins.keepOnly(name, groups)
  }

  return { missing: (directory = '') => missingIn.get(directory) ?? missing, stop }
}
