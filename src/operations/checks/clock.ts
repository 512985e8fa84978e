import type { AuditEntry } from '../../store/index.ts'
import { counted } from '../../support/index.ts'
import type { CheckRow } from './check-row.ts'

/** Phones have good clocks: where so many people are off at once, by the same time, it is ours. */
const fewestPeople = 3
const agreement = 0.8
const stepSeconds = 30

/**
 * A row where codes of several people would have fitted at another time, all to the same side: this server's clock is
 * wrong then. Guesses fit by chance, to either side equally often, and each person is counted once. `recent`: newest
 * first.
 */
export function checkClock(recent: readonly AuditEntry[]): readonly CheckRow[] {
  const stepsOf = new Map<string, number>()
  for (const { timeline, userKey } of recent) {
    const steps = timeline.find(({ what }) => what === 'clock-off')?.detail?.steps
    if (userKey !== undefined && typeof steps === 'number' && !stepsOf.has(userKey)) {
      stepsOf.set(userKey, steps)
    }
  }
  const all = [...stepsOf.values()].sort((left, right) => left - right)
  const middle = all[Math.floor(all.length / 2)]
  if (middle === undefined || all.length < fewestPeople) return []
  const alike = all.filter((steps) => Math.sign(steps) === Math.sign(middle))
  if (alike.length < all.length * agreement) return []
  const side = middle > 0 ? 'behind' : 'ahead of'
  const seconds = Math.abs(middle) * stepSeconds
  return [
    {
      area: 'service',
      what: 'clock',
      state: 'warning',
      detail: `codes of ${counted(all.length, 'person', 'people')} since yesterday would have fitted about ${seconds} s away: this server seems to be ${side} the time`,
      remedy: 'timedatectl shows whether it is synchronised; set up chrony or systemd-timesyncd.',
    },
  ]
}
