import { findCharset, Secret } from '../support/index.ts'
import { configJsonSchema } from './reference.ts'
import type { Config } from './resolved/resolve.ts'

/** A configuration that may be given away, and the texts of it that must not turn up elsewhere. */
export type RedactedConfig = {
  readonly config: unknown
  /** What each text of the configuration, or name in it, is called instead. */
  readonly names: ReadonlyMap<string, string>
}

/** Mappings whose keys were chosen by the administrator, and what one of them is called. */
const namedSections: Readonly<Record<string, string>> = {
  gateways: 'gateway',
  directories: 'directory',
  delivery: 'provider',
}
/** Only the number of entries is told for these: people, their devices, and wording. */
const countedSections = new Set([
  'users',
  'macs',
  'texts',
  'demo',
  'exposedFiles',
  'secretRemarks',
  'enrolments',
  'installation',
])

/**
 * Keeps what is a number, a switch, or one of the words that the schema itself knows; all other text is
 * left out, whatever it is, so that a setting no one thought of gives nothing away.
 */
export function redactConfig(config: Config): RedactedConfig {
  const { keys, values } = knownWords(configJsonSchema())
  const names = new Map<string, string>()
  for (const [section, word] of Object.entries(namedSections)) {
    const entries = Object.keys(config[section as keyof Config] ?? {})
    for (const [index, name] of entries.entries()) names.set(name, `${word}-${index + 1}`)
  }

  function redactText(text: string): string {
    const name = names.get(text)
    if (name !== undefined) return name
    if (values.has(text) || isDay(text) || findCharset(text) !== undefined) return text
    names.set(text, '(text)')
    return '(text)'
  }

  function redactKey(key: string): string {
    return keys.has(key) ? key : redactText(key)
  }

  function redact(value: unknown): unknown {
    if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
    if (typeof value === 'string') return redactText(value)
    if (value instanceof Secret) {
      names.set(value.reveal().trim(), '(secret)')
      return '(secret)'
    }
    if (Array.isArray(value)) return value.map(redact)
    if (typeof value !== 'object') return '(other)'
    // A number may be all that a value is, and mean a person or a place.
    if ('name' in value && 'value' in value) return { name: redact(value.name), value: '(value)' }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (!countedSections.has(key)) return [redactKey(key), redact(inner)]
        redact(Object.entries(inner ?? {}))
        return [key, `(${Object.keys(inner ?? {}).length})`]
      }),
    )
  }

  return { config: redact(config), names }
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text)
}

/** Keys and fixed values of the schema, the keys as the program has them. */
function knownWords(schema: unknown) {
  const keys = new Set(['kind', 'names', 'port', 'name', 'promptWithoutPassword'])
  const values = new Set<string>(['directories', 'none'])
  function visit(part: unknown): void {
    if (typeof part !== 'object' || part === null) return
    if ('properties' in part && typeof part.properties === 'object') {
      for (const key of Object.keys(part.properties ?? {})) {
        const camel = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
        keys.add(camel).add(`${camel}Ms`)
      }
    }
    if ('enum' in part && Array.isArray(part.enum)) {
      for (const value of part.enum) values.add(String(value))
    }
    if ('const' in part) values.add(String(part.const))
    for (const inner of Object.values(part)) visit(inner)
  }
  visit(schema)
  return { keys, values }
}
