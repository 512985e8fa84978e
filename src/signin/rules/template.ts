import type { User } from '../../accounts/index.ts'

/** Text with places that a person's directory fills, such as `ou={{department}};`. */
export type Template = readonly (string | Place)[]

/** `{{name}}`; with `?` after the name a person may have no such value, and then there is no text. */
export type Place = { readonly attribute: string; readonly optional: boolean }

/** What every directory knows. `memberOf.cn` is the cn of each group, nested ones included. */
export const knownPlaces = ['displayName', 'mail', 'sAMAccountName', 'memberOf.cn'] as const

/** Takes a text apart; undefined where braces do not pair or a name cannot be that of an attribute. */
export function parseTemplate(text: string): Template | undefined {
  const parts: (string | Place)[] = []
  for (const part of text.split(/(\{\{.*?\}\})/s)) {
    const [, attribute, optional] = /^\{\{\s*([A-Za-z][\w.;-]*)(\?)?\s*\}\}$/.exec(part) ?? []
    if (attribute !== undefined) parts.push({ attribute, optional: optional !== undefined })
    else if (part.includes('{{') || part.includes('}}')) return undefined
    else if (part !== '') parts.push(part)
  }
  return parts
}

/** Names of the places, as written. */
export function placesOf(template: Template): readonly string[] {
  return template.flatMap((part) => (typeof part === 'string' ? [] : [part.attribute]))
}

/**
 * The texts that a template gives for this person: one for each value of a place that has several. Undefined where the
 * directory has no value for a place that must have one, where two places have several values, or where a value holds
 * control characters.
 */
export function fillTemplate(template: Template, user: User): readonly string[] | undefined {
  let texts: readonly string[] = ['']
  for (const part of template) {
    const values = typeof part === 'string' ? [part] : valuesOf(part, user)
    if (values === undefined || (values.length > 1 && texts.length > 1)) return undefined
    texts = texts.flatMap((text) => values.map((value) => text + value))
  }
  return texts
}

function valuesOf({ attribute, optional }: Place, user: User): readonly string[] | undefined {
  const values = read(attribute, user).filter((value) => value !== '')
  // Nothing is left out silently: most people are in some group, but no one must be.
  if (values.length === 0) return optional || isGroupNames(attribute) ? [] : undefined
  return values.some((value) => /\p{Cc}/u.test(value)) ? undefined : values
}

function isGroupNames(attribute: string): boolean {
  return attribute.toLowerCase() === 'memberof.cn'
}

/** Attribute names have no case (RFC 4512 2.5). */
function read(attribute: string, user: User): readonly string[] {
  switch (attribute.toLowerCase()) {
    case 'displayname':
      return [user.displayName]
    case 'mail':
      return user.email === undefined ? [] : [user.email]
    case 'samaccountname':
      return [user.name]
    case 'memberof.cn':
      return user.groupNames ?? []
    default:
      return user.attributes?.get(attribute.toLowerCase()) ?? []
  }
}
