import { randomBytes } from 'node:crypto'
import { CliError } from '../errors.ts'
import { readKeyLine } from '../files.ts'

const sealingKeyBytes = 32

/** A new sealing key as base64, one line, as `sealing_key` in the configuration wants it. */
export function createSealingKey(): string {
  return `${randomBytes(sealingKeyBytes).toString('base64')}\n`
}

/** The key in a file that `key create` wrote, in base64. Throws CliError `file-unreadable`. */
export function readSealingKey(file: string): string {
  const key = readKeyLine(file)
  if (Buffer.from(key, 'base64').length === sealingKeyBytes) return key
  throw new CliError('file-unreadable', `${file} holds no sealing key (32 bytes, base64).`)
}

/** The bytes of a key in base64. */
export function decodeKey(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.trim(), 'base64'))
}
