import type { CountryCode } from 'libphonenumber-js/min'

/**
 * Brings telephone numbers as directories hold them into E.164, in order and without doubles. What is
 * no possible number is left out, and so is one with an extension: at the main number a receptionist
 * would answer. `defaultRegion` (ISO 3166, such as `NL`) is where a number without + belongs.
 */
export async function normalisePhones(
  written: readonly string[],
  defaultRegion: string,
): Promise<readonly string[]> {
  const numbers = await Promise.all(written.map((text) => normalisePhone(text, defaultRegion)))
  return [...new Set(numbers.filter((number) => number !== undefined))]
}

async function normalisePhone(text: string, defaultRegion: string): Promise<string | undefined> {
  // The tables of the library cost time and memory; numbers kept in E.164 need none of it.
  if (/^\+[1-9]\d{7,14}$/.test(text)) return text
  const { default: parse, isSupportedCountry } = await import('libphonenumber-js/min')
  const region = defaultRegion.toUpperCase()
  const options = isSupportedCountry(region) ? { defaultCountry: region as CountryCode } : {}
  const parsed = parse(text, { ...options, extract: false })
  if (!parsed?.isPossible() || parsed.ext !== undefined) return undefined
  return parsed.number
}
