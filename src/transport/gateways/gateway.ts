import type { SharedSecret } from '../../radius/index.ts'
import type { GatewayRules } from '../../signin/index.ts'
import type { Charset } from '../../support/index.ts'

/** How far a gateway must prove its requests (CVE-2024-3596). */
export type MessageAuthenticatorMode = 'required' | 'learn' | 'optional'

/** An attribute that names the person's device: text, or an address in 4 or 16 bytes. Vendor 0: none. */
export type DeviceAttribute = {
  readonly vendor: number
  readonly type: number
  readonly form: 'text' | 'address'
}

/** One gateway as `compose` hands it over. */
export type GatewayEntry = {
  /** `rules.name` is unique in the table. */
  readonly rules: GatewayRules
  /** Addresses or prefixes it sends from; IPv4 or IPv6. At least one. */
  readonly prefixes: readonly string[]
  /** Where several share a prefix: the NAS-Identifier that means this one, a start and `*`, or `*`. */
  readonly nasIdentifier?: string
  /** Whether NAS-Identifier, a mere claim, may choose between gateways with the same secret (RULES 13). */
  readonly trustNasIdentifier: boolean
  readonly secret: SharedSecret
  readonly messageAuthenticator: MessageAuthenticatorMode
  /** `learn` only: whether an earlier run saw a valid Message-Authenticator. */
  readonly learnt: boolean
  /** When Message-Authenticator is required whatever the mode says, milliseconds since 1970; absent: never. */
  readonly requiredFromMs?: number
  /** How it writes User-Password and User-Name, and reads texts. */
  readonly charset: Charset
  /** Where a request names the person's device. Absent: in Calling-Station-Id. */
  readonly deviceAttribute?: DeviceAttribute
  /** Whether MS-CHAP of version 1 is accepted as well as version 2. */
  readonly msChapV1: boolean
  /** Whether it may send EAP. Default: no. */
  readonly eap?: boolean
  /** Sign-ins that may be open at a time. */
  readonly maxOpen: number
}

/** An entry in use. `learnt` turns true at the first valid Message-Authenticator. */
export type Gateway = Omit<GatewayEntry, 'learnt'> & { learnt: boolean }
