import type { Clock, Timer } from '../../support/index.ts'
import type { GatewayStatus } from '../parts.ts'
import { daysLeft, isRequired } from './signing.ts'

const hourMs = 3_600_000

/** What the log says of an exception that ends. */
export type SigningEvent =
  | {
      readonly event: 'message-authenticator-ends'
      readonly gateway: string
      readonly lastDay: string
      readonly daysLeft: number
      readonly unsigned: number
    }
  | { readonly event: 'message-authenticator-due'; readonly gateway: string }

/**
 * Warns of gateways whose exception from Message-Authenticator ends on a day: the nearer it is the more
 * often, and once when it has ended. Looks now and once an hour.
 */
export function startSigningWarnings(
  clock: Clock,
  log: (event: SigningEvent) => void,
  statuses: () => Promise<readonly GatewayStatus[]>,
  onError: (error: unknown) => void,
): { stop(): void } {
  const warnedAtMs = new Map<string, number>()
  const excepted = new Set<string>()
  let timer: Timer | undefined
  let stopped = false

  function warn({ name, signing }: GatewayStatus, nowMs: number): void {
    const left = daysLeft(signing, nowMs)
    if (signing.until === undefined || left === undefined || signing.learnt) return
    if (isRequired(signing, nowMs)) {
      if (excepted.delete(name)) log({ event: 'message-authenticator-due', gateway: name })
      return
    }
    excepted.add(name)
    const lastMs = warnedAtMs.get(name)
    if (lastMs !== undefined && nowMs - lastMs < everyMs(left)) return
    warnedAtMs.set(name, nowMs)
    log({
      event: 'message-authenticator-ends',
      gateway: name,
      lastDay: signing.until.day,
      daysLeft: left,
      unsigned: signing.counts.unsigned?.count ?? 0,
    })
  }

  async function look(): Promise<void> {
    try {
      const nowMs = clock.nowMs()
      for (const status of await statuses()) warn(status, nowMs)
    } catch (error) {
      if (!stopped) onError(error)
    }
    if (!stopped) timer = clock.after(hourMs, () => void look())
  }

  void look()
  return {
    stop() {
      stopped = true
      timer?.cancel()
    },
  }
}

/** How long to be quiet after a warning: a week, a day, six hours, and on the last day an hour. */
function everyMs(left: number): number {
  if (left > 30) return 7 * 24 * hourMs
  if (left > 7) return 24 * hourMs
  return left > 0 ? 6 * hourMs : hourMs
}
