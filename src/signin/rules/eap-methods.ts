/** Methods of EAP by what rules call them, and what everyone else does: people, the log, the audit. */
export const eapMethods = {
  ttls: 'EAP-TTLS',
  peap: 'PEAP',
  tls: 'EAP-TLS',
  gtc: 'EAP-GTC',
  md5: 'EAP-MD5',
  'ms-chap-v2': 'EAP-MSCHAPv2',
} as const

/** A method of EAP as rules name it: the one outside, whatever is in its tunnel. */
export type EapMethodName = keyof typeof eapMethods

export const eapMethodNames = Object.keys(eapMethods) as readonly EapMethodName[]
