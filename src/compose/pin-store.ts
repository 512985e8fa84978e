import type { SettingStore } from '../store/index.ts'
import { foldGroup } from '../support/index.ts'

/** Which group each name of the rules means in one directory, kept over restarts. */
export type PinStore = {
  /** Ids of these names, folded, as far as they are known. */
  load(directory: string, names: readonly string[]): Promise<Map<string, string>>
  /** Forgets all others: they are looked for anew when a rule names them again. */
  keepOnly(directory: string, names: readonly string[]): Promise<void>
  save(directory: string, name: string, id: string): Promise<void>
}

export function createPinStore(settings: Pick<SettingStore, 'list' | 'set' | 'remove'>): PinStore {
  const prefixOf = (directory: string) => `group-of-rules:${directory}:`
  async function list(directory: string): Promise<readonly (readonly [string, string])[]> {
    const prefix = prefixOf(directory)
    const rows = await settings.list(prefix)
    return rows.map(({ key, value }) => [key.slice(prefix.length), value] as const)
  }

  return {
    async load(directory, names) {
      const known = await list(directory)
      // An earlier version kept names in lower case and no more.
      const folded = known.map(([name, id]) => [foldGroup(name), id] as const)
      return new Map(folded.filter(([name]) => names.includes(name)))
    },
    async keepOnly(directory, names) {
      for (const [name] of await list(directory)) {
        if (!names.includes(foldGroup(name))) await settings.remove(`${prefixOf(directory)}${name}`)
      }
    },
    save: (directory, name, id) => settings.set(`${prefixOf(directory)}${name}`, id),
  }
}
