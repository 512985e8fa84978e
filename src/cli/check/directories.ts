import type { Config } from '../../config/index.ts'
import { type CheckPart, collectRows } from '../../operations/index.ts'
import type { CliIo } from '../io.ts'

/** What is known of the groups that rules name: by directory, id by name. */
export type Pins = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Asks the directories of a configuration from here. */
export function directoriesPart(config: Config, pins: Pins, io: CliIo): CheckPart {
  return {
    ...{ area: 'directory', what: 'all' },
    rows: async () => {
      const { createDirectories } = await import('../../compose/generation/directories.ts')
      const { dictionaryOf } = await import('../../compose/dictionary.ts')
      const { directoryParts } = await import('../../compose/service/checks.ts')
      const { createLogger } = await import('../../ops/index.ts')
      // Trouble shows in the rows; log lines would only repeat it.
      const { stderr: stream, clock } = io
      const logger = createLogger({ level: 'error', format: 'human', stream, clock })
      const dictionary = dictionaryOf(config.dictionaries)
      const directories = await createDirectories(config, clock, logger, dictionary)
      try {
        for (const [name, directory] of directories) {
          directory.pinGroups?.(new Map(Object.entries(pins[name] ?? {})))
        }
        return await collectRows(directoryParts(config, directories, io.signal))
      } finally {
        await Promise.all([...directories.values()].map((directory) => directory.close()))
      }
    },
  }
}
