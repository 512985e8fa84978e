import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exitCodes, exitMeanings } from '../../src/cli/exit-codes.ts'
import { run } from './fake-io.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/commands.md'), 'utf8')

/** Options every command has, or that the page explains once at its top. */
const common = ['--help', '--version', '--socket', '--config', '--json']

function sectionOf(command: string): string {
  const start = page.indexOf(`\n## ${command}\n`)
  const end = page.indexOf('\n## ', start + 1)
  return start < 0 ? '' : page.slice(start, end < 0 ? undefined : end)
}

async function helpOf(...words: readonly string[]): Promise<string> {
  return (await run([...words, '--help'])).stdout
}

/** The words behind `holdfast` in a list of commands. */
function commandsIn(help: string, group = ''): readonly string[] {
  const pattern = new RegExp(`^ {2}holdfast ${group}([a-z-]+)`, 'gm')
  return [...help.matchAll(pattern)].map(([, name]) => name ?? '')
}

describe('docs/reference/commands.md', () => {
  it('has every exit code with its meaning', () => {
    for (const [name, code] of Object.entries(exitCodes)) {
      expect(page).to.include(`| ${code} | ${exitMeanings[name as keyof typeof exitCodes]} |`)
    }
  })

  it('has a section for every command, and its options in it', async () => {
    const commands = commandsIn(await helpOf()).filter((name) => name !== 'completion')
    expect(commands).to.have.length.above(10)
    for (const command of commands) {
      const section = sectionOf(command)
      expect(section, command).to.not.equal('')
      const below = commandsIn(await helpOf(command), `${command} `)
      const helps = below.length > 0 ? below.map((name) => [command, name]) : [[command]]
      for (const words of helps) {
        expect(section).to.include(`holdfast ${words.join(' ')}`)
        const options = [...(await helpOf(...words)).matchAll(/ (--[a-z-]+)/g)]
        for (const [, option = ''] of options) {
          const shown = option === '--qr' ? '--no-qr' : option
          if (!common.includes(option)) expect(section, words.join(' ')).to.include(shown)
        }
      }
    }
  })

  it('has no section for a command that does not exist', async () => {
    const commands = commandsIn(await helpOf())
    const sections = [...page.matchAll(/^## ([a-z-]+)$/gm)].map(([, name]) => name)
    expect(sections.filter((name) => !commands.includes(name ?? ''))).to.deep.equal([])
  })
})
