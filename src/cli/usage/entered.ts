/** The command that was found on the command line, as its definition has it. */
export type Entered = {
  /** `user show`; '' before any. */
  readonly path: string
  /** What its words are called, as in the usage: `<user>`, `[id]`, `<name..>`. */
  readonly words: readonly string[]
  /** Commands below it. */
  readonly commands: readonly string[]
  readonly options: readonly Option[]
}

export type Option = {
  readonly name: string
  /** A letter. */
  readonly aliases: readonly string[]
}

/** The options that a command has so far. */
export function optionsOf(yargs: unknown): readonly Option[] {
  // Public in yargs, and missing in its types.
  const { key, alias } = (yargs as WithOptions).getOptions()
  return Object.keys(key)
    .filter((name) => name.length > 1)
    .map((name) => ({ name, aliases: alias[name] ?? [] }))
}

/** Those of them that mean nothing without a value. `words` are not options, and lists may be empty. */
export function optionsWithValue(yargs: unknown, words: readonly string[]): readonly string[] {
  const { string, number, array } = (yargs as WithOptions).getOptions()
  const others = [...array, ...words.map((word) => word.replaceAll(/[<>[\].]/g, ''))]
  return [...string, ...number].filter((name) => !others.includes(name))
}

type WithOptions = {
  getOptions(): {
    readonly string: readonly string[]
    readonly number: readonly string[]
    readonly array: readonly string[]
    readonly key: Readonly<Record<string, unknown>>
    readonly alias: Readonly<Record<string, readonly string[]>>
  }
}

/** For a group that was named without a command. */
export function needsCommand(path: string, commands: readonly string[]): string {
  const [first = '--help'] = commands
  const others = commands.length > 1 ? ` It has ${listed(commands)}.` : ''
  return `\`${path}\` needs a command, for example \`${path} ${first}\`.${others}`
}

/** `a, b and c`. */
export function listed(words: readonly string[], last = 'and'): string {
  const end = words.at(-1) ?? ''
  return words.length < 2 ? end : `${words.slice(0, -1).join(', ')} ${last} ${end}`
}
