import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LastingStore } from '../../compose/store-place.ts'
import { readStoreParts, type StoreParts } from '../../config/index.ts'
import { checkTrustedPath } from '../../files/index.ts'
import { CliError } from '../errors.ts'
import { makeFolder, writeNewFile } from '../files.ts'
import type { CliIo } from '../io.ts'
import { configEnvironment } from './find-service.ts'
import { decodeKey, readSealingKey } from './sealing-key.ts'
import { connectService } from './session.ts'

export type FoundParts = StoreParts & {
  /** Whether there is a configuration; the usual places are used where there is none. */
  readonly isConfigured: boolean
}

/** What is known of the store of a configuration, which may not load or not be there. Throws CliError `no-configuration`. */
export function findStoreParts(configFile: string, io: CliIo): FoundParts {
  const isConfigured = existsSync(configFile)
  try {
    const parts = readStoreParts(configFile, {
      env: configEnvironment(io),
      isMissing: !isConfigured,
    })
    return { ...parts, isConfigured }
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new CliError('no-configuration', detail, { cause })
  }
}

/** Where the store is. Throws CliError `usage` in a demo that keeps it in a temporary folder. */
export function placeOf({ place }: StoreParts): LastingStore {
  if (place !== undefined) return place
  throw new CliError(
    'usage',
    'This configuration keeps its store in a temporary folder (store: temporary), which ends with the service. Nothing was written.',
  )
}

/** The file of the store. Throws CliError `usage` where it is in no file. */
export function storeFileOf(parts: StoreParts): string {
  const place = placeOf(parts)
  if ('sqlite' in place) return place.sqlite
  throw new CliError(
    'usage',
    'This configuration keeps its store in PostgreSQL. Restore it with pg_restore while the service is stopped; see docs/how-to/postgresql.md. Nothing was written.',
  )
}

/**
 * The sealing key of the configuration, or of `keyFile`. Throws CliError where there is none, and where
 * the two differ: a store sealed with one does not open with the other.
 */
export function sealingKeyOf({ key }: StoreParts, keyFile: string | undefined): Uint8Array {
  const configured = 'secret' in key ? key.secret.reveal().trim() : undefined
  const given = keyFile === undefined ? undefined : readSealingKey(keyFile)
  if (given !== undefined && configured !== undefined && given !== configured) {
    throw new CliError(
      'usage',
      `${keyFile} holds another sealing key than the configuration names. Move the configured one away first, and keep it for the store that it opens.`,
    )
  }
  const text = given ?? configured
  if (text !== undefined) return decodeKey(text)
  const problem = 'problem' in key ? key.problem : ''
  throw new CliError(
    'no-sealing-key',
    `The sealing key is missing: ${problem}. Put the key that the store was sealed with there, or name its file with --key-file.`,
  )
}

/** Throws CliError `service-running` while a service of this configuration runs. */
export async function refuseRunning(
  configFile: string,
  { isConfigured }: FoundParts,
  io: CliIo,
): Promise<void> {
  const running = await connectService(isConfigured ? { config: configFile } : {}, io)
  await running?.close()
  if (running) {
    throw new CliError(
      'service-running',
      'Stop the service first, since it has the store open: systemctl stop holdfast',
    )
  }
}

/**
 * Puts the key of `--key-file` where the configuration looks for it, if there is none. Gives what was done, in
 * words. A key from the environment is not ours to write.
 */
export function keepSealingKey(
  { key, keyFile: file }: StoreParts,
  given: string | undefined,
): string | undefined {
  if (given === undefined || file === undefined || 'secret' in key) return undefined
  makeFolder(dirname(file), 0o700)
  writeNewFile(file, `${readSealingKey(given)}\n`, { mode: 0o600 })
  return `Copied the sealing key to ${file}.`
}

/** Writes the id beside the sealing key. Gives what was done, in words; undefined where it was there. */
export function settleInstallationId({ installation }: StoreParts, id: string): string | undefined {
  const { file, id: before } = installation
  if (before === id && existsSync(file)) return undefined
  makeFolder(dirname(file), 0o700)
  checkTrustedPath(dirname(file), { last: 'ours' })
  writeNewFile(file, `${id}\n`, { mode: 0o600, force: true })
  return before === undefined || before === id
    ? `Wrote the installation id ${id} to ${file}.`
    : `Wrote the installation id ${id} to ${file}, in the place of ${before}.`
}

/** Makes the store of a new installation and says so, in lines. Its folder gets mode 0700 where it is not there. */
export async function makeStore(wanted: {
  readonly place: LastingStore
  readonly key: Uint8Array
  readonly parts: FoundParts
}): Promise<readonly string[]> {
  const { createInstallationId, createKeyring, createStore } = await import('../../store/index.ts')
  const { nameStore, toStorePlace } = await import('../../compose/store-place.ts')
  const { place, key, parts } = wanted
  const id = createInstallationId()
  if ('sqlite' in place) makeFolder(dirname(place.sqlite), 0o700)
  const keyring = createKeyring({ current: key })
  await createStore({ ...toStorePlace(place), keyring, installationId: id })
  const written = settleInstallationId(parts, id)
  return [`Made a new store at ${nameStore(place)}.`, ...(written === undefined ? [] : [written])]
}
