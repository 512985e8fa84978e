import type { Method } from '../accounts/index.ts'
import type { Secret } from '../support/index.ts'

/** How the person proved the first factor, as the gateway sent it. */
export type Credential =
  /**
   * `wellFormed` is false where the bytes are not text in the gateway's charset: a wrong shared secret. `fullAt`: its
   * length in bytes, where it fills a buffer of the gateway or of RADIUS, so that more may have been cut off.
   */
  | {
      readonly kind: 'pap'
      readonly password: Secret
      readonly wellFormed: boolean
      readonly fullAt?: number
    }
  /** CHAP-Password: identifier, 16-byte response; the challenge may come from the Request Authenticator. */
  | {
      readonly kind: 'chap'
      readonly identifier: number
      readonly response: Uint8Array
      readonly challenge: Uint8Array
    }
  | MsChapCredential
  | CertificateCredential
  | ResumedCredential
  /** EAP that an upstream server carries on: a Response, for it to judge. */
  | { readonly kind: 'eap'; readonly message: Uint8Array }
  /** The request carries a credential nothing here can check, such as two passwords at once. */
  | {
      readonly kind: 'unsupported'
      readonly name: string
      /** It is a password, and longer than RADIUS carries. */
      readonly isTooLong?: true
    }
  /** Only State: the gateway goes on without asking the person. */
  | { readonly kind: 'none' }

/** How a password can be sent, as rules name it. */
export type CredentialName = 'pap' | 'chap' | 'ms-chap' | 'eap'

/** MS-CHAP (RFC 2433, 2759), from the attributes of RFC 2548 or from inside EAP. */
export type MsChapCredential = {
  readonly kind: 'ms-chap'
  readonly version: 1 | 2
  /** Comes back in what answers it. */
  readonly identifier: number
  /** The authenticator's: 8 bytes in version 1, 16 in version 2. */
  readonly challenge: Uint8Array
  /** 16 bytes in version 2, none in version 1. */
  readonly peerChallenge: Uint8Array
  /** 24 bytes. */
  readonly ntResponse: Uint8Array
  /** The name as the client has it, with its domain if it sent one. */
  readonly userName: string
  /** What is in place of a response: the answer to a challenge, as it was typed. */
  readonly answer?: Secret
  /** The response is that of a new password, to be set first. */
  readonly change?: MsChapChange
}

/** A new password as only someone who knows the old one can send it (RFC 2759 8.9, 8.12). */
export type MsChapChange = {
  /** 516 bytes: the new password, under the old NT hash. */
  readonly encryptedPassword: Uint8Array
  /** 16 bytes: the old NT hash, under the new one. */
  readonly encryptedHash: Uint8Array
}

/**
 * A certificate whose private key the peer has shown to have, and that an authority for peers vouches for: valid, not
 * revoked, and with the user name in it. The directory says whose account that is.
 */
export type CertificateCredential = {
  readonly kind: 'certificate'
  /** Hex. */
  readonly serialNumber: string
  /** `S-1-5-21-…`: the account it was made for, where it says so. */
  readonly sid?: string
}

/** Keys of a session, as a gateway gets them (RFC 2548 2.4.2, 2.4.3). Never logged. */
export type SessionKeys = { readonly receive: Uint8Array; readonly send: Uint8Array }

/** A session that was opened by a sign-in and has been resumed: stands for what was proven then. */
export type ResumedCredential = {
  readonly kind: 'resumed'
  readonly proof: Exclude<Credential['kind'], 'resumed'>
  /** Milliseconds since 1970. A password that was set later is another one. */
  readonly provenAtMs: number
}

/** What a client gets, or its gateway needs, after a right MS-CHAP response. Key material: never logged. */
export type MsChapSuccess =
  /** `ntKey`: 16 bytes, for MS-CHAP-MPPE-Keys (RFC 2548 2.4.1). */
  | { readonly version: 1; readonly ntKey: Uint8Array }
  | {
      readonly version: 2
      /** `S=` and 40 hex digits (RFC 2759 5). */
      readonly authenticatorResponse: string
      /** 16 bytes each, as the server calls them (RFC 3079 3). Absent where an upstream server gave none. */
      readonly receiveKey?: Uint8Array
      readonly sendKey?: Uint8Array
    }

/** What tells this person's device apart, normalised from Calling-Station-Id. */
export type DeviceEvidence = {
  readonly kind: 'mac' | 'address' | 'phone' | 'text'
  /** MAC: 12 hex digits in lower case; address: without port; otherwise trimmed text. */
  readonly value: string
}

/** An attribute of the request, read-only: number, vendor (0 = none) and the value's bytes. */
export type RequestAttribute = {
  readonly vendor: number
  readonly type: number
  readonly value: Uint8Array
}

/** Where the first factor is checked: directories in the order they are asked, or by the gateway itself. */
export type FirstFactor =
  | { readonly kind: 'directories'; readonly names: readonly string[] }
  | {
      readonly kind: 'none'
      readonly directories: readonly string[]
      readonly promptWithoutPassword: boolean
    }
  /** A session of the portal stands for the password: no directory checks one, and `Attempt.userKey` says whose it is. */
  | { readonly kind: 'session'; readonly directories: readonly string[] }

/** Directories in which people are looked for, in their order. */
export function directoriesOf(firstFactor: FirstFactor): readonly string[] {
  return firstFactor.kind === 'directories' ? firstFactor.names : firstFactor.directories
}

export type Flow = 'auto' | 'hold' | 'challenge' | 'append' | 'code-only'

/** A reply attribute ready for the wire. */
export type ReplyAttribute = { readonly type: number; readonly value: Uint8Array }

/** What a gateway lets follow the password. */
export type AppendRules = {
  /** Empty: the last digits are the code, with flow append. */
  readonly delimiter: string
  /** Whether `push call sms phone2 email` count after the delimiter (RULES 7). */
  readonly words: boolean
}

/** The rules of one gateway that a sign-in needs. Built once by `compose` from the configuration. */
export type GatewayRules = {
  readonly name: string
  /** Gateways of one group count as one for joining and late approval; default: its own name. */
  readonly group: string
  readonly flow: Flow
  /** Whether it can show an Access-Challenge. */
  readonly challenges: boolean
  /** How long it waits for an answer. */
  readonly patienceMs: number
  /** How long before the end of its patience we answer. */
  readonly marginMs: number
  readonly firstFactor: FirstFactor
  /** Whether a typed code is proven before the password is tried (RULES 4, 6). */
  readonly secondFactorFirst: boolean
  /** Methods allowed here, preferred first. */
  readonly methods: readonly Method[]
  /** What may follow the password in one request; false: nothing, all of it is the password. */
  readonly append: AppendRules | false
  /** Whether Calling-Station-Id names the person's device and not the gateway or a shared address (RULES 2). */
  readonly personSpecificDevice: boolean
  /** What the gateway gets when its directory is down. */
  readonly onDirectoryDown: 'reject' | 'silent'
  /** Names or DNs of groups, lower case, one of which a person must be in; empty: everyone. */
  readonly requireGroups: readonly string[]
  /** Names or DNs of groups, lower case, whose members are refused. */
  readonly denyGroups: readonly string[]
  /** Static attributes of every Accept. */
  readonly replyAttributes: readonly ReplyAttribute[]
  /** Whether an Accept carries the name of the person. Default: no. */
  readonly returnsUserName?: boolean
  /** Shown in prompts: "VPN Amsterdam". For the portal, the name of the company, which may be empty: see `labelOf`. */
  readonly label: string
  /**
   * The portal, which is not a gateway. Only a fresh second factor lets in there, whatever rules, bypasses, known
   * devices and outages open elsewhere. Its outcomes say as data what a gateway shows as text.
   */
  readonly isPortal?: true
  /**
   * Whether numbers of the directory are accepted at the portal. People may be able to write their own there, and a
   * thief with a password could then write another one (PEOPLE R2). Gateways accept them.
   */
  readonly trustsDirectoryPhones?: boolean
  /** At the portal, where someone tries one authenticator: its id. Nothing else rings, and nothing else gets a code. */
  readonly promptsOnly?: string
}

/** When the answer to it must leave at the latest, milliseconds since 1970. */
export function answerByMs({ gateway, receivedAtMs }: Attempt): number {
  return receivedAtMs + gateway.patienceMs - gateway.marginMs
}

/**
 * One request that wants an answer, whatever brought it: RADIUS, EAP or the portal. Data that never changes, and knows
 * no packets. The live part of the request is beside it, in `LiveRequest`.
 */
export type Attempt = {
  /** Joins all log lines of this request; 12 characters. */
  readonly id: string
  readonly gateway: GatewayRules
  /** User-Name as typed; may be empty. */
  readonly userName: string
  /** `User.key` of the person whose session it is, for a first factor of kind `session`. */
  readonly userKey?: string
  /** At the portal: id of the authenticator whose signature over this request was right, which proves both factors. */
  readonly signedBy?: string
  readonly credential: Credential
  /** At the portal: the language that the page is in, for what it shows. What goes to a phone speaks the person's. */
  readonly language?: string
  /** State of the challenge this answers. */
  readonly state?: Uint8Array | undefined
  readonly device?: DeviceEvidence | undefined
  /** NAS-Port, NAS-Port-Id and Acct-Session-Id joined: equal only for the same session of the same port (RULES 2). */
  readonly port?: string | undefined
  /** What brought it, where that was a conversation of EAP: `EAP-TTLS`, and the name that is outside. */
  readonly eap?: { readonly method: string; readonly outerIdentity: string }
  /** Address the packet came from, without port. */
  readonly sourceAddress: string
  /** 16 bytes, tells packets apart. */
  readonly requestAuthenticator: Uint8Array
  /** In the order of the request. Read from its bytes each time: an array of them would be too large to hold (RULES 32). */
  readonly attributes: Iterable<RequestAttribute>
  /** When the first packet came in, milliseconds since 1970. */
  readonly receivedAtMs: number
}
