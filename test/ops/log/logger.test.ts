import { PassThrough, Writable } from 'node:stream'
import { expect } from 'chai'
import fc from 'fast-check'
import { createLogger, type LogEvent, type LogLevel, signInEvent } from '../../../src/ops/index.ts'
import { logEntries } from '../../../src/ops/log/events.ts'
import type { SignInRecord } from '../../../src/signin/index.ts'
import { type Clock, Secret, visibleJson } from '../../../src/support/index.ts'
import { anyText } from '../../any-text.ts'

const record: SignInRecord = {
  signInId: 'S1',
  attemptId: 'A23456789012',
  startedAtMs: 1000,
  endedAtMs: 10_120,
  gateway: 'vpn',
  sourceAddress: '192.0.2.10',
  userName: 'alice',
  userKey: 'corp:1',
  method: 'call',
  outcome: 'accept',
  reason: 'accepted',
  timeline: [
    { atMs: 1040, what: 'password-right' },
    { atMs: 10_100, what: 'prompt-approved', detail: { machine: false } },
  ],
}

describe('logger', () => {
  it('writes one JSON line a sign-in, with gateway, user, method, outcome, reason and times', async () => {
    const { logger, lines } = setUp()
    logger.log(signInEvent(record))
    expect((await lines()).map((line) => JSON.parse(line))).to.deep.equal([
      {
        level: 'info',
        time: '1970-01-01T00:00:00.000Z',
        event: 'sign-in',
        signInId: 'S1',
        attemptId: 'A23456789012',
        gateway: 'vpn',
        source: '192.0.2.10',
        user: 'alice',
        method: 'call',
        outcome: 'accept',
        reason: 'accepted',
        durationMs: 9120,
        steps: [
          { what: 'password-right', afterMs: 40 },
          { what: 'prompt-approved', afterMs: 9100 },
        ],
        message: 'alice at vpn: accept by call after 9120 ms',
      },
    ])
  })

  it('writes JSON as JSON.stringify does, the fields in the order of the event', async () => {
    const { logger, lines } = setUp({ level: 'debug', format: 'json' })
    const details = fc.sample(anyText({ maxLength: 300 }), 200)
    for (const detail of details) {
      logger.log({ event: 'socket', state: 'failed', address: '[::1]:1812', detail })
    }
    const [level, time] = ['debug', '1970-01-01T00:00:00.000Z']
    expect(await lines()).to.deep.equal(
      details.map((detail) => {
        const fields = { event: 'socket', state: 'failed', address: '[::1]:1812', detail }
        const message = `socket [::1]:1812 failed: ${detail}`
        return visibleJson(JSON.stringify({ level, time, ...fields, message }))
      }),
    )
  })

  it('writes a human line on a terminal, and JSON where the stream is not one', async () => {
    const terminal = setUp({ isTTY: true })
    terminal.logger.log(signInEvent({ ...record, outcome: 'reject', reason: 'prompt-refused' }))
    expect(await terminal.lines()).to.deep.equal([
      '1970-01-01T00:00:00.000Z info  alice at vpn: reject by call (prompt-refused) after 9120 ms [A23456789012]',
    ])
    terminal.logger.log(signInEvent({ ...record, rule: 'guests' }))
    expect((await terminal.lines())[1]).to.include('accept by call, rule guests, after 9120 ms')
    const timeline = [...record.timeline, { atMs: 0, what: 'degraded' }]
    terminal.logger.log(signInEvent({ ...record, timeline }))
    expect((await terminal.lines())[2]).to.include('accept by call, degraded, after 9120 ms')
    const file = setUp({ isTTY: false })
    file.logger.log({ event: 'service-stopped' })
    expect((await file.lines())[0]).to.match(/^\{.*\}$/)
  })

  for (const format of ['human', 'json'] as const) {
    it(`writes ${format} where that is asked for, whatever the stream is`, async () => {
      const { logger, lines } = setUp({ format, isTTY: format === 'json' })
      logger.log({ event: 'service-stopped' })
      expect((await lines())[0]?.startsWith('{')).to.equal(format === 'json')
    })
  }

  it('keeps a name from outside on its line', async () => {
    const userName = 'eve\n1970-01-01 info  admin at vpn: accept\u001b[2J\u202e\u2028'
    const { logger, lines } = setUp({ format: 'human' })
    logger.log(signInEvent({ ...record, userName }))
    expect(await lines()).to.have.length(1)
    expect((await lines())[0])
      .to.include('\\u000a1970')
      .and.include('\\u001b[2J\\u202e\\u2028')
  })

  it('cuts what is too long to be read', async () => {
    const long = 'x'.repeat(100_000)
    for (const format of ['human', 'json'] as const) {
      const { logger, lines } = setUp({ format })
      logger.log({ event: 'store-failed', detail: long })
      expect((await lines())[0]?.length).to.be.lessThan(5000)
    }
  })

  it('shows a secret that got into an event as [secret]', async () => {
    const { logger, lines } = setUp()
    const leaking: object = { event: 'store-failed', detail: new Secret('hunter2') }
    logger.log(leaking as LogEvent)
    expect((await lines())[0])
      .to.include('[secret]')
      .and.not.include('hunter2')
  })

  it('leaves out levels below its own, until it is told otherwise', async () => {
    const { logger, lines } = setUp({ level: 'warn' })
    logger.log({ event: 'service-stopped' })
    expect(await lines()).to.deep.equal([])
    logger.setLevel('info')
    logger.log({ event: 'service-stopped' })
    expect(await lines()).to.have.length(1)
  })

  it('writes a repeated event once a minute and says how many it left out', async () => {
    const { logger, lines, setTime } = setUp()
    for (let time = 0; time < 1000; time += 1) logger.log(dropped('192.0.2.1'))
    logger.log(dropped('192.0.2.2'))
    expect(await lines()).to.have.length(2)
    setTime(60_000)
    logger.log(dropped('192.0.2.1'))
    expect(await lines()).to.have.length(3)
    expect(JSON.parse((await lines())[2] ?? '')).to.include({ notWritten: 999 })
  })

  it('never leaves out a sign-in', async () => {
    const { logger, lines } = setUp()
    for (let time = 0; time < 100; time += 1) logger.log(signInEvent(record))
    expect(await lines()).to.have.length(100)
  })

  it('stays bounded under forged sources', async () => {
    const { logger, lines } = setUp()
    for (let source = 0; source < 20_000; source += 1) logger.log(dropped(`source-${source}`))
    expect((await lines()).length).to.be.within(10_000, 10_001)
  })

  it('hands the lines of one turn on in one piece, in their order', async () => {
    const pieces: string[] = []
    const stream = new Writable({
      decodeStrings: false,
      write(piece, _encoding, done) {
        pieces.push(piece)
        done()
      },
    })
    const logger = createLogger({ level: 'info', format: 'human', stream, clock: clockAt(() => 0) })
    for (const gateways of [1, 2]) logger.log({ event: 'configuration-reloaded', gateways })
    await new Promise((resolve) => setImmediate(resolve))
    logger.log({ event: 'configuration-reloaded', gateways: 3 })
    await new Promise((resolve) => setImmediate(resolve))
    expect(pieces).to.have.length(2)
    expect(pieces[0]).to.match(/^[^\n]* 1 gateway\n[^\n]* 2 gateways\n$/)
    expect(pieces[1]).to.match(/^[^\n]* 3 gateways\n$/)
  })

  it('drops lines beyond 8 MiB while the stream is stuck, and says how many', async () => {
    let written = ''
    let isStill = true
    let goOn = () => {}
    const stream = new Writable({
      write(chunk, _encoding, done) {
        written += chunk
        if (isStill) goOn = done
        else done()
      },
    })
    const logger = createLogger({ level: 'info', format: 'json', stream, clock: clockAt(() => 0) })
    const steps = Array.from({ length: 10 }, () => ({ what: 'x'.repeat(1000), afterMs: 0 }))
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    const total = 2000
    for (let line = 0; line < total; line += 1) {
      logger.log({ ...signInEvent(record), steps } as LogEvent)
      await turn()
    }
    expect(stream.writableLength).to.be.within(8 * 1024 * 1024, 8 * 1024 * 1024 + 20_000)

    isStill = false
    goOn()
    await turn()
    logger.log({ event: 'service-stopped' })
    await turn()
    const lines = written
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const [notice, last] = lines.slice(-2)
    expect(last).to.include({ event: 'service-stopped' })
    expect(notice).to.include({ level: 'warn', event: 'log-lines-lost' })
    expect(lines.length - 2 + notice.lines).to.equal(total)
    expect(notice.lines).to.be.within(1000, 1300)
  })

  it('survives a stream that breaks', async () => {
    const stream = new Writable({
      write: (_chunk, _encoding, done) => done(new Error('EPIPE')),
    })
    const logger = createLogger({ level: 'info', format: 'json', stream, clock: clockAt(() => 0) })
    logger.log({ event: 'service-stopped' })
    await new Promise((resolve) => setImmediate(resolve))
    logger.log({ event: 'service-stopped' })
    expect(stream.destroyed).to.equal(true)
  })
})

describe('log events', () => {
  it('have names of words joined by hyphens', () => {
    expect(
      Object.keys(logEntries).filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name)),
    ).to.deep.equal([])
  })
})

function dropped(source: string): LogEvent {
  return { event: 'packet-dropped', reason: 'gateway-unknown', source, remedy: 'Add it.' }
}

function setUp(
  options: { level?: LogLevel; format?: 'auto' | 'human' | 'json'; isTTY?: boolean } = {},
) {
  const stream = Object.assign(new PassThrough(), { isTTY: options.isTTY ?? false })
  let nowMs = 0
  let written = ''
  const logger = createLogger({
    level: options.level ?? 'info',
    format: options.format ?? 'auto',
    stream,
    clock: clockAt(() => nowMs),
  })
  return {
    logger,
    setTime: (ms: number) => {
      nowMs = ms
    },
    /** What is written by the end of this turn. */
    lines: async () => {
      await new Promise((resolve) => setImmediate(resolve))
      for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) written += chunk
      return written.split('\n').slice(0, -1)
    },
  }
}

function clockAt(nowMs: () => number): Clock {
  return { nowMs, after: () => ({ cancel: () => {} }) }
}
