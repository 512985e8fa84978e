import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type CliIo, runCli } from '../../src/cli/index.ts'
import { systemClock } from '../../src/support/index.ts'

export type CliRun = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** What a test sees of a command that runs in this process. */
export type FakeIo = {
  readonly io: CliIo
  readonly stdin: PassThrough
  stdout(): string
  stderr(): string
  /** What Ctrl-C does. */
  interrupt(): void
}

/** Whatever runs or is installed on this machine is not seen, unless a test says where it is. */
export function createFakeIo(
  env: Record<string, string> = {},
  usualSocket = '/nonexistent/admin.sock',
  usualConfig = '/nonexistent/holdfast.yaml',
): FakeIo {
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const texts = { stdout: '', stderr: '' }
  stdout.setEncoding('utf8')
  stdout.on('data', (chunk) => {
    texts.stdout += String(chunk)
  })
  stderr.setEncoding('utf8')
  stderr.on('data', (chunk) => {
    texts.stderr += String(chunk)
  })
  const interrupt = new AbortController()
  return {
    stdin,
    io: {
      env,
      stdin,
      stdout,
      stderr,
      clock: systemClock,
      uid: process.getuid?.() ?? 0,
      usualSocket,
      usualConfig,
      signal: interrupt.signal,
    },
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    interrupt: () => interrupt.abort(),
  }
}

/** Runs one command line in this process, with `input` on a pipe. */
export async function run(
  argv: readonly string[],
  options: {
    readonly env?: Record<string, string>
    readonly input?: string
    readonly usualSocket?: string
    readonly usualConfig?: string
  } = {},
): Promise<CliRun> {
  const fake = createFakeIo(options.env, options.usualSocket, options.usualConfig)
  fake.stdin.end(options.input ?? '')
  const code = await runCli(argv, fake.io)
  await new Promise((resolve) => setImmediate(resolve))
  return { code, stdout: fake.stdout(), stderr: fake.stderr() }
}

/** A folder that goes away after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
