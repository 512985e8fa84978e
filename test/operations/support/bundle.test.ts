import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { loadConfig, redactConfig } from '../../../src/config/index.ts'
import { createSupportBundle, type SupportFacts } from '../../../src/operations/support/bundle.ts'
import { codesIn, createScrubber } from '../../../src/operations/support/scrub.ts'
import type { AuditEntry } from '../../../src/store/index.ts'
import { load } from '../../config/load-text.ts'
import { cpuMsOf } from '../../support/cpu-time.ts'

/** Everything in it is someone's: none of these may be in a bundle, in any case. */
const privateTexts = [
  ...['wonderland', 'builder', 'JBSWY3DPEHPK3PXP', 'bind password', 'a vpn secret of some length'],
  ...['BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc', 'token-of-twilio-1234567890', '918273'],
  ...['alice', 'bob', 'liddell', 'example', 'corp', 'dc1', 'holdfast-search', 'amsterdam'],
  ...['612345678', '850000001', '192.0.2.10', '203.0.113.7', '2001:db8:1:2', '02-aa-bb-cc-dd-ee'],
  ...['staff', 'vpn-users', 'north-site', 'phone stolen', 'ticket', 'bel 1234', 'twix'],
]
const config = load(
  `language: en
default_region: NL
node_name: twix
sealing_key: file:sealing
listen: ["192.0.2.10:1812", "[2001:db8:1:2::3]:1812"]
texts: { nl: { denied: "Bel 1234." } }
directories:
  corp-amsterdam:
    type: ldap
    servers: ldaps://dc1.corp.example.com
    bind_dn: CN=holdfast-search,DC=corp,DC=example
    bind_password: file:bind
    base_dn: DC=corp,DC=example,DC=com
gateways:
  north-site:
    address: [192.0.2.10, "2001:db8:1:2::/64"]
    secret: file:vpn
    preset: fortigate
    label: VPN Amsterdam
    require_groups: [vpn-users, "CN=staff,DC=corp,DC=example"]
    reply: { Filter-Id: staff, Class: 918273 }
delivery:
  twix-calls: { type: twilio, account_sid: ACbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, auth_token: file:token, from: "+31850000001" }
methods: { sms: { via: twix-calls } }
`,
  {
    files: {
      '/etc/holdfast/sealing': 'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=',
      '/etc/holdfast/token': 'token-of-twilio-1234567890',
    },
  },
)
const nowMs = 1_800_000_000_000
const entry: AuditEntry = {
  node: 'twix',
  seq: 1,
  hash: '',
  kind: 'sign-in',
  startedAtMs: nowMs,
  endedAtMs: nowMs + 900,
  signInId: 'abcdefghijkl',
  attemptId: 'x00000000001',
  reference: '7K2M',
  gateway: 'north-site',
  method: 'sms',
  outcome: 'reject',
  reason: 'prompt-failed',
  userKey: 'corp-amsterdam:alice',
  userName: 'alice',
  sourceAddress: '192.0.2.10',
  device: '02-aa-bb-cc-dd-ee',
  timeline: [
    { atMs: nowMs, what: 'received', detail: { attempt: 'x00000000001' } },
    { atMs: nowMs + 1, what: 'user-found', detail: { directory: 'corp-amsterdam', user: 'alice' } },
    { atMs: nowMs + 2, what: 'prompt', detail: { method: 'sms', to: '**678' } },
    {
      atMs: nowMs + 3,
      what: 'provider-failed',
      detail: {
        outage: false,
        detail: 'no route to +31612345678 for Alice Liddell <a.liddell@corp.example>, code 918273',
      },
    },
    { atMs: nowMs + 4, what: 'of-tomorrow', detail: { colour: 'alice', steps: 4 } },
  ],
  erased: false,
}
const block: AuditEntry = {
  ...entry,
  kind: 'alert',
  outcome: '',
  reason: 'admin-user-blocked',
  timeline: [
    { atMs: nowMs, what: 'admin-user-blocked', detail: { reason: 'phone stolen, ticket 4711' } },
  ],
}
const bob: AuditEntry = {
  ...entry,
  userName: 'bob',
  userKey: 'corp-amsterdam:bob',
  sourceAddress: '2001:db8:1:2::9',
  device: '203.0.113.7',
}
const facts: SupportFacts = {
  nowMs: nowMs + 60_000,
  version: '0.1.0',
  startedAtMs: nowMs,
  redacted: redactConfig(config),
  counters: [{ name: 'rejects', reason: 'prompt-failed', value: 3 }],
  rows: [
    {
      area: 'directory',
      what: 'ldaps://dc1.corp.example.com:636',
      state: 'failed',
      detail:
        'bind account CN=holdfast-search,DC=corp,DC=example refused: LDAP result 49, data 52e',
      remedy: 'Look at bind_dn of corp-amsterdam; Message-Authenticator is well since 2027-01-01.',
    },
  ],
  entries: [entry, bob, block, { ...entry, userName: 'al…', timeline: [] }],
  events: [
    {
      atMs: nowMs,
      event: {
        event: 'service-starting',
        version: '0.1.0',
        node: 'twix',
        configuration: '/etc/holdfast/h.yaml',
      },
    },
    {
      atMs: nowMs,
      event: {
        event: 'sign-in-trouble',
        attemptId: 'x00000000001',
        gateway: 'north-site',
        what: 'prompt-failed',
        detail: 'provider said: bob at 203.0.113.7, +31 6 12345678',
        user: 'bob',
      },
    },
    {
      atMs: nowMs,
      event: {
        event: 'packet-dropped',
        reason: 'gateway-unknown',
        source: '203.0.113.7',
        remedy: 'Add it.',
      },
    },
    {
      atMs: nowMs,
      event: { event: 'push-failed', service: 'push.corp.example', answer: '403' },
    },
  ],
}

describe('a support bundle', () => {
  const bundle = createSupportBundle(facts)
  const text = JSON.stringify(bundle)

  for (const each of privateTexts) {
    it(`does not hold ${each}`, () => {
      expect(text.toLowerCase()).not.to.include(each.toLowerCase())
    })
  }

  it('holds what helps to find a fault', () => {
    for (const part of [
      '"preset":"fortigate"',
      '"kind":"ad"',
      '"patienceMs":5000',
      '"messageAuthenticator":"required"',
      '"gateway":"gateway-1"',
      '"reason":"prompt-failed"',
      '"reference":"7K2M"',
      '"user":"a…(1)"',
      '"user":"b…(2)"',
      '"from":"192.0.x.x"',
      '"from":"2001:db8:…"',
      'LDAP result 49, data 52e',
      'Message-Authenticator is well since 2027-01-01',
      '"afterMs":3',
      '"upSeconds":60',
      '"event":"packet-dropped"',
      '"event":"push-failed","service":"(left out)","answer":"403"',
      '"name":"rejects","reason":"prompt-failed","value":3',
    ]) {
      expect(text).to.include(part)
    }
  })

  it('leaves out what it does not know, in details that are new too', () => {
    expect(text).to.include('{"what":"of-tomorrow","afterMs":4,"colour":"(left out)","steps":4}')
    expect(text).to.include('{"what":"admin-user-blocked","afterMs":0}')
  })

  it('counts people of a local directory, and what the demo enrols, without showing one', () => {
    const file = join(import.meta.dirname, '../../../config/demo.yaml')
    const demo = loadConfig(file, { env: {}, readFile: () => readFileSync(file, 'utf8') })
    const { config: redacted, names } = redactConfig(demo)
    const shown = JSON.stringify(redacted)
    for (const each of [
      'alice',
      'wonderland',
      'bob',
      'carol',
      'dave',
      'JBSWY3DPEHPK3PXP',
      'testing123',
      '+31',
    ])
      expect(shown.toLowerCase()).not.to.include(each.toLowerCase())
    expect(shown).to.match(/"users":"\(\d\)"/)
    expect([...names.keys()]).to.include.members(['alice', 'wonderland', 'JBSWY3DPEHPK3PXP'])
  })
})

describe('codes in the words of others', () => {
  it('are all that is left of them', () => {
    expect(codesIn('Alice Liddell: HTTP 429 from Twilio, error 21211')).to.equal('HTTP 429 21211')
    expect(codesIn('connect ECONNREFUSED; your code is 918273, PIN 1')).to.equal('ECONNREFUSED')
    expect(codesIn('')).to.equal('')
  })
})

describe('the scrubber', () => {
  const scrub = createScrubber(
    new Map([
      ['vpn', 'gateway-1'],
      ['vpn east', 'gateway-2'],
      ['a.*', '(text)'],
      ['it', 'x'],
    ]),
  )
  const cases: readonly (readonly [string, string])[] = [
    ['VPN East and vpn', 'gateway-2 and gateway-1'],
    ['a.* is taken as it is, not as a pattern', '(text) is taken as it is, not as a pattern'],
    ['mail to x.y@host.example now', 'mail to (mail) now'],
    ['connect to 10.1.2.3:636 refused', 'connect to (address):636 refused'],
    ['from fe80::1:2 or 2001:db8::9', 'from (address) or (address)'],
    ['host db7.corp.example down', 'host (host) down'],
    ['call +31 6 1234 5678 failed', 'call (number) failed'],
    ['user "Alice" unknown', 'user "(text)" unknown'],
    ['SK0123456789abcdef0123', '(token)'],
    [
      'sent to https://fcm.googleapis.com/fcm/send/dGhpcw:APA91bHun4MxP5eg-RYqx',
      'sent to https:/(path):(token)',
    ],
    ['took 40 ms, since 2027-01-31 08:12', 'took 40 ms, since 2027-01-31 08:12'],
  ]
  for (const [from, to] of cases) {
    it(from, () => {
      expect(scrub(from)).to.equal(to)
    })
  }

  it('is quick with many names', () => {
    const many = new Map(Array.from({ length: 3_000 }, (_, index) => [`name-${index}-x`, '(n)']))
    const scrubMany = createScrubber(many)
    const cpuMs = cpuMsOf(() => {
      for (let count = 0; count < 200; count += 1) {
        expect(scrubMany(`gateway name-${count}-X does not answer`)).to.equal(
          'gateway (n) does not answer',
        )
      }
    })
    expect(cpuMs).to.be.below(1_000)
  })

  it('takes nothing out where nothing is known', () => {
    expect(createScrubber(new Map())('as it is')).to.equal('as it is')
  })

  it('is quick with a long text', () => {
    const pieces = ['a.', '1 ', 'a-', ':a', '@', 'cn=a,', '/a']
    const cpuMs = cpuMsOf(() => {
      for (const piece of pieces) scrub(piece.repeat(5_000))
    })
    expect(cpuMs).to.be.below(1_000)
  })
})
