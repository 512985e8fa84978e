import { join } from 'node:path'
import { Secret } from '../support/index.ts'
import type { FieldContext } from './fields.ts'

/** Largest secret that is read from a file: a private key chain fits, a log file does not. */
const maxSecretBytes = 65_536

export type SecretReaderOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Gives the text of a file; throws when it cannot be read. */
  readFile(path: string): string
  resolvePath(path: string): string
  /** Told of every file that was read, except those that systemd hands over. */
  onFile(path: string): void
  /** `insecure_demo`: secrets may stand in the file itself. */
  readonly demo: boolean
}

/**
 * Reads secrets by reference. A line break at the end of a file is not part of the secret. A
 * `credential:` is what systemd hands over or, outside of the unit, a file of this name in
 * `credentials/` beside the configuration.
 * The function it gives throws Error with a text that names the reference, never the secret.
 */
export function createSecretReader(options: SecretReaderOptions): FieldContext['readSecret'] {
  return (reference, { clearText }) => {
    const [, kind, name = ''] = /^(file|env|credential):(.+)$/s.exec(reference) ?? []
    if (kind === 'file') {
      const path = options.resolvePath(name)
      const secret = readSecretFile(path, options.readFile)
      options.onFile(path)
      return secret
    }
    if (kind === 'env') return notEmpty(options.env[name], `environment variable ${name}`)
    if (kind === 'credential') {
      if (!/^\w[\w.-]*$/.test(name)) throw new Error('a credential has a plain name')
      const given = options.env.CREDENTIALS_DIRECTORY
      if (given !== undefined) return readSecretFile(join(given, name), options.readFile)
      // What the unit would hand over, for commands of root while it is stopped.
      const path = options.resolvePath(join('credentials', name))
      try {
        const secret = readSecretFile(path, options.readFile)
        options.onFile(path)
        return secret
      } catch (cause) {
        const detail = cause instanceof Error ? cause.message : String(cause)
        throw new Error(
          `credential ${name} is not given by systemd (LoadCredential=${name}:PATH), and ${detail}`,
          { cause },
        )
      }
    }
    if (options.demo || clearText) return notEmpty(reference, 'the secret')
    throw new Error(
      'a secret does not stand in this file: use file:PATH, env:NAME or credential:NAME',
    )
  }
}

function readSecretFile(path: string, readFile: (path: string) => string): Secret {
  let content: string
  try {
    content = readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new Error(`${path} cannot be read${code}`, { cause: error })
  }
  if (content.length > maxSecretBytes) throw new Error(`${path} is too large for a secret`)
  return notEmpty(content.replace(/\r?\n$/, ''), path)
}

function notEmpty(value: string | undefined, what: string): Secret {
  if (value === undefined) throw new Error(`${what} is not set`)
  if (value === '') throw new Error(`${what} is empty`)
  return new Secret(value)
}
