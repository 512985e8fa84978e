import { dayMs } from '../../support/index.ts'
/** Local date and time to the second: `2025-03-01 08:12:04`. */
export function formatDateTime(atMs: number): string {
  return `${formatDate(atMs)} ${formatTime(atMs)}`
}

/** Local time of day to the second: `08:12:04`. */
export function formatTime(atMs: number): string {
  const at = new Date(atMs)
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':')
}

/** The end of something, to the minute and never too early: `00:42`, with the date where it is another day than `nowMs`. */
export function formatUntil(untilMs: number, nowMs: number): string {
  const endMs = Math.ceil(untilMs / 60_000) * 60_000
  const [day, time] = formatDateTime(endMs).slice(0, 16).split(' ')
  return formatDateTime(nowMs).startsWith(`${day} `) ? `${time}` : `${day} ${time}`
}

/** A length of time for people: `350 ms`, `4.2 s`, `3 min 5 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(1)} s`
  return `${Math.floor(durationMs / 60_000)} min ${Math.round((durationMs % 60_000) / 1000)} s`
}

/**
 * Reads a point in time: ISO 8601 (`2025-03-01`, `2025-03-01T08:12`), a time of today (`08:12`), or
 * how long ago (`30m`, `12h`, `7d`). Undefined when it is none of them.
 */
export function parseTime(text: string, nowMs: number): number | undefined {
  const ago = /^(\d{1,6})([smhd])$/.exec(text)
  if (ago) return nowMs - Number(ago[1]) * unitMs(ago[2])
  const today = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text)
  if (today) {
    return new Date(nowMs).setHours(Number(today[1]), Number(today[2]), Number(today[3] ?? 0), 0)
  }
  // A date alone means the local day, not the UTC one that Date.parse would take.
  const iso = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text
  if (!/^\d{4}-\d{2}-\d{2}T/.test(iso)) return undefined
  const atMs = Date.parse(iso)
  return Number.isNaN(atMs) ? undefined : atMs
}

function formatDate(atMs: number): string {
  const at = new Date(atMs)
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`
}

function unitMs(unit: string | undefined): number {
  if (unit === 's') return 1000
  if (unit === 'm') return 60_000
  return unit === 'h' ? 3_600_000 : dayMs
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
