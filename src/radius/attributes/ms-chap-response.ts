/** Bytes of MS-CHAP-Challenge by the version of MS-CHAP (RFC 2433 3, RFC 2759 3). */
export const msChapChallengeLength = { 1: 8, 2: 16 } as const

/** Ident, Flags, 24 bytes of another kind in each version, and the 24 of the NT-Response. */
const responseLength = 50
/** A flag of version 1: the NT-Response is used, not that of LAN Manager. */
const ntResponseCounts = 1

/** What MS-CHAP-Response (version 1) and MS-CHAP2-Response hold (RFC 2548 2.1.3, 2.3.2). */
export type MsChapResponse = {
  readonly identifier: number
  /** 16 bytes in version 2, none in version 1. */
  readonly peerChallenge: Uint8Array
  /** 24 bytes. */
  readonly ntResponse: Uint8Array
}

/**
 * Reads the value of a response; undefined for one of another length than 50 bytes. `isLanManager`: by its Flags, which
 * version 1 has, only the response of LAN Manager is used.
 */
export function decodeMsChapResponse(
  version: 1 | 2,
  value: Uint8Array,
): { readonly response: MsChapResponse; readonly isLanManager: boolean } | undefined {
  const [identifier, flags] = value
  if (identifier === undefined || flags === undefined || value.length !== responseLength) {
    return undefined
  }
  const response = {
    identifier,
    peerChallenge: version === 2 ? Uint8Array.from(value.subarray(2, 18)) : new Uint8Array(0),
    ntResponse: Uint8Array.from(value.subarray(26)),
  }
  return { response, isLanManager: version === 1 && (flags & ntResponseCounts) === 0 }
}

/** The value of a response, 50 bytes. In version 1 there is no response of LAN Manager in it. */
export function encodeMsChapResponse(version: 1 | 2, response: MsChapResponse): Uint8Array {
  const value = new Uint8Array(responseLength)
  value[0] = response.identifier
  value.set(response.ntResponse, 26)
  if (version === 2) value.set(response.peerChallenge, 2)
  else value[1] = ntResponseCounts
  return value
}
