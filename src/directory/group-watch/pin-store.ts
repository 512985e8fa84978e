import * as z from 'zod'
import type { Outsiders } from '../../signin/index.ts'
import { foldGroup } from '../../support/index.ts'

/** Which group each name of the rules means in one directory, kept over restarts. */
export type PinStore = {
  /** Ids of these names, folded, as far as they are known. */
  load(directory: string, names: readonly string[]): Promise<Map<string, string>>
  /** Forgets all others: they are looked for anew when a rule names them again. */
  keepOnly(directory: string, names: readonly string[]): Promise<void>
  save(directory: string, name: string, id: string): Promise<void>
  /** Members of these groups that belong to other domains, as they were last found: a controller may be down at the start. */
  loadOutsiders(directory: string, names: readonly string[]): Promise<Map<string, Outsiders>>
  saveOutsiders(directory: string, name: string, outsiders: Outsiders): Promise<void>
}

/** Where pins are kept: texts by key. */
export interface PinSettings {
  /** All whose key begins with `prefix`. */
  list(prefix: string): Promise<readonly { readonly key: string; readonly value: string }[]>
  set(key: string, value: string): Promise<void>
  remove(key: string): Promise<unknown>
}

const outsidersForm = z.object({
  sid: z.string().optional(),
  sids: z.array(z.string()),
  dns: z.array(z.string()),
})

export function createPinStore(settings: PinSettings): PinStore {
  const prefixOf = (directory: string) => `group-of-rules:${directory}:`
  const outsidersOf = (directory: string) => `outsiders-of-rules:${directory}:`
  async function list(prefix: string): Promise<readonly (readonly [string, string])[]> {
    const rows = await settings.list(prefix)
    return rows.map(({ key, value }) => [key.slice(prefix.length), value] as const)
  }

  return {
    async load(directory, names) {
      const known = await list(prefixOf(directory))
      // An earlier version kept names in lower case and no more.
      const folded = known.map(([name, id]) => [foldGroup(name), id] as const)
      return new Map(folded.filter(([name]) => names.includes(name)))
    },
    async keepOnly(directory, names) {
      for (const prefix of [prefixOf(directory), outsidersOf(directory)]) {
        for (const [name] of await list(prefix)) {
          if (!names.includes(foldGroup(name))) await settings.remove(`${prefix}${name}`)
        }
      }
    },
    save: (directory, name, id) => settings.set(`${prefixOf(directory)}${name}`, id),
    async loadOutsiders(directory, names) {
      const known = await list(outsidersOf(directory))
      return new Map(
        known
          .filter(([name]) => names.includes(name))
          .map(([name, value]) => [name, outsidersForm.parse(JSON.parse(value))]),
      )
    },
    saveOutsiders: (directory, name, outsiders) =>
      settings.set(`${outsidersOf(directory)}${name}`, JSON.stringify(outsiders)),
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
