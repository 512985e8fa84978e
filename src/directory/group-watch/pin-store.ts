import * as z from 'zod'
import type { ForeignMembers } from '../../signin/index.ts'
import { foldGroup } from '../../support/index.ts'

/** Which group each name of the rules means in one directory, kept over restarts. */
export type PinStore = {
  /** Ids of these names, folded, as far as they are known. */
  load(directory: string, names: readonly string[]): Promise<Map<string, string>>
  /** Forgets all others: they are looked for again when a rule names them again. */
  keepOnly(directory: string, names: readonly string[]): Promise<void>
  save(directory: string, name: string, id: string): Promise<void>
  /** Members of these groups that belong to other domains, as they were last found: a controller may be down at the start. */
  loadForeignMembers(
    directory: string,
    names: readonly string[],
  ): Promise<Map<string, ForeignMembers>>
  saveForeignMembers(directory: string, name: string, foreignMembers: ForeignMembers): Promise<void>
}

/** Where pins are kept: texts by key. */
export interface PinSettings {
  /** All whose key begins with `prefix`. */
  list(prefix: string): Promise<readonly { readonly key: string; readonly value: string }[]>
  set(key: string, value: string): Promise<void>
  remove(key: string): Promise<unknown>
}

const foreignMembersForm = z.object({
  sid: z.string().optional(),
  sids: z.array(z.string()),
  dns: z.array(z.string()),
})

export function createPinStore(settings: PinSettings): PinStore {
  const prefixOf = (directory: string) => `group-of-rules:${directory}:`
  const foreignMembersOf = (directory: string) => `outsiders-of-rules:${directory}:`
  async function list(prefix: string): Promise<readonly (readonly [string, string])[]> {
    const rows = await settings.list(prefix)
    return rows.map(({ key, value }) => [key.slice(prefix.length), value] as const)
  }

  return {
    async load(directory, names) {
      const known = await list(prefixOf(directory))
      // An earlier version kept only names, in lower case.
      const folded = known.map(([name, id]) => [foldGroup(name), id] as const)
      return new Map(folded.filter(([name]) => names.includes(name)))
    },
    async keepOnly(directory, names) {
      for (const prefix of [prefixOf(directory), foreignMembersOf(directory)]) {
        for (const [name] of await list(prefix)) {
          if (!names.includes(foldGroup(name))) await settings.remove(`${prefix}${name}`)
        }
      }
    },
    save: (directory, name, id) => settings.set(`${prefixOf(directory)}${name}`, id),
    async loadForeignMembers(directory, names) {
      const known = await list(foreignMembersOf(directory))
      return new Map(
        known
          .filter(([name]) => names.includes(name))
          .map(([name, value]) => [name, foreignMembersForm.parse(JSON.parse(value))]),
      )
    },
    saveForeignMembers: (directory, name, foreignMembers) =>
      settings.set(`${foreignMembersOf(directory)}${name}`, JSON.stringify(foreignMembers)),
  }
}

/**
 * What is pinned of the groups that rules name now: by directory, id by name. `named`: the groups of each directory
 * as rules name them.
 */
export async function loadPins(
  settings: PinSettings,
  named: ReadonlyMap<string, readonly string[]>,
): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const pins = createPinStore(settings)
  const loaded = await Promise.all(
    [...named].map(async ([directory, groups]) => {
      const known = await pins.load(directory, groups.map(foldGroup))
      return [directory, Object.fromEntries(known)] as const
    }),
  )
  return Object.fromEntries(loaded)
}
