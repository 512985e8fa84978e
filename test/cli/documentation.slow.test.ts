import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exitCodes, exitMeanings } from '../../src/cli/exit-codes.ts'
import { run } from './fake-io.ts'

const reference = join(import.meta.dirname, '../../docs/reference')
const index = readFileSync(join(reference, 'commands.md'), 'utf8')

/** Options every command has, or that the page explains once at its top. */
const common = ['--help', '--version', '--socket', '--config', '--json']

/** What is written by hand about a command. */
function writtenOf(command: string): string {
  const page = readFileSync(join(reference, `commands/${command}.md`), 'utf8')
  return page.slice(0, page.indexOf('<!-- Generated'))
}

async function helpOf(...words: readonly string[]): Promise<string> {
  return (await run([...words, '--help'])).stdout
}

/** The words after `holdfast` in a list of commands. */
function commandsIn(help: string, group = ''): readonly string[] {
  const pattern = new RegExp(`^ {2}holdfast ${group}([a-z-]+)`, 'gm')
  return [...help.matchAll(pattern)].map(([, name]) => name ?? '')
}

describe('pages of commands', () => {
  it('have every exit code with its meaning', () => {
    for (const [name, code] of Object.entries(exitCodes)) {
      expect(index).to.include(`| ${code} | ${exitMeanings[name as keyof typeof exitCodes]} |`)
    }
  })

  it('show every command with its options, also in the part that is written by hand', async () => {
    const commands = commandsIn(await helpOf()).filter((name) => name !== 'completion')
    expect(commands).to.have.length.above(10)
    for (const command of commands) {
      const written = writtenOf(command)
      const below = commandsIn(await helpOf(command), `${command} `)
      const helps = below.length > 0 ? below.map((name) => [command, name]) : [[command]]
      for (const words of helps) {
        expect(written).to.include(`holdfast ${words.join(' ')}`)
        const options = [...(await helpOf(...words)).matchAll(/ (--[a-z-]+)/g)]
        for (const [, option = ''] of options) {
          const shown = option === '--qr' ? '--no-qr' : option
          if (!common.includes(option)) expect(written, words.join(' ')).to.include(shown)
        }
      }
    }
  })

  it('are there for commands that exist, and for no others', async () => {
    const commands = commandsIn(await helpOf()).filter((name) => name !== 'completion')
    const pages = readdirSync(join(reference, 'commands'))
    expect(pages).to.have.members(commands.map((name) => `${name}.md`))
    for (const name of commands) expect(index).to.include(`[\`${name}\`](commands/${name}.md)`)
  })
})
