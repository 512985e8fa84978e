import { expect } from 'chai'
import fc from 'fast-check'
import { dictionaryOf } from '../../../src/compose/dictionary.ts'
import { createPolicyRules, readRequestAttribute } from '../../../src/compose/sign-in-rules.ts'
import { createWallClock, decide, type Facts, type PolicyRule } from '../../../src/signin/index.ts'
import { parseAddress } from '../../../src/support/index.ts'
import { load, valid } from '../../config/load-text.ts'

const dictionary = dictionaryOf([])
const wednesdayNoonMs = Date.UTC(2026, 6, 15, 12)

/** Rules as an administrator writes them. */
function rulesOf(yaml: string): readonly PolicyRule[] {
  return createPolicyRules(load(`${valid}rules:\n${yaml}`), dictionary)
}

/** What a request says, by names of the dictionary. */
function said(...attributes: readonly (readonly [string, string | number])[]): Partial<Facts> {
  return {
    attributes: attributes.map(([name, value]) => readRequestAttribute(dictionary(), name, value)),
  }
}

function factsOf(change: Partial<Facts> = {}): Facts {
  return {
    gateway: 'vpn',
    gatewayGroup: 'offices',
    groups: new Set(['staff', 'cn=staff,dc=corp']),
    user: 'alice',
    address: parseAddress('10.1.2.3')?.bytes,
    nowMs: wednesdayNoonMs,
    enrolled: new Set(['totp', 'sms']),
    attributes: [],
    credential: 'pap',
    eapMethod: undefined,
    hasRandomMac: false,
    reportedRandomMac: change.hasRandomMac ?? false,
    reportedAddress: 'address' in change ? change.address : parseAddress('10.1.2.3')?.bytes,
    missingGroups: new Set(),
    ...change,
  }
}

/** A rule for each of these conditions. */
function rulesWith(conditions: readonly string[]): readonly PolicyRule[] {
  return rulesOf(conditions.map((condition) => `  - { ${condition}, deny: true }\n`).join(''))
}

/** Whether the condition of a rule holds. */
function holds(rule: PolicyRule | undefined, facts: Partial<Facts> = {}): boolean {
  return decide(rule === undefined ? [] : [rule], factsOf(facts)).kind === 'rule'
}

describe('conditions of a policy rule', () => {
  const address = (text: string) => ({ address: parseAddress(text)?.bytes })
  const at = (iso: string) => ({ nowMs: Date.parse(iso) })
  const night = 'hours: 22:00-06:00, time_zone: UTC'
  const cases: readonly [string, boolean, Partial<Facts>?][] = [
    ['gateway: vpn', true],
    ['gateway: vpn', false, { gateway: 'wifi' }],
    ['group: STAFF', true],
    ['group: "CN=Staff,DC=corp"', true],
    ['group: admins', false],
    ['user: [bob, Alice]', true],
    ['user: bob', false],
    ['network: 10.0.0.0/8', true],
    ['network: [192.0.2.0/24, 10.1.2.3]', true],
    ['network: 10.1.2.4/31', false],
    ['network: 10.1.2.2/31', true],
    ['network: 0.0.0.0/0', true],
    ['network: "::/0"', false],
    ['network: "2001:db8::/33"', true, address('2001:db8:7fff::1')],
    ['network: "2001:db8::/33"', false, address('2001:db8:8000::1')],
    ['network: [0.0.0.0/0, "::/0"]', false, { address: undefined }],
    ['enrolled: totp', true],
    ['enrolled: [call, sms]', true],
    ['enrolled: [call, hotp]', false],
    ['enrolled: none', false],
    ['enrolled: none', true, { enrolled: new Set() }],
    ['enrolled: [none, totp]', true, { enrolled: new Set() }],
    ['days: wed, time_zone: UTC', true],
    ['days: [mon, tue], time_zone: UTC', false],
    ['hours: 12:00-12:01, time_zone: UTC', true],
    ['hours: 11:59-12:00, time_zone: UTC', false],
    ['hours: 00:00-24:00, time_zone: UTC', true],
    ['hours: 14:00-14:01, time_zone: Europe/Amsterdam', true],
    ['hours: 13:00-13:01, time_zone: Europe/Amsterdam', true, at('2026-01-14T12:00Z')],
    ['hours: 17:45-17:46, time_zone: Asia/Kathmandu', true],
    ['days: thu, time_zone: Pacific/Kiritimati', true],
    [night, true, at('2026-07-15T22:00Z')],
    [night, true, at('2026-07-15T05:59Z')],
    [night, false, at('2026-07-15T06:00Z')],
    [night, false, at('2026-07-15T21:59Z')],
    [`days: fri, ${night}`, true, at('2026-07-17T23:00Z')],
    [`days: fri, ${night}`, true, at('2026-07-18T05:00Z')],
    [`days: fri, ${night}`, false, at('2026-07-18T23:00Z')],
    [`days: fri, ${night}`, false, at('2026-07-17T05:00Z')],
    [`days: sat, ${night}`, true, at('2026-07-19T03:00Z')],
    ['credential: pap', true],
    ['credential: [chap, pap]', true],
    ['credential: [eap, ms-chap]', false],
    ['credential: [eap, ms-chap]', true, { credential: 'ms-chap' }],
    ['credential: [pap, chap, ms-chap, eap]', false, { credential: undefined }],
    ['eap_method: [tls, peap]', true, { eapMethod: 'PEAP' }],
    ['eap_method: tls', true, { eapMethod: 'EAP-TLS' }],
    ['eap_method: tls', false, { eapMethod: 'EAP-TTLS' }],
    ['eap_method: [ttls, peap, tls, gtc, md5, ms-chap-v2]', false, { eapMethod: undefined }],
    // What is passed on has none before the device has answered.
    ['eap_method: [ttls, peap, tls, gtc, md5, ms-chap-v2]', false, { eapMethod: 'EAP' }],
    ['device: randomised-mac', false],
    ['device: randomised-mac', true, { hasRandomMac: true }],
    ['attribute: { NAS-Port-Type: Wireless-802.11 }', false],
    ['attribute: { NAS-Port-Type: Wireless-802.11 }', true, said(['NAS-Port-Type', 19])],
    ['attribute: { nas-port-type: [5, 19] }', true, said(['NAS-Port-Type', 19])],
    ['attribute: { NAS-Port-Type: [5, 15] }', false, said(['NAS-Port-Type', 19])],
    ['attribute: { NAS-Port-Type: 19 }', false, said(['Service-Type', 19])],
    ['attribute: { Aruba-Essid-Name: corp }', true, said(['Aruba-Essid-Name', 'corp'])],
    ['attribute: { Aruba-Essid-Name: corp }', false, said(['Aruba-Essid-Name', 'Corp'])],
    ['attribute: { Aruba-Essid-Name: corp }', false, said(['Aruba-Essid-Name', 'corp2'])],
    // The same number, but of no one, and of another vendor.
    ['attribute: { Aruba-Essid-Name: corp }', false, said(['Filter-Id', 'corp'])],
    [
      'attribute: { Cisco-AVPair: "a=b" }',
      true,
      said(['Cisco-AVPair', 'x'], ['Cisco-AVPair', 'a=b']),
    ],
    ['attribute: { Filter-Id: a, Service-Type: 2 }', false, said(['Filter-Id', 'a'])],
    [
      'attribute: { Filter-Id: a, Service-Type: 2 }',
      true,
      said(['Service-Type', 2], ['Filter-Id', 'a']),
    ],
    ['attribute: { Called-Station-Id: x, Filter-Id: a }', false, said(['Filter-Id', 'a'])],
    ['attribute: { Framed-IP-Address: 10.0.0.1 }', true, said(['Framed-IP-Address', '10.0.0.1'])],
    // The hour that is there twice, and the one that is skipped.
    ['hours: 02:30-02:31, time_zone: Europe/Amsterdam', true, at('2026-10-25T00:30Z')],
    ['hours: 02:30-02:31, time_zone: Europe/Amsterdam', true, at('2026-10-25T01:30Z')],
    ['hours: 02:00-03:00, time_zone: Europe/Amsterdam', false, at('2026-03-29T01:00Z')],
  ]
  // One configuration for all of them: to read one takes longer than to decide.
  const rules = rulesWith(cases.map(([condition]) => condition))
  for (const [index, [condition, isMet, facts]] of cases.entries()) {
    const when = facts?.nowMs === undefined ? '' : ` at ${new Date(facts.nowMs).toISOString()}`
    it(`${condition}${when}: ${isMet ? 'holds' : 'does not hold'}`, () => {
      expect(holds(rules[index], facts)).to.equal(isMet)
    })
  }

  it('must all hold', () => {
    const all = 'gateway: vpn, group: staff, user: alice, network: 10.0.0.0/8, enrolled: totp'
    const [rule] = rulesWith([all])
    expect(holds(rule)).to.equal(true)
    const others: Partial<Facts>[] = [
      { gateway: 'wifi' },
      { groups: new Set() },
      { user: 'bob' },
      { address: undefined },
      { enrolled: new Set() },
    ]
    for (const other of others) expect(holds(rule, other)).to.equal(false)
  })

  it('are read on the clock of a zone as the system reads it, minute by minute', () => {
    const zones = ['Europe/Amsterdam', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kolkata']
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        (timeZone, ms) => {
          const { day, minute } = createWallClock(timeZone)(ms)
          const text = new Date(ms).toLocaleString('sv-SE', { timeZone })
          const [date = '', time = ''] = text.split(' ')
          expect(day).to.equal(new Date(`${date}T00:00Z`).getUTCDay())
          expect(minute).to.equal(Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)))
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('policy rules in their order', () => {
  const some = fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 })
  const rule = fc
    .record({ groups: fc.option(some), users: fc.option(some), gateways: fc.option(some) })
    .map((conditions) => {
      const given = Object.entries(conditions).filter(([, names]) => names !== null)
      return Object.fromEntries(given) as Pick<PolicyRule, 'groups' | 'users' | 'gateways'>
    })
  const named = (rules: readonly Pick<PolicyRule, 'groups'>[]): PolicyRule[] =>
    rules.map((conditions, index) => ({
      ...conditions,
      name: `r${index}`,
      outcome: { kind: 'deny', text: String(index) },
    }))
  const subject = fc.record({
    groups: fc.subarray(['a', 'b', 'c', 'd']).map((groups) => new Set(groups)),
    user: fc.constantFrom('a', 'b', 'c', 'd'),
    gateway: fc.constantFrom('a', 'b', 'c', 'd'),
  })

  it('the first that holds decides, always', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), subject, (conditions, change) => {
        const rules = named(conditions)
        const facts = factsOf(change)
        const first = rules.findIndex((each) => decide([each], facts).kind === 'rule')
        const decision = decide(rules, facts)
        if (first === -1) expect(decision).to.deep.equal({ kind: 'gateway' })
        else {
          expect(decision).to.deep.equal({
            kind: 'rule',
            index: first,
            name: `r${first}`,
            outcome: { kind: 'deny', text: String(first) },
          })
        }
      }),
    )
  })

  it('what comes after the one that decides changes nothing; what comes before may', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 8 }), subject, (conditions, change) => {
        const rules = named(conditions)
        const facts = factsOf(change)
        const decision = decide(rules, facts)
        if (decision.kind !== 'rule') return
        expect(decide(rules.slice(0, decision.index + 1), facts)).to.deep.equal(decision)
        const all = { name: 'all', outcome: { kind: 'no-second-factor' } } as const
        expect(decide([...rules, all], facts)).to.deep.equal(decision)
        expect(decide([all, ...rules], facts)).to.include({ name: 'all', index: 0 })
      }),
    )
  })

  it('order matters', () => {
    const first = '  - { name: staff, group: staff, second_factor: none }\n'
    const second = '  - { name: alice, user: alice, methods: [recovery] }\n'
    expect(decide(rulesOf(first + second), factsOf())).to.include({ name: 'staff', index: 0 })
    expect(decide(rulesOf(second + first), factsOf())).to.include({ name: 'alice', index: 0 })
  })

  it('are named by their number where they have no name', () => {
    const yaml = '  - { user: bob, deny: true }\n  - { deny: Not here. }\n'
    expect(decide(rulesOf(yaml), factsOf())).to.deep.equal({
      kind: 'rule',
      index: 1,
      name: '#2',
      outcome: { kind: 'deny', text: 'Not here.' },
    })
  })

  describe('where a group is gone (RULES 15)', () => {
    const missingGroups = new Set(['gone'])
    const yaml = `
  - { name: other gateway, gateway: wifi, group: gone, deny: true }
  - { name: denies, group: [admins, gone], network: 10.0.0.0/8, deny: true }
  - { name: rest, second_factor: none }
`
    // wifi must exist to be named
    const rules = createPolicyRules(
      load(`${valid}  wifi: { address: 192.0.2.11, secret: "file:vpn" }\nrules:\n${yaml}`),
      dictionary,
    )

    it('no one its rule could be for gets to the next', () => {
      expect(decide(rules, factsOf({ missingGroups }))).to.deep.equal({
        kind: 'group-missing',
        index: 1,
        name: 'denies',
        group: 'gone',
      })
      expect(decide(rules, factsOf({ missingGroups, groups: new Set(['gone']) })).kind).to.equal(
        'group-missing',
      )
    })
    it('others do', () => {
      expect(decide(rules, factsOf({ missingGroups, address: undefined }))).to.include({
        kind: 'rule',
        name: 'rest',
      })
      expect(decide(rules, factsOf())).to.include({ kind: 'rule', name: 'rest' })
    })
  })
})
