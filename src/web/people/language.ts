import type { FastifyRequest } from 'fastify'
import { languages, type PortalLanguage } from './contract.ts'

/** The language of the page that asks, or of the browser; undefined where there are no texts in it. */
export function languageOf({
  headers,
}: Pick<FastifyRequest, 'headers'>): PortalLanguage | undefined {
  return knownLanguage(headers['accept-language'])
}

/** The language of a tag, or the first one of a list of tags. */
export function knownLanguage(tag: string | undefined): PortalLanguage | undefined {
  return languages.find((each) => each === tag?.toLowerCase().slice(0, 2))
}
