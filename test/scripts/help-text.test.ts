import { expect } from 'chai'
import { parseHelp } from '../../scripts/help-text.ts'

const help = `holdfast user prefer <user> <method>

Choose the method that a person is asked for first,
and where

Positionals:
  user    Name as the person types it                                            [string] [required]
  method  none: in the order of the gateway
         [required] [choices: "totp", "hotp", "sms", "call", "email", "recovery", "passkey", "push",
                                                                                             "none"]

Options:
      --version  Show version number                                                       [boolean]
  -h, --help     Show help                                                                 [boolean]
  -c, --config   Configuration file                                                         [string]
      --listen   Where RADIUS requests arrive, such as 192.0.2.1:1812; may be given
                 again                                                         [array] [default: []]
      --answers  YAML file with any of these options by name, such as region: NL[string]

Examples:
  holdfast user prefer alice call  [string]
`

describe('parseHelp', () => {
  const { purpose, positionals, options } = parseHelp(help)

  it('joins what the width of a terminal has folded', () => {
    expect(purpose).to.equal('Choose the method that a person is asked for first, and where')
    expect(positionals).to.deep.equal([
      { name: 'user', meaning: 'Name as the person types it', facts: ['string', 'required'] },
      {
        name: 'method',
        meaning: 'none: in the order of the gateway',
        facts: [
          'required',
          'choices: "totp", "hotp", "sms", "call", "email", "recovery", "passkey", "push", "none"',
        ],
      },
    ])
  })

  it('leaves out what every command has, and examples', () => {
    expect(options).to.deep.equal([
      { name: '--config', short: '-c', meaning: 'Configuration file', facts: ['string'] },
      {
        name: '--listen',
        meaning: 'Where RADIUS requests arrive, such as 192.0.2.1:1812; may be given again',
        facts: ['array', 'default: []'],
      },
      {
        name: '--answers',
        meaning: 'YAML file with any of these options by name, such as region: NL',
        facts: ['string'],
      },
    ])
  })

  it('has nothing for a command without words and options', () => {
    expect(parseHelp('holdfast version\n\nPrint the version\n')).to.deep.equal({
      ...{ purpose: 'Print the version', positionals: [], options: [] },
    })
  })
})
