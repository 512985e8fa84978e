import type { SettingStore } from '../store/index.ts'

/** Which group each name of the rules means in one directory, kept over restarts. */
export type PinStore = {
  /** Ids by name, in lower case. Names that no rule has any more are forgotten. */
  load(directory: string, names: readonly string[]): Promise<Map<string, string>>
  save(directory: string, name: string, id: string): Promise<void>
}

export function createPinStore(settings: Pick<SettingStore, 'list' | 'set' | 'remove'>): PinStore {
  const prefixOf = (directory: string) => `group-of-rules:${directory}:`
  return {
    async load(directory, names) {
      const prefix = prefixOf(directory)
      const pins = new Map<string, string>()
      for (const { key, value } of await settings.list(prefix)) {
        const name = key.slice(prefix.length)
        if (names.includes(name)) pins.set(name, value)
        else await settings.remove(key)
      }
      return pins
    },
    save: (directory, name, id) => settings.set(`${prefixOf(directory)}${name}`, id),
  }
}
