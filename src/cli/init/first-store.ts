import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { HoldfastError } from '../../support/index.ts'
import { type CliIo, note } from '../io.ts'

/**
 * Makes the store of a new installation, and its id. Nothing else does by itself, so that a store which is gone is
 * noticed (RULES 43). What is in the way is told: the configuration is written by now.
 */
export async function makeFirstStore(
  configFile: string,
  flag: string,
  io: CliIo,
): Promise<boolean> {
  const { findStoreParts, makeStore, sealingKeyOf, storeFileOf } = await import(
    '../service/store-parts.ts'
  )
  const parts = findStoreParts(configFile, io)
  const file = storeFileOf(parts)
  if (existsSync(file)) {
    note(
      io,
      `The store at ${file} is kept. It opens only with the sealing key that it was made with.`,
    )
    return true
  }
  const { id, file: idFile } = parts.installation
  if (id !== undefined) {
    note(
      io,
      `The store at ${file} is missing, and ${idFile} says that there was one. Restore a backup, or make an empty store with holdfast store create${flag}.`,
    )
    return true
  }
  try {
    for (const line of await makeStore({
      place: { sqlite: file },
      key: sealingKeyOf(parts, undefined),
      parts,
    })) {
      note(io, line)
    }
    return true
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    note(
      io,
      `The configuration is written, but the store was not made: ${error.message}\nMake it with: holdfast store create${flag}`,
    )
    return false
  }
}

export function tellStoreLater(flag: string, io: CliIo): void {
  note(
    io,
    `No store was made, since these files are not in ${dirname(io.usualConfig)}. Make it on the machine of the service: holdfast store create${flag}`,
  )
}
