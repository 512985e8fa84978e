import { join } from 'node:path'
import {
  fileProblem,
  judgeSecretText,
  readSecretBytes,
  Secret,
  type SecretText,
} from '../support/index.ts'
import { handedOverFiles } from './handed-over.ts'
import type { FieldContext } from './schema/fields.ts'

/** Largest secret that is read from a file: a private key chain fits, a log file does not. */
const maxSecretBytes = 65_536

export type SecretReaderOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Gives the bytes of a file; throws when it cannot be read. */
  readFile(path: string): Uint8Array
  resolvePath(path: string): string
  /** Told of every file that was read, except those that systemd hands over. */
  onFile(path: string): void
  /** Told of what is likely a mistake in a secret. `place`: the file or the variable. */
  onRemark(place: string, remark: string): void
  /** `insecure_demo`: secrets may be in the file itself. */
  readonly demo: boolean
}

/** A secret is there, but holds what no secret can hold. */
export class UnusableSecretError extends Error {}

/**
 * Reads secrets by reference. A line break at the end of a file is not part of the secret; what else a
 * secret cannot hold is an error, and what it hardly does is remarked on (`readSecretBytes`). A
 * `credential:` is what systemd hands over or, outside of the unit, a file of this name in
 * `credentials/` beside the configuration.
 * The function it gives throws Error with a text that names the reference, never the secret.
 */
export function createSecretReader(options: SecretReaderOptions): FieldContext['readSecret'] {
  const { onRemark } = options
  const readSecretFile = (path: string) => {
    const bytes = readBytes(path, options.readFile)
    return secretOf(path, readSecretBytes(bytes), onRemark)
  }

  function readHandedOver(folder: string, name: string): Secret {
    const [own, ofFolder] = handedOverFiles(folder, name)
    if (isThere(own)) return readSecretFile(own)
    if (isThere(ofFolder)) return readSecretFile(ofFolder)
    throw new Error(
      `${own} cannot be read: systemd hands over what is in the folder credentials when the service starts, so put ${name} there and restart the service`,
    )
  }

  function isThere(path: string): boolean {
    try {
      options.readFile(path)
      return true
    } catch {
      return false
    }
  }

  return (reference, { clearText }) => {
    const [, kind, name = ''] = /^(file|env|credential):(.+)$/s.exec(reference) ?? []
    if (kind === 'file') {
      const path = options.resolvePath(name)
      const secret = readSecretFile(path)
      options.onFile(path)
      return secret
    }
    if (kind === 'env') {
      const place = `environment variable ${name}`
      const value = options.env[name]
      if (value === undefined) throw new Error(`${place} is not set`)
      return secretOf(place, judgeSecretText(value), onRemark)
    }
    if (kind === 'credential') {
      if (!/^\w[\w.-]*$/.test(name)) throw new Error('a credential has a plain name')
      const given = options.env.CREDENTIALS_DIRECTORY
      if (given !== undefined) return readHandedOver(given, name)
      // What the unit would hand over, for commands of root while it is stopped.
      const path = options.resolvePath(join('credentials', name))
      let bytes: Uint8Array
      try {
        bytes = readBytes(path, options.readFile)
      } catch (cause) {
        const detail = cause instanceof Error ? cause.message : String(cause)
        throw new Error(`credential ${name} is not given by systemd, and ${detail}`, { cause })
      }
      options.onFile(path)
      return secretOf(path, readSecretBytes(bytes), onRemark)
    }
    if (options.demo || clearText) {
      return secretOf('the secret', judgeSecretText(reference), () => undefined)
    }
    throw new Error(
      'a secret does not belong in this file: use file:PATH, env:NAME or credential:NAME',
    )
  }
}

function readBytes(path: string, readFile: SecretReaderOptions['readFile']): Uint8Array {
  let content: Uint8Array
  try {
    content = readFile(path)
  } catch (error) {
    throw new Error(fileProblem(path, error), { cause: error })
  }
  if (content.length > maxSecretBytes) throw new Error(`${path} is too large for a secret`)
  return content
}

function secretOf(
  place: string,
  found: SecretText,
  onRemark: SecretReaderOptions['onRemark'],
): Secret {
  if (found.kind === 'unusable') throw new UnusableSecretError(`${place} ${found.why}`)
  for (const remark of found.remarks) onRemark(place, remark)
  return new Secret(found.text)
}
