import { createWallClock, decide, type Facts, type PolicyRule } from '../../../src/signin/index.ts'
import { parseAddress, parsePrefix } from '../../../src/support/index.ts'
import { formatSpread } from '../report/section.ts'
import { spreadOf } from '../statistics/spread.ts'
import { warmUp } from '../statistics/warm-up.ts'
import type { Part } from './part.ts'

const ruleCount = 200
const budgetMicros = 50
const decisions = 5_000

/** How long a decision takes with as many rules as a large company has, of which none holds. */
export const benchPolicy: Part = async ({ rounds }) => {
  const rules = rulesThatMiss()
  await warmUp(['policy'], async () => 1e6 / microsEach(rules))
  const micros = spreadOf(Array.from({ length: rounds }, () => microsEach(rules)))
  return [
    {
      title: `Policy: ${ruleCount} rules, none holds`,
      columns: ['', 'a decision, µs'],
      rows: [['Holdfast', formatSpread(micros, 1)]],
      findings: [
        { id: 'policy.micros', what: 'µs of CPU a decision', ratio: micros, atMost: budgetMicros },
      ],
      notes: [],
      rounds: {},
    },
  ]
}

const facts: Facts = {
  gateway: 'vpn',
  gatewayGroup: 'vpn',
  groups: new Set(Array.from({ length: 100 }, (_, index) => `cn=group ${index},dc=corp`)),
  user: 'alice',
  address: parseAddress('203.0.113.7')?.bytes,
  nowMs: Date.UTC(2026, 6, 15, 12),
  enrolled: new Set(['totp']),
  attributes: Array.from({ length: 24 }, (_, index) => ({
    vendor: index % 3 === 0 ? 9 : 0,
    type: index,
    value: new Uint8Array(24).fill(index),
  })),
  credential: 'pap',
  eapMethod: undefined,
  hasRandomMac: false,
  reportedRandomMac: false,
  reportedAddress: parseAddress('203.0.113.7')?.bytes,
  missingGroups: new Set(['cn=gone,dc=corp']),
}

/** Rules of which none holds, each with everything to look at that comes before its last condition. */
function rulesThatMiss(): readonly PolicyRule[] {
  const clock = createWallClock('Europe/Amsterdam')
  return Array.from({ length: ruleCount }, (_, index) => ({
    name: `rule ${index}`,
    gateways: ['wifi', 'vpn'],
    groups: ['cn=admins,dc=corp', `cn=group ${index % 100},dc=corp`],
    networks: ['198.51.100.0/24', '203.0.113.0/24'].flatMap((text) => parsePrefix(text) ?? []),
    times: { clock, hours: { from: 480, to: 1080 } },
    credentials: ['chap', 'pap'],
    attributes: [[{ vendor: 9, type: 21, value: new Uint8Array(24).fill(21) }]],
    enrolled: ['call'],
    outcome: { kind: 'deny' },
  }))
}

function microsEach(rules: readonly PolicyRule[]): number {
  const before = process.cpuUsage()
  for (let index = 0; index < decisions; index += 1) {
    const { kind } = decide(rules, { ...facts, nowMs: facts.nowMs + index * 10 })
    if (kind !== 'gateway') throw new Error(`a rule holds: ${kind}`)
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / decisions
}
