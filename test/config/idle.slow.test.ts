import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { findIdleSettings } from '../../src/config/index.ts'
import { load, valid } from './load-text.ts'

const wifi = '  wifi: { address: 192.0.2.11, secret: "file:vpn", group: air }\n'
const noDevice =
  '  nat: { address: 192.0.2.12, secret: "file:vpn", person_specific_device: false }\n'

function idle(text: string): readonly string[] {
  return findIdleSettings(load(text)).map(({ setting }) => setting)
}

/** Of TTLS and PEAP, which it has where nothing else is said, and remembers by. */
const radio =
  '  radio: { address: 192.0.2.13, secret: "file:vpn", eap: { crypto_binding: required } }\n'
const certificate = 'eap: { cert_file: a.pem, key_file: b.pem }\n'

/** In the domain, so that PEAP can be checked. */
const joined = valid.replace('DC=com\n', 'DC=com\n    winbind: {}\n')

/** `vpn` names the device of the person. */
const telling = joined.replace(
  'secret: "file:vpn" }',
  'secret: "file:vpn", person_specific_device: true }',
)

const withRules = (...rules: string[]) =>
  `${telling}${wifi}${noDevice}${radio}${certificate}rules: [${rules.join(', ')}]\n`

describe('rules that never get their turn', () => {
  for (const [earlier, later] of [
    ['{ deny: true }', '{ group: staff, methods: [totp] }'],
    ['{ group: staff, deny: true }', '{ group: STAFF, user: bob, methods: [totp] }'],
    ['{ group: [staff, guests], deny: true }', '{ group: guests, user: bob, methods: [totp] }'],
    ['{ gateway: [vpn, wifi], deny: true }', '{ gateway: wifi, user: bob, methods: [totp] }'],
    ['{ gateway_group: air, deny: true }', '{ gateway: wifi, user: bob, methods: [totp] }'],
    [
      '{ network: 10.0.0.0/8, deny: true }',
      '{ network: [10.1.0.0/16, 10.2.3.4], methods: [totp] }',
    ],
    ['{ network: "2001:db8::/32", deny: true }', '{ network: "2001:db8:1::/48", methods: [totp] }'],
    ['{ days: [mon, tue], deny: true }', '{ days: mon, methods: [totp] }'],
    ['{ hours: 22:00-06:00, deny: true }', '{ days: mon, hours: 22:00-06:00, methods: [totp] }'],
    ['{ enrolled: [totp, hotp], deny: true }', '{ enrolled: hotp, methods: [totp] }'],
    ['{ credential: [pap, chap], deny: true }', '{ credential: pap, methods: [totp] }'],
    [
      '{ gateway: radio, eap_method: [ttls, peap], deny: true }',
      '{ gateway: radio, eap_method: peap, methods: [totp] }',
    ],
    [
      '{ attribute: { NAS-Port-Type: [5, 19] }, deny: true }',
      '{ attribute: { NAS-Port-Type: [5, 19] }, user: bob, methods: [totp] }',
    ],
  ] as const) {
    it(`${later} after ${earlier}`, () => {
      expect(idle(withRules(earlier, later))).to.deep.equal(['rules.1'])
      expect(idle(withRules(later, earlier)), 'the other way round').to.deep.equal([])
    })
  }

  for (const [earlier, later] of [
    ['{ group: staff, deny: true }', '{ methods: [totp] }'],
    ['{ group: staff, deny: true }', '{ user: bob, methods: [totp] }'],
    ['{ group: staff, user: bob, deny: true }', '{ group: staff, methods: [totp] }'],
    ['{ gateway: vpn, deny: true }', '{ gateway: wifi, methods: [totp] }'],
    ['{ network: 10.1.0.0/16, deny: true }', '{ network: 10.0.0.0/8, methods: [totp] }'],
    ['{ network: 10.0.0.0/8, deny: true }', '{ network: "2001:db8::/32", methods: [totp] }'],
    ['{ hours: 08:00-18:00, deny: true }', '{ hours: 09:00-17:00, methods: [totp] }'],
    // Two in the morning of Tuesday is Monday's to the second rule.
    ['{ days: mon, deny: true }', '{ days: mon, hours: 22:00-06:00, methods: [totp] }'],
    [
      '{ hours: 08:00-18:00, time_zone: Asia/Tokyo, deny: true }',
      '{ hours: 08:00-18:00, time_zone: Europe/Paris, methods: [totp] }',
    ],
    [
      '{ attribute: { NAS-Port-Type: 5 }, deny: true }',
      '{ attribute: { NAS-Port-Type: 19 }, methods: [totp] }',
    ],
  ] as const) {
    it(`are not ${later} after ${earlier}`, () => {
      expect(idle(withRules(earlier, later))).to.deep.equal([])
    })
  }

  for (const [rule, why] of [
    ['{ gateway: vpn, gateway_group: air, deny: true }', /no gateway is one of these/],
    ['{ gateway: nat, network: 10.0.0.0/8, methods: [totp] }', /has person_specific_device/],
    ['{ gateway: nat, device: randomised-mac, methods: [totp] }', /has person_specific_device/],
    ['{ gateway: wifi, network: 10.0.0.0/8, methods: [totp] }', /has person_specific_device/],
    ['{ gateway: vpn, credential: eap, deny: true }', /takes EAP/],
    ['{ gateway: vpn, eap_method: ttls, deny: true }', /takes one of these methods/],
    ['{ gateway: radio, eap_method: [tls, md5], deny: true }', /takes one of these methods/],
    ['{ credential: pap, eap_method: ttls, deny: true }', /has credential: eap/],
  ] as const) {
    it(`are ${rule}, which nothing can fit`, () => {
      const [found, ...more] = findIdleSettings(load(withRules(rule)))
      expect(found?.why).to.match(why)
      expect(more).to.deep.equal([])
    })
  }

  it('are not those by a method of EAP that another server may carry on', () => {
    const relayed = `default_region: NL
directories: { nps: { type: radius, servers: [{ address: "192.0.2.30:1812", secret: "file:vpn" }] } }
gateways: { vpn: { address: 192.0.2.14, secret: "file:vpn", eap: { pass_on: true } } }
rules: [{ gateway: vpn, eap_method: md5, deny: true }]
`
    expect(idle(relayed)).to.deep.equal([])
  })

  for (const [eap, isIdle] of [
    ['', true],
    ['methods: [ttls, peap]', true],
    ['crypto_binding: required', false],
    ['methods: ttls', false],
    ['inner: [eap-gtc, pap]', false],
  ] as const) {
    it(`${isIdle ? 'are' : 'are not'} memories of devices at a gateway with eap: {${eap}} (RULES 28)`, () => {
      const text = `${joined}  wifi: { address: 192.0.2.20, secret: "file:vpn", person_specific_device: true, eap: { ${eap} } }
eap: { cert_file: a.pem, key_file: b.pem }
rules:
  - { gateway: wifi, remember: 14d }
`
      const found = findIdleSettings(load(text))
      expect(found.map(({ setting }) => setting)).to.deep.equal(isIdle ? ['rules.0.remember'] : [])
      for (const { remedy } of found) expect(remedy).to.include('crypto_binding: required')
    })
  }

  for (const [settings, isIdle] of [
    ['', true],
    ['person_specific_device: false', true],
    ['person_specific_device: true', false],
    ['preset: aruba-wifi', false],
    ['preset: unifi', true],
    ['eap: { methods: ttls }', true],
    ['eap: { methods: tls }', false],
    ['person_specific_device: true, eap: { methods: ttls }', false],
  ] as const) {
    it(`${isIdle ? 'are' : 'are not'} memories of devices at a gateway with ${settings || 'nothing'} (RULES 42)`, () => {
      const text = `${joined}  ap: { address: 192.0.2.20, secret: "file:vpn", ${settings} }
eap: { cert_file: a.pem, key_file: b.pem, devices: { ca_file: c.pem } }
rules: [{ gateway: ap, remember: 14d }]
`
      const found = findIdleSettings(load(text))
      expect(found.map(({ setting }) => setting)).to.deep.equal(isIdle ? ['rules.0.remember'] : [])
      for (const { why, remedy } of found) {
        expect(why).to.include('at ap: nothing says that Calling-Station-Id')
        expect(remedy).to.include('person_specific_device: true')
      }
    })
  }

  it('do not include rules that deny by an address or a device, where the gateway is taken at its word', () => {
    for (const condition of ['network: 10.0.0.0/8', 'device: randomised-mac']) {
      expect(idle(withRules(`{ gateway: nat, ${condition}, deny: true }`))).to.deep.equal([])
    }
  })

  it('say what to do', () => {
    const shadowed = withRules('{ name: all, deny: true }', '{ name: few, user: a, deny: true }')
    expect(findIdleSettings(load(shadowed))).to.deep.equal([
      {
        setting: 'rules.1',
        why: 'never gets its turn: rule all before it holds whenever few would',
        remedy: 'Put it before all, or take it out.',
      },
    ])
  })

  it('are reply rules after a last one only', () => {
    const replies = (last: string) =>
      `${valid}reply_rules:\n  - { reply: { Class: a }${last} }\n  - { user: bob, reply: { Class: b } }\n`
    expect(idle(replies(''))).to.deep.equal([])
    expect(idle(replies(', last: true'))).to.deep.equal(['reply_rules.1'])
    expect(idle(`${replies('')}reply_match: first\n`)).to.deep.equal(['reply_rules.1'])
    const degraded = replies(', degraded: true, last: true')
    expect(idle(degraded)).to.deep.equal([])
  })
})

describe('gateways that others hide', () => {
  const named = (name: string, address: string) =>
    `  ${name}: { address: "${address}", secret: "file:vpn", nas_identifier: ${name}, trust_nas_identifier: true }\n`

  it('are those on a prefix around a host, told apart by NAS-Identifier', () => {
    const text = `${valid}${named('a', '192.0.2.0/24')}${named('b', '192.0.2.0/24')}`
    const [found, ...more] = findIdleSettings(load(text))
    expect(found?.setting).to.equal('gateways.vpn.address')
    expect(found?.why).to.match(/192\.0\.2\.10 lies inside 192\.0\.2\.0\/24.*\(a, b\)/)
    expect(more).to.deep.equal([])
  })

  it('are also those on a prefix around a smaller one', () => {
    const text = `${valid}${named('a', '10.0.0.0/8')}${named('b', '10.1.0.0/16')}`
    expect(idle(text)).to.deep.equal(['gateways.b.address'])
  })

  it('are not found beside it, on the same prefix, or where no name chooses', () => {
    for (const more of [
      named('a', '198.51.100.0/24'),
      named('a', '10.0.0.0/8') + named('b', '10.0.0.0/8'),
      '  a: { address: 192.0.2.0/24, secret: "file:vpn" }\n',
      named('a', '2001:db8::/32'),
    ]) {
      expect(idle(valid + more), more).to.deep.equal([])
    }
  })
})

describe('what comes with the program', () => {
  for (const name of ['demo.yaml', 'holdfast.yaml']) {
    it(`has nothing idle: config/${name}`, () => {
      const text = readFileSync(join(import.meta.dirname, '../../config', name), 'utf8')
      const files = { '/run/credentials/bind-password': 'x', '/run/credentials/vpn-secret': 'y' }
      expect(findIdleSettings(load(text, { files }))).to.deep.equal([])
    })
  }
})

describe('codes after the password that are never read (RULES 35)', () => {
  const at = (fields: string) =>
    valid.replace('address: "192.0.2.10"', `address: 192.0.2.10, ${fields}`)
  for (const [fields, settings] of [
    ['append: { delimiter: "" }', ['append.delimiter']],
    ['append: { delimiter: "" }, flow: append', ['append.words']],
    ['append: { delimiter: "", words: false }, flow: append', []],
    ['append: false', []],
    ['append: false, second_factor_first: true', ['second_factor_first']],
    ['flow: hold, second_factor_first: true', ['second_factor_first']],
    ['flow: challenge, second_factor_first: true', ['second_factor_first']],
    ['flow: append, second_factor_first: true', []],
  ] as const) {
    it(`${fields}: ${settings.join(', ') || 'none'}`, () => {
      expect(idle(at(fields))).to.deep.equal(settings.map((setting) => `gateways.vpn.${setting}`))
    })
  }

  it('a delimiter that occurs in codes is refused, and append: false with flow append', () => {
    for (const delimiter of ['-', '0', 'x', ' ', ';-', 'ab']) {
      expect(() => load(at(`append: { delimiter: "${delimiter}" }`)), delimiter).to.throw(
        'must not hold a letter, digit, dash or blank',
      )
    }
    expect(() => load(at('flow: append, append: false'))).to.throw('must not be false')
    for (const delimiter of [';', '#', '::', '+']) load(at(`append: { delimiter: "${delimiter}" }`))
  })
})

describe('phones that can never be asked (PEOPLE R10)', () => {
  const web =
    'web: { people: { listen: "127.0.0.1:8443", public_url: "https://mfa.example.com", trusted_proxies: ["127.0.0.1"] } }\n'
  const at = (fields: string) =>
    `${valid.replace('address: "192.0.2.10"', `address: 192.0.2.10, ${fields}`)}${web}`
  const ofPhones = (text: string) => idle(text).filter((setting) => setting.endsWith('.methods'))
  for (const [fields, isIdle] of [
    ['methods: [push]', false],
    ['methods: [push], challenges: false', false],
    ['methods: [push], flow: append', false],
    ['methods: [push], challenges: false, append: false', true],
    ['methods: [push], flow: hold', true],
    ['methods: [push, passkey], flow: hold', false],
    ['flow: hold', false],
  ] as const) {
    it(`${fields}: ${isIdle ? 'lets no one in' : 'fine'}`, () => {
      expect(ofPhones(at(fields))).to.deep.equal(isIdle ? ['gateways.vpn.methods'] : [])
    })
  }

  it('by a rule, where no gateway that it is for can ask', () => {
    const rules = 'rules: [{ gateway: vpn, methods: [push] }]\n'
    expect(ofPhones(`${at('flow: hold')}${rules}`)).to.deep.equal(['rules.0.methods'])
    expect(ofPhones(`${at('challenges: false')}${rules}`)).to.deep.equal([])
  })
})
