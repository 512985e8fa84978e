/** A search filter (RFC 4511 4.5.1.7) as a tree. Values are bytes: escapes need not be UTF-8. */
export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly filter: FilterNode }
  | { readonly kind: 'present'; readonly attribute: string }
  | Comparison
  | Substrings
  | Extensible

/** `attribute=value`, `~=`, `>=`, `<=`. */
export type Comparison = {
  readonly kind: 'equal' | 'approx' | 'atLeast' | 'atMost'
  readonly attribute: string
  readonly value: Buffer
}

/** `attribute=initial*any*any*final`. At least one part is there, and none is empty. */
export type Substrings = {
  readonly kind: 'substrings'
  readonly attribute: string
  readonly initial: Buffer | undefined
  readonly any: readonly Buffer[]
  readonly final: Buffer | undefined
}

/** `attribute:dn:rule:=value`. At least one of `attribute` and `rule` is there. */
export type Extensible = {
  readonly kind: 'extensible'
  readonly attribute: string | undefined
  readonly rule: string | undefined
  /** Whether the attributes of the DN are compared as well. */
  readonly dn: boolean
  readonly value: Buffer
}

/** Each operator between an attribute and its value. */
export const operators = { equal: '=', approx: '~=', atLeast: '>=', atMost: '<=' } as const
