import { closest } from '../support/index.ts'
import type { Path } from './files/problems.ts'

/** Something that is wrong between fields. `path` is that of the file, in its own words. */
export type Finding = {
  readonly path: Path
  readonly message: string
  readonly suggestion?: string
  /** Which character of the text there, from 0. Absent: all of it. */
  readonly at?: number
}

/** A part of a valid configuration that can never do what it says. */
export type IdleSetting = {
  /** Keys from the top, joined by dots, in the words of the file. */
  readonly setting: string
  readonly why: string
  readonly remedy: string
  /** Whether it should refuse people, who get in instead. Absent: no. */
  readonly denies?: boolean
}

/** A name that should be a key of `known`, and is not. */
export function unknownName(
  path: Path,
  name: string,
  where: string,
  known: Readonly<Record<string, unknown>>,
): Finding {
  const suggestion = closest(name, Object.keys(known))
  // The name itself is at that line: it may be a secret at the wrong place.
  const message = `names nothing that is under ${where}`
  return suggestion === undefined ? { path, message } : { path, message, suggestion }
}

/** The entry of that name; undefined for `constructor` and whatever else every object has. */
export function entryOf<Value>(
  entries: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined
}

/** A setting that is allowed, but weakens something or does not work there. Logged once, by name. */
export type UnsafeSetting = {
  /** Keys from the top, joined by dots, in the words of the file. */
  readonly setting: string
  readonly danger: string
}
