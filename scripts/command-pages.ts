import { commands } from '../src/cli/run.ts'
import { emptyPage, withGenerated } from './generated-part.ts'
import { parseHelp, type Row } from './help-text.ts'
import { printedBy } from './printed-by.ts'

const folder = 'docs/reference/commands'
const source = 'the definitions in src/cli/commands/'
/** As wide as help gets. */
const columns = 100
/** Explained once, on the page that lists all commands. */
const common = ['--socket', '--config', '--json']

/**
 * The list of commands and one page for each, by file. `read` gives a page as it is, so that what is
 * written by hand before the generated part stays; empty when there is none yet.
 */
export async function commandPages(
  read: (file: string) => string,
): Promise<Readonly<Record<string, string>>> {
  const pages: Record<string, string> = {}
  const list: string[] = []
  for (const { name, usages } of commands) {
    const file = `${folder}/${name}.md`
    const page = read(file) || emptyPage(`holdfast ${name}`, source)
    const purpose = parseHelp(await printedBy([name, '--help'], columns)).purpose
    const all = usages()
    const parts = await Promise.all(all.map((usage) => optionsOf(usage, all.length > 1)))
    list.push(`| [\`${name}\`](commands/${name}.md) | ${cell(purpose)} |`)
    pages[file] = withGenerated(
      page,
      source,
      ['## All options', '', ...parts.flat()].join('\n').trim(),
    )
  }
  const index = `${folder}.md`
  const rows = ['| command | what it does |', '| --- | --- |', ...list].join('\n')
  return { ...pages, [index]: withGenerated(read(index), source, rows) }
}

/** What one command takes, as its help says. `usage` is such as `user show <user>`; one of several has a heading. */
async function optionsOf(usage: string, isOneOfSeveral: boolean): Promise<readonly string[]> {
  const words = usage.split(' ').filter((word) => /^[a-z]/.test(word))
  const { purpose, positionals, options } = parseHelp(
    await printedBy([...words, '--help'], columns),
  )
  const own = options.filter(({ name }) => !common.includes(name))
  const shared = common.filter((name) => options.some((option) => option.name === name))
  return [
    ...(isOneOfSeveral ? [`### \`holdfast ${usage}\``, ''] : []),
    `${purpose}.`,
    '',
    ...table(['word or option', 'meaning'], [...positionals, ...own]),
    ...(shared.length > 0
      ? [
          `Also ${listed(shared)}: see [where commands work](../commands.md#where-commands-work).`,
          '',
        ]
      : []),
  ]
}

function table(
  [first = '', second = '']: readonly string[],
  rows: readonly Row[],
): readonly string[] {
  if (rows.length === 0) return []
  return [
    `| ${first} | ${second} |`,
    '| --- | --- |',
    ...rows.map(({ name, short, meaning, facts }) => {
      const names = [name, ...(short === undefined ? [] : [short])].map((each) => `\`${each}\``)
      const known = facts.map(inWords).filter((fact) => fact !== '')
      const text = [meaning, ...known].filter((part) => part !== '').join('. ')
      return `| ${names.join(', ')} | ${cell(text)} |`
    }),
    '',
  ]
}

/** `choices: "a", "b"` for a reader; '' for text without information. */
function inWords(fact: string): string {
  const [, choices] = /^choices: (.*)$/.exec(fact) ?? []
  if (choices !== undefined)
    return `One of ${choices.replaceAll('"', '`').replaceAll(/(?<![`\w])\d+/g, '`$&`')}`
  const [, value] = /^default: (.*)$/.exec(fact) ?? []
  if (value !== undefined && !['false', '[]', '""'].includes(value)) {
    return value === 'true'
      ? 'On unless you say otherwise'
      : `Default: \`${value.replaceAll('"', '')}\``
  }
  return fact === 'required' ? 'Required' : ''
}

function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll(/\bdocs\/reference\/(\w+\.md)/g, '[$1](../$1)')
}

function listed(names: readonly string[]): string {
  const marked = names.map((name) => `\`${name}\``)
  return marked.length < 2
    ? marked.join('')
    : `${marked.slice(0, -1).join(', ')} and ${marked.at(-1)}`
}
