import type { CountryCode } from 'libphonenumber-js/min'
import type { UnusablePhone } from '../../signin/index.ts'

/** Numbers in E.164, in order and without doubles, and values of the directory that are not numbers. */
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
  const unusable = (why: string) => ({ written: written.slice(0, maxShown), why })
  if (text.length > maxLength) return unusable('cannot be a phone number')
  const { default: parse, isSupportedCountry } = await import('libphonenumber-js/min')
  const region = defaultRegion.toUpperCase()
  const hasRegion = isSupportedCountry(region)
  const options = hasRegion ? { defaultCountry: region as CountryCode } : {}
  const parsed = parse(text, { ...options, extract: false })
  if (parsed?.ext !== undefined) return unusable('has an extension, and is not called')
  if (parsed?.isPossible()) return parsed.number
  if (!hasRegion && /^[\d() ./-]*\d[\d() ./-]*$/.test(text)) return unusable('has no country code')
  return holdsMore(text)
    ? unusable('holds more than the number itself, and is not called')
    : unusable('cannot be a phone number')
}

/** A number with text or another number beside it, which could say that others answer: "reception", "toestel 12". */
function holdsMore(text: string): boolean {
  return text.replace(/\D/g, '').length >= fewestDigits && /[\p{L}/,;]/u.test(text)
}

/** Fewer cannot be a number that works from everywhere. */
const fewestDigits = 6

/** Longer than any number with its country, a link and a note. */
const maxLength = 200
/** Of a value that is not a number. */
const maxShown = 60

/** Pasted numbers carry invisible signs; others are written as links, in quotes, or with the country in brackets. */
function tidy(written: string): string {
  return written
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replace(/^'|^"(.*)"$/, '$1')
    .replace(/^(?:tel|callto)\s*:\s*/i, '')
    .replace(/^\(\s*(\+\d{1,3})\s*\)/, '$1 ')
}
