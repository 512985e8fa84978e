import { foldGroup, foldName } from '../../../support/index.ts'
import type { Group } from './search.ts'

/** Which group each name of the rules means, whatever that group is called by now (RULES 15). */
export type GroupPins = {
  /** Id by name or DN, folded; takes the place of what was pinned before. */
  pin(names: ReadonlyMap<string, string>): void
  /** Undefined for a name that is not pinned. */
  idOf(name: string): string | undefined
  /**
   * What rules may call this group, folded: its name and DN, unless rules mean another group by
   * them, and every name by which they mean it.
   */
  namesOf(group: Group): readonly string[]
}

export function createGroupPins(): GroupPins {
  let idByName: ReadonlyMap<string, string> = new Map()
  let namesById: ReadonlyMap<string, readonly string[]> = new Map()
  return {
    pin(names) {
      const pinned = new Map<string, string[]>()
      for (const [name, id] of names) pinned.set(id, [...(pinned.get(id) ?? []), name])
      idByName = names
      namesById = pinned
    },
    idOf: (name) => idByName.get(foldGroup(name)),
    namesOf({ id, name, dn }) {
      const isOwn = (each: string) => (idByName.get(each) ?? id) === id
      const own = [foldName(name), foldGroup(dn)].filter(
        (each) => each !== '' && (id === undefined || isOwn(each)),
      )
      const meant = id === undefined ? undefined : namesById.get(id)
      return meant === undefined ? own : [...own, ...meant]
    },
  }
}
