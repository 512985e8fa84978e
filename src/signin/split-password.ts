import { readWord, type Word } from './choices.ts'
import type { CodeCheck, CodeMatch } from './ports.ts'

/** How a User-Password was read: all of it is the password, or something follows the password. */
export type Split =
  | { readonly kind: 'whole'; readonly head: string }
  | { readonly kind: 'word'; readonly head: string; readonly word: Word }
  /** The tail fits an authenticator. `reused`: it fits a code that was used before. */
  | {
      readonly kind: 'code'
      readonly head: string
      readonly match: CodeMatch
      readonly reused: boolean
    }
  /** The tail has the form of a code but fits nothing. */
  | { readonly kind: 'wrong-code'; readonly head: string }

export type SplitRules = {
  /** Empty: the last digits are the code. */
  readonly delimiter: string
  readonly words: boolean
}

/** What the split needs to know about codes; both spend nothing. */
export type TailReader = {
  looksLikeCode(text: string): boolean
  check(code: string): CodeCheck
}

/** Lengths of codes that can stand without a delimiter, longer first. */
const bareLengths = [8, 6]

/**
 * Reads what follows the password. A code counts where it fits, so that a password that holds the
 * delimiter or ends in digits stays whole; words count only after the delimiter (RULES 7).
 */
export function splitPassword(password: string, rules: SplitRules, tails: TailReader): Split {
  const { delimited, all } = candidates(password, rules.delimiter)
  const word = delimited === undefined || !rules.words ? undefined : readWord(delimited.tail)
  if (delimited !== undefined && word !== undefined)
    return { kind: 'word', head: delimited.head, word }
  const codes = all.filter(({ head, tail }) => head !== '' && tails.looksLikeCode(tail))
  for (const { head, tail } of codes) {
    const checked = tails.check(tail)
    if (checked.kind === 'wrong') continue
    return { kind: 'code', head, match: checked.match, reused: checked.kind === 'reused' }
  }
  const likely = codes[0]
  return likely === undefined
    ? { kind: 'whole', head: password }
    : { kind: 'wrong-code', head: likely.head }
}

type Candidate = { readonly head: string; readonly tail: string }

function candidates(
  password: string,
  delimiter: string,
): { delimited: Candidate | undefined; all: Candidate[] } {
  const all: Candidate[] = []
  const at = delimiter === '' ? -1 : password.lastIndexOf(delimiter)
  const delimited =
    at < 1
      ? undefined
      : { head: password.slice(0, at), tail: password.slice(at + delimiter.length) }
  if (delimited !== undefined) all.push(delimited)
  for (const length of bareLengths) {
    const bare = { head: password.slice(0, -length), tail: password.slice(-length) }
    if (/^\d+$/.test(bare.tail) && bare.tail.length === length) all.push(bare)
  }
  return { delimited, all }
}
