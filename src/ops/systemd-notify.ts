import { execFile } from 'node:child_process'
import type { Clock, Timer } from '../support/index.ts'

/** Tells systemd how the service is (sd_notify). Every method returns at once; failures go to `onFailure`. */
export type SystemdNotifier = {
  /** Started, or done reloading. From the first call on the watchdog is fed. */
  ready(): void
  reloading(): void
  stopping(): void
  /** Resolves when everything so far has been sent. Stops feeding the watchdog. */
  close(): Promise<void>
}

const sendTimeoutMs = 5000
/** systemd ends a service that it does not hear these from. On a busy machine one try may take too long. */
const readyTries = 5
const watchdogTries = 2

/**
 * Sends through the `systemd-notify` program, because Node has no Unix datagram sockets; the unit
 * needs NotifyAccess=all. Without NOTIFY_SOCKET in `env` it does nothing.
 */
export function createSystemdNotifier(options: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  onFailure(error: Error): void
}): SystemdNotifier {
  const { env, clock } = options
  let sent = Promise.resolve()
  let watchdog: Timer | undefined
  const watchdogMs = watchdogInterval(env)

  /** One after the other: READY must not overtake RELOADING. */
  const send = (assignments: readonly string[], tries = 1) => {
    if (env.NOTIFY_SOCKET === undefined) return
    sent = sent.then(() => sendWithin(tries, assignments, env)).catch(options.onFailure)
  }
  const feed = () => {
    send(['WATCHDOG=1'], watchdogTries)
    if (watchdogMs !== undefined) watchdog = clock.after(watchdogMs / 2, feed)
  }
  return {
    ready() {
      send(['READY=1'], readyTries)
      if (watchdogMs !== undefined && watchdog === undefined) {
        watchdog = clock.after(watchdogMs / 2, feed)
      }
    },
    // libuv reads CLOCK_MONOTONIC, as systemd wants it.
    reloading: () => send(['RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`]),
    stopping: () => send(['STOPPING=1']),
    close() {
      watchdog?.cancel()
      return sent
    },
  }
}

/** Milliseconds within which systemd wants to hear from this process; undefined when it does not. */
function watchdogInterval(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const microseconds = Number(env.WATCHDOG_USEC)
  const meant = env.WATCHDOG_PID === undefined || Number(env.WATCHDOG_PID) === process.pid
  return meant && microseconds > 0 ? microseconds / 1000 : undefined
}

async function sendWithin(
  tries: number,
  assignments: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  try {
    await run(assignments, env)
  } catch (error) {
    if (tries <= 1) throw error
    await sendWithin(tries - 1, assignments, env)
  }
}

function run(
  assignments: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { PATH, NOTIFY_SOCKET } = env
    const options = { timeout: sendTimeoutMs, env: { PATH, NOTIFY_SOCKET } }
    execFile('systemd-notify', [...assignments], options, (error) =>
      error === null ? resolve() : reject(error),
    )
  })
}
