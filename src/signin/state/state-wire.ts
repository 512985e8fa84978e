import { createHash } from 'node:crypto'
import { type Method, methods } from '../../accounts/index.ts'
import type { CredentialName } from '../attempt.ts'

/** What the challenge waits for. `again`: for the whole sign-in once more, since nothing was tried. */
export type StatePurpose = 'code' | 'wait' | 'new-password' | 'repeat-password' | 'relay' | 'again'

/** What a challenge must know when its answer comes back, on whichever node. */
export type StateContent = {
  readonly signInId: string
  /** Grows by one with every challenge of the sign-in, from 1. */
  readonly step: number
  readonly purpose: StatePurpose
  readonly userKey: string
  /** Milliseconds since 1970; not accepted later. */
  readonly endsMs: number
  /** `wait`: the prompt that is open. */
  readonly promptId?: string
  /** At the portal: key of the authenticator whose phone rings, or that has proven the second factor. */
  readonly by?: string
  /** `code`: nonce of the code that was sent, through which option, how often, and until when it is good. */
  readonly sent?: {
    readonly nonce: string
    readonly option: string
    readonly times: number
    readonly untilMs: number
  }
  /** Wrong tries so far: of codes, or of new passwords. */
  readonly wrong: number
  /** The password was right but has expired: it must be changed first. */
  readonly expired?: true
  /** What an upstream server has said is kept for the answer. */
  readonly upstream?: true
  /** A provider has failed in this sign-in. */
  readonly outage?: true
  /** `wait`: how the person was asked. New passwords, and answers to an upstream server: the second factor that was proven before. */
  readonly method?: Method
  /** How the password was sent at the beginning. */
  readonly credential?: CredentialName
}

/** What opening gives: the key of the user only as a digest, since 253 characters must be enough. */
export type OpenedState = Omit<StateContent, 'userKey'> & {
  /** When it was sealed, or up to a second before. */
  readonly askedMs: number
  belongsTo(userKey: string): boolean
}

const flags = { expired: 1, upstream: 2, outage: 4 } as const
/** By their place, to save room. Add new ones at the end: a State may be older than the program. */
const credentials: readonly CredentialName[] = ['pap', 'chap', 'ms-chap', 'eap']

/** Without names, and 0 for what is not there: 148 bytes at most, and so 253 characters once it is sealed. */
type Wire = readonly [
  signInId: string,
  step: number,
  user: string,
  endsMs: number,
  wrong: number,
  flags: number,
  promptId: string | 0,
  sent: readonly [nonce: string, option: string, times: number, untilMs: number] | 0,
  /** From 1. */
  method: number,
  /** From 1. */
  credential: number,
  /** At the portal alone. */
  by?: string | 0,
  /** Seconds from when it was sealed to its end. An older version did not write it. */
  lasts?: number,
]

/** How long a question of an older version may have been open. */
const longestSeconds = 600
/** Longer than any question is open; there is room for no more digits. */
const mostSeconds = 9_999

/** The content without its purpose, as short text. */
export function encodeContent(content: StateContent, nowMs: number): string {
  const { by, credential, method, promptId, sent } = content
  const set = (['expired', 'upstream', 'outage'] as const).filter((name) => content[name])
  const wire: Wire = [
    content.signInId,
    content.step,
    digestOf(content.userKey),
    content.endsMs,
    content.wrong,
    set.reduce((sum, name) => sum + flags[name], 0),
    promptId ?? 0,
    sent === undefined ? 0 : [sent.nonce, sent.option, sent.times, sent.untilMs],
    method === undefined ? 0 : methods.indexOf(method) + 1,
    credential === undefined ? 0 : credentials.indexOf(credential) + 1,
    by ?? 0,
    Math.min(mostSeconds, Math.ceil((content.endsMs - nowMs) / 1000)),
  ]
  return JSON.stringify(wire)
}

/** Of text that was sealed here: nothing is checked. */
export function decodeContent(text: string, purpose: StatePurpose): OpenedState {
  const wire = JSON.parse(text) as Wire
  const [signInId, step, user, endsMs, wrong, set, promptId, sent] = wire
  const [, , , , , , , , methodAt, credentialAt, by = 0, lasts = longestSeconds] = wire
  const method = methods[methodAt - 1]
  const credential = credentials[credentialAt - 1]
  return {
    signInId,
    step,
    purpose,
    endsMs,
    askedMs: endsMs - lasts * 1000,
    wrong,
    ...(set & flags.expired ? { expired: true } : {}),
    ...(set & flags.upstream ? { upstream: true } : {}),
    ...(set & flags.outage ? { outage: true } : {}),
    ...(promptId === 0 ? {} : { promptId }),
    ...(sent === 0
      ? {}
      : { sent: { nonce: sent[0], option: sent[1], times: sent[2], untilMs: sent[3] } }),
    ...(method === undefined ? {} : { method }),
    ...(credential === undefined ? {} : { credential }),
    ...(by === 0 ? {} : { by }),
    belongsTo: (userKey) => digestOf(userKey) === user,
  }
}

function digestOf(userKey: string): string {
  return createHash('sha256').update(userKey).digest('base64url').slice(0, 22)
}
