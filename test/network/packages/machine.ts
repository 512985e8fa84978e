import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopOnExit } from '../../lab/child.ts'
import { baseSystem, type Suite } from './base-system.ts'

export type Said = { readonly code: number | null; readonly output: string }

/** A booted Debian: its own systemd, file system and loopback; the kernel is ours. */
export type Machine = {
  /** Its root, as a folder here. */
  readonly folder: string
  /** A folder that both sides see: `/shared` there. */
  readonly shared: string
  /** Runs lines of a shell there, as root. Throws what they said where they fail. */
  run(lines: string, input?: string): string
  /** The same, for what may fail. */
  try(lines: string, input?: string): Said
  /** Words before a program of that machine, which then runs there. */
  readonly enter: readonly [string, ...string[]]
  /** Words before a program of this machine that is to use the network of that one. */
  readonly network: readonly [string, ...string[]]
  /** Waits until a line of a shell succeeds there. */
  until(line: string, withinMs?: number): Promise<void>
  stop(): Promise<void>
}

/** What root has there. */
export const rootEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
}

/** Ten seconds on an idle machine. */
const bootMs = 600_000

/** Copies a base system and boots it. It ends with the test run. */
export async function bootMachine(suite: Suite = 'bookworm'): Promise<Machine> {
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-machine-'))
  const folder = join(scratch, 'root')
  const shared = join(scratch, 'shared')
  mkdirSync(shared)
  execFileSync('cp', ['--archive', baseSystem(suite), folder])
  const child = spawn(
    'systemd-nspawn',
    [
      ...['--register=no', '--keep-unit', '--quiet', '--boot', '--private-network'],
      ...['--console=pipe', `--bind=${shared}:/shared`, `--directory=${folder}`],
    ],
    // systemd 257 wants the second kind of control groups, which this machine may not have.
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, SYSTEMD_LOG_LEVEL: 'warning' } },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const remove = () => rmSync(scratch, { recursive: true, force: true })
  stopOnExit(child, remove)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))

  const untilMs = Date.now() + bootMs
  const notBooted = (why: string) => new Error(`the machine did not boot: ${why}\n${output}`)
  const wait = async (isThere: () => boolean) => {
    while (!isThere()) {
      if (child.exitCode !== null) throw notBooted(`systemd-nspawn ended with ${child.exitCode}`)
      if (Date.now() > untilMs) throw notBooted('it took too long')
      await sleep(100)
    }
  }
  await wait(() => leaderOf(child.pid) !== undefined)
  const leader = leaderOf(child.pid) ?? ''
  const enter: Machine['enter'] = [
    'nsenter',
    ...['--target', leader, '--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd'],
  ]
  const [program, ...words] = enter
  const attempt: Machine['try'] = (lines, input = '') => {
    const { status, stdout, stderr } = spawnSync(
      program,
      [...words, '/bin/sh', '-e', '-c', lines],
      { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: rootEnvironment },
    )
    return { code: status, output: stdout + stderr }
  }
  await wait(() => /running|degraded/.test(attempt('systemctl is-system-running || true').output))

  return {
    folder,
    shared,
    try: attempt,
    run(lines, input) {
      const { code, output: said } = attempt(lines, input)
      if (code !== 0) throw new Error(`${lines}\nended with ${code}:\n${said}`)
      return said
    },
    enter,
    network: ['nsenter', '--target', leader, '--net'],
    async until(line, withinMs = 300_000) {
      const endMs = Date.now() + withinMs
      while (attempt(line).code !== 0) {
        if (Date.now() > endMs) throw new Error(`never: ${line}\n${attempt(line).output}`)
        await sleep(100)
      }
    },
    async stop() {
      child.ref()
      child.kill('SIGTERM')
      await ended
      remove()
    },
  }
}

/** The first process of the machine. systemd-nspawn has another child for a moment before. */
function leaderOf(pid: number | undefined): string | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    return children.find((each) =>
      /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${each}/status`, 'utf8')),
    )
  } catch {
    return undefined
  }
}
