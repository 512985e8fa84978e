import type { CountryCode } from 'libphonenumber-js/min'
import type { UnusablePhone } from '../signin/index.ts'

/** Numbers in E.164, in order and without doubles, and what of the directory is none. */
export type ReadPhones = {
  readonly numbers: readonly string[]
  readonly unusable: readonly UnusablePhone[]
}

/**
 * Brings telephone numbers as directories hold them into E.164. One with an extension is not used: at
 * the main number a receptionist would answer. `defaultRegion` (ISO 3166, such as `NL`) is where a
 * number without + belongs.
 */
export async function readPhones(
  written: readonly string[],
  defaultRegion: string,
): Promise<ReadPhones> {
  const read = await Promise.all(written.map((text) => readPhone(text, defaultRegion)))
  return {
    numbers: [...new Set(read.flatMap((each) => (typeof each === 'string' ? [each] : [])))],
    unusable: read.filter((each) => typeof each !== 'string'),
  }
}

async function readPhone(written: string, defaultRegion: string): Promise<string | UnusablePhone> {
  const text = tidy(written)
  // The tables of the library cost time and memory; numbers kept in E.164 need none of it.
  if (/^\+[1-9]\d{7,14}$/.test(text)) return text
  const { default: parse, isSupportedCountry } = await import('libphonenumber-js/min')
  const region = defaultRegion.toUpperCase()
  const hasRegion = isSupportedCountry(region)
  const options = hasRegion ? { defaultCountry: region as CountryCode } : {}
  const parsed = parse(text, { ...options, extract: false })
  if (parsed?.ext !== undefined) return { written, why: 'has an extension, and is not called' }
  if (parsed?.isPossible()) return parsed.number
  const isLocal = !hasRegion && /^[\d() ./-]*\d[\d() ./-]*$/.test(text)
  return { written, why: isLocal ? 'has no country code' : 'is no possible phone number' }
}

/** Pasted numbers carry invisible signs; others are written as links, or with the country in brackets. */
function tidy(written: string): string {
  return written
    .replace(/\p{Cf}/gu, '')
    .trim()
    .replace(/^tel:/i, '')
    .replace(/^\(\s*(\+\d{1,3})\s*\)/, '$1 ')
}
