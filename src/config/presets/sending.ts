import type { Source } from './sources.ts'

/** When a gateway sends one request, and when it stops waiting: as it comes, before anyone has changed a timer. */
export type Sending = {
  /** Seconds from the first packet; that one is at 0. */
  readonly atSeconds: readonly number[]
  readonly givesUpSeconds: number
  /** Whether it then asks a second server, where one is set up. */
  readonly secondServer?: true
  readonly from: Source
}

/** `tries` packets, each `seconds` after the other. */
export function every(
  seconds: number,
  tries: number,
): Pick<Sending, 'atSeconds' | 'givesUpSeconds'> {
  return {
    atSeconds: Array.from({ length: tries }, (_, index) => index * seconds),
    givesUpSeconds: seconds * tries,
  }
}
