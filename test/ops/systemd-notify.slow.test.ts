import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { createSystemdNotifier } from '../../src/ops/index.ts'
import { type Clock, systemClock } from '../../src/support/index.ts'

/** Prints each datagram as one line; file descriptors that come along are closed, as systemd does. */
const listenerScript = `
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print("listening", flush=True)
while True:
    print(listener.recv(4096).decode().replace("\\n", " "), flush=True)
`

describe('systemd notifications', () => {
  let folder: string
  let listener: ChildProcess
  let received: AsyncIterator<string>

  before(function () {
    const missing = ['python3', 'systemd-notify'].filter(
      (program) => spawnSync(program, ['--version']).status !== 0,
    )
    if (missing.length === 0) return
    if (process.env.CI) throw new Error(`${missing.join(' and ')} must be there under CI`)
    console.log(`skipped: ${missing.join(' and ')} not found`)
    this.skip()
  })
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-notify-'))
    listener = spawn('python3', ['-c', listenerScript, join(folder, 'notify')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (listener.stdout === null) return expect.fail('no output')
    received = createInterface({ input: listener.stdout })[Symbol.asyncIterator]()
    expect(await next()).to.equal('listening')
  })
  afterEach(async () => {
    const ended = new Promise((resolve) => listener.on('exit', resolve))
    listener.kill()
    await ended
    rmSync(folder, { recursive: true })
  })

  /** The next message that is not the barrier systemd-notify sends after each. */
  async function next(): Promise<string> {
    const { value } = await received.next()
    return value === 'BARRIER=1' ? next() : String(value)
  }
  const environment = () => ({ ...process.env, NOTIFY_SOCKET: join(folder, 'notify') })

  it('sends READY, RELOADING with the monotonic time, READY, STOPPING in this order', async () => {
    const notifier = createSystemdNotifier({
      env: environment(),
      clock: systemClock,
      onFailure: (error) => expect.fail(error.message),
    })
    const before = process.hrtime.bigint() / 1000n
    notifier.ready()
    notifier.reloading()
    notifier.ready()
    notifier.stopping()
    await notifier.close()
    expect(await next()).to.equal('READY=1')
    const [, time = ''] = /^RELOADING=1 MONOTONIC_USEC=(\d+)$/.exec(await next()) ?? []
    const after = process.hrtime.bigint() / 1000n
    expect(BigInt(time) >= before && BigInt(time) <= after, time).to.equal(true)
    expect(await next()).to.equal('READY=1')
    expect(await next()).to.equal('STOPPING=1')
  })

  it('feeds the watchdog at half its interval once ready, until closed', async () => {
    const clock = manualClock()
    const notifier = createSystemdNotifier({
      env: { ...environment(), WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(process.pid) },
      clock,
      onFailure: (error) => expect.fail(error.message),
    })
    expect(clock.delays, 'not before it is ready').to.deep.equal([])
    notifier.ready()
    notifier.ready()
    expect(clock.delays, 'one timer only').to.deep.equal([15_000])
    clock.fire()
    clock.fire()
    expect(clock.delays).to.deep.equal([15_000, 15_000, 15_000])
    await notifier.close()
    expect(clock.cancelled).to.equal(1)
    expect([await next(), await next(), await next(), await next()]).to.deep.equal([
      'READY=1',
      'READY=1',
      'WATCHDOG=1',
      'WATCHDOG=1',
    ])
  })

  it('leaves a watchdog alone that is meant for another process', () => {
    const clock = manualClock()
    const env = { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }
    createSystemdNotifier({ env, clock, onFailure: () => {} }).ready()
    expect(clock.delays).to.deep.equal([])
  })

  it('does nothing without NOTIFY_SOCKET', async () => {
    const failures: Error[] = []
    const env = { PATH: '/nonexistent' }
    const onFailure = (error: Error) => failures.push(error)
    const notifier = createSystemdNotifier({ env, clock: systemClock, onFailure })
    notifier.ready()
    notifier.stopping()
    await notifier.close()
    expect(failures).to.deep.equal([])
  })

  it('says READY again where a try fails, because systemd ends a service that does not say it', async () => {
    const program = join(folder, 'systemd-notify')
    const calls = join(folder, 'calls')
    writeFileSync(program, `#!/bin/sh\necho "$@" >>${calls}\ntest "$(wc -l <${calls})" -gt 2\n`)
    chmodSync(program, 0o755)
    const failures: Error[] = []
    const env = { ...environment(), PATH: `${folder}:${process.env.PATH}` }
    const onFailure = (error: Error) => failures.push(error)
    const notifier = createSystemdNotifier({ env, clock: systemClock, onFailure })
    notifier.ready()
    notifier.stopping()
    await notifier.close()
    const said = readFileSync(calls, 'utf8').trim().split('\n')
    expect(said).to.deep.equal(['READY=1', 'READY=1', 'READY=1', 'STOPPING=1'])
    expect(failures).to.deep.equal([])
  })

  it('tells of a failure, and goes on', async () => {
    const failures: Error[] = []
    const env = { PATH: '/nonexistent', NOTIFY_SOCKET: join(folder, 'notify') }
    const onFailure = (error: Error) => failures.push(error)
    const notifier = createSystemdNotifier({ env, clock: systemClock, onFailure })
    notifier.ready()
    notifier.stopping()
    await notifier.close()
    expect(failures).to.have.length(2)
    expect(failures[0]?.message).to.include('systemd-notify')
  })
})

function manualClock(): Clock & { delays: number[]; cancelled: number; fire(): void } {
  let pending: (() => void) | undefined
  return {
    delays: [],
    cancelled: 0,
    nowMs: () => 0,
    after(delayMs, run) {
      this.delays.push(delayMs)
      pending = run
      return {
        cancel: () => {
          this.cancelled += 1
        },
      }
    },
    fire() {
      pending?.()
    },
  }
}
