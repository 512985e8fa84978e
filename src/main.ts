#!/usr/bin/env node
import { keepCompiled } from './files/index.ts'

keepCompiled(process.env)
const { formatError, processIo, runCli } = await import('./cli/index.ts')

const interrupt = new AbortController()

let askedAtMs = 0

// The first asks a command to end, or the service to stop in order; the second does not wait. What
// comes within a second is one wish: npm passes on a Ctrl-C that its child has got already.
function stop(): void {
  const nowMs = performance.now()
  if (!interrupt.signal.aborted) askedAtMs = nowMs
  else if (nowMs - askedAtMs > 1_000) process.exit(130)
  interrupt.abort()
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)

// The reader of a pipe may go before we are done, as in `holdfast audit search 2>&1 | head`.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

process.on('uncaughtException', (error) => {
  process.stderr.write(formatError(error, Boolean(process.env.HOLDFAST_DEBUG)))
  process.exit(1)
})

process.exitCode = await runCli(process.argv.slice(2), processIo(interrupt.signal))

/** For what is still on its way to standard output. */
const outputGraceMs = 1_000

// What is written to a pipe keeps the process alive, so a reader that has stopped reading would keep a stopped service
// from ending. The timer itself keeps nothing alive.
if (interrupt.signal.aborted) setTimeout(() => process.exit(), outputGraceMs).unref()
