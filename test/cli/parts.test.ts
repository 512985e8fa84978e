import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { withAsker } from '../../src/cli/ask.ts'
import {
  demoFilePath,
  readDemoFile,
  removeDemoFile,
  writeDemoFile,
} from '../../src/cli/demo/file.ts'
import { exitCodeOf, formatError } from '../../src/cli/errors.ts'
import { formatAuditEntry, formatAuditLine, formatAuditLines } from '../../src/cli/text/audit.ts'
import { createPaint, formatTable, printable } from '../../src/cli/text/print.ts'
import { formatDuration, formatTime, parseTime } from '../../src/cli/text/times.ts'
import { HoldfastError } from '../../src/support/index.ts'
import { createFakeIo, temporaryFolder } from './fake-io.ts'

const plain = (_style: string, text: string) => text
const uid = process.getuid?.() ?? 0

describe('printing', () => {
  it('aligns columns by what is seen, not by colour codes or bytes', () => {
    const green = (_style: string, text: string) => `\u001b[32m${text}\u001b[39m`
    const table = formatTable(
      ['A', 'B'],
      [
        ['ü', 'x'],
        [green('', 'ok'), 'y'],
      ],
      plain,
    )
    expect(table).to.equal('A   B\nü   x\n\u001b[32mok\u001b[39m  y\n')
  })

  it('takes away what would steer the terminal', () => {
    expect(printable('al\u001b[2Jice\r\n\u202eevil\u0000')).to.equal(
      'al\\u001b[2Jice\\u000d\\u000a\\u202eevil\\u0000',
    )
  })

  it('colours for a terminal only, and never with NO_COLOR', () => {
    const terminal = (env: Record<string, string>, isTTY: boolean) => {
      const { io } = createFakeIo(env)
      return createPaint({ ...io, stdout: Object.assign(io.stdout, { isTTY }) })('bad', 'x')
    }
    expect(terminal({}, false)).to.equal('x')
    expect(terminal({ NO_COLOR: '1' }, true)).to.equal('x')
    expect(terminal({ TERM: 'dumb' }, true)).to.equal('x')
    expect(terminal({}, true)).to.not.equal('x')
  })
})

describe('audit text', () => {
  const startedAtMs = new Date(2025, 2, 1, 8, 12, 4).getTime()
  const entry = {
    node: 'n1',
    seq: 1,
    hash: '',
    kind: 'sign-in',
    startedAtMs,
    endedAtMs: startedAtMs + 1000,
    signInId: 'k3v9',
    attemptId: 'a1',
    gateway: 'vpn',
    outcome: 'reject',
    reason: 'password-wrong',
    userName: 'al\u001bice',
    timeline: [
      { atMs: startedAtMs, what: 'received' },
      { atMs: startedAtMs + 40, what: 'password', detail: { result: 'wrong' } },
    ],
    erased: false,
  } as const

  it('is one line a sign-in', () => {
    expect(formatAuditLine(entry, plain)).to.equal(
      '08:12:04  al\\u001bice  vpn  reject  password-wrong  1.0 s  k3v9',
    )
  })

  it('tells what stood in for a second factor from one that was asked for', () => {
    const step = (what: string) => [{ atMs: entry.startedAtMs, what }]
    const line = (what: string) =>
      formatAuditLine({ ...entry, method: 'call', timeline: step(what) }, plain)
    expect(line('remembered')).to.include('  call remembered  ')
    expect(line('prompt')).to.include('  call  ')
    expect(formatAuditLine({ ...entry, timeline: step('bypass') }, plain)).to.include('  bypass  ')
  })

  it('is aligned where there are several, without empty columns', () => {
    const change = { ...entry, kind: 'alert', outcome: '', reason: 'admin-key-rotated' } as const
    expect(formatAuditLines([entry, { ...change, gateway: '' }], plain)).to.deep.equal([
      '08:12:04  al\\u001bice  vpn  reject  password-wrong     1.0 s  k3v9',
      '08:12:04  al\\u001bice  -    change  admin-key-rotated',
    ])
  })

  it('calls what someone should look into an alert, and what was changed a change', () => {
    const kindOf = (reason: string) =>
      formatAuditLine({ ...entry, kind: 'alert', outcome: '', reason }, plain)
        .split(/ {2,}/)
        .find((cell) => /^(alert|change)$/.test(cell))
    for (const reason of ['fraud-reported', 'wrong-number', 'prompts-paused', 'audit-cut']) {
      expect(kindOf(reason), reason).to.equal('alert')
    }
    for (const reason of ['campaign-reminder-sent', 'own-authenticator-added']) {
      expect(kindOf(reason), reason).to.equal('change')
    }
  })

  it('says who did what an administrator did, and why', () => {
    const detail = {
      by: 'root',
      uid: '0',
      says: 'ali\u200bce',
      reason: 'lost\nphone',
      via: 'store',
    }
    const change = {
      ...entry,
      ...({ kind: 'alert', outcome: '', gateway: '', reason: 'admin-user-unlocked' } as const),
      timeline: [{ atMs: startedAtMs, what: 'admin-user-unlocked', detail }],
    } as const
    expect(formatAuditLine(change, plain)).to.match(
      /change {2}admin-user-unlocked {2}by root \(says ali\\u200bce\): lost\\u000aphone$/,
    )
  })

  it('says which method was added or removed', () => {
    const detail = { id: 'a1', method: 'totp', by: 'alice', via: 'portal' }
    const change = {
      ...entry,
      ...({ kind: 'alert', outcome: '', gateway: '', reason: 'own-authenticator-added' } as const),
      timeline: [{ atMs: startedAtMs, what: 'own-authenticator-added', detail }],
    } as const
    expect(formatAuditLine(change, plain)).to.match(/own-authenticator-added {2}totp by alice$/)
  })

  it('shows every step with the time since the first', () => {
    const text = formatAuditEntry(entry, plain)
    expect(text).to.match(/^2025-03-01 08:12:04 {2}al\\u001bice {2}vpn/)
    expect(text).to.match(/\+0 ms {2}received\n/)
    expect(text).to.match(/\+40 ms {2}password {2}result=wrong\n/)
  })

  it('shows a row whose person was erased', () => {
    const { userName: _, ...erased } = entry
    expect(formatAuditLine({ ...erased, timeline: [], erased: true }, plain)).to.include('  -  ')
  })
})

describe('times', () => {
  const now = new Date(2025, 2, 1, 12, 0, 0).getTime()

  const good: readonly (readonly [string, number])[] = [
    ['30m', now - 1_800_000],
    ['12h', now - 43_200_000],
    ['7d', now - 604_800_000],
    ['08:12', new Date(2025, 2, 1, 8, 12).getTime()],
    ['08:12:30', new Date(2025, 2, 1, 8, 12, 30).getTime()],
    ['2025-02-28', new Date(2025, 1, 28).getTime()],
    ['2025-02-28T23:59', new Date(2025, 1, 28, 23, 59).getTime()],
    ['2025-02-28T23:59:00Z', Date.UTC(2025, 1, 28, 23, 59)],
  ]
  for (const [text, atMs] of good) {
    it(`reads ${text}`, () => expect(parseTime(text, now)).to.equal(atMs))
  }
  for (const text of ['', 'yesterday', '25:00', '12:60', '2025-13-01', '2025', '5w', '-3h', '08']) {
    it(`refuses "${text}"`, () => expect(parseTime(text, now)).to.equal(undefined))
  }

  it('writes lengths for people', () => {
    expect([350, 4200, 185_000].map(formatDuration)).to.deep.equal(['350 ms', '4.2 s', '3 min 5 s'])
    expect(formatTime(now)).to.equal('12:00:00')
  })
})

describe('errors of commands', () => {
  it('become one line without a stack, unless it is asked for', () => {
    const error = new HoldfastError('store-full', 'The disk is full.')
    expect(formatError(error, false)).to.equal('holdfast: The disk is full.\n')
    expect(formatError(error, true)).to.include('parts.test.ts')
  })

  it('own up to a mistake of ours', () => {
    const text = formatError(new TypeError('x is undefined'), false)
    expect(text).to.include('mistake in Holdfast').and.include('HOLDFAST_DEBUG')
    expect(text).to.not.include('parts.test.ts')
  })

  it('have an exit code each', () => {
    const codes = ['usage', 'service-not-running', 'user-unknown', 'config-invalid', 'file-exists']
    expect(codes.map((code) => exitCodeOf(new HoldfastError(code, '')))).to.deep.equal([
      2, 3, 4, 5, 6,
    ])
    expect(exitCodeOf(new TypeError('x'))).to.equal(1)
  })
})

describe('the file a demo leaves', () => {
  const folder = temporaryFolder()
  const content = {
    pid: 4711,
    socket: '/tmp/admin.sock',
    radius: { address: '127.0.0.1', port: 1812 },
    config: '/etc/demo.yaml',
    gatewaySecret: 'testing123',
  }
  const fresh = (name: string) => join(folder, name)

  it('comes back as it was, and only its owner can read it', () => {
    const path = fresh('a.json')
    writeDemoFile(path, content)
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    expect(readDemoFile(path, uid)).to.deep.equal(content)
    removeDemoFile(path, 1, uid)
    expect(existsSync(path), 'of another process').to.equal(true)
    removeDemoFile(path, content.pid, uid)
    expect(existsSync(path)).to.equal(false)
  })

  it('is in the folder of the session, or carries the user in its name', () => {
    expect(demoFilePath({ XDG_RUNTIME_DIR: '/run/user/5' }, 5)).to.equal(
      '/run/user/5/holdfast-demo.json',
    )
    expect(demoFilePath({}, 5)).to.match(/\/holdfast-demo-5\.json$/)
  })

  it('is not believed when others could have written it', () => {
    const path = fresh('b.json')
    writeDemoFile(path, content)
    expect(() => readDemoFile(path, uid + 1)).to.throw('not used')
    chmodSync(path, 0o644)
    expect(() => readDemoFile(path, uid)).to.throw('mode 0600')
    const link = fresh('link.json')
    symlinkSync(path, link)
    expect(() => readDemoFile(link, uid)).to.throw('not used')
  })

  it('replaces a link instead of following it', () => {
    const victim = fresh('victim')
    const link = fresh('c.json')
    writeFileSync(victim, 'precious')
    symlinkSync(victim, link)
    writeDemoFile(link, content)
    expect(readFileSync(victim, 'utf8')).to.equal('precious')
    expect(lstatSync(link).isFile()).to.equal(true)
  })

  it('is nothing when it is missing or garbage', () => {
    expect(readDemoFile(fresh('none.json'), uid)).to.equal(undefined)
    for (const garbage of ['', '{', '[]', '{"pid":"x"}', '{"pid":1,"socket":""}']) {
      const path = fresh('garbage.json')
      writeFileSync(path, garbage, { mode: 0o600 })
      expect(readDemoFile(path, uid), garbage).to.equal(undefined)
    }
  })
})

describe('asking', () => {
  it('reads a pipe line by line, also when all lines come at once', async () => {
    const { io, stdin, stdout, stderr } = createFakeIo()
    stdin.write('secret word \nfirst\n\n')
    const answers = await withAsker(io, async (asker) => [
      await asker.askHidden('Password'),
      await asker.ask('Name'),
      await asker.ask('Size', 'large'),
    ])
    expect(answers).to.deep.equal(['secret word ', 'first', 'large'])
    expect(stdout()).to.equal('')
    expect(stderr()).to.include('Password').and.not.include('secret word')
  })

  it('ends when the input does', async () => {
    const { io, stdin } = createFakeIo()
    stdin.end()
    const error = await withAsker(io, (asker) => asker.ask('Name')).catch((thrown) => thrown)
    expect(error.code).to.equal('no-terminal')
  })

  it('ends on Ctrl-C', async () => {
    const { io, interrupt } = createFakeIo()
    setImmediate(interrupt)
    const error = await withAsker(io, (asker) => asker.ask('Name')).catch((thrown) => thrown)
    expect(error.code).to.equal('interrupted')
  })

  it('shows nothing of a password on a terminal, and gives the terminal back', async () => {
    const fake = createFakeIo()
    const modes: boolean[] = []
    const stdin = Object.assign(fake.stdin, {
      isTTY: true,
      setRawMode: (mode: boolean) => modes.push(mode),
    })
    setImmediate(() => stdin.write('hunter2\r'))
    const io = { ...fake.io, stdin }
    const answer = await withAsker(io, (asker) => asker.askHidden('Password'))
    expect(answer).to.equal('hunter2')
    expect(fake.stderr()).to.not.include('hunter')
    expect(modes).to.deep.equal([true, false])
    setImmediate(() => stdin.write('hun\u0003'))
    const error = await withAsker(io, (asker) => asker.askHidden('Again')).catch((thrown) => thrown)
    expect(error.code).to.equal('interrupted')
    expect(modes.at(-1)).to.equal(false)
  })
})
