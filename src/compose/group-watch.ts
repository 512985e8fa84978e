import type { Config } from '../config/index.ts'
import { describeMissingGroup } from '../directory/index.ts'
import type { Logger } from '../ops/index.ts'
import type { Directory, GroupEntry, Outsiders } from '../signin/index.ts'
import {
  type Clock,
  foldGroup,
  HoldfastError,
  type Timer,
  type TimerWheel,
} from '../support/index.ts'
import { type GroupStanding, judgeGroup } from './group-pins.ts'
import type { PinStore } from './pin-store.ts'
import { groupsInRules, localGroups, whereNamed } from './rule-groups.ts'

/** How often directories are asked. */
const everyMs = 60_000
/** How often one is asked that could not tell. */
const againMs = 5_000
/** How long one of them may take, and how long a start waits for it. */
const timeoutMs = 30_000
const timeoutAtLoadMs = 5_000

export type GroupWatch = {
  /**
   * Groups of rules that none of the directories has where they are looked for, or that this one had and
   * has no more: what another calls the same is another group. Folded.
   */
  missing(directory?: string): ReadonlySet<string>
  stop(): void
}

export type GroupWatchParts = {
  readonly clock: Clock
  readonly wheel: Pick<TimerWheel, 'at'>
  readonly logger: Pick<Logger, 'log'>
  readonly pins: PinStore
}

/** One directory, and the groups that rules look for in it; names are folded. */
type Watched = {
  readonly directory: string
  readonly groups: readonly string[]
  readonly find: NonNullable<Directory['findGroups']>
  readonly like: Directory['similarGroups']
  readonly tell: (pins: ReadonlyMap<string, string>) => void
  readonly pins: Map<string, string>
  readonly findOutsiders: Directory['findOutsiders']
  readonly placeOutsiders: Directory['placeOutsiders']
  /** Members from other domains, by name of the group. */
  readonly outsiders: Map<string, Outsiders>
  standings: ReadonlyMap<string, GroupStanding>
}

/**
 * Decides which group each name of the rules means, and asks the directories again and again how it
 * stands with them: one that is renamed still counts, and one that is gone must not make its rule
 * silently stop to hold (RULES 15). A directory that cannot tell keeps its last answer.
 * @throws {HoldfastError} `group-unresolved`: a name that never meant a group means none, or several
 */
export async function watchGroups(
  config: Config,
  directories: ReadonlyMap<string, Directory>,
  { clock, wheel, logger, pins }: GroupWatchParts,
): Promise<GroupWatch> {
  const watched = await Promise.all([...directories.values()].map((each) => watch(each)))
  const asked = watched.flatMap((each) => each ?? [])
  const elsewhere = localGroups(config)
  const stopping = new AbortController()
  let missing: ReadonlySet<string> = new Set()
  let missingIn: ReadonlyMap<string, ReadonlySet<string>> = new Map()
  let timer: Timer | undefined

  async function watch(directory: Directory): Promise<Watched | undefined> {
    const groups = groupsInRules(config, directory.name).map(foldGroup)
    if (directory.findGroups === undefined || groups.length === 0) return undefined
    const known = await pins.load(directory.name, groups)
    directory.pinGroups?.(known)
    return {
      directory: directory.name,
      groups,
      find: directory.findGroups,
      like: directory.similarGroups,
      tell: (now) => directory.pinGroups?.(now),
      pins: known,
      findOutsiders: directory.findOutsiders,
      placeOutsiders: directory.placeOutsiders,
      outsiders: await pins.loadOutsiders(directory.name, groups),
      standings: new Map(),
    }
  }

  /** Whether the directory could tell. */
  async function ask(each: Watched, atLoad: boolean): Promise<boolean> {
    const limit = AbortSignal.timeout(atLoad ? timeoutAtLoadMs : timeoutMs)
    const limited = AbortSignal.any([stopping.signal, limit])
    const found = await lookUp(each, limited)
    if (found === undefined) return false
    const before = each.standings
    each.standings = new Map(
      each.groups.map((group) => {
        const { byId, byName } = found.get(group) ?? { byId: undefined, byName: [] }
        return [group, judgeGroup(each.pins.get(group), { byId, byName }, atLoad)]
      }),
    )
    for (const [group, standing] of each.standings) {
      await take(each, group, standing)
      report(each.directory, group, standing, before.get(group))
    }
    each.tell(new Map(each.pins))
    return await askForOutsiders(each, limited)
  }

  /** Whether the directory could tell, or need not. */
  async function askForOutsiders(each: Watched, signal: AbortSignal): Promise<boolean> {
    const pinned = [...each.pins]
    if (each.findOutsiders === undefined) return true
    const found = await each.findOutsiders(
      pinned.map(([, id]) => id),
      signal,
    )
    for (const [index, [group]] of pinned.entries()) {
      const outsiders = found?.[index]
      if (outsiders === undefined) continue
      const isKnown = JSON.stringify(outsiders) === JSON.stringify(each.outsiders.get(group))
      each.outsiders.set(group, outsiders)
      if (!isKnown) await pins.saveOutsiders(each.directory, group, outsiders)
    }
    return found !== undefined
  }

  /** Tells every directory of the people it knows and another one has in its groups. */
  function placeOutsiders(): void {
    const placed = new Map<string, string[]>()
    for (const { outsiders } of asked) {
      for (const [group, { sid, sids, dns }] of outsiders) {
        for (const each of [...(sid === undefined ? [] : [sid]), ...sids, ...dns]) {
          placed.set(each, [...(placed.get(each) ?? []), group])
        }
      }
    }
    for (const each of asked) each.placeOutsiders?.(placed)
  }

  async function take(each: Watched, group: string, standing: GroupStanding): Promise<void> {
    const isNew = standing.kind === 'replaced' || (standing.kind === 'there' && standing.isNew)
    if (!isNew || standing.id === undefined) return
    each.pins.set(group, standing.id)
    await pins.save(each.directory, group, standing.id)
  }

  /** Once for each change. */
  function report(
    directory: string,
    group: string,
    standing: GroupStanding,
    before: GroupStanding | undefined,
  ): void {
    if (JSON.stringify(standing) === JSON.stringify(before)) return
    switch (standing.kind) {
      case 'renamed': {
        const { to, isTaken } = standing
        const now = group.includes('=') ? to.dn : to.name
        logger.log({ event: 'group-renamed', directory, group, now, isTaken })
        break
      }
      case 'replaced':
        logger.log({ event: 'group-replaced', directory, group })
        break
      case 'gone':
        logger.log({ event: 'group-gone', directory, group })
        break
      default:
    }
  }

  async function refresh(): Promise<void> {
    let all = true
    for (const each of asked) {
      // Whatever goes wrong, the others are asked, and this one again.
      const told = await ask(each, false).catch(() => false)
      all &&= told
    }
    settle(all)
  }

  function settle(allCouldTell: boolean): void {
    placeOutsiders()
    missing = new Set(asked.flatMap(({ groups }) => groups).filter(isGone))
    missingIn = new Map(
      asked.map(({ directory, groups, standings }) => {
        const gone = groups.filter((group) => standings.get(group)?.kind === 'gone')
        return [directory, new Set([...missing, ...gone])]
      }),
    )
    if (stopping.signal.aborted) return
    const delayMs = allCouldTell ? everyMs : againMs
    timer = wheel.at(clock.nowMs() + delayMs, () => void refresh())
  }

  function standingsOf(group: string): readonly (GroupStanding['kind'] | undefined)[] {
    return asked
      .filter(({ groups }) => groups.includes(group))
      .map((each) => each.standings.get(group)?.kind)
  }

  /** Where no directory has it; one that could not tell may have it. */
  function isGone(group: string): boolean {
    const kinds = standingsOf(group)
    // It is a group of people in the configuration, and was never one of a directory.
    if (elsewhere.has(group) && kinds.every((kind) => kind === 'none')) return false
    return kinds.every((kind) => kind === 'gone' || kind === 'none' || kind === 'several')
  }

  if (asked.length > 0) {
    const told = await Promise.all(asked.map((each) => ask(each, true)))
    settle(told.every((each) => each))
    // One that was there once is a matter of its rules.
    const never = new Set([...missing].filter((group) => !standingsOf(group).includes('gone')))
    const unresolved = (
      await Promise.all(asked.map((each) => describeUnresolved(each, never)))
    ).flat()
    if (unresolved.length > 0) {
      stop()
      throw new HoldfastError('group-unresolved', `rules name groups: ${unresolved.join('; ')}`)
    }
    // Not before: a configuration that is refused must not make the one in use forget.
    for (const { directory, groups } of asked) await pins.keepOnly(directory, groups)
  }

  /** What must be corrected before anybody signs in, with the lines at which it stands. */
  async function describeUnresolved(
    { directory, like, standings }: Watched,
    never: ReadonlySet<string>,
  ): Promise<readonly string[]> {
    const bad = [...standings].filter(([group]) => never.has(group))
    const texts = await Promise.all(
      bad.map(async ([group, { kind }]): Promise<string | undefined> => {
        if (kind === 'several')
          return `directory ${directory} has several called ${group}; write the DN`
        if (kind !== 'none') return undefined
        const signal = AbortSignal.timeout(timeoutAtLoadMs)
        const likeness = await like?.(group, signal).catch(() => undefined)
        return likeness === undefined
          ? `directory ${directory} has none that is called ${group}`
          : describeMissingGroup(group, likeness, directory)
      }),
    )
    return texts.flatMap((text, index) => {
      const place = whereNamed(config, bad[index]?.[0] ?? '')
      return text === undefined ? [] : [place === '' ? text : `${text} (${place})`]
    })
  }

  function stop(): void {
    stopping.abort()
    timer?.cancel()
  }

  return { missing: (directory = '') => missingIn.get(directory) ?? missing, stop }
}

type Found = { readonly byId: GroupEntry | undefined; readonly byName: readonly GroupEntry[] }

/** By name, and where it is known which one is meant, by id. */
async function lookUp(
  { groups, pins, find }: Watched,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Found> | undefined> {
  const byName = await find(
    groups.map((name) => ({ name })),
    signal,
  )
  const pinned = [...pins]
  const byId = await find(
    pinned.map(([, id]) => ({ id })),
    signal,
  )
  if (byName === undefined || byId === undefined) return undefined
  const idFound = new Map(pinned.map(([name], index) => [name, byId[index]?.[0]]))
  return new Map(
    groups.map((name, index) => [name, { byId: idFound.get(name), byName: byName[index] ?? [] }]),
  )
}
