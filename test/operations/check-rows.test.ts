import { expect } from 'chai'
import {
  checkAccounting,
  checkClock,
  checkGarbledPasswords,
  checkHabits,
  checkPeople,
  checkSharedDevices,
  checkUnknownSenders,
  type GatewayStatus,
  readRecentSignIns,
  type SigningCounts,
  type UnknownSenderPacket,
} from '../../src/operations/index.ts'
import { newMemory, type PatienceMemory } from '../../src/patience/index.ts'
import { noteGone, noteWaiting } from '../../src/patience/learn.ts'
import type { Resolved } from '../../src/signin/index.ts'
import type { AuditEntry } from '../../src/store/index.ts'
import { HoldfastError } from '../../src/support/index.ts'

const dayMs = 86_400_000
const nowMs = Date.UTC(2026, 10, 25, 12)

describe('check: what gateways do otherwise than it is said', () => {
  const seenDaysAgo = (days: number, kind: keyof SigningCounts = 'signed') => ({
    [kind]: { count: 5, firstMs: nowMs - 300 * dayMs, lastMs: nowMs - days * dayMs },
  })

  function gateway(change: Partial<GatewayStatus> & { counts?: SigningCounts } = {}) {
    const { counts = {}, ...more } = change
    const status: GatewayStatus = {
      name: 'vpn',
      flow: 'auto',
      start: { patienceMs: 30_000, marginMs: 1_000, challenges: true },
      startFrom: 'configuration',
      learns: false,
      advice: [],
      signing: { mode: 'required', learnt: false, counts, howTo: '' },
      ...more,
    }
    return status
  }

  const details = (status: GatewayStatus) =>
    checkHabits([status], nowMs).map(({ detail }) => detail)

  it('is nothing for one that is used, new, or came with EAP only recently', () => {
    expect(details(gateway({ counts: seenDaysAgo(29) }))).to.deep.equal([])
    expect(details(gateway())).to.deep.equal([])
    expect(
      details(gateway({ counts: { ...seenDaysAgo(60), ...seenDaysAgo(3, 'eap') } })),
    ).to.deep.equal([])
    expect(
      details(gateway({ counts: { ...seenDaysAgo(90), ...seenDaysAgo(2, 'misfit') } })),
    ).to.deep.equal([])
  })

  it('is one that was not seen for a month', () => {
    const [row] = checkHabits([gateway({ counts: seenDaysAgo(44), kind: 'FortiGate' })], nowMs)
    expect(row).to.include({ area: 'gateway', what: 'vpn (FortiGate)', state: 'warning' })
    expect(row?.detail).to.match(/for 44 days, the last one on 2026-10-12/)
    expect(details(gateway({ counts: seenDaysAgo(44, 'eap') }))).to.have.length(1)
    expect(row?.remedy).not.to.equal('')
  })

  it('is one that answers no challenge, though it is said to show them', () => {
    const memory = (sent: number, answered: number): PatienceMemory => ({
      ...newMemory(),
      challenges: { sent, answered },
    })
    expect(details(gateway({ memory: memory(9, 0) }))).to.deep.equal([])
    expect(details(gateway({ memory: memory(50, 1) }))).to.deep.equal([])
    expect(details(gateway({ memory: memory(10, 0) }))).to.have.length(1)
    const none = { patienceMs: 30_000, marginMs: 1_000, challenges: false }
    expect(details(gateway({ memory: memory(50, 0), start: none }))).to.deep.equal([])
  })

  /** One that was seen to give up at this moment, again and again. */
  function givesUpAt(ms: number, observations = 20): PatienceMemory {
    const memory = newMemory()
    const start = { patienceMs: 30_000, marginMs: 1_000, challenges: true }
    for (let count = 0; count < 9; count++) {
      noteWaiting({ start, memory }, ms * 0.9, 'resend')
      noteGone({ start, memory }, ms * 1.1, 'silence')
    }
    const gaveUpMs = Array.from({ length: 9 }, () => ms)
    return { ...memory, observations, start: { waiting: 0, gone: 0 }, gaveUpMs }
  }

  it('is a preset that says another patience, shorter or longer', () => {
    const preset = { startFrom: 'preset', learns: true } as const
    const [found] = details(gateway({ ...preset, memory: givesUpAt(12_000) }))
    expect(found).to.match(/waits about 12s, its preset says 30s/)
    expect(details(gateway({ ...preset, memory: givesUpAt(60_000) }))).to.have.length(1)
    expect(details(gateway({ ...preset, memory: givesUpAt(28_000) }))).to.deep.equal([])
    expect(details(gateway({ ...preset, memory: givesUpAt(12_000, 5) }))).to.deep.equal([])
  })

  it('is a configured patience that is too long, where nothing else is gone by', () => {
    const [found] = details(gateway({ memory: givesUpAt(12_000) }))
    expect(found).to.match(/waits about 12s, the configuration says 30s/)
    expect(details(gateway({ memory: givesUpAt(60_000) }))).to.deep.equal([])
    expect(details(gateway({ memory: givesUpAt(12_000), learns: true }))).to.deep.equal([])
  })
})

describe('check: the clock of this server, by codes that fit at another time', () => {
  function entry(user: string | undefined, steps: unknown, ageMs = 60_000): AuditEntry {
    const atMs = nowMs - ageMs
    return {
      ...{ seq: 1, node: 'a', kind: 'sign-in', signInId: 's', attemptId: 'a', gateway: 'vpn' },
      ...{ outcome: 'reject', reason: 'code-wrong', erased: false, hash: '' },
      ...{ startedAtMs: atMs, endedAtMs: atMs },
      ...(user === undefined ? {} : { userKey: user }),
      timeline: [{ atMs, what: 'clock-off', detail: { steps: steps as number } }],
    }
  }
  const check = async (entries: readonly AuditEntry[]) =>
    checkClock(await readRecentSignIns({ searchAudit: async () => entries }, nowMs))

  it('is off where several people are, to the same side', async () => {
    const [row, ...more] = await check([
      entry('a', 4),
      entry('b', 4),
      entry('c', 5),
      entry('c', -9),
    ])
    expect(row).to.include({ area: 'service', what: 'clock', state: 'warning' })
    expect(row?.detail).to.match(/3 people.*120 s away.*behind/)
    expect(more).to.deep.equal([])
    const [ahead] = await check([entry('a', -3), entry('b', -3), entry('c', -3)])
    expect(ahead?.detail).to.match(/90 s away.*ahead of/)
  })

  for (const [what, entries] of [
    ['nobody', []],
    ['two people', [entry('a', 4), entry('b', 4)]],
    ['one person, often', [entry('a', 4), entry('a', 4), entry('a', 4), entry('a', 4)]],
    ['people to both sides', [entry('a', 4), entry('b', -4), entry('c', 4), entry('d', -4)]],
    ['people of last week', [entry('a', 4, 7 * dayMs), entry('b', 4, 7 * dayMs), entry('c', 4)]],
    ['names that nobody has', [entry(undefined, 4), entry(undefined, 4), entry(undefined, 4)]],
    ['garbage', [entry('a', 'x'), entry('b', null), entry('c', undefined)]],
  ] as const) {
    it(`is not, for ${what}`, async () => {
      expect(await check(entries)).to.deep.equal([])
    })
  }

  it('is not judged where the store cannot be read', async () => {
    const failing = {
      searchAudit: () => Promise.reject(new HoldfastError('store-failed', 'disk full')),
    }
    expect(await readRecentSignIns(failing, nowMs)).to.deep.equal([])
  })
})

describe('check: people in rules', () => {
  const { signal } = new AbortController()
  const user = (name: string): Resolved => ({
    kind: 'user',
    user: { key: 'corp:1', directory: 'corp', name, displayName: name, groups: [], phones: [] },
  })
  const asked = (denies: boolean, name: string, ...answers: Resolved[]) =>
    checkPeople(
      [
        {
          name,
          rule: 'rules.3',
          directories: answers.map((answer) => ({ name: 'corp', resolve: async () => answer })),
          denies,
        },
      ],
      signal,
    )

  const check = asked.bind(undefined, false)

  it('are an error in a rule that denies: they get in', async () => {
    const [row, ...more] = await asked(true, 'bob', { kind: 'unknown' })
    expect(row).to.include({ state: 'failed', detail: 'denies "bob", whom no directory knows' })
    expect(more).to.deep.equal([])
    expect(await asked(true, 'MU\u0308LLER', user('m\u00fcller'))).to.deep.equal([])
  })

  it('are told where no directory knows them, or by another name', async () => {
    expect(
      await check('bob', { kind: 'unknown' }, { kind: 'invalid', form: 'empty' }),
    ).to.deep.equal([
      {
        area: 'directory',
        what: 'rules.3',
        state: 'warning',
        detail: 'is for "bob", whom no directory knows',
        remedy: 'Write the name as holdfast user show prints it, or take it out.',
      },
    ])
    const [other] = await check('bob@corp.example', user('bob'))
    expect(other?.detail).to.equal('is for "bob@corp.example", whose name is "bob"')
  })

  it('are not where one knows them, cannot tell, or none is asked', async () => {
    expect(await check('BOB', { kind: 'unknown' }, user('bob'))).to.deep.equal([])
    expect(await check('bob', { kind: 'unknown' }, { kind: 'down', detail: '' })).to.deep.equal([])
    expect(await check('bob', { kind: 'busy' })).to.deep.equal([])
    expect(await check('bob')).to.deep.equal([])
  })
})

describe('check: unknown senders that are not gateways', () => {
  const packet = (source: string, ageMs = 60_000, change: Partial<UnknownSenderPacket> = {}) => ({
    ...{ atMs: nowMs - ageMs, source, reason: 'gateway-unknown' as const },
    ...change,
  })

  it('has a row a sender, the newest first, with what it sent', () => {
    const unnamed = { reason: 'nas-identifier-unknown', detail: '"core-7"' } as const
    const rows = checkUnknownSenders(
      [packet('192.0.2.9', 90_000), packet('192.0.2.9'), packet('192.0.2.8', 5_000, unnamed)],
      nowMs,
    )
    expect(rows.map(({ what, state }) => `${state} ${what}`)).to.deep.equal([
      'warning 192.0.2.8',
      'warning 192.0.2.9',
    ])
    expect(rows[0]?.detail).to.contain('("core-7")')
    expect(rows[0]?.remedy).to.match(/NAS-Identifier/)
    expect(rows[1]?.detail).to.match(/is not a gateway/)
  })

  it('forgets those of the day before, and is not filled by a flood', () => {
    expect(checkUnknownSenders([packet('192.0.2.9', dayMs)], nowMs)).to.deep.equal([])
    const flood = Array.from({ length: 500 }, (_, index) =>
      packet(`10.0.${index >> 8}.${index & 255}`),
    )
    const rows = checkUnknownSenders(flood, nowMs)
    expect(rows).to.have.length(11)
    expect(rows.at(-1)?.detail).to.match(/^490 more/)
  })
})

describe('check: packets on the wrong port', () => {
  it('are named with what to set on the gateway', () => {
    const rows = checkUnknownSenders(
      [
        { atMs: nowMs - 1_000, source: '192.0.2.1', reason: 'accounting-to-sign-in-port' },
        { atMs: nowMs, source: '192.0.2.1', reason: 'sign-in-to-accounting-port' },
      ],
      nowMs,
    )
    expect(rows.map(({ what, state }) => [what, state])).to.deep.equal([
      ['192.0.2.1', 'warning'],
      ['192.0.2.1', 'warning'],
    ])
    expect(rows[0]?.detail).to.match(/^asks about sign-ins at the port for accounting/)
    expect(rows[0]?.remedy).to.contain('1812')
    expect(rows[1]?.detail).to.match(/^sends accounting to the port for sign-ins/)
    expect(rows[1]?.remedy).to.contain('1813')
  })
})

describe('check: accounting', () => {
  const status = { listen: ['127.0.0.1:1813'], records: 10, maxRecords: 1_000, gateways: 1 }

  it('may be off', () => {
    expect(checkAccounting(undefined)).to.include({ state: 'ok', remedy: '' })
    expect(checkAccounting(undefined).detail).to.contain('off')
  })
  it('says where it listens and what it keeps', () => {
    expect(checkAccounting(status)).to.deep.equal({
      area: 'service',
      what: 'accounting',
      state: 'ok',
      detail: 'listens on 127.0.0.1:1813; 10 of 1000 records kept, from 1 gateway',
      remedy: '',
    })
  })
  it('warns before there is no room', () => {
    expect(checkAccounting({ ...status, records: 399 }).state).to.equal('ok')
    const { state, remedy } = checkAccounting({ ...status, records: 400 })
    expect(state).to.equal('warning')
    expect(remedy).to.contain('accounting.max_records')
  })
  it('fails where no address is left', () => {
    expect(checkAccounting({ ...status, listen: [] }).state).to.equal('failed')
  })
})

describe('check: passwords that decode to no text', () => {
  const entry = (gateway: string, reason: string): AuditEntry => ({
    ...{ seq: 1, node: 'a', kind: 'sign-in', signInId: 's', attemptId: 'a', gateway, reason },
    ...{ outcome: reason === 'accepted' ? 'accept' : 'reject', erased: false, hash: '' },
    ...{ startedAtMs: nowMs, endedAtMs: nowMs, timeline: [] },
  })
  const garbled = (gateway: string, count: number) =>
    Array.from({ length: count }, () => entry(gateway, 'password-garbled'))

  it('mean that the secrets differ where no one gets in', () => {
    const [row, ...more] = checkGarbledPasswords([...garbled('vpn', 3), ...garbled('wifi', 2)])
    expect(row).to.include({ area: 'gateway', what: 'vpn', state: 'failed' })
    expect(row?.detail).to.match(/3 sign-ins.*secrets differ/)
    expect(more).to.deep.equal([])
  })

  it('mean another charset, or another machine, where others get in', () => {
    const [row] = checkGarbledPasswords([...garbled('vpn', 4), entry('vpn', 'accepted')])
    expect(row).to.include({ state: 'warning' })
    expect(row?.remedy).to.match(/gateways\.vpn\.charset: latin1/)
  })
})

describe('check: one device for several people (RULES 42)', () => {
  const signIn = (
    userKey: string,
    device?: string,
    change: Partial<AuditEntry> = {},
  ): AuditEntry => ({
    ...{ seq: 1, node: 'a', kind: 'sign-in', signInId: 's', attemptId: 'a', gateway: 'vpn' },
    ...{ outcome: 'accept', reason: 'accepted', erased: false, hash: '' },
    ...{ startedAtMs: nowMs, endedAtMs: nowMs, timeline: [], userKey },
    ...(device === undefined ? {} : { device }),
    ...change,
  })
  const others = (count: number) =>
    Array.from({ length: count }, (_, index) => signIn(`p${index}`, `192.0.2.${index}`))

  it('warns of the value that most people share, how many they are, and what to set', () => {
    const rows = checkSharedDevices(
      [
        signIn('alice', '10.0.0.1'),
        signIn('bob', '10.0.0.1'),
        signIn('bob', '10.0.0.1'),
        signIn('carol', 'web-portal'),
        signIn('dave'),
        signIn('alice', '10.0.0.1', { gateway: 'wifi' }),
      ],
      ['vpn', 'wifi'],
    )
    expect(rows).to.have.length(1)
    const [row] = rows
    expect(row).to.include({ area: 'gateway', what: 'vpn', state: 'warning' })
    expect(row?.detail).to.include('2 of 4 people came with the device "10.0.0.1"')
    expect(row?.remedy).to.include('gateways.vpn.person_specific_device: false')
  })

  it('warns of nothing else: each their own, two of many at home, strangers, gateways that are not believed', () => {
    const shared = [signIn('alice', '10.0.0.1'), signIn('bob', '10.0.0.1')]
    expect(checkSharedDevices(others(5), ['vpn'])).to.deep.equal([])
    expect(checkSharedDevices([...others(9), ...shared], ['vpn'])).to.deep.equal([])
    const refused = shared.map((entry) => ({ ...entry, outcome: 'reject' }))
    expect(checkSharedDevices(refused, ['vpn'])).to.deep.equal([])
    expect(checkSharedDevices(shared, ['wifi'])).to.deep.equal([])
    expect(
      checkSharedDevices([signIn('a', '10.0.0.1'), signIn('a', '10.0.0.1')], ['vpn']),
    ).to.deep.equal([])
    expect(checkSharedDevices([], ['vpn'])).to.deep.equal([])
  })
})
