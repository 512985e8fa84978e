import { expect } from 'chai'
import { load, problemsOf, valid } from '../load-text.ts'

const gateways = `  codes: { address: 192.0.2.12, secret: "file:vpn", flow: code-only, group: phones }
  checked: { address: 192.0.2.13, secret: "file:vpn", first_factor: none }
  shared: { address: 192.0.2.14, secret: "file:vpn", person_specific_device: false }
`
const needsOutcome =
  'needs one of deny, second_factor, and how to ask: methods, user_verification, device_bound, refuse_seen_secrets, remember, second_factor_first'
const problems = (rules: string) => problemsOf(`${valid}${gateways}rules:\n${rules}`)

describe('policy rules in the configuration', () => {
  it('are read, with names, time zones and one outcome each', () => {
    const { rules } = load(`${valid}rules:
  - { name: night, days: [sat, sun], hours: 18:00-08:00, time_zone: Europe/Amsterdam, deny: true }
  - { network: [10.0.0.0/8, "2001:DB8::/32"], second_factor: none }
  - { group: Admins, enrolled: [totp, none], methods: [totp, recovery] }
  - { deny: "Use the office network." }
`)
    expect(rules.map(({ name, outcome }) => [name, outcome])).to.deep.equal([
      ['night', { kind: 'deny' }],
      ['#2', { kind: 'no-second-factor' }],
      ['#3', { kind: 'second-factor', methods: ['totp', 'recovery'] }],
      ['#4', { kind: 'deny', text: 'Use the office network.' }],
    ])
    expect(rules[0]).to.deep.include({
      timeZone: 'Europe/Amsterdam',
      hours: { from: 1080, to: 480 },
    })
    expect(rules[1]?.network).to.deep.equal(['10.0.0.0/8', '2001:db8::/32'])
  })

  it('tell of a new device only where devices are remembered', () => {
    const withTexts = `${valid}delivery:
  gsm: { type: http, url: "https://sms.example/{to}{text}" }
methods: { sms: { via: gsm } }
`
    const rules = (rule: string) => problemsOf(`${withTexts}rules:\n  - { ${rule} }\n`)
    expect(rules('methods: [totp], tell_new_device: sms').join()).to.match(
      /counts only with remember/,
    )
    expect(rules('remember: 1h, tell_new_device: sms')).to.deep.equal([])
  })

  const wrong: readonly [string, string][] = [
    ['group: a', `rules.0: ${needsOutcome}`],
    ['remember_address: true', `rules.0: ${needsOutcome}`],
    ['second_factor: none, remember: 1h', `rules.0: ${needsOutcome}`],
    ['deny: true, second_factor_first: true', `rules.0: ${needsOutcome}`],
    ['remember: 30s', 'rules.0.remember: must be at least 1m'],
    ['remember: 31d', 'rules.0.remember: must be at most 30d'],
    ['remember: true', 'rules.0.remember: must be a time such as 20s, 500ms, 15m or 30d'],
    [
      'methods: [totp], remember_address: true',
      'rules.0.remember_address: counts only with remember',
    ],
    [
      'gateway: checked, remember: 1h',
      'rules.0.remember: remembers no one: at checked no password is checked',
    ],
    [
      'remember: 1h, tell_new_device: sms',
      'rules.0.tell_new_device: sms is not set up under methods',
    ],
    ['device: mac, deny: true', 'rules.0.device: must be one of randomised-mac'],
    [
      'credential: mschap, deny: true',
      'rules.0.credential: must be one of pap, chap, ms-chap, eap (did you mean ms-chap?)',
    ],
    ['credential: [], deny: true', 'rules.0.credential: needs at least one entry'],
    ['attribute: {}, deny: true', 'rules.0.attribute: needs at least one entry'],
    [
      'attribute: { Filter-Id: [] }, deny: true',
      'rules.0.attribute.Filter-Id: needs at least one entry',
    ],
    ['second_factor: none, user_verification: true', `rules.0: ${needsOutcome}`],
    [
      'user_verification: true, methods: [totp]',
      'rules.0.user_verification: asks for passkeys, and calls with a PIN: methods must have passkey or call, and no code can come first',
    ],
    [
      'device_bound: true, methods: [totp]',
      'rules.0.device_bound: asks for passkeys: methods must have passkey, and no code can come first',
    ],
    ['second_factor: none, device_bound: true', `rules.0: ${needsOutcome}`],
    ['user_verification: false', 'rules.0.user_verification: must be one of true'],
    ['deny: true, methods: [totp]', `rules.0: ${needsOutcome}`],
    ['deny: false', 'rules.0.deny: must be true, or a text for the person'],
    ['deny: ""', 'rules.0.deny: must not be empty'],
    ['second_factor: maybe', 'rules.0.second_factor: must be one of none'],
    ['methods: []', 'rules.0.methods: needs at least one entry'],
    ['methods: [call]', 'rules.0.methods: call is not set up under methods'],
    [
      'gateway: vpm, deny: true',
      'rules.0.gateway: names nothing that is under gateways (did you mean vpn?)',
    ],
    [
      'gateway_group: phone, deny: true',
      'rules.0.gateway_group: names nothing that is under groups of gateways (did you mean phones?)',
    ],
    ['network: 10.0.0.1/8, deny: true', 'rules.0.network: has bits set behind its prefix length 8'],
    ['hours: 8-18, deny: true', 'rules.0.hours: must be hours such as 08:00-18:00'],
    ['hours: 08:00-08:00, deny: true', 'rules.0.hours: must be hours such as 08:00-18:00'],
    ['hours: 08:00-24:01, deny: true', 'rules.0.hours: must be hours such as 08:00-18:00'],
    [
      'hours: 08:00-18:00, time_zone: Mars/Olympus, deny: true',
      'rules.0.time_zone: must be a time zone such as Europe/Amsterdam',
    ],
    ['time_zone: UTC, deny: true', 'rules.0.time_zone: counts only with days or hours'],
    [
      'second_factor: none',
      'rules.0.second_factor: cannot be none at codes, where no password is checked; say at which gateways',
    ],
    [
      'gateway: [vpn, checked], second_factor: none',
      'rules.0.second_factor: cannot be none at checked, where no password is checked; say at which gateways',
    ],
    [
      'gateway_group: phones, second_factor: none',
      'rules.0.second_factor: cannot be none at codes, where no password is checked; say at which gateways',
    ],
    ['grup: a, deny: true', 'rules.0.grup: unknown key (did you mean group?)'],
  ]
  for (const [rule, problem] of wrong) {
    it(`are refused with their place: ${rule}`, () => {
      const [found = '', ...more] = problems(`- { ${rule} }\n`)
      expect(found).to.match(/^h\.yaml:15:\d+: /)
      expect(found.replace(/^h\.yaml:\d+:\d+: /, '')).to.equal(problem)
      expect(more).to.deep.equal([])
    })
  }

  it('say how the second factor is asked for, in one outcome', () => {
    const { rules } = load(`${valid}rules:
  - { remember: 12h }
  - { methods: [totp], remember: 30d, remember_address: true, second_factor_first: true }
  - { second_factor_first: false }
  - { refuse_seen_secrets: true }
`)
    expect(rules.map(({ outcome }) => outcome)).to.deep.equal([
      { kind: 'second-factor', remember: { forMs: 43_200_000, address: false } },
      {
        kind: 'second-factor',
        methods: ['totp'],
        remember: { forMs: 2_592_000_000, address: true },
        first: true,
      },
      { kind: 'second-factor', first: false },
      { kind: 'second-factor', refuseSeenSecrets: true },
    ])
    expect(rules[0]).to.have.all.keys('name', 'timeZone', 'outcome')
  })

  it('check a code first only where one of their methods has one to type', () => {
    const texts =
      'methods: { sms: { via: s } }\ndelivery: { s: { type: http, url: "https://x.example/{to}{text}" } }\n'
    const place = (methods: string, first: boolean) =>
      problemsOf(
        `${valid}${texts}rules:\n  - { methods: ${methods}, second_factor_first: ${first} }\n`,
      )
    expect(place('[sms]', true)).to.deep.equal([
      'h.yaml:14:23: rules.0.second_factor_first: needs one of totp, hotp, recovery among methods: only typed codes come before a password',
    ])
    expect(place('[sms]', false)).to.deep.equal([])
    expect(place('[sms, recovery]', true)).to.deep.equal([])
  })

  it('remember where one of their gateways can', () => {
    expect(problems('- { remember: 1h }\n')).to.deep.equal([])
    expect(problems('- { gateway: [vpn, codes], remember: 1h }\n')).to.deep.equal([])
  })

  it('may ask for no second factor where a password is checked', () => {
    expect(problems('- { gateway: vpn, second_factor: none }\n')).to.deep.equal([])
  })
})
