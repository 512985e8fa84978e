import type { TimelineEntry } from './ports/index.ts'

/**
 * What has happened in a sign-in so far. A string while the request waits: the half a dozen entries
 * it stands for are four times as large (RULES 32).
 */
export type Timeline = TimelineEntry[] | string

type Row = readonly [sinceStartMs: number, what: string, detail?: TimelineEntry['detail']]

export function packTimeline(timeline: Timeline): string {
  if (typeof timeline === 'string') return timeline
  const startMs = timeline[0]?.atMs ?? 0
  const rows = timeline.map(({ atMs, what, detail }): Row => {
    const sinceStartMs = atMs - startMs
    return detail === undefined ? [sinceStartMs, what] : [sinceStartMs, what, detail]
  })
  return JSON.stringify([startMs, ...rows])
}

/** The entries themselves where they are kept as such: no copies for what is added. */
export function entriesOf(timeline: Timeline): TimelineEntry[] {
  if (typeof timeline !== 'string') return timeline
  const [startMs, ...rows] = JSON.parse(timeline) as readonly [number, ...Row[]]
  return rows.map(([sinceStartMs, what, detail]) => {
    const atMs = startMs + sinceStartMs
    return detail === undefined ? { atMs, what } : { atMs, what, detail }
  })
}
