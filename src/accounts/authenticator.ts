/** Kinds of second factor. Add new ones at the end: a State names them by their place, and may be older than the program. */
export const methods = [
  'totp',
  'hotp',
  'sms',
  'call',
  'email',
  'recovery',
  'passkey',
  'push',
] as const
export type Method = (typeof methods)[number]

/** Where an authenticator comes from (PEOPLE R24). */
export type Provenance = {
  /** Who set it up; absent where an older version did. `helpdesk`: the person, with a code of the helpdesk. */
  readonly setUpBy?: 'self' | 'administrator' | 'import' | 'helpdesk'
  /** An administrator saw its secret. */
  readonly shownToAgent?: true
}

type Common = Provenance & {
  /** Unique id; for one that comes from a directory attribute, `directory:<method>:<address>`. */
  readonly id: string
  readonly userKey: string
  /** What the person calls it: "work phone". May be empty. */
  readonly label: string
  /** Milliseconds since 1970. */
  readonly createdAtMs: number
  /** When it last proved who it was, to the minute at least; absent: never, or before that was kept. */
  readonly lastUsedMs?: number
}

export type OtpAlgorithm = 'sha1' | 'sha256' | 'sha512'

/**
 * Stands for a person where a token is no one's yet: a spare one, which waits for someone who has it in hand. No directory
 * has people without an id.
 */
export const spareTokenOwner = 'spare-tokens:'

/** When the codes of a token are valid; absent: without a limit. Milliseconds since 1970. */
export type Validity = {
  readonly validFromMs?: number
  /** The first moment at which they are no longer valid. */
  readonly validUntilMs?: number
}

export type TotpAuthenticator = Common &
  Validity & {
    readonly method: 'totp'
    /** Seed, 10 to 64 bytes. */
    readonly seed: Uint8Array
    readonly algorithm: OtpAlgorithm
    readonly digits: 6 | 8
    readonly periodSeconds: 30 | 60
    /** Learnt clock drift in steps; added to the current step before the window is searched. */
    readonly driftSteps: number
    /** Last accepted step, or -1. A code is accepted only for a later step. */
    readonly lastStep: number
    /** Later steps whose codes were accepted while a clock was ahead; they are no longer accepted. Absent: none. */
    readonly spentAhead?: readonly number[]
    /** Id of the phone whose page shows its codes; it goes with that phone. */
    readonly phoneId?: string
  }

export type HotpAuthenticator = Common &
  Validity & {
    readonly method: 'hotp'
    readonly seed: Uint8Array
    readonly algorithm: OtpAlgorithm
    readonly digits: 6 | 8
    /** Next counter that can be accepted. */
    readonly counter: number
  }

export type PhoneAuthenticator = Common & {
  readonly method: 'sms' | 'call'
  /** E.164 number. */
  readonly phone: string
  /** Called when the first number does not answer. */
  readonly backupPhone?: string
  /** Digits the person keys before #, for calls. */
  readonly pin?: string
  /** PBX extension to dial after the call is answered. */
  readonly extension?: string
}

export type EmailAuthenticator = Common & { readonly method: 'email'; readonly address: string }

export type RecoveryAuthenticator = Common & {
  readonly method: 'recovery'
  /** Keyed hashes of the codes not used yet, 32 bytes each. */
  readonly codeHashes: readonly Uint8Array[]
  /** Those of the used ones: a code that was used is not a wrong one (RULES 10). */
  readonly usedHashes: readonly Uint8Array[]
}

/** A key pair of which the person's device, or their account at its maker, has the private half (WebAuthn level 3). */
export type PasskeyAuthenticator = Common & {
  readonly method: 'passkey'
  /** As browsers name it: base64url. */
  readonly credentialId: string
  /** COSE_Key (RFC 9052 7). */
  readonly publicKey: Uint8Array
  /** Whether it never leaves its device. Others are copied to all devices of one account. */
  readonly isDeviceBound: boolean
  /** Model of the device, as hex digits with dashes; zeros where the device does not say. */
  readonly aaguid: string
  /** How a browser may reach it, such as `internal` or `usb`. */
  readonly transports: readonly string[]
  /** Signatures so far, as the device counts them; stays 0 where it does not. */
  readonly signCount: number
  /** Whether a copy exists elsewhere. */
  readonly isBackedUp: boolean
  readonly lastUsedMs?: number
}

/** Where the push service of a browser takes what is for it (RFC 8030), and what that is encrypted with (RFC 8291). */
export type PushSubscription = {
  readonly endpoint: string
  /** The browser's key: a point of P-256, uncompressed, 65 bytes. */
  readonly p256dh: Uint8Array
  /** 16 bytes. */
  readonly auth: Uint8Array
}

/** A phone of the person's, whose browser holds a key that never leaves it (PEOPLE section 4). */
export type PushAuthenticator = Common & {
  readonly method: 'push'
  /** P-256, as SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** Where it gets notifications. Absent: its page has to be open. */
  readonly subscription?: PushSubscription
  /** When its push service said that there is no such subscription any more. Absent: it never did, or there is a new one. */
  readonly unsubscribedMs?: number
  /** Since then it has shown none of three notifications or more. Absent: it shows them, or has got none. */
  readonly silentSinceMs?: number
}

/** One enrolled thing of one user. */
export type Authenticator =
  | TotpAuthenticator
  | HotpAuthenticator
  | PhoneAuthenticator
  | EmailAuthenticator
  | RecoveryAuthenticator
  | PasskeyAuthenticator
  | PushAuthenticator

/** Whether the codes of a token are valid at this moment. */
export function isValidAt({ validFromMs, validUntilMs }: Validity, nowMs: number): boolean {
  return (validFromMs ?? 0) <= nowMs && nowMs < (validUntilMs ?? Number.POSITIVE_INFINITY)
}

/** An authenticator to be stored: the store gives `id` and `createdAtMs`, and none of its codes is used. */
export type NewAuthenticator = Authenticator extends infer A
  ? A extends Authenticator
    ? Omit<
        A,
        | 'id'
        | 'createdAtMs'
        | 'lastUsedMs'
        | 'usedHashes'
        | 'subscription'
        | 'unsubscribedMs'
        | 'silentSinceMs'
      >
    : never
  : never
