import { parseSeed } from '../../../methods/index.ts'
import {
  checkSeed,
  collectSeeds,
  readAlgorithm,
  type SeedDefaults,
  type SeedFile,
  type SeedProblem,
  type SeedRecord,
} from '../record.ts'
import { createMigration } from './migration.ts'
import { readLabel } from './otpauth-label.ts'

/** Parameters of a key URI that change how codes are made; of any other it is not known what it would change. */
const known = ['secret', 'issuer', 'algorithm', 'digits', 'period', 'counter']
/** What apps add for the eye. */
const decoration = ['image', 'icon', 'color', 'name', 'lock']

/** Whether the first line that is not a comment is an `otpauth://` or `otpauth-migration://` link. */
export function isUriList(source: string): boolean {
  return /^\uFEFF?(?:\s*(?:#[^\n]*)?\n)*\s*(?:QR-Code:|")?\s*otpauth(?:-migration)?:\/\//i.test(
    source.replace(/\r\n?/g, '\n'),
  )
}

/** Reads one link a line (Google's key URI format), and what Google Authenticator exports (`otpauth-migration://`). */
export function parseUriList(source: string, defaults: SeedDefaults): SeedFile {
  const migration = createMigration(defaults)
  const results: (SeedRecord | SeedProblem)[] = []
  source
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n/)
    .forEach((text, index) => {
      const [uri, line] = [linkOf(text), index + 1]
      if (uri === '' || uri.startsWith('#')) return
      if (/^otpauth-migration:/i.test(uri)) results.push(...migration.read(uri, line))
      else results.push(readUri(uri, line, defaults))
    })
  return collectSeeds([...results, ...migration.missing()])
}

/** Without quotes, and without what `zbarimg` writes in front of it unless it is told not to. */
function linkOf(text: string): string {
  return text
    .trim()
    .replace(/^QR-Code:\s*/i, '')
    .replace(/^"(.*)"$/, '$1')
}

function readUri(uri: string, line: number, defaults: SeedDefaults): SeedRecord | SeedProblem {
  const wrong = (text: string): SeedProblem => ({ line, text })
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  if (url?.protocol !== 'otpauth:') return wrong('this is not an otpauth:// link')
  const method = url.hostname.toLowerCase()
  if (method !== 'totp' && method !== 'hotp') {
    return wrong('the link is neither for totp nor for hotp, which is not supported')
  }
  const parameters = new Map<string, string>()
  for (const [name, value] of url.searchParams) {
    const lower = name.toLowerCase()
    if (parameters.has(lower)) return wrong('a parameter of the link is there twice')
    if (!known.includes(lower) && !decoration.includes(lower)) {
      return wrong(`the link has a parameter that is not supported; ${known.join(', ')} are`)
    }
    parameters.set(lower, value)
  }
  const seed = parseSeed(parameters.get('secret') ?? '')
  if (!seed || seed.length === 0) return wrong('the secret of the link is not base32')
  const algorithm = readAlgorithm(parameters.get('algorithm') ?? defaults.algorithm ?? 'sha1')
  if (!algorithm) return wrong('algorithm must be sha1, sha256 or sha512')
  const { issuer, account } = readLabel(decode(url.pathname.replace(/^\/+/, '')))
  return checkSeed({
    line,
    user: account ?? defaults.user,
    label: (parameters.get('issuer') ?? issuer) || undefined,
    method,
    seed,
    algorithm,
    digits: parameters.get('digits') ?? defaults.digits,
    period: parameters.get('period') ?? defaults.period,
    counter: parameters.get('counter') ?? defaults.counter,
  })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
