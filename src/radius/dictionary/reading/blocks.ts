/** What BEGIN-VENDOR, BEGIN-TLV and the like opened: numbers on the lines inside count from `path`. */
export type Block = {
  readonly kind: 'VENDOR' | 'TLV' | 'PROTOCOL' | 'BLOCK'
  readonly name: string
  readonly path: readonly number[]
  readonly vendor: number
  /** Whether the lines inside are left out. */
  readonly skipped?: boolean
}

const top: Block = { kind: 'BLOCK', name: '', path: [], vendor: 0 }

/** The open blocks of one file. */
export class Blocks {
  readonly #open: Block[] = []

  /** The innermost; the top of the dictionary where none is open. */
  get current(): Block {
    return this.#open.at(-1) ?? top
  }

  begin(block: Block): void {
    this.#open.push(block)
  }

  /** False where this does not end an open block. `END` alone ends whatever is. */
  end(kind: Block['kind'], name: string | undefined): boolean {
    const block = this.#open.pop()
    if (block === undefined) return false
    if (kind === 'BLOCK') return name === undefined || isSame(block.name, name)
    return block.kind === kind && name !== undefined && isSame(block.name, name)
  }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** Reads `BEGIN-VENDOR Acme`, `BEGIN Acme` and `BEGIN Some-TLV` the same way. */
export function readBlockWords(
  keyword: string,
  words: readonly string[],
): { readonly kind: Block['kind']; readonly words: readonly string[] } | undefined {
  const [, , written] = /^(BEGIN|END)(?:-(.+))?$/.exec(keyword) ?? []
  const isWord = (word: string | undefined): word is Block['kind'] =>
    ['VENDOR', 'TLV', 'PROTOCOL'].includes(word ?? '')
  if (written !== undefined) return isWord(written) ? { kind: written, words } : undefined
  const [first, ...rest] = words
  const kind = first?.toUpperCase()
  return isWord(kind) && rest.length > 0 ? { kind, words: rest } : { kind: 'BLOCK', words }
}
