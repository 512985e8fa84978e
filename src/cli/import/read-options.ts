import {
  decodeHex,
  decodeText,
  defaultNames,
  parseUserMap,
  type SeedDefaults,
  type SeedOptions,
  type UserMap,
} from '../../operations/seeds/index.ts'
import { CliError } from '../errors.ts'
import { readBytes, readKeyLine, readSecretLine } from '../files.ts'
import type { CliIo } from '../io.ts'

/** What the command line says of a file of seeds. */
export type GivenFiles = {
  /** List of serial,user. */
  readonly users?: string | undefined
  /** File with the pre-shared key of an encrypted PSKC file, in hex. */
  readonly keyFile?: string | undefined
  /** File with the password of one. */
  readonly passwordFile?: string | undefined
  readonly columns?: string | undefined
  /** `NAME=VALUE` each. */
  readonly set: readonly string[]
}

/** Reads the files that are named. Throws CliError `file-unreadable` and `usage`. */
export function readOptions(given: GivenFiles, io: CliIo): Omit<SeedOptions, 'nowMs'> {
  return {
    preSharedKey: given.keyFile === undefined ? undefined : readKey(given.keyFile),
    password: given.passwordFile === undefined ? undefined : readSecretLine(given.passwordFile, io),
    users: given.users === undefined ? undefined : readUsers(given.users),
    columns: given.columns,
    defaults: readDefaults(given.set),
  }
}

function readKey(file: string): Uint8Array {
  const key = decodeHex(readKeyLine(file))
  if (key && [16, 24, 32].includes(key.length)) return key
  throw new CliError('file-unreadable', `${file} has to hold a key of 16, 24 or 32 bytes in hex.`)
}

function readUsers(file: string): UserMap {
  const decoded = decodeText(readBytes(file))
  const map = 'line' in decoded ? decoded : parseUserMap(decoded.text)
  if ('users' in map) return map.users
  throw new CliError('file-unreadable', `${file}:${map.line}: ${map.text}`)
}

function readDefaults(set: readonly string[]): SeedDefaults {
  const given = set.map((text) => /^([a-z]+)=(.+)$/.exec(text))
  if (given.some((match) => !defaultNames.some((name) => name === match?.[1]))) {
    throw new CliError(
      'usage',
      `--set takes one of ${defaultNames.join(', ')}, and its value, for example --set digits=8.`,
    )
  }
  return Object.fromEntries(given.map((match) => [match?.[1], match?.[2]]))
}
