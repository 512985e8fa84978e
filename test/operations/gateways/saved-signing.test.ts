import { expect } from 'chai'
import { createGatewayEntries, describeGateways } from '../../../src/compose/gateways.ts'
import { observeTransport } from '../../../src/compose/observe.ts'
import {
  createSavedSigning,
  followLearnt,
  loadSigningCounts,
  rememberLearnt,
} from '../../../src/operations/gateways/saved-signing.ts'
import { startSigningWarnings } from '../../../src/operations/gateways/signing-warnings.ts'
import { gatewayStatuses } from '../../../src/operations/gateways/statuses.ts'
import type { GatewayStatus } from '../../../src/operations/index.ts'
import { createCounters, type LogEvent } from '../../../src/ops/index.ts'
import type { SettingStore } from '../../../src/store/index.ts'
import { load, valid } from '../../config/load-text.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const startMs = new Date(2027, 0, 1, 12).getTime()
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A store in memory that counts what is written, and can fail. */
function createSettings() {
  const rows = new Map<string, string>()
  const state = { writes: 0, failing: false }
  const settings: SettingStore = {
    get: async (key) => rows.get(key),
    async set(key, value) {
      if (state.failing) throw new Error('disk full')
      state.writes += 1
      rows.set(key, value)
    },
    async replace(key, from, to) {
      if (state.failing) throw new Error('disk full')
      if (rows.get(key) !== from) return false
      state.writes += 1
      rows.set(key, to)
      return true
    },
    remove: async (key) => rows.delete(key),
    list: async (prefix) =>
      [...rows].flatMap(([key, value]) => (key.startsWith(prefix) ? [{ key, value }] : [])),
  }
  return { rows, state, settings }
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('counting who sends Message-Authenticator', () => {
  it('counts for two processes together', async () => {
    const clock = createManualClock(startMs)
    const { settings } = createSettings()
    const [one, other] = [1, 2].map(() =>
      createSavedSigning(clock, settings, () => undefined, true),
    )
    for (let minute = 0; minute < 3; minute += 1) {
      one?.note('vpn', 'signed')
      other?.note('vpn', 'signed')
      other?.note('vpn', 'unsigned')
      clock.advance(60_000)
      await tick()
    }
    await one?.stop()
    await other?.stop()
    const stored = await loadSigningCounts(settings)
    expect(stored.get('vpn')).to.deep.equal({
      signed: { count: 6, firstMs: startMs, lastMs: startMs + 120_000 },
      unsigned: { count: 3, firstMs: startMs, lastMs: startMs + 120_000 },
    })
  })

  it('writes once a minute for a gateway however many packets come, and goes on after a restart', async () => {
    const clock = createManualClock(startMs)
    const { settings, state } = createSettings()
    const counts = createSavedSigning(clock, settings, () => undefined)
    for (let packet = 0; packet < 10_000; packet += 1) counts.note('vpn', 'signed')
    counts.note('wifi', 'unsigned')
    expect(state.writes).to.equal(0)
    clock.advance(60_000)
    await tick()
    expect(state.writes).to.equal(2)
    clock.advance(3_600_000)
    await tick()
    expect(state.writes, 'nothing new, nothing written').to.equal(2)
    counts.note('vpn', 'misfit')
    await counts.stop()
    expect(state.writes).to.equal(3)

    const next = createSavedSigning(clock, settings, () => undefined)
    await next.load()
    next.note('vpn', 'signed')
    expect(next.countsOf('vpn')).to.deep.equal({
      signed: { count: 10_001, firstMs: startMs, lastMs: startMs + 3_660_000 },
      misfit: { count: 1, firstMs: startMs + 3_660_000, lastMs: startMs + 3_660_000 },
    })
    expect(next.countsOf('other')).to.deep.equal({})
  })

  it('begins again where the store has garbage', async () => {
    const clock = createManualClock(startMs)
    const { settings, rows } = createSettings()
    for (const [index, garbage] of [
      '',
      '{',
      '[]',
      '{"signed":{}}',
      '{"signed":-1}',
      'null',
    ].entries())
      rows.set(`signing:g${index}`, garbage)
    const counts = createSavedSigning(clock, settings, () => undefined)
    await counts.load()
    for (let index = 0; index < 6; index += 1)
      expect(counts.countsOf(`g${index}`)).to.deep.equal({})
  })

  it('keeps what a full disk did not take, and writes it with the next', async () => {
    const clock = createManualClock(startMs)
    const { settings, state } = createSettings()
    const errors: unknown[] = []
    const counts = createSavedSigning(clock, settings, (error) => errors.push(error))
    counts.note('vpn', 'signed')
    state.failing = true
    clock.advance(60_000)
    await tick()
    expect(errors).to.have.length(1)
    state.failing = false
    counts.note('wifi', 'signed')
    clock.advance(60_000)
    await tick()
    expect(state.writes).to.equal(2)
  })

  it('learns from verified requests and from the drops that speak of it, and from no other', () => {
    const noted: string[] = []
    const logger = { log: () => undefined, setLevel: () => undefined }
    const observer = observeTransport(
      logger,
      createCounters(),
      () => load(valid),
      () => undefined,
      (gateway, signing) => noted.push(`${gateway} ${signing}`),
    )
    const from = { source: '192.0.2.1', sourcePort: 1, log: false, suppressed: 0 }
    observer.onVerified('vpn', 'valid')
    observer.onVerified('vpn', 'absent')
    observer.onDrop({ reason: 'message-authenticator-missing', gateway: 'vpn', ...from })
    observer.onDrop({ reason: 'message-authenticator-wrong', gateway: 'vpn', ...from })
    observer.onDrop({ reason: 'message-authenticator-missing', ...from })
    observer.onDrop({ reason: 'too-many-open', gateway: 'vpn', ...from })
    expect(noted).to.deep.equal(['vpn signed', 'vpn unsigned', 'vpn unsigned', 'vpn misfit'])
  })
})

describe('an exception from Message-Authenticator that ends', () => {
  const config = load(
    `${valid}  old: { address: "192.0.2.11", secret: "file:vpn", preset: mikrotik, message_authenticator: optional, message_authenticator_until: 2027-02-14 }\n`,
  )
  const endsMs = new Date(2027, 1, 15).getTime()

  it('is over when the day after its last one begins', () => {
    const entries = createGatewayEntries(
      config,
      () => {
        throw new Error('no attributes here')
      },
      new Set(),
    )
    expect(entries.map(({ rules, requiredFromMs }) => [rules.name, requiredFromMs])).to.deep.equal([
      ['vpn', undefined],
      ['old', endsMs],
    ])
  })

  it('has the words of its preset for the administrator of the gateway', () => {
    const [, old] = gatewayStatuses(describeGateways(config), () => undefined)
    expect(old?.signing.until).to.deep.equal({ day: '2027-02-14', endsMs })
    expect(old?.signing.howTo).to.match(/^MikroTik RouterOS: Update RouterOS to 7\.15/)
    const [vpn] = gatewayStatuses(describeGateways(config), () => undefined)
    expect(vpn?.signing.howTo).to.match(/fix for CVE-2024-3596/)
  })

  it('is warned of more and more often, then told once, and never where it is learnt', async () => {
    const clock = createManualClock(startMs)
    const events: LogEvent[] = []
    const log = (event: LogEvent) => void events.push(event)
    const learnt = (): readonly GatewayStatus[] =>
      gatewayStatuses(describeGateways(config), () => undefined).map((each) => ({
        ...each,
        name: `${each.name}-learnt`,
        signing: { ...each.signing, mode: 'learn', learnt: true },
      }))
    const warnings = startSigningWarnings(
      clock,
      log,
      async () => [...gatewayStatuses(describeGateways(config), () => undefined), ...learnt()],
      () => undefined,
    )
    const seenOn = new Map<number, number>()
    await tick()
    for (let hour = 0; hour < 47 * 24; hour += 1) {
      const before = events.length
      clock.advance(hourMs)
      await tick()
      const day = Math.floor((endsMs - clock.nowMs()) / dayMs)
      seenOn.set(day, (seenOn.get(day) ?? 0) + events.length - before)
    }
    warnings.stop()
    const between = (from: number, to: number) =>
      [...seenOn]
        .filter(([day]) => day >= from && day <= to)
        .reduce((sum, [, count]) => sum + count, 0)
    expect(between(31, 50)).to.be.within(1, 3)
    expect(between(8, 29)).to.be.within(21, 23)
    expect(between(1, 6)).to.be.within(23, 25)
    expect(between(0, 0)).to.be.within(23, 24)
    expect(events.filter(({ event }) => event === 'message-authenticator-due')).to.have.length(1)
    expect(events.at(-1)?.event).to.equal('message-authenticator-due')
    expect(new Set(events.map((event) => ('gateway' in event ? event.gateway : '')))).to.deep.equal(
      new Set(['old']),
    )
  })

  it('outlives a store that fails', async () => {
    const clock = createManualClock(startMs)
    const errors: unknown[] = []
    const warnings = startSigningWarnings(
      clock,
      () => undefined,
      async () => {
        throw new Error('disk')
      },
      (error) => errors.push(error),
    )
    await tick()
    clock.advance(hourMs)
    await tick()
    warnings.stop()
    expect(errors).to.have.length(2)
  })
})

describe('a gateway that another process has seen to send Message-Authenticator', () => {
  it('must send it here as well, a minute later', async () => {
    const clock = createManualClock(startMs)
    const { settings } = createSettings()
    const noted: string[][] = []
    const following = followLearnt(
      clock,
      settings,
      (names) => noted.push([...names]),
      (error) => {
        throw error
      },
    )
    await rememberLearnt(settings, 'vpn')
    clock.advance(60_000)
    await tick()
    expect(noted).to.deep.equal([['vpn']])
    following.stop()
    clock.advance(60_000)
    await tick()
    expect(noted).to.have.length(1)
    expect(clock.waiting).to.equal(0)
  })
})
