import type { OtpAlgorithm } from '../../accounts/index.ts'

/** One seed of a file, read and checked, not stored yet. */
export type SeedRecord = {
  /** Line of the file it starts on, for messages. */
  readonly line: number
  /** Name as the directory knows it; absent where the file names no user. */
  readonly user?: string
  readonly serial?: string
  readonly label?: string
  readonly method: 'totp' | 'hotp'
  /** 10 to 64 bytes. */
  readonly seed: Uint8Array
  readonly algorithm: OtpAlgorithm
  readonly digits: 6 | 8
  readonly periodSeconds: 30 | 60
  /** Next counter, for HOTP. */
  readonly counter: number
  /** By how many steps the clock of the token is ahead, for TOTP; behind is negative. */
  readonly driftSteps: number
  /** The token's codes are valid from then on, and until then. Milliseconds since 1970. */
  readonly validFromMs?: number
  readonly validUntilMs?: number
  /** What an administrator should know of it before it is stored. Never holds a seed. */
  readonly notes: readonly string[]
}

/** What is wrong with one line. Never holds a seed. */
export type SeedProblem = { readonly line: number; readonly serial?: string; readonly text: string }

export type SeedFile = {
  readonly records: readonly SeedRecord[]
  readonly problems: readonly SeedProblem[]
  /** About the file as a whole. */
  readonly notes?: readonly string[]
}

/** What a list or the command line may say of every seed that says nothing of it itself. */
export const defaultNames = ['user', 'method', 'algorithm', 'digits', 'period', 'counter'] as const
export type SeedDefaults = { readonly [Name in (typeof defaultNames)[number]]?: string }

/** What a file says about one seed, as text where it is text. */
export type RawSeed = {
  readonly line: number
  readonly user?: string | undefined
  readonly serial?: string | undefined
  readonly label?: string | undefined
  readonly method: 'totp' | 'hotp'
  readonly seed: Uint8Array
  readonly algorithm: OtpAlgorithm
  readonly digits?: string | undefined
  readonly period?: string | undefined
  readonly counter?: string | undefined
  readonly drift?: string | undefined
  readonly validFromMs?: number | undefined
  readonly validUntilMs?: number | undefined
  readonly notes?: readonly string[]
}

const maximumNameLength = 256

/** As far as two codes in a row may be away (`authenticator resync`): 50 minutes with 30 s steps. */
const maximumDriftSteps = 100

/** Checks lengths and ranges; the first thing that is wrong comes back as text. */
export function checkSeed(raw: RawSeed): SeedRecord | SeedProblem {
  const digits = wholeNumber(raw.digits || '6')
  const period = wholeNumber(raw.period || '30')
  const counter = wholeNumber(raw.counter || '0')
  const drift = wholeNumber(raw.drift?.replace(/^[-+]/, '') || '0')
  const wrong = (text: string) => seedProblem(raw.line, raw.serial, text)
  if (raw.seed.length < 10 || raw.seed.length > 64) {
    return wrong(`the seed has ${raw.seed.length} bytes; 10 to 64 are possible`)
  }
  if (digits !== 6 && digits !== 8) return wrong('digits must be 6 or 8')
  if (period !== 30 && period !== 60) {
    return wrong('the time interval must be 30 or 60 seconds')
  }
  if (counter === undefined) return wrong('the counter must be a whole number')
  if (drift === undefined || drift > maximumDriftSteps) {
    return wrong(
      `the drift of the clock must be a whole number of intervals, at most ${maximumDriftSteps} either way. Import the token without its drift, then use holdfast authenticator resync`,
    )
  }
  const name = nameProblem(raw)
  if (name !== undefined) return wrong(name)
  return {
    line: raw.line,
    ...(raw.user ? { user: raw.user } : {}),
    ...(raw.serial ? { serial: raw.serial } : {}),
    ...(raw.label ? { label: raw.label } : {}),
    method: raw.method,
    seed: raw.seed,
    algorithm: raw.algorithm,
    digits,
    periodSeconds: period,
    counter,
    driftSteps: raw.drift?.startsWith('-') && drift !== 0 ? -drift : drift,
    ...(raw.validFromMs === undefined ? {} : { validFromMs: raw.validFromMs }),
    ...(raw.validUntilMs === undefined ? {} : { validUntilMs: raw.validUntilMs }),
    notes: raw.notes ?? [],
  }
}

function nameProblem({ user, serial, label }: RawSeed): string | undefined {
  const names = [
    ['user', user, looksLikeSeed],
    ['serial number', serial, couldBeSeed],
    ['label', label, looksLikeSeed],
  ] as const
  for (const [what, text = '', isSeed] of names) {
    if (text.length > maximumNameLength) {
      return `the ${what} is longer than ${maximumNameLength} characters`
    }
    if (isSeed(text)) {
      return `the ${what} has the form of a seed; look whether columns are mixed up`
    }
  }
  return undefined
}

/** A problem of one seed, with its serial number where that can be shown. */
export function seedProblem(line: number, serial: string | undefined, text: string): SeedProblem {
  return serial !== undefined && isShowable(serial) ? { line, serial, text } : { line, text }
}

/**
 * Whether a serial number or a user name from a file can be shown. Columns may be mixed up, so what could be a
 * seed is not: the shortest, of 10 bytes, has 16 characters.
 */
export function isShowable(name: string): boolean {
  return (
    /^[\p{L}\p{N}][\p{L}\p{N} ._:/-]{0,14}$/u.test(name) ||
    /^\d{1,20}$/.test(name) ||
    /^[\w.'-]{1,40}@[\w-]{1,40}(\.[\w-]{1,40})+$/.test(name) ||
    /^[\w-]{1,15}[\\:][\w.-]{1,15}$/.test(name)
  )
}

/** Base32 with letters and digits, or hex, of at least ten bytes, and no UUID. */
function looksLikeSeed(text: string): boolean {
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
  const packed = text.replace(/[\s-]/g, '')
  const isBase32 = /^(?=.*[A-Z])(?=.*[2-7])[A-Z2-7]{16,}=*$/.test(packed)
  return !isUuid && (isBase32 || /^[0-9a-fA-F]{32,}$/.test(packed))
}

/** Serial numbers are stored and shown as labels. None is as long as a seed and of letters alone, or of mixed case like base64. */
function couldBeSeed(text: string): boolean {
  const isBase64 = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9+/]{16,}=*$/.test(text)
  return looksLikeSeed(text) || isBase64 || /^[A-Za-z]{16,}$/.test(text)
}

/** Sorts checked seeds and problems apart. */
export function collectSeeds(results: readonly (SeedRecord | SeedProblem)[]): SeedFile {
  const records: SeedRecord[] = []
  const problems: SeedProblem[] = []
  for (const result of results) {
    if ('text' in result) problems.push(result)
    else records.push(result)
  }
  return { records, problems }
}

/** `HMAC-SHA256`, `sha-256`, `…#sha256`. Undefined for any other. */
export function readAlgorithm(text: string): OtpAlgorithm | undefined {
  const name = lastPart(text)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^hmac/, '')
  return name === 'sha1' || name === 'sha256' || name === 'sha512' ? name : undefined
}

/** What is after the last `#`, `:` or `/`, which is what identifiers differ in. */
export function lastPart(identifier: string): string {
  return identifier.trim().replace(/^.*[#:/]/s, '')
}

/** The last part of an identifier, or nothing where it could be a secret. For messages. */
export function shownPart(identifier: string): string {
  const part = lastPart(identifier)
  return /^[A-Za-z][A-Za-z0-9_.-]{0,14}$/.test(part) ? part : ''
}

function wholeNumber(text: string): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined
  return Number(text)
}
