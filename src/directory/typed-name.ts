import { tidyName } from '../support/index.ts'

/** A typed name, split into its parts. Parts are as `tidyName` gives them. */
export type TypedName =
  | { readonly kind: 'plain'; readonly name: string }
  /** `CORP\alice` */
  | { readonly kind: 'domain'; readonly domain: string; readonly name: string }
  /** `alice@corp.example`; `whole` is both with the @ between */
  | {
      readonly kind: 'principal'
      readonly name: string
      readonly suffix: string
      readonly whole: string
    }
  /** `host/pc7.corp.example`, as computers call themselves; `domain` is '' where there is none. */
  | { readonly kind: 'machine'; readonly name: string; readonly domain: string }

/** A User-Name holds at most 253 bytes (RFC 2865 5). */
const maxLength = 253

const machineForm = /^host\/([^\\@/.]+)(?:\.([^\\@/]+))?$/i

/**
 * Takes a typed name apart, or gives undefined for one nobody has: empty, too long, with control
 * characters, or with more than one `\` or `@` between its parts. So no part ever holds either.
 */
export function parseTypedName(typed: string): TypedName | undefined {
  const text = tidyName(typed)
  if (text.length > maxLength || /\p{Cc}/u.test(text)) return undefined
  const [, name, domain = ''] = machineForm.exec(text) ?? []
  if (name !== undefined) return { kind: 'machine', name, domain }
  const parts = text.split(/[\\@]/).map((part) => part.trim())
  const [first = '', second = ''] = parts
  if (first === '' || parts.length > 2) return undefined
  if (parts.length === 1) return { kind: 'plain', name: first }
  if (second === '') return undefined
  return text.includes('\\')
    ? { kind: 'domain', domain: first, name: second }
    : { kind: 'principal', name: first, suffix: second, whole: `${first}@${second}` }
}
