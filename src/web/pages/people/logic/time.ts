/** How long something is still open: whole minutes, and seconds only in the last minute. */
export type TimeLeft =
  | { readonly kind: 'minutes' | 'seconds'; readonly count: number }
  | { readonly kind: 'over' }

export function timeLeft(untilMs: number, nowMs: number): TimeLeft {
  const seconds = Math.ceil((untilMs - nowMs) / 1000)
  if (seconds <= 0) return { kind: 'over' }
  if (seconds <= 60) return { kind: 'seconds', count: seconds }
  return { kind: 'minutes', count: Math.ceil(seconds / 60) }
}

/** Milliseconds until `timeLeft` says something else. */
export function untilNextChange(untilMs: number, nowMs: number): number {
  const left = untilMs - nowMs
  if (left <= 0) return Number.POSITIVE_INFINITY
  const step = left > 61_000 ? 60_000 : 1000
  return left % step || step
}

const day = 24 * 60 * 60 * 1000

/** `today, 08:12`, `yesterday, 17:40` or `12 November, 09:03`, with the year where it is another one. */
export function formatMoment(atMs: number, nowMs: number, language: string): string {
  // As mails write it.
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' })
  return `${formatDay(atMs, nowMs, language)}, ${time.format(atMs)}`
}

export function formatDay(atMs: number, nowMs: number, language: string): string {
  const days = Math.round((startOfDay(atMs) - startOfDay(nowMs)) / day)
  if (days === 0 || days === -1) {
    return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day')
  }
  const isOtherYear = new Date(atMs).getFullYear() !== new Date(nowMs).getFullYear()
  return new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'long',
    ...(isOtherYear && { year: 'numeric' }),
  }).format(atMs)
}

function startOfDay(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0)
}

type Moments = {
  readonly startedAtMs: number
  readonly earlierAtMs?: number
  readonly waitsUntilMs: number
  readonly endsMs: number
  readonly refused: readonly { readonly atMs: number }[]
}

/** A prompt with its moments by the clock of this device, whose server says that it is `serverMs` at `nowMs` here. */
export function byOwnClock<Prompt extends Moments>(
  prompt: Prompt,
  serverMs: number,
  nowMs: number,
): Prompt {
  const ahead = nowMs - serverMs
  const { earlierAtMs } = prompt
  return {
    ...prompt,
    startedAtMs: prompt.startedAtMs + ahead,
    ...(earlierAtMs === undefined ? {} : { earlierAtMs: earlierAtMs + ahead }),
    waitsUntilMs: prompt.waitsUntilMs + ahead,
    endsMs: prompt.endsMs + ahead,
    refused: prompt.refused.map((each) => ({ ...each, atMs: each.atMs + ahead })),
  }
}
