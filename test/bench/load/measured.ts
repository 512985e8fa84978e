import { spreadOf } from '../statistics/spread.ts'

/** What one server did with one load. */
export type Measured = {
  readonly requests: number
  /** Sent and never answered; nothing is sent twice. */
  readonly lost: number
  readonly seconds: number
  readonly perSecond: number
  /** CPU of the server's process for each request. */
  readonly cpuMicros: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** What slices of one load, one after the other, come to; of the percentiles the medians. */
export function inAll(slices: readonly Measured[]): Measured {
  const sum = (pick: (slice: Measured) => number) =>
    slices.reduce((total, slice) => total + pick(slice), 0)
  const middle = (pick: (slice: Measured) => number) => spreadOf(slices.map(pick)).median
  const [requests, lost, seconds] = [
    sum((slice) => slice.requests),
    sum((slice) => slice.lost),
    sum((slice) => slice.seconds),
  ]
  return {
    requests,
    lost,
    seconds,
    perSecond: (requests - lost) / seconds,
    cpuMicros: sum((slice) => slice.cpuMicros * slice.requests) / requests,
    p50Ms: middle((slice) => slice.p50Ms),
    p99Ms: middle((slice) => slice.p99Ms),
  }
}
