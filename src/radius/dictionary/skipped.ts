/** Where a line is. */
export type Place = { readonly fileName: string; readonly line: number }

/** Lines of one kind that say something we cannot do, or cannot do under that name. */
export type SkippedKind = Place & {
  /** A sentence without its full stop: `Attributes of type struct are left out`. */
  readonly what: string
  readonly count: number
  /** Name of the first. With it come its file and line. */
  readonly name: string
}

export type Skipped = {
  readonly kinds: readonly SkippedKind[]
  /** Why a name that is in a file is not in the dictionary; undefined for one that no file has. */
  whyMissing(name: string): string | undefined
}

type Missing = Place & { readonly what: string; readonly path: readonly number[] | undefined }

/** Collects what is skipped while dictionary files are read. */
export class SkippedLines implements Skipped {
  readonly #kinds = new Map<string, SkippedKind>()
  readonly #missing = new Map<string, Missing>()

  /** One more line of a kind. */
  count(what: string, name: string, { fileName, line }: Place): void {
    const before = this.#kinds.get(what)
    const first = before ?? { what, count: 0, name, fileName, line }
    this.#kinds.set(what, { ...first, count: first.count + 1 })
  }

  /** One more line of a kind, for which an attribute is missing. */
  leaveOut(what: string, name: string, place: Place, path?: readonly number[]): void {
    this.count(what, name, place)
    const key = name.toLowerCase()
    if (!this.#missing.has(key)) this.#missing.set(key, { ...place, what, path })
  }

  /** Whether the name, or one that it starts with, is left out. */
  has(name: string): boolean {
    return this.#find(name) !== undefined
  }

  get kinds(): readonly SkippedKind[] {
    return [...this.#kinds.values()]
  }

  whyMissing(name: string): string | undefined {
    const missing = this.#find(name)
    if (missing === undefined) return undefined
    const { what, path, fileName, line } = missing
    const byNumber =
      path === undefined
        ? ''
        : `. You can write it as Attr-${path.join('.')} with its bytes, such as 0x0001`
    return `${fileName}:${line} has ${name}, but ${lowerFirst(what)}${byNumber}`
  }

  /** A name with dots is missing where its last part is, or something that it is inside of. */
  #find(name: string): Missing | undefined {
    const parts = name.toLowerCase().split('.')
    return [name.toLowerCase(), ...parts.toReversed()]
      .map((part) => this.#missing.get(part))
      .find((missing) => missing !== undefined)
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
