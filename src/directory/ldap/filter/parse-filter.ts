import { checkDnValue } from './dn-values.ts'
import { FilterError } from './filter-error.ts'
import { type FilterNode, operators } from './filter-node.ts'
import { checkValue, readValue } from './read-value.ts'

/** Far more than real filters need, and far less than the stack can hold. */
const maxDepth = 50

/** RFC 4512 2.5: a name or an OID, and options; some schemas have names with `_`. */
const attributeForm = /^(?:[a-z][\w-]*|\d+(?:\.\d+)+)(?:;[\w-]+)*$/i
const ruleForm = /^(?:[a-z][\w-]*|\d+(?:\.\d+)+)$/i

/**
 * Parses a search filter as RFC 4515 has it, and as ldapsearch takes it: with spaces and line breaks between
 * its parts, and without the parentheses around all of it, or around what follows `!`.
 * @throws {FilterError}
 */
export function parseFilter(text: string): FilterNode {
  const reader = new Reader(text)
  reader.skipSpace()
  if (reader.isAtEnd()) throw reader.error('there is no filter: write one such as (department=IT)')
  const filter = reader.peek() === '(' ? reader.filter(0) : reader.bare(0)
  reader.skipSpace()
  if (reader.peek() === ')') throw reader.error('this ) closes nothing: take it out')
  if (!reader.isAtEnd()) {
    throw reader.error(
      'something follows the filter: put all parts into one, (&(…)(…)) or (|(…)(…))',
    )
  }
  return filter
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  error(message: string, at = this.#at): FilterError {
    return new FilterError(at, message)
  }

  peek(): string {
    return this.#text.charAt(this.#at)
  }

  isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  skipSpace(): void {
    while (/\s/.test(this.peek())) this.#at += 1
  }

  /** `(…)` */
  filter(depth: number): FilterNode {
    const opened = this.#at
    if (depth > maxDepth) throw this.error(`filters nest at most ${maxDepth} deep`)
    this.#at += 1
    this.skipSpace()
    const filter = this.bare(depth)
    this.skipSpace()
    if (this.isAtEnd()) throw this.error('a ) is missing for this (', opened)
    if (this.peek() !== ')') throw this.error(this.#expected(filter))
    this.#at += 1
    return filter
  }

  /** What is in parentheses. */
  bare(depth: number): FilterNode {
    switch (this.peek()) {
      case '&':
        return { kind: 'and', filters: this.#list(depth) }
      case '|':
        return { kind: 'or', filters: this.#list(depth) }
      case '!':
        this.#at += 1
        this.skipSpace()
        return { kind: 'not', filter: this.#one(depth) }
      case '(':
        throw this.error(
          'an operator is missing: write (&(…)(…)), (|(…)(…)) or (!(…)), or one pair of ( ) less',
        )
      default:
        return this.#item()
    }
  }

  #list(depth: number): readonly FilterNode[] {
    const operator = this.peek()
    const start = this.#at
    this.#at += 1
    const filters: FilterNode[] = []
    for (this.skipSpace(); this.peek() === '('; this.skipSpace())
      filters.push(this.filter(depth + 1))
    if (filters.length > 0) return filters
    const isEmpty = this.isAtEnd() || this.peek() === ')'
    throw isEmpty
      ? this.error(`${operator} has nothing after it: write (${operator}(…)(…))`, start)
      : this.error(`each part after ${operator} is in ( ): write (${operator}(…)(…))`)
  }

  #one(depth: number): FilterNode {
    if (this.peek() === '(') return this.filter(depth + 1)
    if (/[&|!]/.test(this.peek())) throw this.error('what follows ! is in ( ): write (!(…))')
    return this.#item()
  }

  #expected(filter: FilterNode): string {
    if (filter.kind === 'not') return '! takes one filter only: write (!(|(…)(…)))'
    return 'a ) or another ( … ) belongs here'
  }

  /** `attribute=value` and its kin, up to the parenthesis that ends it. */
  #item(): FilterNode {
    const text = this.#text
    const start = this.#at
    const [, description = '', operator = ''] =
      /^([^=~<>()*\\!&|]*?)(:=|~=|>=|<=|=)/.exec(text.slice(start)) ?? []
    if (operator === '') throw this.#noOperator(start)
    const from = start + description.length + operator.length
    const to = this.#endOfValue(from)
    this.#at = to
    checkValue(text, from, to)
    if (operator === ':=') return this.#extensible(description, start, from, to)
    const attribute = this.#attribute(description, start)
    if (operator === '=') return this.#equality(attribute, from, to)
    const value = readValue(text, from, to)
    for (const kind of ['approx', 'atLeast', 'atMost'] as const) {
      if (operators[kind] === operator) return { kind, attribute, value }
    }
    throw this.#noOperator(start)
  }

  #noOperator(start: number): FilterError {
    const rest = this.#text.slice(start)
    const odd = /^[^=~<>()*\\!&|]*/.exec(rest)?.[0].length ?? 0
    const found = rest.charAt(odd)
    if (found === ')' && odd === 0)
      return this.error('these ( ) are empty: write (attribute=value)')
    if (found === '<' || found === '>') {
      return this.error(`LDAP has no ${found} alone: write ${found}=`, start + odd)
    }
    if (found === '~') return this.error('write ~= for "sounds like"', start + odd)
    if (found === '!') return this.error('LDAP has no !=: write (!(attribute=value))', start + odd)
    return this.error('this is not a filter: write attribute=value, such as (department=IT)', start)
  }

  #attribute(written: string, start: number): string {
    const attribute = written.trim()
    if (attribute === '') throw this.error('the name of an attribute is missing', start)
    if (attributeForm.test(attribute)) return attribute
    throw this.error(`${JSON.stringify(attribute)} is not the name of an attribute`, start)
  }

  /** Where the item ends. A parenthesis in its value must be escaped. */
  #endOfValue(from: number): number {
    for (let at = from; at < this.#text.length; at += 1) {
      const character = this.#text.charAt(at)
      if (character === ')') return at
      if (character === '(') throw this.error('write \\28 and \\29 for parentheses in a value', at)
      if (character === '\\') at += 1
    }
    return this.#text.length
  }

  #equality(attribute: string, from: number, to: number): FilterNode {
    const stars: number[] = []
    for (let at = from; at < to; at += 1) {
      if (this.#text.charAt(at) === '\\') at += 1
      else if (this.#text.charAt(at) === '*') stars.push(at)
    }
    if (stars.length === 0) {
      const value = readValue(this.#text, from, to)
      checkDnValue(attribute, value, from)
      return { kind: 'equal', attribute, value }
    }
    const edges = [from - 1, ...stars, to]
    const parts = edges.slice(1).map((edge, index) => {
      return this.#part((edges[index] ?? from) + 1, edge)
    })
    const initial = parts[0]
    const final = parts.at(-1)
    const any = parts.slice(1, -1).filter((part) => part !== undefined)
    if (initial === undefined && final === undefined && any.length === 0) {
      return { kind: 'present', attribute }
    }
    checkDnValue(attribute, undefined, from)
    return { kind: 'substrings', attribute, initial, any, final }
  }

  /**
   * What is next to a star; undefined where there is nothing. Spaces inside are compared, and those at the ends of the
   * value are not.
   */
  #part(from: number, to: number): Buffer | undefined {
    const text = this.#text
    const written = text.slice(from, to)
    const isFirst = text.charAt(from - 1) !== '*'
    const isLast = text.charAt(to) !== '*'
    const lead = isFirst ? '' : (/^ */.exec(written)?.[0] ?? '')
    const trailing = isLast || lead === written ? '' : (/ *$/.exec(written)?.[0] ?? '')
    const inner = readValue(text, from + lead.length, to - trailing.length)
    const isBlank = inner.length === 0 && (isFirst || isLast)
    const part = isBlank ? '' : Buffer.concat([Buffer.from(lead), inner, Buffer.from(trailing)])
    return part.length === 0 ? undefined : Buffer.from(part)
  }

  #extensible(description: string, start: number, from: number, to: number): FilterNode {
    const [first = '', ...others] = description.split(':').map((part) => part.trim())
    const dn = others[0]?.toLowerCase() === 'dn'
    const [rule, ...more] = dn ? others.slice(1) : others
    if (more.length > 0 || (rule !== undefined && !ruleForm.test(rule))) {
      throw this.error(
        'write attribute:rule:=value, with a rule such as 1.2.840.113556.1.4.803',
        start,
      )
    }
    if (first === '' && rule === undefined) {
      throw this.error('an attribute or a rule must come before :=', start)
    }
    const attribute = first === '' ? undefined : this.#attribute(first, start)
    const value = readValue(this.#text, from, to)
    if (attribute !== undefined) checkDnValue(attribute, value, from)
    return { kind: 'extensible', attribute, rule, dn, value }
  }
}
