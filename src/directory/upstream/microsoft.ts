/** Vendor-Id of Microsoft. */
export const microsoft = 311

/** Attributes that carry MS-CHAP and the keys it gives (RFC 2548). */
export const microsoftType = {
  chapResponse: 1,
  chapChallenge: 11,
  chapMppeKeys: 12,
  mppeSendKey: 16,
  mppeReceiveKey: 17,
  chap2Response: 25,
  chap2Success: 26,
} as const
