import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { formatExplanation } from '../../src/cli/text/explain.ts'
import type { Explanation, GatewayView, Sight } from '../../src/operations/index.ts'
import { reportPatience } from '../../src/patience/index.ts'
import { dropReasons, rejectReasons } from '../../src/signin/index.ts'
import { run } from './fake-io.ts'

const start = { patienceMs: 20_000, marginMs: 1_000, challenges: true }
const gateway: GatewayView = {
  name: 'vpn',
  flow: 'auto',
  start,
  startFrom: 'configuration',
  learns: false,
  advice: [],
  signing: { mode: 'required', learnt: false, counts: {}, howTo: '' },
  signingVerdict: { state: 'ok', detail: '', remedy: '' },
  report: reportPatience(undefined, start, 0),
  inUse: start,
}
const explanation: Explanation = {
  userName: 'ALICE',
  person: {
    name: 'alice',
    displayName: 'Alice',
    key: 'corp:1',
    directory: 'corp',
    groups: ['staff', 'cn=staff,dc=corp', 'vpn users'],
  },
  gateway,
  device: { kind: 'address', value: '10.1.2.3' },
  atMs: new Date(2026, 2, 1, 8, 12).getTime(),
  rule: { name: 'office', number: 2 },
  methods: [
    { method: 'call', way: 'approve', to: '**21', label: 'work\u001b[2J' },
    { method: 'totp', way: 'typed', label: '' },
  ],
  sees: { kind: 'hold', method: 'call', to: '**21', forMs: 19_000, atEnd: 'reject-and-keep' },
  replies: [
    {
      method: 'call',
      attributes: [
        { name: 'Service-Type', value: 'Framed-User' },
        { name: 'Class', value: '"OU=staff"', rule: 'class' },
      ],
    },
    { method: 'totp', attributes: [], invalid: { rule: 'mail', attribute: 'Filter-Id' } },
  ],
}

function textOf(change: Partial<Explanation> = {}): string {
  return formatExplanation({ ...explanation, ...change }, (_style, text) => text)
}

describe('the text of holdfast explain', () => {
  it('says until when the shield refuses, and which group is missing', () => {
    const untilMs = new Date(2026, 2, 1, 8, 41, 7).getTime()
    const sees = { kind: 'reject', message: '', reason: 'lockout-shield' } as const
    const shield = { kind: 'shielded', wrong: 5, threshold: 6, untilMs } as const
    expect(textOf({ sees, shield })).to.include(
      "shielded by the directory's lockout until 08:42 (5 wrong passwords)",
    )
    const gone = { ...sees, reason: 'rule-group-missing' } as const
    expect(textOf({ sees: gone, missingGroup: 'vpn users' })).to.match(
      /Missing group +vpn users: a rule names it, and no directory has it/,
    )
  })

  it('says how a passkey and a phone are asked', () => {
    const own = textOf({
      asks: { passkey: 'held', phone: 'own-digits' },
      methods: [{ method: 'push', way: 'digits', label: 'Pixel' }],
      sees: { kind: 'reject', reason: 'digits-missing', message: 'Type digits.' },
    })
    expect(own)
      .to.match(/Passkey +the gateway waits while the person approves at \/approve/)
      .and.match(/Phone +the person types digits of their own after the password \(password,42\)/)
      .and.match(/Can use +push "Pixel" \(approved, with digits after the password\)/)
      .and.match(/What to do +Let the person type the password, the delimiter and that many digits/)
    expect(textOf({ asks: { phone: 'number' } })).to.match(/Phone +the gateway shows a number/)
    expect(textOf({ asks: { phone: 'none' } })).to.match(/Phone +the phone is not asked/)
    expect(textOf()).not.to.match(/Phone|Passkey/)
  })

  it('says what would follow, and why', () => {
    const text = textOf()
    expect(text).to.match(/^alice at vpn, with the right password alone, is held for up to 19\.0 s/)
    const lines = text.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  '))
    expect(lines).to.include.members([
      'Person  Alice (corp:1)',
      'Groups  staff, vpn users',
      'Rule  #2, office',
      'Flow  auto',
      'Patience  20.0 s (configuration), answered after 19.0 s',
      'Device  address 10.1.2.3',
      'Moment  2026-03-01 08:12:00',
      'Can use  call **21 "work\\u001b[2J" (approved), totp (a code that is read off)',
      'Accept by call  Service-Type = Framed-User (the gateway)',
      '  Class = "OU=staff" (rule class)',
      'Accept by totp  refused: rule mail cannot make Filter-Id for this person',
    ])
    expect(text).to.match(/If no one answers +the sign-in is refused; an approval up to 30 s later/)
  })

  it('names a bypass as the reason why nothing is asked', () => {
    const text = textOf({ sees: { kind: 'accept' }, bypassed: true })
    expect(text).to.match(/^alice at vpn, with the right password alone, is let in at once/)
    expect(text).to.match(/Bypass +the password alone lets in; holdfast user show says until when/)
    expect(textOf()).to.not.include('Bypass')
  })

  it('names what a rule refuses because an administrator saw its secret', () => {
    const seen = [
      { method: 'totp', label: '' },
      { method: 'call', label: 'work\u001b[2J' },
    ] as const
    expect(textOf({ methods: [], seen })).to.match(
      /Can use +nothing\nRefused +totp, call "work\\u001b\[2J": an administrator saw the secret\n/,
    )
    expect(textOf()).to.not.include('Refused')
  })

  it('says what is remembered, and what would be', () => {
    const at = (hour: number) => new Date(2026, 2, 1, hour).getTime()
    const remembered = { method: 'call', atMs: at(7), untilMs: at(19) } as const
    expect(textOf({ remembered, rememberedForMs: 1 })).to.match(
      /Remembered +since 2026-03-01 07:00:00 by call, until 2026-03-01 19:00:00\n/,
    )
    expect(textOf({ rememberedForMs: 3_600_000 })).to.match(
      /Remembered +no; would be until 2026-03-01 09:12:00\n/,
    )
    expect(textOf()).to.not.include('Remembered')
  })

  const sights: readonly [Sight, RegExp, string][] = [
    [{ kind: 'accept' }, /is let in at once/, ''],
    [{ kind: 'challenge', message: 'Enter code' }, /is asked for something/, 'Enter code'],
    [
      { kind: 'reject', message: 'No phone', reason: 'not-enrolled' },
      /is refused: not-enrolled/,
      rejectReasons['not-enrolled'].remedy,
    ],
    [
      { kind: 'reject', message: 'Failed', reason: 'code-missing' },
      /is refused: code-missing/,
      'type the code after the password',
    ],
    [
      { kind: 'drop', reason: 'directory-down-silent' },
      /gets no answer: directory-down-silent/,
      dropReasons['directory-down-silent'].meaning,
    ],
  ]
  for (const [sees, headline, detail] of sights) {
    it(`tells ${'reason' in sees ? sees.reason : sees.kind}`, () => {
      expect(textOf({ sees })).to.match(headline).and.include(detail)
    })
  }

  it('says how a code gets in that is not asked for, where it does', () => {
    const sees: Sight = { kind: 'reject', message: 'No', reason: 'no-method-for-flow' }
    const { remedy } = rejectReasons['no-method-for-flow']
    const at = (flow: string) => textOf({ sees, gateway: { ...gateway, flow } })
    expect(at('auto'))
      .to.match(/To get in +type the code after/)
      .and.not.include(remedy)
    expect(at('hold')).to.include(remedy).and.not.include('To get in')
    expect(textOf({ sees, methods: [] })).to.include(remedy)
    expect(at('code-only'))
      .to.match(/^alice at vpn, without a code, is refused/)
      .and.include('in place of the password')
  })

  it('names no one where there is no one, and a rule without a name by its number', () => {
    const { person: _, device: __, rule: ___, ...nobody } = explanation
    const sees: Sight = { kind: 'reject', message: 'Failed', reason: 'user-unknown' }
    const text = formatExplanation(
      { ...nobody, methods: [], replies: [], sees },
      (_style, line) => line,
    )
    expect(text)
      .to.match(/^ALICE at vpn, with the right password alone, is refused: user-unknown/)
      .and.match(/Rule +none/)
    expect(text).to.not.match(/Groups|Can use/)
    expect(textOf({ rule: { name: '#3', number: 3 } })).to.match(/Rule +#3\n/)
  })

  it('needs the running service', async () => {
    const { code } = await run(['explain', 'alice', '--gateway', 'vpn', '--socket', '/none.sock'])
    expect(code).to.equal(exitCodes['service-not-running'])
  })
})
