import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One listener for all: Node warns of a leak when many are added. */
const atExit = new Set<() => void>()
process.once('exit', () => {
  for (const run of atExit) run()
})

/**
 * Stops this child, and nothing else, when the test run ends: asks it, waits up to five seconds, then
 * cleans up. Synchronous, because nothing else runs in an exit handler.
 */
export function stopOnExit(child: ChildProcess, cleanUp: () => void): void {
  child.unref()
  atExit.add(() => {
    if (child.exitCode === null && child.kill('SIGTERM') && !waitForEnd(child.pid)) {
      child.kill('SIGKILL')
    }
    cleanUp()
  })
}

function waitForEnd(pid: number | undefined): boolean {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let waitedMs = 0; waitedMs < 5000; waitedMs += 50) {
    if (hasEnded(pid)) return true
    Atomics.wait(pause, 0, 0, 50)
  }
  return false
}

/** No one has collected it yet, so it is gone when /proc calls it a zombie. */
function hasEnded(pid: number | undefined): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return true
  }
}
