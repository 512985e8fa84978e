/** A check in the source that stops an attack, and the tests that carry the attack out. */
export type Guard = {
  /** The rule and what is checked: `PEOPLE R19: Origin`. */
  readonly name: string
  /** Path from the root of the repository. */
  readonly file: string
  /** The check. It is in the file exactly once. */
  readonly source: string
  /** What takes its place when the guard is removed. */
  readonly without: string
  /** Test files. Each of them must fail, by an assertion, once the guard is gone. */
  readonly noticedBy: readonly string[]
}

/** The file's text without the guard. Throws where the piece is not there exactly once. */
export function removeGuard(text: string, { file, source, without }: Guard): string {
  const parts = text.split(source)
  const [before = '', after = ''] = parts
  if (parts.length !== 2) {
    const found = parts.length === 1 ? 'is not there' : `is there ${parts.length - 1} times`
    throw new Error(`${file}: the source of the guard ${found}: ${JSON.stringify(source)}`)
  }
  return before + without + after
}
