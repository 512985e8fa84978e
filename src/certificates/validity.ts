import { dayMs } from '../support/index.ts'

/** Devices whose clocks are a little behind must not get a certificate that is not valid yet. */
const earlyMs = 3_600_000

/** From an hour ago, for as many days. */
export function validFor(days: number, nowMs: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(nowMs - earlyMs), notAfter: new Date(nowMs + days * dayMs) }
}
