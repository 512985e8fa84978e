import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml'
import type * as z from 'zod'
import { closest } from '../../support/index.ts'
import type { ConfigProblem } from '../errors.ts'
import { shownPath } from '../shown-path.ts'
import { placeInScalar } from './scalar-place.ts'
import { yamlMessage } from './yaml-messages.ts'

export type Path = readonly PropertyKey[]

/** `at`: which character of the text at the path, from 0. */
type ProblemDetail = {
  readonly suggestion?: string | undefined
  readonly at?: number | undefined
}

/** A YAML file that has been read, and can say where each of its values is. */
export type YamlFile = {
  /** What the file holds, as plain values. */
  readonly value: unknown
  /** Syntax errors. Where there are any, `value` is not to be used. */
  readonly problems: readonly ConfigProblem[]
  /** Makes a problem of a path; a path that is not in the file points at the nearest one above. */
  problemAt(path: Path, message: string, more?: ProblemDetail): ConfigProblem
}

/** Parses YAML 1.2. `file` is the name that problems carry. */
export function parseYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Its own check compares each key with all before it: 17 s for a file of 24,000 people.
    uniqueKeys: false,
  })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const problems = [...document.errors, ...document.warnings]
    .map((error) => ({ ...place(error.pos[0]), path: '', message: yamlMessage(error) }))
    .concat(
      [
        ...repeatedKeys(document).map((offset) => [offset, 'DUPLICATE_KEY'] as const),
        ...brokenAliases(document).map((offset) => [offset, 'BAD_ALIAS'] as const),
      ].map(([offset, code]) => ({ ...place(offset), path: '', message: yamlMessage({ code }) })),
    )
  return {
    ...readValue(document, problems, place(0)),
    problemAt(path, message, { suggestion, at } = {}) {
      const inText = at === undefined ? undefined : offsetInText(document, text, path, at)
      const offset = inText ?? offsetOf(document, path)
      const shown = shownPath(document, path, suggestion !== undefined)
      const found = { ...place(offset), path: shown, message }
      return suggestion === undefined ? found : { ...found, suggestion }
    },
  }
}

/** Where keys are that their mapping has already. */
function repeatedKeys(document: Document): number[] {
  const offsets: number[] = []
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>()
      for (const { key } of items) {
        // Two forms of one name would be one entry, and the last of them would be used.
        const name = String(key).normalize('NFC')
        if (isNode(key) && seen.has(name)) offsets.push(key.range?.[0] ?? 0)
        seen.add(name)
      }
    },
  })
  return offsets.sort((left, right) => left - right)
}

/** Too many aliases show only when the values are made. */
function readValue(
  document: Document,
  problems: readonly ConfigProblem[],
  top: { file: string; line: number; column: number },
): Pick<YamlFile, 'value' | 'problems'> {
  if (problems.length > 0) return { value: undefined, problems }
  try {
    return { value: document.toJS(), problems }
  } catch {
    const message = 'the aliases (*name) in it go round in a circle, or are too many'
    return { value: undefined, problems: [{ ...top, path: '', message }] }
  }
}

/** Where one character of the text at `path` is; undefined where no text is. */
function offsetInText(
  document: Document,
  source: string,
  path: Path,
  at: number,
): number | undefined {
  const node: unknown = document.getIn(path, true)
  const scalar = isAlias(node) ? node.resolve(document) : node
  if (!isScalar(scalar) || !scalar.range) return undefined
  const [start, end] = scalar.range
  return start + placeInScalar(source.slice(start, end), String(scalar.value), at)
}

/** Where aliases are that name no anchor before them. */
function brokenAliases(document: Document): number[] {
  const offsets: number[] = []
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined) offsets.push(alias.range?.[0] ?? 0)
    },
  })
  return offsets
}

/** Where the key of `path` is, or of as much of it as exists. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const name = String(step).normalize('NFC')
      const pair = node.items.find(({ key }) => String(key).normalize('NFC') === name)
      if (pair === undefined) return offset
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      if (isNode(node)) offset = node.range?.[0] ?? offset
    } else return offset
  }
  return offset
}

/** What zod found, in our words and with the place of each. */
export function describeIssues(
  file: YamlFile,
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
): readonly ConfigProblem[] {
  return issues.flatMap((issue): readonly ConfigProblem[] => {
    if (issue.code === 'unrecognized_keys') {
      // The message is the list of known keys: see `section`.
      const known = issue.message.split(' ')
      return issue.keys.map((key) =>
        file.problemAt([...issue.path, key], 'unknown key', { suggestion: closest(key, known) }),
      )
    }
    if (issue.code === 'invalid_key') {
      return [file.problemAt(issue.path, issue.issues[0]?.message ?? issue.message)]
    }
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const inner = likeliestBranch(issue.errors) ?? oneOfWords(issue)
      if (inner !== undefined) {
        const moved = inner.map((error) => ({ ...error, path: [...issue.path, ...error.path] }))
        return describeIssues(file, moved, value)
      }
    }
    const found = valueAt(value, issue.path)
    const suggestion = typeof found === 'string' ? closest(found, choices(issue)) : undefined
    return [file.problemAt(issue.path, describeIssue(issue, found), { suggestion })]
  })
}

/** Of the shapes a value may have, the one that got furthest; undefined when none fits better than another. */
function likeliestBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  return branches.find((issues) =>
    issues.every((issue) => issue.path.length > 0 || !/^invalid_(type|value)$/.test(issue.code)),
  )
}

/** The possible words, where a union has no text of its own: one word or several of them. */
function oneOfWords({ errors, message }: z.core.$ZodIssueInvalidUnion) {
  if (message !== 'Invalid input') return undefined
  return errors.find((issues) => issues.every(({ code }) => code === 'invalid_value'))
}

function describeIssue(issue: z.core.$ZodIssue, found: unknown): string {
  const missing = found === undefined
  if (issue.code === 'invalid_type' && missing) return 'is missing'
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
    const quote =
      issue.expected === 'string' && typeof found !== 'object' ? '; put it in quotes' : ''
    return `must be ${nameOfType[issue.expected] ?? issue.expected}${quote}`
  }
  const allowed = choices(issue)
  if (allowed.length > 0) return missing ? 'is missing' : `must be one of ${allowed.join(', ')}`
  if (issue.code === 'too_small' && issue.origin === 'string') return 'must not be empty'
  if (issue.code === 'too_small' && issue.origin === 'array') return 'needs at least one entry'
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`
  if (issue.code === 'too_big' && issue.origin === 'string') {
    return `must have at most ${issue.maximum} characters`
  }
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`
  return missing && issue.code === 'invalid_union' ? 'is missing' : issue.message
}

const nameOfType: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping (key: value)',
  record: 'a mapping (key: value)',
  array: 'a list',
}

function choices(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return issue.options.map(String)
  }
  return []
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null
        ? Object.getOwnPropertyDescriptor(inner, step)?.value
        : undefined,
    value,
  )
}
