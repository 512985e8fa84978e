import { type Document, isCollection } from 'yaml'
import { settingNames } from './setting-names.ts'

/** Short words and numbers, such as `vpn`, `Filter-Id` and `wifi-amsterdam-2`; keys and seeds look otherwise. */
const plainName = /^(?:[a-z]{1,15}|\d{1,5})(?:[-._@](?:[a-z]{1,15}|\d{1,5})){0,5}\d?$/i
/** Sections whose keys have no settings below them. */
const namedValues = ['attribute', 'reply', 'texts']

/**
 * The path as a problem shows it. A name that the schema does not have may be a secret that is at the
 * wrong place, such as one without its key: it is left out unless it looks like a name and is used as one.
 */
export function shownPath(
  document: Document,
  path: readonly PropertyKey[],
  isNearlyKnown: boolean,
): string {
  const isName = (step: PropertyKey, index: number) =>
    plainName.test(String(step)) &&
    (path.slice(0, index).some((above) => namedValues.includes(String(above))) ||
      isCollection(document.getIn(path.slice(0, index + 1))))
  return path
    .map((step, index) => {
      const isPlain = typeof step === 'number' || settingNames().has(String(step))
      const isLast = index === path.length - 1
      return isPlain || (isLast && isNearlyKnown) || isName(step, index) ? String(step) : '…'
    })
    .join('.')
}
