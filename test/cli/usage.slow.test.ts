import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { commands } from '../../src/cli/run.ts'
import { exampleOfOption, meaningOf } from '../../src/cli/usage/words.ts'
import { run } from './fake-io.ts'

/** Every command, with the words it must have: of `user show <user>`, `['<user>']`. */
const usages = commands.flatMap((each) =>
  each.usages().map((usage) => {
    const words = usage.split(' ')
    const path = words.filter((word) => !/^[<[]/.test(word))
    return { path, needed: words.filter((word) => word.startsWith('<')) }
  }),
)
const groups = commands.filter((each) => each.usages().some((usage) => / [a-z]/.test(usage)))

async function mistake(...argv: readonly string[]): Promise<string> {
  const { code, stderr, stdout } = await run(argv)
  expect(code, argv.join(' ')).to.equal(exitCodes.usage)
  expect(stdout).to.equal('')
  expect(stderr.trimEnd().split('\n'), stderr).to.have.length(1)
  return stderr
}

/** Words and options that a command cannot be without. */
function complete(command: string, needed: readonly string[], help: string): readonly string[] {
  const words = needed.map((word) => meaningOf(command, word).example)
  const required = [...help.matchAll(/ --([a-z-]+) (?:(?! --[a-z]).)*?\[required\]/gs)]
  return [...words, ...required.flatMap(([, name = '']) => [`--${name}`, '1'])]
}

describe('mistakes on the command line', () => {
  it('are tried with every command', () => {
    expect(usages.length).to.be.above(40)
    expect(groups.map(({ name }) => name)).to.include.members(['user', 'key', 'bypass', 'audit'])
  })

  for (const { path, needed } of usages) {
    const command = path.join(' ')
    if (needed.length > 0) {
      it(`holdfast ${command} says which word it needs, with an example`, async () => {
        for (const given of needed.keys()) {
          const words = needed.slice(0, given).map((word) => meaningOf(command, word).example)
          const text = await mistake(...path, ...words)
          const { what, example } = meaningOf(command, needed[given] ?? '')
          expect(text).to.match(/^holdfast: `/)
          expect(text).to.include(`\`${command}\` needs ${what}`)
          expect(text)
            .to.match(/, for example `[^`]+`\./)
            .and.to.include(example)
        }
      })
    }

    it(`holdfast ${command} knows its options, and none that is like them`, async () => {
      const help = (await run([...path, '--help'])).stdout
      const options = [...help.matchAll(/ --([a-z-]+)(?:.*?)(\[\w+\])?/g)].map(([, name]) => name)
      const words = complete(command, needed, help)
      for (const name of new Set(options)) {
        if (name === undefined || name.length < 4 || name.startsWith('no-')) continue
        const slip = `${name.slice(0, 1)}${name.slice(2)}`
        const text = await mistake(...path, ...words, `--${slip}`)
        expect(text).to.include(`There is no option --${slip}. Did you mean --`)
      }
    })
  }

  it('say which value an option needs, for every option that takes one', async () => {
    let tried = 0
    for (const { path, needed } of usages) {
      const command = path.join(' ')
      const help = (await run([...path, '--help'])).stdout
      const words = complete(command, needed, help)
      for (const [, name = ''] of help.matchAll(
        / --([a-z-]+) (?:(?! --[a-z]).)*?\[(?:string|number)\]/gs,
      )) {
        const text = await mistake(...path, ...words, `--${name}`)
        expect(text).to.include(
          `holdfast: \`--${name}\` needs a value, for example \`${exampleOfOption(name)}\``,
        )
        tried++
      }
    }
    expect(tried).to.be.above(60)
  })

  for (const { name } of groups) {
    it(`holdfast ${name} tells its commands`, async () => {
      if (name !== 'bypass') {
        const text = await mistake(name)
        expect(text).to.match(new RegExp(`^holdfast: \`${name}\` needs a command, for example`))
      }
    })
  }

  const single: readonly (readonly [argv: readonly string[], text: string])[] = [
    [[], '`holdfast` needs a command, for example `holdfast check`.'],
    [['usr'], 'There is no such command. Did you mean `user`?'],
    [['chekc'], 'There is no such command. Did you mean `check`?'],
    [['user', 'shwo', 'alice'], 'There is no such command. Did you mean `user show`?'],
    [['key', 'destroy'], 'There is no such command. `key` has create and rotate.'],
    [
      ['user', 'show', 'alice', 'x'],
      '`user show` takes a user name, and there is a word too many.',
    ],
    [['reload', 'now'], '`reload` takes only options, and there is a word too many.'],
    [['bypass', 'alice'], '`bypass` needs --reason, for example `--reason "phone lost"`.'],
    [['check', '-c'], '`-c` needs a value, for example `--config /etc/holdfast/holdfast.yaml`.'],
    [
      ['authenticator', 'add', 'alice', '--method', 'topt'],
      '`--method` must be totp, hotp, sms, call, email or recovery. Did you mean totp?',
    ],
    [['user', 'prefer', 'alice', 'smss'], 'The method of `user prefer` must be totp, hotp, sms,'],
  ]
  for (const [argv, text] of single) {
    it(`holdfast ${argv.join(' ')}: ${text}`, async () => {
      expect(await mistake(...argv)).to.include(text)
    })
  }

  it('never say a word again that was typed: it may be a password', async () => {
    for (const argv of [
      ['user', 'show', 'alice', 'hunter2hunter2'],
      ['hunter2hunter2'],
      ['user', 'hunter2hunter2'],
      ['authenticator', 'add', 'alice', '--method', 'hunter2hunter2'],
      ['user', 'show', 'alice', '--hunter2hunter2=hunter2hunter2'],
    ]) {
      expect(await mistake(...argv)).to.not.include('hunter2')
    }
  })
})
