/** One word or option of a command. */
export type Row = {
  /** `user`, `--reason`. */
  readonly name: string
  /** `-c`. */
  readonly short?: string
  readonly meaning: string
  /** What yargs says in brackets: `string`, `required`, `default: 50`. */
  readonly facts: readonly string[]
}

/** What `--help` of one command says, in parts. */
export type Help = {
  readonly purpose: string
  readonly positionals: readonly Row[]
  /** Without `--help` and `--version`, which every command has. */
  readonly options: readonly Row[]
}

/** Reads what yargs prints for `--help`. Lines that it has folded are joined. */
export function parseHelp(text: string): Help {
  const [, purpose = '', ...blocks] = text.trimEnd().split('\n\n')
  const rowsOf = (title: string) =>
    blocks
      .filter((block) => block.startsWith(`${title}:\n`))
      .flatMap((block) => unfolded(block.slice(title.length + 2)).map(rowOf))
  return {
    purpose: purpose.replaceAll(/\s*\n\s*/g, ' ').trim(),
    positionals: rowsOf('Positionals'),
    options: rowsOf('Options').filter(({ name }) => !['--help', '--version'].includes(name)),
  }
}

/** One line a row: a line that begins further right than the names continues the row before. */
function unfolded(block: string): readonly string[] {
  return block.replaceAll(/\n {7,}(?=\S)/g, ' ').split('\n')
}

function rowOf(line: string): Row {
  const facts: string[] = []
  let rest = line.trim()
  for (;;) {
    const [all, fact] =
      /\s*\[((?:string|number|boolean|array|required|default|choices)\b[^[\]]*(?:\[\])?)\]$/.exec(
        rest,
      ) ?? []
    if (all === undefined || fact === undefined) break
    rest = rest.slice(0, -all.length)
    facts.unshift(fact.replaceAll(/\s+/g, ' '))
  }
  const [, short, name = '', meaning = ''] = /^(?:(-\w), )?(\S+)\s*(.*)$/.exec(rest) ?? []
  return {
    name,
    ...(short === undefined ? {} : { short }),
    meaning: meaning.replaceAll(/\s+/g, ' '),
    facts,
  }
}
