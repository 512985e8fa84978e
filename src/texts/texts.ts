import { maxValueLength } from '../radius/numbers.ts'
import type { TextKey, Texts } from '../signin/index.ts'
import { cutToBytes, fillPlaces, HoldfastError, placesIn } from '../support/index.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import type { Language } from './language.ts'
import { nl } from './nl.ts'

/** The languages that come with the program, by BCP 47 tag. */
export const builtInLanguages: Readonly<Record<string, Language>> = { en, nl, de, fr, es }

export type TextsOptions = {
  /** BCP 47 tag of the language for people whose own is unknown. */
  readonly defaultLanguage: string
  /** The organisation's own wording by tag (`nl`, `nl-be`, or a new language) and key. */
  readonly overrides?: Readonly<Record<string, Partial<Language>>>
}

/** Texts, and which of its languages it takes for a tag: what is spoken needs a voice of that language. */
export type SpokenTexts = Texts & { languageOf(tag: string | undefined): string }

export class TextsError extends HoldfastError<'text-language-unknown' | 'text-place-unknown'> {}

/**
 * @throws TextsError `text-language-unknown` when the default language has no texts, `text-place-unknown` when an
 * override uses a `{place}` that the text it replaces does not have
 */
export function createTexts(options: TextsOptions): SpokenTexts {
  const languages = mergeLanguages(options.overrides ?? {})
  const fallback = matchLanguage(options.defaultLanguage, languages)
  if (fallback === undefined) {
    throw new TextsError(
      'text-language-unknown',
      `There are no texts in the language ${options.defaultLanguage}`,
    )
  }
  const languageOf = (tag: string | undefined) =>
    (tag === undefined ? undefined : matchLanguage(tag, languages)) ?? fallback

  return {
    languageOf,
    text(key, language, values = {}) {
      const template = languages.get(languageOf(language))?.[key] ?? en[key]
      const filled = fillPlaces(template, (name) => cleanValue(values[name] ?? ''))
      // A Reply-Message is one attribute (RFC 2865 5.18).
      return isSentElsewhere(key) ? filled : cutToBytes(filled, maxValueLength)
    },
  }
}

/** Names of the `{places}` in a text, sorted. */
export function placesOf(text: string): string[] {
  return placesIn(text).toSorted()
}

/** Spoken, mailed, texted or on a page of the portal; everything else goes into a Reply-Message. */
function isSentElsewhere(key: TextKey): boolean {
  return /^(call|email|notice|paper|proof|remind|setup|sms)-/.test(key)
}

function mergeLanguages(overrides: NonNullable<TextsOptions['overrides']>): Map<string, Language> {
  const languages = new Map(Object.entries(builtInLanguages))
  for (const [tag, texts] of Object.entries(overrides)) {
    checkPlaces(tag, texts)
    const name = tag.toLowerCase()
    const base = languages.get(name) ?? languages.get(primaryOf(name)) ?? en
    languages.set(name, { ...base, ...texts })
  }
  return languages
}

function checkPlaces(tag: string, texts: Partial<Language>): void {
  for (const [key, text] of Object.entries(texts) as [TextKey, string][]) {
    const known = placesOf(en[key])
    const unknown = placesOf(text).find((place) => !known.includes(place))
    if (unknown === undefined) continue
    throw new TextsError(
      'text-place-unknown',
      `The text ${tag}.${key} uses {${unknown}}; it may use ${known.map((name) => `{${name}}`).join(' ') || 'none'}`,
    )
  }
}

/**
 * Takes a tag such as `nl-BE`, or a list with weights as LDAP's preferredLanguage holds it (RFC 2798
 * 2.7): the first language there are texts for, in the order written.
 */
function matchLanguage(tag: string, languages: ReadonlyMap<string, Language>): string | undefined {
  for (const part of tag.toLowerCase().split(',')) {
    const name = (part.split(';')[0] ?? '').trim().replaceAll('_', '-')
    if (languages.has(name)) return name
    if (languages.has(primaryOf(name))) return primaryOf(name)
  }
  return undefined
}

function primaryOf(tag: string): string {
  return tag.split('-')[0] ?? ''
}

/** Values come from gateways and directories: no line breaks, no tricks with the direction of writing. */
function cleanValue(value: string): string {
  return value.replace(/[\p{C}\u2028\u2029]+/gu, ' ').trim()
}
