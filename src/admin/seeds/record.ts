import type { OtpAlgorithm } from '../../accounts/index.ts'

/** One seed of a file, read and checked, not stored yet. */
export type SeedRecord = {
  /** Line of the file it starts on, for messages. */
  readonly line: number
  /** Name as the directory knows it; absent where the file names nobody. */
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
}

/** What is wrong with one line. Never holds a seed. */
export type SeedProblem = { readonly line: number; readonly text: string }

export type SeedFile = {
  readonly records: readonly SeedRecord[]
  readonly problems: readonly SeedProblem[]
}

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
}

const maximumNameLength = 256

/** Checks lengths and ranges; the first thing that is wrong comes back as text. */
export function checkSeed(raw: RawSeed): SeedRecord | SeedProblem {
  const digits = wholeNumber(raw.digits || '6')
  const period = wholeNumber(raw.period || '30')
  const counter = wholeNumber(raw.counter || '0')
  const wrong = (text: string): SeedProblem => ({ line: raw.line, text })
  if (raw.seed.length < 10 || raw.seed.length > 64) {
    return wrong(`the seed has ${raw.seed.length} bytes; 10 to 64 are possible`)
  }
  if (digits !== 6 && digits !== 8) return wrong('digits must be 6 or 8')
  if (period !== 30 && period !== 60) {
    return wrong('the time interval must be 30 or 60 seconds')
  }
  if (counter === undefined) return wrong('the counter must be a whole number')
  const tooLong = [raw.user, raw.serial, raw.label].some(
    (text) => text !== undefined && text.length > maximumNameLength,
  )
  if (tooLong) return wrong(`user, serial and label have at most ${maximumNameLength} characters`)
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
  }
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

function wholeNumber(text: string): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined
  return Number(text)
}
