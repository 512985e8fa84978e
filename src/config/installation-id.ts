import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import * as z from 'zod'
import { ConfigError } from './errors.ts'
import { handedOverFiles } from './handed-over.ts'

export const installationIdName = 'installation-id'

/** Where the installation id is looked for. */
export type InstallationFiles = {
  /** Beside the sealing key; in `credentials/` beside the configuration where that comes from no file. */
  readonly file: string
  /** What systemd handed over to the unit, whose user cannot enter the folder of root's secrets. */
  readonly handedOver?: readonly string[]
}

/** The id that `init` or `store create` wrote, and where it is or would be. */
export type InstallationPlace = {
  readonly file: string
  /** 32 hex digits; absent in an installation from before 0.2 that has not adopted its store yet. */
  readonly id?: string
}

/** Where the id of a configuration is. Reads nothing. `value`: the configuration as plain values. */
export function locateInstallation(
  configFile: string,
  value: unknown,
  { CREDENTIALS_DIRECTORY: given }: Readonly<Record<string, string | undefined>>,
): InstallationFiles {
  const file = installationIdFile(configFile, value)
  return given === undefined
    ? { file }
    : { file, handedOver: handedOverFiles(given, installationIdName) }
}

/**
 * Reads the id. The file itself takes precedence over what systemd handed over, so that a command of root sees what was
 * written since the start. Throws ConfigError where something else is in it.
 */
export function readInstallation({ file, handedOver }: InstallationFiles): InstallationPlace {
  for (const place of [file, ...(handedOver ?? [])]) {
    const text = readIfThere(place)
    // The unit of version 0.1 hands over this word where there is no file yet.
    if (text === undefined || text === 'none') continue
    if (/^[0-9a-f]{32}$/.test(text)) return { file, id: text }
    const message =
      'holds no installation id (32 hex digits): put back the file that holdfast init wrote, or write it again with holdfast store adopt'
    throw new ConfigError('config-invalid', [
      { file: place, line: 1, column: 1, path: '', message },
    ])
  }
  return { file }
}

function installationIdFile(configFile: string, value: unknown): string {
  const keyFile = sealingKeyFile(configFile, value)
  const folder = keyFile === undefined ? credentialsBeside(configFile) : dirname(keyFile)
  return join(folder, installationIdName)
}

/** The file of the sealing key outside of the unit; undefined where the key does not come from a file. */
export function sealingKeyFile(configFile: string, value: unknown): string | undefined {
  const found = z.looseObject({ sealing_key: z.string() }).safeParse(value)
  const reference = found.data?.sealing_key ?? 'credential:sealing-key'
  const [, kind, name = ''] = /^(file|credential):(.+)$/s.exec(reference) ?? []
  if (kind === undefined) return undefined
  return kind === 'file'
    ? resolve(dirname(resolve(configFile)), name)
    : join(credentialsBeside(configFile), name)
}

function credentialsBeside(configFile: string): string {
  return join(dirname(resolve(configFile)), 'credentials')
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    // Not there, or not for this user.
    return undefined
  }
}
