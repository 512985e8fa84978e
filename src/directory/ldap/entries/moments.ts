// How directories write moments down. Active Directory: ticks of 100 ns since 1601 as a number (FILETIME,
// MS-DTYP 2.3.3). OpenLDAP and rootDSE: GeneralizedTime (RFC 4517 3.3.13).

const ticksPerMs = 10_000n
const years1601To1970Ms = 11_644_473_600_000n

/** A whole number of up to 19 digits; undefined for what is not there, or is not a number. */
export function readInteger(text: string | undefined): bigint | undefined {
  return text !== undefined && /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined
}

/** Ticks since 1601 as milliseconds since 1970. */
export function ticksToMs(ticks: bigint): number {
  return Number(ticks / ticksPerMs - years1601To1970Ms)
}

/** Milliseconds since 1970 as ticks since 1601. */
export function msToTicks(ms: number): bigint {
  return (BigInt(Math.floor(ms)) + years1601To1970Ms) * ticksPerMs
}

/** A FILETIME as milliseconds since 1970; 0 for never, undefined for what is not there. */
export function fileTimeMs(text: string | undefined): number | undefined {
  const ticks = readInteger(text)
  if (ticks === undefined) return undefined
  return ticks <= 0n ? 0 : ticksToMs(ticks)
}

/** A span of time, which is a negative number (MS-ADTS 3.1.1.3.1.5.2), as milliseconds. */
export function spanMs(ticks: bigint): number {
  return Number(-ticks / ticksPerMs)
}

/** `20261125014000.0Z` as milliseconds since 1970; undefined for anything else. */
export function parseGeneralizedTime(text: string | undefined): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text ?? '')
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second] = parts
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(ms) ? undefined : ms
}
