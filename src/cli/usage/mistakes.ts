import { closest } from '../../support/index.ts'
import { type Entered, listed } from './entered.ts'
import { exampleOfOption, meaningOf } from './words.ts'

/**
 * What is wrong with a command line, from what yargs says of it and the command that it found. Words that were
 * typed are not said again: one may be a password at the wrong place.
 */
export function describeMistake(
  message: string,
  argv: readonly string[],
  entered: Entered,
): string {
  const [, unknown] = /^Unknown (?:arguments?|commands?): (.*)$/s.exec(message) ?? []
  if (unknown !== undefined) return unknownWords(unknown.split(', '), argv, entered)
  const [, given] = /^Not enough non-option.* got (\d+), need at least/.exec(message) ?? []
  if (given !== undefined) return missingWords(Number(given), entered)
  const [, missing] = /^Missing required arguments?: (.*)$/s.exec(message) ?? []
  if (missing !== undefined) return missingOptions(missing.split(', '), entered)
  const [, bare] = /^Not enough arguments following: (.*)$/s.exec(message) ?? []
  if (bare !== undefined) return missingValue(bare, entered)
  const [, name, value = '', choices] =
    /Argument: ([\w-]+), Given: (.*?), Choices: ([^\n]*)/s.exec(message) ?? []
  if (name !== undefined && choices !== undefined) {
    return wrongChoice(name, unquoted(value), choices.split(', ').map(unquoted), entered)
  }
  return message.replace(/[^.?!]$/, '$&.')
}

function unknownWords(
  unknown: readonly string[],
  argv: readonly string[],
  { path, words, commands, options }: Entered,
): string {
  const flags = argv.flatMap((word) => /^--?([a-z][a-z-]{0,20})(?:=|$)/.exec(word)?.[1] ?? [])
  const names = options.map(({ name }) => name)
  const [option] = flags.filter((name) => unknown.includes(name))
  if (option !== undefined) {
    const near = closest(option, names)
    const hint = near === undefined ? '' : ` Did you mean --${near}?`
    return `There is no option --${option}.${hint}`
  }
  if (commands.length === 0 && path !== '') return tooManyWords(path, words)
  const typed = argv.filter((word) => !word.startsWith('-'))[path === '' ? 0 : 1] ?? ''
  const near = closest(typed, commands)
  const full = (name: string) => [path, name].filter((part) => part !== '').join(' ')
  if (near !== undefined) return `There is no such command. Did you mean \`${full(near)}\`?`
  const has = path === '' ? '' : ` \`${path}\` has ${listed(commands)}.`
  return `There is no such command.${has}`
}

function tooManyWords(path: string, words: readonly string[]): string {
  if (words.length === 0) return `\`${path}\` takes only options, and there is a word too many.`
  const what = listed(words.map((word) => meaningOf(path, word).what))
  return `\`${path}\` takes ${what}, and there is a word too many.`
}

function missingWords(given: number, { path, words }: Entered): string {
  const needed = words.filter((word) => word.startsWith('<')).map((word) => meaningOf(path, word))
  const what = listed(needed.slice(given).map((word) => word.what))
  const examples = needed.map(({ example }) => example).join(' ')
  const example = needed.length === 1 ? examples : `${path} ${examples}`
  return `\`${path}\` needs ${what}, for example \`${example}\`.`
}

function missingOptions(missing: readonly string[], { path }: Entered): string {
  const what = listed(missing.map((name) => `--${name}`))
  const example = missing.map(exampleOfOption).join(' ')
  return `\`${path}\` needs ${what}, for example \`${example}\`.`
}

function missingValue(name: string, { options }: Entered): string {
  const option = options.find((each) => each.name === name || each.aliases.includes(name))
  const typed = name.length === 1 ? `-${name}` : `--${name}`
  return `\`${typed}\` needs a value, for example \`${exampleOfOption(option?.name ?? name)}\`.`
}

function wrongChoice(
  name: string,
  value: string,
  choices: readonly string[],
  { path, words }: Entered,
): string {
  const word = words.find((each) => each.includes(name))
  const subject = word === undefined ? `\`--${name}\`` : `The ${name} of \`${path}\``
  const near = closest(value, choices)
  const hint = near === undefined ? '' : ` Did you mean ${near}?`
  return `${subject} must be ${listed(choices, 'or')}.${hint}`
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/s, '$1')
}
