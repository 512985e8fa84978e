import { escapeXml, fillPlaces } from '../support/index.ts'

/** Makes text harmless for the place it is put in. */
export type Escape = (text: string) => string

/** Fills `{name}` places with escaped values; a name that has no value stays as it is. */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, string>>,
  escapeValue: Escape,
): string {
  return fillPlaces(template, (name) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    return value === undefined ? `{${name}}` : escapeValue(value)
  })
}

/** How text is escaped inside a body of this content type; undefined for a type we do not know. */
export function escapeFor(contentType: string): Escape | undefined {
  if (/json/i.test(contentType)) return (text) => JSON.stringify(text).slice(1, -1)
  if (/x-www-form-urlencoded/i.test(contentType)) return encodeURIComponent
  if (/xml/i.test(contentType)) return escapeXml
  if (/^text\/plain/i.test(contentType)) return (text) => text
  return undefined
}
