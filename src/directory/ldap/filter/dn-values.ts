import { foldDn } from '../../../support/index.ts'
import { FilterError } from './filter-error.ts'

/** Attributes that hold DNs in every schema that has them. Servers compare them as a whole. */
const holdDns: ReadonlySet<string> = new Set([
  'member',
  'memberof',
  'manager',
  'managedby',
  'distinguishedname',
  'directreports',
  'entrydn',
  'seealso',
])

/**
 * Refuses what no server finds in an attribute of DNs, since an exclusion by it would exclude no one: a part of a DN
 * (`value` undefined, for `*`), a plain name, and a DN whose own escapes are gone.
 * @throws {FilterError}
 */
export function checkDnValue(attribute: string, value: Buffer | undefined, at: number): void {
  if (!holdDns.has(attribute.toLowerCase())) return
  const example = `(${attribute}=CN=VPN Users,OU=Groups,DC=example,DC=com)`
  if (value === undefined) {
    throw new FilterError(
      at,
      `${attribute} holds DNs, which take no *: write a whole one, ${example}`,
    )
  }
  const text = value.toString()
  if (foldDn(text) !== undefined) return
  throw new FilterError(
    at,
    text.includes('=')
      ? `${attribute} holds DNs, and "${text}" is not one: write a comma in a name as \\5c,`
      : `${attribute} holds DNs, not names of groups: write ${example}`,
  )
}
