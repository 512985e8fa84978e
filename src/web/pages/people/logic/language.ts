import type { PortalLanguage } from '../../../people/contract.ts'

/** In their own words, in the order they are offered. */
export const languageNames: Readonly<Record<PortalLanguage, string>> = {
  en: 'English',
  nl: 'Nederlands',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
}

export const languages = Object.keys(languageNames) as readonly PortalLanguage[]

/** The language of a tag such as `nl-BE`, if we have it. */
export function languageOf(tag: string | null | undefined): PortalLanguage | undefined {
  const primary = tag?.toLowerCase().split(/[-_]/)[0]
  return languages.find((language) => language === primary)
}

/** What the person chose, otherwise what the browser asks for, otherwise undefined: the installation's. */
export function chooseLanguage(
  chosen: string | null | undefined,
  wanted: readonly string[],
): PortalLanguage | undefined {
  return languageOf(chosen) ?? wanted.map(languageOf).find((language) => language !== undefined)
}

/** The language as the browser knows it, with its region, so that dates look as people are used to. */
export function localeOf(language: PortalLanguage, wanted: readonly string[]): string {
  return wanted.find((tag) => languageOf(tag) === language) ?? language
}
