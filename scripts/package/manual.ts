import { commands } from '../../src/cli/run.ts'
import { printedBy } from '../printed-by.ts'

/** `man` sets it in by seven, and many terminals have 80. */
const helpColumns = 72

/** Pages of the manual by name (`holdfast.1`), as roff. `date` is such as 2026-11-30. */
export async function manualPages(
  version: string,
  date: string,
): Promise<Readonly<Record<string, string>>> {
  const head = (name: string) =>
    `.TH ${name.toUpperCase().replaceAll('-', '\\-')} 1 "${date}" "Holdfast ${version}" "Holdfast"\n`
  const pages: Record<string, string> = {}
  const seeAlso: string[] = []
  for (const { name, usages } of commands) {
    const help = await helpOf([name])
    const inner = new Set(usages().map((usage) => usage.split(' ')[1] ?? ''))
    const below = [...inner].filter((word) => /^[a-z]/.test(word))
    const parts = await Promise.all(
      below.map(async (word) => [`${name} ${word}`, await helpOf([name, word])] as const),
    )
    const sections = parts.map(([title, text]) => section(title.toUpperCase(), text))
    pages[`holdfast-${name}.1`] = [
      head(`holdfast-${name}`),
      nameSection(`holdfast-${name}`, purposeOf(help)),
      section('DESCRIPTION', help),
      ...sections,
      '.SH SEE ALSO\n.BR holdfast (1)\n',
    ].join('')
    seeAlso.push(`.BR holdfast\\-${name} (1)`)
  }
  pages['holdfast.1'] = [
    head('holdfast'),
    nameSection('holdfast', 'RADIUS server with a second factor'),
    section('DESCRIPTION', await helpOf([])),
    files,
    `.SH SEE ALSO\n${seeAlso.join(',\n')}\n.PP\nThe documentation is in /usr/share/doc/holdfast.\n`,
  ].join('')
  return pages
}

const files = `.SH FILES
.TP
.I /etc/holdfast/holdfast.yaml
The configuration. Every setting: /usr/share/doc/holdfast/docs/reference/configuration.md.
.TP
.I /etc/holdfast/credentials/
Secrets, one in each file. systemd hands them to the service when it starts.
.TP
.I /var/lib/holdfast/holdfast.db
The store: enrolments and the audit.
`

/** What bash and zsh read to complete commands. */
export async function completionFor(shell: 'bash' | 'zsh'): Promise<string> {
  const before = process.env.SHELL
  // Where yargs looks.
  process.env.SHELL = `/bin/${shell}`
  try {
    return await printedBy(['completion'], helpColumns)
  } finally {
    if (before === undefined) delete process.env.SHELL
    else process.env.SHELL = before
  }
}

function helpOf(words: readonly string[]): Promise<string> {
  return printedBy([...words, '--help'], helpColumns)
}

/** The sentence below the usage. */
function purposeOf(help: string): string {
  const [, purpose = ''] = help.split(/\n\n/)
  return purpose.split('\n').join(' ').trim()
}

function nameSection(name: string, purpose: string): string {
  return `.SH NAME\n${roff(name)} \\- ${roff(purpose)}\n`
}

/** Help as it is on a terminal, in columns. */
function section(title: string, text: string): string {
  return `.SH ${roff(title)}\n.nf\n${roff(text.trim())}\n.fi\n`
}

function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&')
}
