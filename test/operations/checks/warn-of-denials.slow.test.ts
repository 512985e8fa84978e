import { expect } from 'chai'
import { dictionaryOf } from '../../../src/compose/dictionary.ts'
import { createDirectories } from '../../../src/compose/generation/directories.ts'
import { denialsIn, denialWarnings, networkDenialsIn } from '../../../src/compose/named-in-rules.ts'
import { warnOfDeadDenials } from '../../../src/operations/checks/warn-of-denials.ts'
import { type CheckRow, checkDenials } from '../../../src/operations/index.ts'
import type { LogEvent } from '../../../src/ops/index.ts'
import type { Directory } from '../../../src/signin/index.ts'
import { load } from '../../config/load-text.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const { signal } = new AbortController()
const silent = { log: () => undefined, setLevel: () => undefined }

/** Two people in two groups, and a gateway for each of two directories. */
function withRules(...rules: readonly string[]): string {
  return `insecure_demo: true
default_region: NL
listen: ["127.0.0.1:1812"]
directories:
  people:
    type: local
    users:
      "m\u00fcller": { password: x, groups: ["VPN G\u00e4ste"] }
      bob: { password: x, groups: [Staff] }
  others: { type: local, users: { carol: { password: x, groups: [Guests] } } }
gateways:
  vpn: { address: 127.0.0.1, secret: x, first_factor: people }
  rdp: { address: 127.0.0.2, secret: x, first_factor: others }
rules:
${rules.map((rule) => `  - ${rule}\n`).join('')}`
}

async function directoriesOf(text: string): Promise<ReadonlyMap<string, Directory>> {
  return createDirectories(load(text), createManualClock(), silent, dictionaryOf([]))
}

async function rowsOf(text: string): Promise<readonly CheckRow[]> {
  return checkDenials(denialsIn(load(text), await directoriesOf(text)), signal)
}

/** What the log says at a start. */
async function warningsOf(text: string): Promise<readonly string[]> {
  const warnings: string[] = []
  const log = (event: LogEvent) => {
    if (event.event === 'deny-matches-nobody') warnings.push(`${event.setting} ${event.why}`)
  }
  await warnOfDeadDenials({
    ...denialWarnings(load(text), await directoriesOf(text)),
    ...{ log, signal },
  })
  return warnings
}

describe('rules that deny and can refuse no one', () => {
  const dead: readonly (readonly [string, RegExp])[] = [
    ['{ user: left-long-ago, deny: true }', /^rules\.0 denies "left-long-ago", whom no directory/],
    ['{ user: [bob, left], deny: true }', /^rules\.0 denies "left"/],
    ['{ user: muller, deny: true }', /"muller"/],
    ['{ user: bob, gateway: rdp, deny: true }', /"bob", whom no directory knows/],
    ['{ group: Stuff, deny: true }', /denies the group "Stuff", which has no members/],
    ['{ group: Staff, gateway: rdp, deny: No. }', /"Staff", which has no members/],
    ['{ group: [Staff, Stuff], deny: true }', /"Stuff"/],
    ['{ user: bob, group: "VPN G\u00e4ste", deny: true }', /none of them is in such a group/],
    ['{ network: [0.0.0.0/32, "ff02::/16"], deny: true }', /no device has an address in/],
    ['{ network: 10.0.0.0/8, device: randomised-mac, deny: true }', /never by both/],
    ['{ enrolled: [sms, call], deny: true }', /not set up under methods/],
    ['{ gateway: vpn, gateway_group: rdp, deny: true }', /no gateway is one of these/],
    ['{ credential: eap, deny: true }', /takes EAP/],
  ]
  for (const [rule, why] of dead) {
    it(`are warned of at a start, which goes on: ${rule}`, async () => {
      const [warning, ...more] = await warningsOf(withRules(rule))
      expect(warning).to.match(why)
      expect(more).to.deep.equal([])
    })
  }

  it('are those after a rule that lets the same people in', async () => {
    const text = withRules('{ second_factor: none }', '{ name: late, user: bob, deny: true }')
    expect(await warningsOf(text)).to.have.length(1)
    const harmless = withRules('{ name: all, deny: true }', '{ user: bob, deny: true }')
    expect(await warningsOf(harmless)).to.deep.equal([])
  })

  it('are those of a gateway as well', async () => {
    const text = withRules('{ user: bob, deny: true }').replace(
      'first_factor: people',
      'first_factor: people, deny_groups: [VPN Gaste]',
    )
    const [row, ...more] = await rowsOf(text)
    expect(row).to.include({ state: 'failed', what: 'gateways.vpn.deny_groups' })
    expect(row?.detail).to.include('"VPN Gaste"')
    expect(more).to.deep.equal([])
  })

  it('do not include names in another form', async () => {
    const rules = [
      '{ user: "MU\u0308LLER", group: "vpn ga\u0308ste\u00a0", deny: true }',
      '{ group: Guests, deny: true }',
      '{ network: 0.0.0.0/0, deny: true }',
      '{ enrolled: [none, totp], deny: true }',
    ]
    for (const rule of rules) expect(await warningsOf(withRules(rule)), rule).to.deep.equal([])
  })

  it('are only those that deny', async () => {
    for (const outcome of ['second_factor: none', 'methods: [totp]']) {
      expect(await warningsOf(withRules(`{ user: left, group: Stuff, ${outcome} }`))).to.deep.equal(
        [],
      )
    }
  })

  it('are not judged while a directory cannot tell, and a directory that fails keeps nothing from starting', async () => {
    const text = withRules('{ user: bob, group: Guests, deny: true }')
    const config = load(text)
    const down: Directory = {
      name: 'people',
      resolve: async () => ({ kind: 'down', detail: 'x' }),
      resolveKey: async () => ({ kind: 'unknown' }),
      verify: async () => ({ kind: 'wrong' }),
      close: async () => undefined,
    }
    const failing: Directory = { ...down, resolve: () => Promise.reject(new Error('broken')) }
    for (const directory of [down, failing]) {
      const directories = new Map([['people', directory]])
      const told: LogEvent[] = []
      await warnOfDeadDenials({
        ...denialWarnings(config, directories),
        ...{ log: (event) => void told.push(event), signal },
      })
      expect(told).to.deep.equal([])
    }
  })

  it('by network are known with their gateways', () => {
    const config = load(
      withRules(
        '{ name: far, network: 10.0.0.0/8, deny: true }',
        '{ name: near, gateway: vpn, network: 10.0.0.0/8, second_factor: none }',
        '{ name: rdp, gateway: rdp, network: 10.0.0.0/8, deny: Not from there. }',
      ),
    )
    expect(networkDenialsIn(config)).to.deep.equal([
      { rule: 'far', gateways: ['vpn', 'rdp'] },
      { rule: 'rdp', gateways: ['rdp'] },
    ])
  })
})
