import type { Directory, ForeignMembers, GroupEntry } from '../../signin/index.ts'
import { type GroupState, judgeGroup } from './judge-group.ts'
import type { PinStore } from './pin-store.ts'

/** What the log says of a group that rules name. */
export type GroupEvent =
  | {
      readonly event: 'group-renamed'
      readonly directory: string
      readonly group: string
      readonly now: string
      readonly isTaken: boolean
    }
  | {
      readonly event: 'group-replaced' | 'group-gone'
      readonly directory: string
      readonly group: string
    }

/** One directory, and the groups that rules look for in it; names are folded. */
export type WatchedDirectory = {
  readonly name: string
  readonly groups: readonly string[]
  readonly similarGroups: Directory['similarGroups']
  readonly useForeignMembers: Directory['useForeignMembers']
  /** Members from other domains, by name of the group. */
  readonly foreignMembers: ReadonlyMap<string, ForeignMembers>
  /** The state of each group when the directory could last tell. */
  states(): ReadonlyMap<string, GroupState>
  /** Looks again. Whether the directory could tell. `atLoad`: see `judgeGroup`. */
  ask(signal: AbortSignal, atLoad: boolean): Promise<boolean>
}

export type WatchedParts = {
  readonly pins: PinStore
  readonly log: (event: GroupEvent) => void
}

/** Undefined where there is nothing to look for. `groups`: as rules name them, folded. */
export async function watchDirectory(
  directory: Directory,
  groups: readonly string[],
  { pins, log }: WatchedParts,
): Promise<WatchedDirectory | undefined> {
  const { name, findGroups, findForeignMembers, similarGroups, useForeignMembers } = directory
  if (findGroups === undefined || groups.length === 0) return undefined
  const find = findGroups
  const pinned = await pins.load(name, groups)
  directory.pinGroups?.(pinned)
  const foreignMembers = await pins.loadForeignMembers(name, groups)
  let states: ReadonlyMap<string, GroupState> = new Map()

  async function ask(signal: AbortSignal, atLoad: boolean): Promise<boolean> {
    const found = await lookUp(find, groups, pinned, signal)
    if (found === undefined) return false
    const before = states
    states = new Map(
      groups.map((group) => {
        const { byId, byName } = found.get(group) ?? { byId: undefined, byName: [] }
        return [group, judgeGroup(pinned.get(group), { byId, byName }, atLoad)]
      }),
    )
    for (const [group, state] of states) {
      await take(group, state)
      report(group, state, before.get(group))
    }
    directory.pinGroups?.(new Map(pinned))
    return await askForForeignMembers(signal)
  }

  async function take(group: string, state: GroupState): Promise<void> {
    const isNew = state.kind === 'replaced' || (state.kind === 'there' && state.isNew)
    if (!isNew || state.id === undefined) return
    pinned.set(group, state.id)
    await pins.save(name, group, state.id)
  }

  /** Once for each change. */
  function report(group: string, state: GroupState, before: GroupState | undefined): void {
    if (JSON.stringify(state) === JSON.stringify(before)) return
    switch (state.kind) {
      case 'renamed': {
        const { to, isTaken } = state
        const now = group.includes('=') ? to.dn : to.name
        log({ event: 'group-renamed', directory: name, group, now, isTaken })
        break
      }
      case 'replaced':
        log({ event: 'group-replaced', directory: name, group })
        break
      case 'gone':
        log({ event: 'group-gone', directory: name, group })
        break
      default:
    }
  }

  /** Whether the directory could tell, or need not. */
  async function askForForeignMembers(signal: AbortSignal): Promise<boolean> {
    if (findForeignMembers === undefined) return true
    const asked = [...pinned]
    const found = await findForeignMembers(
      asked.map(([, id]) => id),
      signal,
    )
    for (const [index, [group]] of asked.entries()) {
      const now = found?.[index]
      if (now === undefined) continue
      const isKnown = JSON.stringify(now) === JSON.stringify(foreignMembers.get(group))
      foreignMembers.set(group, now)
      if (!isKnown) await pins.saveForeignMembers(name, group, now)
    }
    return found !== undefined
  }

  return {
    name,
    groups,
    similarGroups,
    useForeignMembers,
    foreignMembers,
    states: () => states,
    ask,
  }
}

type Found = { readonly byId: GroupEntry | undefined; readonly byName: readonly GroupEntry[] }

/** By name, and where it is known which one is meant, by id. Undefined where the directory cannot tell. */
async function lookUp(
  find: NonNullable<Directory['findGroups']>,
  groups: readonly string[],
  pins: ReadonlyMap<string, string>,
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
