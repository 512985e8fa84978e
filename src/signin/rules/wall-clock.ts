/** What a clock on the wall shows somewhere. */
export type WallTime = {
  /** 0 is Sunday. */
  readonly day: number
  /** Since midnight, 0 to 1439. */
  readonly minute: number
}

/** The wall clock of a time zone, at a moment in milliseconds since 1970. */
export type WallClock = (nowMs: number) => WallTime

/** Days and hours in which a rule holds, on the clock of one place. */
export type Times = {
  readonly clock: WallClock
  /** 0 is Sunday. Absent: every day. */
  readonly days?: readonly number[]
  /** Minutes since midnight, `from` included. Where `to` is the smaller one, the hours go over midnight. */
  readonly hours?: { readonly from: number; readonly to: number }
}

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const minuteMs = 60_000

/** `timeZone`: a name of IANA, such as Europe/Amsterdam. Throws RangeError for a name that is not one. */
export function createWallClock(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  })
  // Many rules ask in the same minute, and looking up a zone is slow.
  let known = { minuteOf: Number.NaN, time: { day: 0, minute: 0 } }
  return (nowMs) => {
    const minuteOf = Math.floor(nowMs / minuteMs)
    if (known.minuteOf !== minuteOf) known = { minuteOf, time: readParts(format, nowMs) }
    return known.time
  }
}

function readParts(format: Intl.DateTimeFormat, nowMs: number): WallTime {
  const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]))
  return {
    day: dayNames.indexOf(parts.get('weekday') ?? ''),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  }
}

/** Hours over midnight belong to the day on which they begin. */
export function isWithin({ clock, days, hours }: Times, nowMs: number): boolean {
  const { day, minute } = clock(nowMs)
  const isOn = (which: number) => days === undefined || days.includes(which)
  if (hours === undefined) return isOn(day)
  const { from, to } = hours
  if (from < to) return minute >= from && minute < to && isOn(day)
  return (minute >= from && isOn(day)) || (minute < to && isOn((day + 6) % 7))
}
