import { expect } from 'chai'
import { daysLeft, isRequired, judgeSigning } from '../../../src/operations/gateways/signing.ts'
import { checkGateways, type SigningStatus } from '../../../src/operations/index.ts'

const dayMs = 86_400_000
const nowMs = new Date(2027, 0, 10, 12).getTime()
const endsMs = new Date(2027, 1, 1).getTime()

function seen(count: number, lastMs: number) {
  return { count, firstMs: nowMs - 30 * dayMs, lastMs }
}
const today = nowMs - 1_000
const earlier = nowMs - 3_600_000
const longAgo = nowMs - 20 * dayMs

function status(change: Partial<SigningStatus>): SigningStatus {
  return { mode: 'required', learnt: false, counts: {}, howTo: 'Update it.', ...change }
}
const until = { day: '2027-01-31', endsMs }

describe('what is said of Message-Authenticator', () => {
  const cases: readonly (readonly [string, Partial<SigningStatus>, string, RegExp, RegExp])[] = [
    ['nothing yet', {}, 'ok', /required; no request came yet/, /^$/],
    [
      'EAP alone',
      { counts: { eap: seen(40, today) } },
      'ok',
      /required; only requests with EAP came, which always carry it \(40 requests since/,
      /^$/,
    ],
    [
      'EAP alone, and optional',
      { mode: 'optional', counts: { eap: seen(40, today) } },
      'warning',
      /is optional, and only requests with EAP came/,
      /^Update it\.$/,
    ],
    [
      'another secret, from something else beside EAP',
      { counts: { misfit: seen(2, today), eap: seen(30, earlier) } },
      'warning',
      /secrets differ \(2 requests/,
      /same secret on both sides/,
    ],
    [
      'all signed',
      { counts: { signed: seen(12, today) } },
      'ok',
      /every request carries .* \(12 requests since 2026-12-11, the last 2027-01-10 11:59\)/,
      /^$/,
    ],
    [
      'required and unsigned',
      { counts: { unsigned: seen(1, today), signed: seen(3, longAgo) } },
      'failed',
      /sends no .* gets no answer \(1 request since/,
      /^Update it\. Until then, .* message_authenticator: learn/,
    ],
    [
      'required, and a second machine is unsigned',
      { counts: { unsigned: seen(4, earlier), signed: seen(30, today) } },
      'warning',
      /some requests come without/,
      /second machine.*Update it/,
    ],
    [
      'required and unsigned long ago',
      { counts: { unsigned: seen(4, longAgo), signed: seen(30, today) } },
      'ok',
      /every request/,
      /^$/,
    ],
    [
      'another secret',
      { counts: { misfit: seen(2, today), signed: seen(30, longAgo) } },
      'failed',
      /secrets differ \(2 requests/,
      /same secret on both sides/,
    ],
    [
      'another secret, from something else at the address',
      { counts: { misfit: seen(2, today), signed: seen(30, earlier) } },
      'warning',
      /secrets differ \(2 requests/,
      /same secret on both sides/,
    ],
    [
      'another secret once, right since',
      { counts: { misfit: seen(2, earlier), signed: seen(30, today) } },
      'ok',
      /every request/,
      /^$/,
    ],
    ['optional and nothing yet', { mode: 'optional' }, 'warning', /is optional, and no req/, /^Up/],
    [
      'optional and unsigned',
      { mode: 'optional', counts: { unsigned: seen(9, today) } },
      'warning',
      /^sends no Message-Authenticator, so that its answers can be forged/,
      /^Update it\.$/,
    ],
    [
      'optional and mixed',
      { mode: 'optional', counts: { unsigned: seen(9, earlier), signed: seen(1, today) } },
      'warning',
      /^often sends no/,
      /^Update it\.$/,
    ],
    [
      'optional and patched',
      { mode: 'optional', counts: { unsigned: seen(9, longAgo), signed: seen(99, today) } },
      'warning',
      /carries Message-Authenticator by now/,
      /set message_authenticator: required/,
    ],
    ['learnt', { mode: 'learn', learnt: true }, 'ok', /required; no request/, /^$/],
    [
      'excepted until a day',
      { mode: 'learn', until, counts: { unsigned: seen(9, today) } },
      'warning',
      /; after 2027-01-31 it gets no answer, days left: 21$/,
      /^Update it\.$/,
    ],
    [
      'excepted for a few days more',
      {
        mode: 'optional',
        until: { day: '2027-01-14', endsMs: nowMs + 4 * dayMs },
        counts: { unsigned: seen(9, today) },
      },
      'failed',
      /days left: 4$/,
      /^Update it\.$/,
    ],
    [
      'excepted until tonight',
      {
        mode: 'optional',
        until: { day: '2027-01-10', endsMs: nowMs + 3_600_000 },
        counts: { unsigned: seen(9, today) },
      },
      'failed',
      /that is today$/,
      /^Update it\.$/,
    ],
    [
      'no longer excepted',
      {
        mode: 'optional',
        until: { day: '2027-01-09', endsMs: nowMs - 1 },
        counts: { unsigned: seen(9, today) },
      },
      'failed',
      /gets no answer/,
      /^Update it\./,
    ],
  ]
  for (const [title, change, state, detail, remedy] of cases) {
    it(`${title}: ${state}`, () => {
      const verdict = judgeSigning(status(change), nowMs)
      expect(verdict.state).to.equal(state)
      expect(verdict.detail).to.match(detail)
      expect(verdict.remedy).to.match(remedy)
    })
  }

  it('counts days down to the last one, and requires from the moment it is over', () => {
    const excepted = status({ mode: 'optional', until })
    expect(daysLeft(excepted, endsMs - 1)).to.equal(0)
    expect(daysLeft(excepted, endsMs - dayMs)).to.equal(1)
    expect(daysLeft(status({}), nowMs)).to.equal(undefined)
    expect(isRequired(excepted, endsMs - 1)).to.equal(false)
    expect(isRequired(excepted, endsMs)).to.equal(true)
  })

  it('is one row a gateway, with its kind', () => {
    const common = {
      flow: 'auto',
      start: { patienceMs: 1, marginMs: 1, challenges: true },
      startFrom: 'preset' as const,
      learns: true,
      advice: [],
    }
    const rows = checkGateways(
      [
        { ...common, name: 'vpn', kind: 'FortiGate', signing: status({}) },
        { ...common, name: 'wifi', signing: status({ mode: 'optional' }) },
      ],
      nowMs,
    )
    expect(rows.map(({ area, what, state }) => [area, what, state])).to.deep.equal([
      ['gateway', 'vpn (FortiGate)', 'ok'],
      ['gateway', 'wifi', 'warning'],
    ])
  })
})
