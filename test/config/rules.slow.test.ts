import { expect } from 'chai'
import { load, problemsOf, valid } from './load-text.ts'

/** A gateway with what is given, in place of the one of `valid`. */
function gateway(fields: string): string {
  return valid.replace('address: "192.0.2.10"', fields)
}

const withDirectory = (fields: string) =>
  valid.replace('    servers: ldaps://dc1.corp.example.com', fields)

const top = (fields: string) => `${fields}\n${valid}`

const twilio = `delivery: { tw: { type: twilio, account_sid: AC${'0'.repeat(32)}, from: "+31201234567", `

/** [what is wrong, the file, the path told, words of the message] */
const refused: [string, string, string, RegExp][] = [
  [
    'a prefix with host bits',
    gateway('address: 192.0.2.10/24'),
    'gateways.vpn.address',
    /bits set/,
  ],
  ['a prefix over 32', gateway('address: 192.0.2.0/33'), 'gateways.vpn.address', /over 32/],
  ['IPv6 host bits', gateway('address: "2001:db8::1/64"'), 'gateways.vpn.address', /bits set/],
  ['IPv4 as IPv6', gateway('address: "::ffff:192.0.2.1"'), 'gateways.vpn.address', /IPv4/],
  ['a zone', gateway('address: "fe80::1%eth0"'), 'gateways.vpn.address', /zone/],
  [
    'a wrong one in a list',
    gateway('address: [192.0.2.1, x]'),
    'gateways.vpn.address.1',
    /address/,
  ],
  ['no address', gateway('address: []'), 'gateways.vpn.address', /at least one/],
  ['an address left out', gateway('flow: hold'), 'gateways.vpn.address', /missing/],
  [
    'a margin that eats the patience',
    gateway('address: 192.0.2.1, patience: 2s'),
    'gateways.vpn.margin',
    /half/,
  ],
  [
    'a directory nobody set up',
    gateway('address: 192.0.2.1, first_factor: crop'),
    'gateways.vpn.first_factor',
    /did you mean corp/,
  ],
  [
    'a directory that every object has',
    gateway('address: 192.0.2.1, first_factor: constructor'),
    'gateways.vpn.first_factor',
    /nothing that is under directories/,
  ],
  [
    'code-only with a directory',
    gateway('address: 192.0.2.1, flow: code-only, first_factor: corp'),
    'gateways.vpn.first_factor',
    /must be none/,
  ],
  [
    'append without a password',
    gateway('address: 192.0.2.1, flow: append, first_factor: none'),
    'gateways.vpn.flow',
    /code-only/,
  ],
  [
    'none beside a directory',
    gateway('address: 192.0.2.1, first_factor: [none, corp]'),
    'gateways.vpn.first_factor',
    /cannot be combined/,
  ],
  [
    'directories without none',
    gateway('address: 192.0.2.1, directories: corp'),
    'gateways.vpn.directories',
    /only with/,
  ],
  [
    'a prompt switch without none',
    gateway('address: 192.0.2.1, prompt_without_password: true'),
    'gateways.vpn.prompt_without_password',
    /only with/,
  ],
  [
    'a method that is not set up',
    gateway('address: 192.0.2.1, methods: [sms]'),
    'gateways.vpn.methods',
    /sms is not set up/,
  ],
  [
    'learn for a prefix (RULES 17)',
    gateway('address: 10.0.0.0/8, message_authenticator: learn'),
    'gateways.vpn.message_authenticator',
    /single/,
  ],
  [
    'an end of what has no exception',
    gateway('address: 192.0.2.1, message_authenticator_until: 2027-01-31'),
    'gateways.vpn.message_authenticator_until',
    /counts only with/,
  ],
  [
    'a day that is none',
    gateway(
      'address: 192.0.2.1, message_authenticator: optional, message_authenticator_until: 2027-02-30',
    ),
    'gateways.vpn.message_authenticator_until',
    /must be a day such as/,
  ],
  [
    'learn where NAS-Identifier chooses (RULES 13)',
    gateway('address: 192.0.2.1, nas_identifier: a, message_authenticator: learn'),
    'gateways.vpn.message_authenticator',
    /must be required/,
  ],
  [
    'optional where NAS-Identifier chooses (RULES 13)',
    gateway('address: 192.0.2.1, nas_identifier: a, message_authenticator: optional'),
    'gateways.vpn.message_authenticator',
    /must be required/,
  ],
  [
    'a cache over 60 s (RULES 20)',
    withDirectory('    servers: ldaps://a\n    cache: 61s'),
    'directories.corp.cache',
    /at most 60s/,
  ],
  [
    'LDAP in clear',
    withDirectory('    servers: ldap://dc1'),
    'directories.corp.servers',
    /without encryption/,
  ],
  [
    'StartTLS over TLS',
    withDirectory('    servers: ldaps://dc1\n    start_tls: true'),
    'directories.corp.start_tls',
    /ldap:\/\/ only/,
  ],
  [
    'a server that is no LDAP',
    withDirectory('    servers: [ldaps://a, https://b]'),
    'directories.corp.servers.1',
    /ldaps/,
  ],
  [
    'a directory called none',
    valid.replace('corp:', 'none:'),
    'directories.none',
    /none is not a name/,
  ],
  [
    'no default_region with LDAP',
    valid.replace('default_region: NL\n', ''),
    'default_region',
    /missing/,
  ],
  ['a temporary store', top('store: temporary'), 'store', /insecure_demo/],
  ['the demo phone', top('delivery: { d: { type: demo } }'), 'delivery.d.type', /insecure_demo/],
  ['demo enrolments', top('demo: {}'), 'demo', /insecure_demo/],
  [
    'a clear password',
    valid.replace(
      'gateways:',
      '  p: { type: local, users: { a: { password: "env:KEY" } } }\ngateways:',
    ),
    'directories.p.users.a.password',
    /password_hash/,
  ],
  [
    'a user with two passwords',
    valid.replace('gateways:', '  p: { type: local, users: { a: {} } }\ngateways:'),
    'directories.p.users.a',
    /password_hash/,
  ],
  [
    'sms over nothing',
    top('methods: { sms: { via: x } }'),
    'methods.sms.via',
    /nothing that is under delivery/,
  ],
  [
    'sms over mail',
    top(
      'delivery: { m: { type: smtp, host: m, from: a@example.com } }\nmethods: { sms: { via: m } }',
    ),
    'methods.sms.via',
    /cannot carry/,
  ],
  [
    'calls without webhooks',
    top(`${twilio} auth_token: "file:vpn" } }\nmethods: { call: { via: tw } }`),
    'methods.call.via',
    /webhooks/,
  ],
  [
    'calls without auth_token',
    top(
      `${twilio} api_key: k, api_secret: "file:vpn" } }\nmethods: { call: { via: tw } }\nwebhooks: { listen: "0.0.0.0:80", public_url: "https://m.example.com" }`,
    ),
    'delivery.tw.auth_token',
    /webhook/,
  ],
  ['half an API key', top(`${twilio} api_key: k } }`), 'delivery.tw', /together/],
  ['Twilio without credentials', top(`${twilio} } }`), 'delivery.tw', /auth_token/],
  [
    'a certificate without key',
    top('webhooks: { listen: "0.0.0.0:1", public_url: "https://a", cert_file: x }'),
    'webhooks',
    /together/,
  ],
  [
    'three addresses for webhooks',
    top(
      'webhooks: { listen: "0.0.0.0:1", public_url: ["https://a.test", "https://b.test", "https://c.test"] }',
    ),
    'webhooks.public_url',
    /one address, or two that differ/,
  ],
  [
    'an address for webhooks twice',
    top('webhooks: { listen: "0.0.0.0:1", public_url: ["https://a.test", "https://a.test"] }'),
    'webhooks.public_url',
    /one address, or two that differ/,
  ],
  ['slowing after locking', top('lockout: { slow_after: 20 }'), 'lockout.slow_after', /lock_after/],
  [
    'an unset variable',
    valid.replace('file:vpn', 'env:NOT_SET'),
    'gateways.vpn.secret',
    /NOT_SET is not set/,
  ],
  [
    'a file that is not there',
    valid.replace('file:vpn', 'file:gone'),
    'gateways.vpn.secret',
    /gone cannot be read: there is no such file \(ENOENT\)/,
  ],
  [
    'a credential that climbs',
    valid.replace('file:vpn', 'credential:../../etc/shadow'),
    'gateways.vpn.secret',
    /plain name/,
  ],
  ['a sealing key of 31 bytes', top(`sealing_key: "env:KEY"`), 'sealing_key', /32 bytes/],
  ['a port over 65535', top('listen: ["127.0.0.1:70000"]'), 'listen.0', /address and a port/],
  ['a host name to listen on', top('listen: ["localhost:1812"]'), 'listen.0', /address and a port/],
  [
    'accounting on a port of listen',
    top('listen: ["127.0.0.1:1812"]\naccounting: { listen: ["127.0.0.1:1813", "127.0.0.1:1812"] }'),
    'accounting.listen.1',
    /in listen too.*another port/,
  ],
  [
    'accounting on every address, and listen on one with this port',
    top('listen: ["192.0.2.1:1813"]\naccounting: {}'),
    'accounting.listen.0',
    /in listen too/,
  ],
  [
    'accounting on a host name',
    top('accounting: { listen: ["localhost:1813"] }'),
    'accounting.listen.0',
    /address and a port/,
  ],
  ['accounting on no address', top('accounting: { listen: [] }'), 'accounting.listen', /./],
  [
    'accounting that keeps nothing',
    top('accounting: { max_records: 0 }'),
    'accounting.max_records',
    /1000/,
  ],
  ['a time out of its range', top('stop_timeout: 6m'), 'stop_timeout', /at most 5m/],
  ['a time without unit', top('stop_timeout: 5'), 'stop_timeout', /time such as/],
  [
    'an amount without unit',
    top('limits: { reply_cache_bytes: "64" }'),
    'limits.reply_cache_bytes',
    /64MB/,
  ],
  [
    'a number that is no integer',
    top('lockout: { lock_after: 1.5 }'),
    'lockout.lock_after',
    /whole number/,
  ],
]

describe('rules of the configuration', () => {
  it('leave the valid file alone', () => {
    expect(problemsOf(valid)).to.deep.equal([])
  })

  for (const [what, text, path, words] of refused) {
    it(`refuse ${what}`, () => {
      const env = { KEY: Buffer.alloc(31).toString('base64') }
      const problems = problemsOf(text, { env }).filter((line) => line.includes(` ${path}: `))
      expect(problems, problemsOf(text, { env }).join('\n')).to.have.length(1)
      expect(problems[0]).to.match(words)
    })
  }

  it('take 0 for off, prefixes and lists', () => {
    expect(
      load(withDirectory('    servers: [ldap://a]\n    start_tls: true\n    cache: 0')).directories
        .corp,
    ).to.include({ cacheMs: 0 })
    const { vpn } = load(gateway('address: [10.0.0.0/8, "2001:DB8:0::/32", "::1"]')).gateways
    expect(vpn?.address).to.deep.equal(['10.0.0.0/8', '2001:db8::/32', '::1'])
  })
})

describe('gateways of one address (RULES 13)', () => {
  const two = (first: string, second: string) =>
    `${gateway(`address: 192.0.2.1, ${first}`)}  other: { address: [192.0.2.1, 192.0.2.2], ${second} }\n`
  const env = { OTHER: 'another secret, long enough' }

  const cases: [string, string, string, string[]][] = [
    ['different secrets', 'nas_identifier: a', 'nas_identifier: b, secret: "env:OTHER"', []],
    [
      'one secret',
      'nas_identifier: a',
      'nas_identifier: b, secret: "file:vpn"',
      ['gateways.vpn.secret', 'gateways.other.secret'],
    ],
    [
      'one secret, trusted by one',
      'nas_identifier: a, trust_nas_identifier: true',
      'nas_identifier: b, secret: "file:vpn"',
      ['gateways.other.secret'],
    ],
    [
      'one secret, trusted by both',
      'nas_identifier: a, trust_nas_identifier: true',
      'nas_identifier: "*", trust_nas_identifier: true, secret: "file:vpn"',
      [],
    ],
    ['no NAS-Identifier', 'nas_identifier: a', 'secret: "env:OTHER"', ['gateways.other']],
    [
      'the same NAS-Identifier',
      'nas_identifier: a',
      'nas_identifier: a, secret: "env:OTHER"',
      ['gateways.vpn.nas_identifier', 'gateways.other.nas_identifier'],
    ],
  ]
  for (const [what, first, second, paths] of cases) {
    it(`${paths.length === 0 ? 'may have' : 'may not have'} ${what}`, () => {
      const told = problemsOf(two(first, second), { env })
      const named = told.map((line) => / (\S+): /.exec(line)?.[1])
      expect(named, told.join('\n')).to.deep.equal(paths)
    })
  }
})
