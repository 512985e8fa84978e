import type { PortalLanguage } from '../../../people/contract.ts'
import type { Texts } from './en.ts'

/** Each language is a file of its own, so that only the person's is loaded. */
const files: Readonly<Record<PortalLanguage, () => Promise<Texts>>> = {
  en: async () => (await import('./en.ts')).en,
  nl: async () => (await import('./nl.ts')).nl,
  de: async () => (await import('./de.ts')).de,
  fr: async () => (await import('./fr.ts')).fr,
  es: async () => (await import('./es.ts')).es,
}

export async function loadTexts(language: PortalLanguage): Promise<Texts> {
  return await files[language]()
}
