import { derTag, readDer, readTime, valuesIn } from './der.ts'

/** Until when a list of revoked certificates is valid (RFC 5280 5.1.2.5), milliseconds since 1970. `der`: the list. */
export function revocationsEndMs(der: Uint8Array): number | undefined {
  const [list] = readDer(der) ?? []
  const [signed] = valuesIn(list, derTag.sequence)
  const times = valuesIn(signed, derTag.sequence).filter(
    ({ tag }) => tag === derTag.utcTime || tag === derTag.generalizedTime,
  )
  // The first says since when.
  return readTime(times[1])
}
