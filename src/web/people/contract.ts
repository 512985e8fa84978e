// What the portal's pages and its server say to each other, all of it as JSON. Pages import the types only.
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import * as z from 'zod'

/** Longest password that RADIUS could carry, in characters. */
const password = z.string().min(1).max(128)
const typedText = z.string().max(128)
const id = z.string().min(1).max(256)
const label = z.string().trim().max(64)
/** As people write it: `06 1234 5678` or `+31612345678`. */
const phoneNumber = z.string().trim().min(3).max(40)
/** What a browser says of a signature, as far as it is read here: the code that judges it looks at all of it. */
export const signature = z.looseObject({
  response: z.looseObject({ clientDataJSON: z.string().max(4_096) }),
})
export type SentSignature = z.output<typeof signature>

export const languages = ['en', 'nl', 'de', 'fr', 'es'] as const
export const language = z.enum(languages)
export type PortalLanguage = z.output<typeof language>

/** POST /api/sign-in */
export const signInRequest = z.strictObject({ name: z.string().min(1).max(256), password })
/** POST /api/sign-in/answer, POST /api/confirm/answer: a code, the `answer` of an option, or '' to go on waiting. */
export const answerRequest = z.strictObject({ answer: typedText })
/** POST /api/sign-in/signed, POST /api/confirm/signed, POST /api/sign-in/passkey: what a passkey has signed. */
export const signedRequest = z.strictObject({ passkey: signature })
/** POST /api/passkey/begin: what a passkey may sign to sign in with nothing else. Without options there are none here. */
export type PasskeyBegun = { readonly options?: PublicKeyCredentialRequestOptionsJSON }

/** POST /api/sign-in/cancel, POST /api/confirm/cancel, without a body: what was asked is over. */

/** How a person can be asked: `**78` is what may be shown of the number. */
export type AskOption = {
  readonly answer: string
  readonly method: 'sms' | 'call' | 'email' | 'push'
  readonly to: string
  /** Started first, if the person has said so. */
  readonly isDefault?: true
}

/** What a second factor is asked for. Every question comes with all other ways that the person has. */
export type Question = {
  /**
   * `choose`: nothing was sent yet. `code`: type a code, of an app or token, or the one that was sent `via`.
   * `approve`: the phone rings; send '' at once, which is answered when the call has ended or after some seconds.
   */
  readonly asks: 'choose' | 'code' | 'approve'
  /** Another server asks this itself, in these words; nothing but its answer can be typed then. */
  readonly text?: string
  readonly via?: {
    readonly method: 'sms' | 'call' | 'email' | 'push'
    readonly to: string
    /** What has to be typed on the phone that is asked. */
    readonly number?: string
  }
  /** Whether a code of an app, a token or a list is accepted here. */
  readonly canType: boolean
  readonly options: readonly AskOption[]
  /** What a passkey may sign in place of an answer. */
  readonly passkey?: PublicKeyCredentialRequestOptionsJSON
  /** What was typed was wrong. */
  readonly wrong?: true
  /** What was typed was right, and used before. */
  readonly used?: true
  /** When this ends, milliseconds since 1970. */
  readonly untilMs: number
}

/** Why something was refused. `text` is in the person's language and says what to do. */
export type Refusal = {
  readonly step: 'refused'
  /** A reason of our closed list, or one of the portal's own. */
  readonly reason: string
  readonly text: string
  /** As in a gateway's text: what the helpdesk finds the sign-in by. */
  readonly reference?: string
}

/** What is needed before a person without any second factor may set one up (PEOPLE R2). */
export type Proof =
  /** Twelve characters from the helpdesk. */
  | { readonly proof: 'helpdesk-code' }
  /** A code to a number that only administrators can write in the directory. */
  | { readonly proof: 'directory-phone'; readonly phones: readonly AskOption[] }

/** What a step of signing in, or of confirming a change, leads to. */
export type SignInStep =
  | { readonly step: 'question'; readonly question: Question }
  /** The password has expired: POST /api/sign-in/new-password. */
  | { readonly step: 'new-password'; readonly wrong?: true; readonly text: string }
  /** The password is right and nothing is set up: POST /api/sign-in/proof. */
  | {
      readonly step: 'proof'
      readonly proofs: readonly Proof[]
      readonly wrong?: true
      /** A code was sent to this number. */
      readonly sentTo?: string
    }
  /** Signed in. `setup`: only far enough to set up a first authenticator. */
  | { readonly step: 'in'; readonly session: 'whole' | 'setup' }
  /** The change was made. */
  | { readonly step: 'done'; readonly result: ChangeResult }
  | Refusal

/** POST /api/sign-in/proof. `send`: the `answer` of a directory phone, to which a code is then sent. */
export const proofRequest = z.union([
  z.strictObject({ code: typedText }),
  z.strictObject({ send: z.string().max(16) }),
])
/** POST /api/sign-in/new-password */
export const newPasswordRequest = z.strictObject({ password })

/** What a person can set up. `app`: TOTP in an app. `token`: a hardware token by serial number. */
export const setups = [
  'passkey',
  'push',
  'app',
  'sms',
  'call',
  'email',
  'token',
  'recovery',
] as const
export type Setup = (typeof setups)[number]

/** Every change needs a fresh second factor, given only for this change (PEOPLE R6). */
export const changeRequest = z.discriminatedUnion('change', [
  /** Begins to set something up; it can be used after POST /api/setup/prove has proven it. */
  z.strictObject({
    change: z.literal('add'),
    setup: z.enum(setups),
    label: label.optional(),
    phone: phoneNumber.optional(),
    backupPhone: phoneNumber.optional(),
    pin: z
      .string()
      .regex(/^\d{4,12}$/)
      .optional(),
    serial: z.string().trim().min(1).max(64).optional(),
  }),
  z.strictObject({ change: z.literal('rename'), id, label }),
  z.strictObject({ change: z.literal('remove'), id }),
  /** The method that is asked first; null: the gateway's order. */
  z.strictObject({ change: z.literal('default'), method: z.string().max(16).nullable() }),
  z.strictObject({
    change: z.literal('phone'),
    id,
    backupPhone: phoneNumber.nullable().optional(),
    pin: z
      .string()
      .regex(/^\d{4,12}$/)
      .nullable()
      .optional(),
  }),
  z.strictObject({ change: z.literal('password'), current: password, chosen: password }),
  z.strictObject({ change: z.literal('forget-device'), device: z.string().max(64) }),
  /** "This was not me", about one recent sign-in. */
  z.strictObject({ change: z.literal('not-me'), signIn: z.string().max(64) }),
  /** "Ask me again", from where nothing is asked now. Only a passkey or a phone confirms it (PEOPLE R12). */
  z.strictObject({ change: z.literal('ask-again'), pause: z.string().max(64) }),
  /** Erases what is stored of the person. */
  z.strictObject({ change: z.literal('erase') }),
])
export type ChangeRequest = z.output<typeof changeRequest>
/** POST /api/confirm: begins a change, with the question for the fresh second factor. */
export const confirmRequest = z.strictObject({ change: changeRequest })
/** POST /api/setup/begin: the first authenticator of a session of kind `setup`, which has nothing to confirm with. */
export const beginSetupRequest = z.strictObject({
  setup: changeRequest.options[0].omit({ change: true }),
})
/** POST /api/setup/prove: codes that the new authenticator shows or was sent; a token needs two. '' waits for a call. */
export const proveRequest = z.union([
  z.strictObject({ codes: z.array(typedText).min(1).max(2) }),
  /** What the browser says of a new passkey: operations look at it. */
  z.strictObject({ passkey: z.looseObject({}) }),
])

/** What must be done to prove the new authenticator. It ends after ten minutes (PEOPLE R8). */
export type PendingSetup =
  | {
      readonly setup: 'app'
      /** otpauth link, also for the QR code. */
      readonly uri: string
      /** Base32 in groups of four. */
      readonly secret: string
      readonly untilMs: number
    }
  | {
      readonly setup: 'sms' | 'email' | 'call'
      /** Masked. For `call` the phone rings and wants #, or reads a code. */
      readonly to: string
      /** A call that reads a code, which is typed. */
      readonly isRead?: true
      readonly untilMs: number
    }
  | {
      readonly setup: 'push'
      /** What is typed on the phone. */
      readonly account: string
      readonly code: string
      /** The phone that has typed it, and waits to be confirmed by the two digits that it shows. */
      readonly phone?: { readonly name: string; readonly address: string }
      readonly untilMs: number
    }
  | { readonly setup: 'token'; readonly serial: string; readonly untilMs: number }
  | {
      readonly setup: 'passkey'
      /** For `navigator.credentials.create`. */
      readonly options: PublicKeyCredentialCreationOptionsJSON
      readonly untilMs: number
    }

export type ChangeResult =
  | { readonly kind: 'pending'; readonly pending: PendingSetup }
  /** A new authenticator can be used. `codes`: recovery codes, shown this once. */
  | {
      readonly kind: 'added'
      readonly authenticator: PortalAuthenticator
      readonly codes?: readonly string[]
    }
  | { readonly kind: 'changed' }
  /** "This was not me" is told. `prompts`: no calls and messages any more. `account`: blocked, and signed out. */
  | { readonly kind: 'reported'; readonly stopped: 'prompts' | 'account' | 'nothing' }

/** POST /api/setup/begin and /api/setup/prove. */
export type SetupStep =
  | { readonly step: 'pending'; readonly pending: PendingSetup; readonly wrong?: true }
  | { readonly step: 'done'; readonly result: ChangeResult }
  | Refusal

export type PortalAuthenticator = {
  readonly id: string
  readonly setup: Setup
  /** What the person calls it; may be empty. */
  readonly label: string
  /** Masked number or address, or how many codes are left. */
  readonly detail: string
  readonly createdAtMs: number
  readonly lastUsedMs?: number
  readonly hasPin?: true
  readonly backup?: string
  /** It is in the directory and cannot be changed here. */
  readonly fromDirectory?: true
  /** An administrator saw its secret when it was set up (PEOPLE R24). */
  readonly shownToAgent?: true
  /** A phone that has shown none of its last notifications: another method is offered first. */
  readonly isSilent?: true
  readonly isDefault?: true
}

/** GET /api/prompt: what waits for the person's yes. POST /api/prompt/stream: the same, as events. */
export type PromptNow = {
  readonly prompt?: ShownPrompt
  /** By the clock of the server, as all moments of the prompt: phones have clocks of their own. */
  readonly nowMs: number
}

/** From where the person is not asked now, since three prompts were not approved. */
export type ShownPause = {
  readonly id: string
  /** Label of the gateway or application. */
  readonly gateway: string
  /** Name of the network, or the address; absent where the gateway tells neither. */
  readonly place?: string
  readonly untilMs: number
}
export type ShownPrompt = {
  readonly id: string
  /** Label of the gateway or application. */
  readonly gateway: string
  /** Name of the network, or the address; absent where the gateway tells neither. */
  readonly place?: string
  readonly startedAtMs: number
  /** When the person was let in before from the same address to the same gateway: probably their device connects again. */
  readonly earlierAtMs?: number
  /** Until then the gateway waits; an answer after it is good for another try at most. */
  readonly waitsUntilMs: number
  readonly endsMs: number
  /** How many digits have to be typed on a phone. Only the sign-in shows them. */
  readonly digits?: number
  /** The person has typed them after the password; otherwise the sign-in shows them. */
  readonly isOwn?: true
  /** Whether one of the person's passkeys may sign. */
  readonly byPasskey: boolean
  /** Other sign-ins of this person, which were refused because this one is open. */
  readonly refused: readonly {
    readonly gateway: string
    readonly place?: string
    readonly atMs: number
  }[]
}
/** POST /api/prompt/begin: what has to be signed. `report`: "this was not me". */
export const beginPromptRequest = z.strictObject({
  prompt: id,
  answer: z.enum(['approve', 'report']),
})
/** Without options it has ended. */
export type PromptBegun = { readonly options?: PublicKeyCredentialRequestOptionsJSON }
/** POST /api/prompt/answer: the signature decides, no matter who sends it. */
export const answerPromptRequest = z.strictObject({ prompt: id, passkey: signature })
export type PromptAnswered = {
  /** `sign-in-again`: the gateway has been told no, and lets the next try in. `ended`: it has no effect. */
  readonly answered:
    | 'approved'
    | 'sign-in-again'
    | 'ended'
    | 'reported'
    | 'not-signed'
    | 'wrong-number'
}

/** Bytes as base64url. */
const bytes = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[\w-]+$/)
/** POST /api/phone/pair: from the new phone, which no one is signed in at. `key`: P-256 as SubjectPublicKeyInfo. */
export const pairRequest = z.strictObject({
  name: z.string().trim().min(1).max(256),
  code: z.string().trim().min(1).max(32),
  key: bytes,
})
export type Pairing =
  /** `check`: what the phone shows, to be typed at the portal. */
  | {
      readonly step: 'confirm'
      readonly token: string
      readonly check: string
      readonly untilMs: number
    }
  | { readonly step: 'wrong' }
/** POST /api/phone/paired: whether it was confirmed. */
export const pairedRequest = z.strictObject({ token: bytes })
export type Paired =
  | { readonly step: 'waiting' | 'over' }
  /** `seed`: of the code that it shows, base64url; told once. */
  | { readonly step: 'paired'; readonly phone: string; readonly seed: string }
/** POST /api/phone/demo: makes this browser the demo's phone, without a sign-in. Answered with `Paired`. */
export const demoPhoneRequest = z.strictObject({ key: bytes })
/** A phone says who it is by its signature; `atMs` by the clock of the server. */
const hello = { phone: id, atMs: z.int(), signature: bytes }
/** POST /api/phone/prompt */
export const phonePromptRequest = z.strictObject(hello)
/** `clock`: say it again with this moment. `unknown`: the phone is not known any more. */
export type PhonePrompt =
  | { readonly step: 'clock'; readonly nowMs: number }
  | { readonly step: 'unknown' }
  | ({ readonly step: 'shown' } & PromptNow)
/**
 * POST /api/phone/bell: where the phone gets its notifications, as its browser has it now; absent: nowhere. `signature`: of
 * the phone's key over all of it.
 */
export const phoneBellRequest = z.strictObject({
  ...hello,
  subscription: z
    .strictObject({ endpoint: z.string().max(2_000), p256dh: bytes, auth: bytes })
    .optional(),
})
/**
 * `key`: base64url of what a browser subscribes with; absent where phones get no notifications. `kept`: the subscription is.
 * `refused`: nothing is sent to that push service. `taken`: it belongs to someone else's phone. `lost`: the push service has
 * ended an earlier one.
 */
export type PhoneBell =
  | { readonly step: 'clock'; readonly nowMs: number }
  | { readonly step: 'unknown' }
  | {
      readonly step: 'known'
      readonly key?: string
      readonly state: 'kept' | 'none' | 'refused' | 'taken'
      readonly lost?: true
    }
/** POST /api/phone/stream: the same as events, of which each is a PhonePrompt. The signature is over another text. */
export const phoneStreamRequest = z.strictObject(hello)
/** POST /api/phone/receipt: the phone has shown a notification of this prompt, or its page has shown the prompt itself. */
export const phoneReceiptRequest = z.strictObject({
  ...{ phone: id, prompt: id, signature: bytes },
  receipt: z.enum(['shown', 'opened']),
})
/** POST /api/phone/begin: what has to be signed. */
export const phoneBeginRequest = z.strictObject({
  ...hello,
  prompt: id,
  answer: z.enum(['approve', 'report']),
})
/** Without a challenge it has ended. */
export type PhoneBegun = { readonly challenge?: string }
/** POST /api/phone/answer: only the signature decides. `number`: as it was typed; '' for a report. */
export const phoneAnswerRequest = z.strictObject({
  ...{ phone: id, prompt: id, challenge: bytes, signature: bytes },
  number: z.string().regex(/^\d{0,6}$/),
})

/** POST /api/phone/ask-again: ends a pause. It is signed, and the signature names the pause. */
export const phoneAskAgainRequest = z.strictObject({ ...hello, pause: z.string().max(64) })
/** False: it was over, or the phone may not. */
export type PhoneAskedAgain = { readonly asks: boolean }

/** POST /api/phone/changes: what was changed about how its person signs in, and from where they are not asked now. */
export const phoneChangesRequest = z.strictObject(hello)
export type ShownChange = {
  readonly id: string
  /** In the person's language. */
  readonly text: string
  readonly atMs: number
  /** Whether "this was not me" can be said about it. */
  readonly isReportable: boolean
  readonly isReported: boolean
}
/** `clock`: say it again with this moment. */
export type PhoneChanges =
  | { readonly step: 'clock'; readonly nowMs: number }
  | {
      readonly step: 'shown'
      /** Newest first. */
      readonly changes: readonly ShownChange[]
      /** From where nothing is asked now. */
      readonly paused: readonly ShownPause[]
    }
/** POST /api/phone/not-me: "this was not me", about a change. It is signed, and the signature names the change. */
export const phoneNotMeRequest = z.strictObject({ ...hello, change: id })
export type ChangeReported = {
  /** `over`: it was reported before, or the phone may not. */
  readonly stopped: 'prompts' | 'account' | 'nothing' | 'over'
}

/** GET /api/passkeys: what the person's devices may still offer. */
export type AcceptedPasskeys = {
  readonly rpId: string
  /** Base64url. */
  readonly userHandle: string
  readonly credentialIds: readonly string[]
}

/** GET /api/me */
export type Me = {
  readonly name: string
  readonly displayName: string
  readonly session: 'whole' | 'setup'
  readonly language: PortalLanguage
  readonly authenticators: readonly PortalAuthenticator[]
  /** What can be set up here: methods without a provider are not offered. */
  readonly setups: readonly Setup[]
  /** Numbers of the directory, as a proposal for text and call. */
  readonly proposedPhones: readonly string[]
  readonly canChangePassword: boolean
  /** A stranger was reported: no calls and messages until the helpdesk allows them again. */
  readonly promptsStopped?: true
  /** From where nothing is asked now. */
  readonly paused: readonly ShownPause[]
  readonly helpdesk: string
}

/** GET /api/sessions */
export type PortalSession = {
  readonly id: string
  readonly isThis: boolean
  readonly startedAtMs: number
  readonly lastSeenMs: number
  readonly address: string
  /** `Firefox on Windows`, as far as the browser says. */
  readonly browser: string
}
/** POST /api/sessions/end; without an id all others. Needs no second factor: it only closes. */
export const endSessionRequest = z.strictObject({ id: id.optional() })

/** GET /api/sign-ins?after= */
export type RecentSignIn = {
  readonly id: string
  readonly atMs: number
  /** Label of the gateway. */
  readonly gateway: string
  /** Name of the network, or the address; absent where places are off. */
  readonly place?: string
  /** `set-up`: the password was right, and there was nothing yet to ask for. */
  readonly outcome: 'accepted' | 'refused' | 'set-up'
  /** In words, in the person's language. */
  readonly text: string
  readonly method?: string
  /** The person has said that it was not them. */
  readonly isReported: boolean
}
export type RecentSignIns = {
  readonly items: readonly RecentSignIn[]
  readonly next?: string
}

/** GET /api/devices: remembered devices. */
export type PortalDevice = {
  readonly id: string
  readonly device: string
  readonly gateway: string
  readonly untilMs: number
}

/** POST /api/language */
export const languageRequest = z.strictObject({ language })
/** POST /api/try: asks for one authenticator as a gateway would, and changes nothing. */
export const tryRequest = z.strictObject({ id })
/** POST /api/sign-out: no body. GET /api/export: a file with all data of the person. GET /api/look: how it looks. */
export type Look = {
  readonly company: string
  /** Address of the logo, on this server. */
  readonly logo?: string
  /** As `#rrggbb`. */
  readonly colour?: string
  readonly helpdesk: string
  readonly language: PortalLanguage
  /** Some sign-ins ask by text message or call. */
  readonly asksByPhone?: true
  /** Some gateways show no number for a phone: people type so many digits of their own after the password. */
  readonly ownDigits?: { readonly delimiter: string; readonly count: number }
  /** The demo says so on each page. */
  readonly isDemo: boolean
  /** Whose phone this browser can become in the demo, with one click. */
  readonly demoPhone?: string
}

/** The body of every answer above 399. */
export type ApiProblem = {
  /** `signed-out` sends the page to the start; `store-failed` comes with 503. */
  readonly problem:
    | 'signed-out'
    | 'bad-request'
    | 'wrong-origin'
    | 'not-found'
    | 'too-many'
    | 'store-failed'
    | 'internal'
  readonly text: string
}
