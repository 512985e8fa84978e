import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { formatWhy } from '../../src/cli/text/why.ts'
import { describeStep } from '../../src/cli/text/why-steps.ts'
import { dropReasons, type SignInRecord } from '../../src/signin/index.ts'
import { type AuditEntry, createKeyring, openStore } from '../../src/store/index.ts'
import { run, temporaryFolder } from './fake-io.ts'

const startedAtMs = new Date(2025, 2, 1, 8, 12, 4).getTime()
const plain = (_style: string, text: string) => text
const record: SignInRecord = {
  signInId: 'k3v9',
  attemptId: 'a1',
  reference: '7K2M',
  startedAtMs,
  endedAtMs: startedAtMs + 1000,
  gateway: 'vpn',
  sourceAddress: '192.0.2.1',
  userName: 'alice',
  userKey: 'people:alice',
  outcome: 'reject',
  reason: 'code-wrong',
  timeline: [
    { atMs: startedAtMs, what: 'received', detail: { attempt: 'a1' } },
    { atMs: startedAtMs + 1, what: 'user-found', detail: { directory: 'people' } },
    { atMs: startedAtMs + 2, what: 'policy', detail: { flow: 'auto', rule: 'staff' } },
    { atMs: startedAtMs + 2, what: 'first-factor', detail: { result: 'right', ms: 38 } },
    { atMs: startedAtMs + 40, what: 'clock-off', detail: { steps: 4 } },
    { atMs: startedAtMs + 41, what: 'code', detail: { result: 'wrong', failures: 2 } },
    { atMs: startedAtMs + 41, what: 'of-tomorrow', detail: { colour: 'r\u001bed' } },
  ],
}
const entry: AuditEntry = { ...record, node: 'n', seq: 1, hash: '', kind: 'sign-in', erased: false }

describe('the story of a refusal by the lockout shield', () => {
  it('says until when, in the time of this machine', () => {
    const until = new Date(2025, 2, 1, 8, 41, 7).toISOString()
    const detail = { wrong: 5, threshold: 6, until }
    const timeline = [{ atMs: startedAtMs, what: 'lockout-shield', detail }]
    const story = formatWhy([{ ...entry, reason: 'lockout-shield', timeline }], plain)
    const shielded = "shielded by the directory's lockout until 08:42 (5 wrong passwords)"
    expect(story)
      .to.match(/shield +shielded by/)
      .and.include(shielded)
    expect(describeStep({ atMs: 0, what: 'lockout-shield', detail })).to.equal(
      `${shielded}: the directory locks at 6, so no password was checked`,
    )
    const garbled = { ...detail, until: 'never' }
    expect(describeStep({ atMs: 0, what: 'lockout-shield', detail: garbled })).to.include(
      'shielded',
    )
  })
})

describe('the story of a refusal', () => {
  const story = formatWhy([entry], plain)

  it('says who, when, where, why and what to do', () => {
    expect(story).to.match(/^alice was refused at 2025-03-01 08:12:04, after 1\.0 s\.\n/)
    for (const part of [
      /reference +7K2M/,
      /gateway +vpn \(192\.0\.2\.1\)/,
      /reason +code-wrong/,
      /meaning +The code fits none/,
      /what to do +Compare the clock/,
      /hint +clock-off: \+4 steps\. The wrong code fits/,
      /what to do +Set the phone’s clock/,
    ]) {
      expect(story).to.match(part)
    }
  })

  it('says that the last accepted code lies in the future, by how much, and what helps', () => {
    const timeline = [
      { atMs: startedAtMs, what: 'last-code-ahead', detail: { minutes: 60 } },
      { atMs: startedAtMs, what: 'code', detail: { method: 'totp', result: 'reused' } },
    ]
    const ahead = formatWhy([{ ...entry, reason: 'code-reused', timeline }], plain)
    expect(ahead).to.match(
      /hint +last-code-ahead: the last accepted code lies 60 minutes in the fu/,
    )
    expect(ahead).to.match(
      /what to do +Check the clock first \(timedatectl\)\. Then holdfast user unlock/,
    )
    expect(ahead).to.match(/\+0 ms {2}the last accepted code lies 60 minutes in the future\n/)
  })

  it('says that a token has expired, or is not valid yet', () => {
    const told = (detail: Record<string, string>) =>
      formatWhy(
        [{ ...entry, timeline: [{ atMs: startedAtMs, what: 'token-not-valid', detail }] }],
        plain,
      )
    const [day, later] = ['2025-01-31T00:00:00.000Z', '2026-01-31T00:00:00.000Z']
    expect(told({ until: day }))
      .to.include(`token-not-valid: until ${day}. The code is right for a token`)
      .and.include(`the codes of the token counted until ${day}`)
    expect(told({ from: later }))
      .to.include(`token-not-valid: from ${later}.`)
      .and.include(`the codes of the token work from ${later} on`)
  })

  it('tells each step in plain words with its milliseconds, and one it does not know as it is', () => {
    expect(story).to.match(/\+0 ms {2}the request arrived\n/)
    expect(story).to.match(/\+1 ms {2}directory people knows the name\n/)
    expect(story).to.match(/\+2 ms {2}the rules let it go on: flow auto, rule staff\n/)
    expect(story).to.match(/\+2 ms {2}the directory took the password, in 38 ms\n/)
    expect(story).to.match(/\+40 ms {2}clock-off: \+4 steps\n/)
    expect(story).to.match(/\+41 ms {2}the code fits nothing; wrong codes in a row: 2\n/)
    expect(story).to.match(/\+41 ms {2}of tomorrow, colour r\\u001bed\n/)
  })

  it('names the others that fit, with their dates', () => {
    const text = formatWhy([entry, { ...entry, signInId: 'older' }], plain)
    expect(text).to.match(/Also fits .*\n {2}2025-03-01 {2}08:12:04 {2}alice .* older\n$/)
  })

  it('has words for each thing a directory may say to a new password', () => {
    const results = ['changed', 'too-short', 'too-simple', 'refused', 'too-soon', 'old-wrong']
    const told = [...results, 'locked', 'not-permitted', 'unclear', 'busy', 'down'].map((result) =>
      describeStep({ atMs: 0, what: 'password-change', detail: { result } }),
    )
    expect(new Set(told)).to.have.length(11)
    for (const words of told) expect(words).to.match(/^the directory \w+ [\w ]+/)
  })

  it('says what is remembered, until when, and why not', () => {
    const told = (what: string, detail: Readonly<Record<string, string>>) =>
      describeStep({ atMs: 0, what, detail })
    const since = '2026-03-01T07:00:00.000Z'
    expect(told('remembered', { method: 'call', since })).to.include(`since ${since}, by call`)
    expect(told('remember', { until: since })).to.equal(`the device is remembered until ${since}`)
    expect(told('remember', { until: since, once: 'bound' })).to.match(
      /once it has bound its tunnel$/,
    )
    expect(told('new-device-told', { method: 'email' })).to.include('told of it by email')
    expect(told('new-device-not-told', { method: 'sms' })).to.include('reach them by sms')
    const reasons = ['password-unknown', 'could-be-relayed'].map((why) =>
      told('not-remembered', { why }),
    )
    expect(reasons[0]).to.include('when the password was set')
    expect(reasons[1]).to.include('crypto_binding: required')
  })

  it('says of a device without a person which rule lets it in', () => {
    const detail = { rule: 'printers', mac: '00:11:22:aa:bb:cc' }
    const told = describeStep({ atMs: 0, what: 'mac-rule', detail })
    expect(told).to.include('00:11:22:aa:bb:cc is a device of printers: no person')
  })

  it('explains drops, and what has no explanation, and says what was erased', () => {
    const drop = formatWhy([{ ...entry, outcome: 'drop', reason: 'abandoned' }], plain)
    expect(drop)
      .to.match(/alice got no answer/)
      .and.include(dropReasons.abandoned.meaning)
    const { userName: _, userKey: __, ...nobody } = entry
    const erased = formatWhy([{ ...nobody, timeline: [], erased: true, reason: 'x\u001by' }], plain)
    expect(erased)
      .to.match(/^Someone was refused/)
      .and.include('was erased')
    expect(erased).to.include('x\\u001by')
    expect(formatWhy([], plain)).to.equal('')
  })
})

describe('holdfast why', () => {
  const folder = join(temporaryFolder(), 'why')
  const config = join(folder, 'holdfast.yaml')

  before(async () => {
    mkdirSync(folder)
    const key = Buffer.alloc(32, 5)
    writeFileSync(join(folder, 'sealing-key'), key.toString('base64'), { mode: 0o600 })
    writeFileSync(join(folder, 'secret'), 'abcdefghijklmnopqrstuvwxyz012345', { mode: 0o600 })
    writeFileSync(
      config,
      `store: { sqlite: holdfast.db }
sealing_key: file:sealing-key
node_name: test
admin_socket: admin.sock
directories: { people: { type: local, users: { alice: { password_hash: "scrypt$16384$8$1$c2FsdHNhbHQ=$MDEyMzQ1Njc4OWFiY2RlZg==" } } } }
gateways: { vpn: { address: 192.0.2.1, secret: "file:secret" } }
`,
    )
    const store = await openStore({
      file: join(folder, 'holdfast.db'),
      keyring: createKeyring({ current: key }),
      node: 'test',
    })
    await store.audit.record(record)
    await store.close()
  })

  it('tells the story by reference, and by name and time', async () => {
    for (const words of [['7k2m'], ['alice', '--at', '2025-03-01T08:12'], ['alice']]) {
      const { code, stdout } = await run(['why', ...words, '--config', config])
      expect(code, words.join(' ')).to.equal(0)
      expect(stdout).to.include('alice was refused at 2025-03-01 08:12:04')
    }
  })

  it('gives JSON', async () => {
    const { stdout } = await run(['why', '7K2M', '--json', '--config', config])
    expect(JSON.parse(stdout)[0]).to.include({ reference: '7K2M', reason: 'code-wrong' })
  })

  it('says that nothing fits, and that a time is not a time', async () => {
    expect(await run(['why', '9999', '--config', config])).to.include({ code: 4 })
    expect(await run(['why', 'alice', '--at', '25:99', '--config', config])).to.include({ code: 2 })
    const long = await run(['why', 'x'.repeat(300), '--config', config])
    expect(long.code).to.equal(2)
  })
})
