import { expect } from 'chai'
import { createOutageRules } from '../../../src/compose/sign-in-rules.ts'
import { load, problemsOf, valid } from '../load-text.ts'

const more = `  codes: { address: 192.0.2.12, secret: "file:vpn", flow: code-only, group: phones }
rules: [{ gateway: vpn, remember: 12h }]
outage_rules:
`
const key = 'user_key: "corp:0a000000-0000-4000-8000-00000000000a"'

describe('rules for outages in the configuration', () => {
  it('are read as a sign-in wants them', () => {
    const config =
      load(`${valid}${more}  - { gateway: vpn, group: [Staff], methods: [totp, recovery], remembered: 7d }
  - { name: glass, gateway: vpn, ${key}, second_factor: none }
`)
    expect(createOutageRules(config)).to.deep.equal([
      {
        name: '#1',
        gateways: ['vpn'],
        groups: ['staff'],
        methods: ['totp', 'recovery'],
        rememberedMs: 7 * 86_400_000,
        passwordAlone: false,
      },
      {
        name: 'glass',
        gateways: ['vpn'],
        userKeys: ['corp:0a000000-0000-4000-8000-00000000000a'],
        methods: [],
        passwordAlone: true,
      },
    ])
  })

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['nothing to stand in', '{ gateway: vpn }', /0: needs one of methods, remembered and second_/],
    [
      'none for a group',
      '{ gateway: vpn, group: a, second_factor: none }',
      /only for people named/,
    ],
    ['none for everybody', '{ gateway: vpn, second_factor: none }', /only for people named/],
    ['none for a name', '{ gateway: vpn, user: a, second_factor: none }', /only for people named/],
    ['none without a password', `{ ${key}, second_factor: none }`, /cannot be none at codes/],
    ['a key that is none', '{ user_key: alice, methods: [totp] }', /must be a key such as corp:ID/],
    ['a directory nobody has', '{ user_key: "crop:x", methods: [totp] }', /did you mean corp/],
    ['a method nobody has', '{ methods: [call] }', /call is not set up under methods/],
    ['a gateway nobody has', '{ gateway: vpm, methods: [totp] }', /did you mean vpn/],
    ['another outcome', '{ methods: [totp], deny: true }', /deny/],
  ]
  for (const [title, rule, expected] of wrong) {
    it(`refuses ${title}`, () => {
      const problems = problemsOf(`${valid}${more}  - ${rule}\n`)
      expect(problems).to.have.length(1)
      expect(problems[0]).to.match(expected)
    })
  }

  it('refuses to count what no rule remembers', () => {
    const text = `${valid}outage_rules: [{ remembered: 7d }]\n`
    expect(problemsOf(text)).to.match(/remembered: has an effect only where a rule has remember/)
  })
})
