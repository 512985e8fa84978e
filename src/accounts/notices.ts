import { dayMs } from '../support/index.ts'
import type { Authenticator, Method } from './authenticator.ts'
import type { User } from './user.ts'

/**
 * What has changed about a person's way in. The owner is told by every other way that they have, so that they
 * notice a change that someone else made (PEOPLE R7).
 */
export type PersonChange =
  /** `authenticator`: as it is stored now. */
  | { readonly kind: 'authenticator-added'; readonly authenticator: Authenticator }
  /** As it was: a number or address that was removed is told as well. */
  | { readonly kind: 'authenticator-removed'; readonly authenticator: Authenticator }
  | { readonly kind: 'authenticator-renamed'; readonly authenticator: Authenticator }
  /** PIN or backup number. `before`: as it was, so that a backup number that is gone is told. */
  | {
      readonly kind: 'phone-changed'
      readonly before: Authenticator
      readonly authenticator: Authenticator
    }
  /** `method` is asked first from now on; absent: the order of the gateway. */
  | { readonly kind: 'default-changed'; readonly method?: Method }
  | { readonly kind: 'password-changed' }
  /** The helpdesk made a code with which something can be enrolled. */
  | { readonly kind: 'helpdesk-code-made'; readonly untilMs: number }
  | { readonly kind: 'unlocked' }
  | { readonly kind: 'blocked' }
  /** The password alone lets in until then. */
  | { readonly kind: 'bypass-given'; readonly untilMs: number }
  | { readonly kind: 'bypass-ended' }
  /** Everything that was stored of the person is gone; `authenticators` is what there was. */
  | { readonly kind: 'reset'; readonly authenticators: readonly Authenticator[] }
  /** A session at the portal began with one of the recovery codes. */
  | { readonly kind: 'recovery-code-used' }
  /** A phone has shown none of three notifications, and is no longer asked first. */
  | { readonly kind: 'phone-silent'; readonly authenticator: Authenticator }
  | PromptsPaused
  /** The person said "this was not me" about a sign-in. */
  | ({ readonly kind: 'reported' } & StrangerReport)
  /** The same, on one of their phones, about a change. `text`: as its notice has told it. */
  | {
      readonly kind: 'change-reported'
      readonly text: string
      readonly madeAtMs: number
      readonly stopped: ReportStop
    }

/** Nothing is asked from this place until then: three prompts in a row got no yes (PEOPLE R12). */
export type PromptsPaused = {
  readonly kind: 'prompts-paused'
  /** Label of the gateway. */
  readonly gateway: string
  readonly untilMs: number
}

/**
 * What a report stops until `holdfast user unlock`. `gateway`: the prompts of a gateway whose passwords we do not check.
 * `not-yet`: the store fails, and it is tried again until it works.
 */
export type ReportStop = 'prompts' | 'account' | 'gateway' | 'nothing' | 'not-yet'

/** A person says that someone else signs in as them. */
export type StrangerReport = {
  /** 0# in a call, or the portal. */
  readonly how: 'call' | 'portal'
  /** Name of the gateway. */
  readonly gateway: string
  readonly signInId: string
  /** Network address that the sign-in came from, where it is known. */
  readonly from?: string
  readonly stopped: ReportStop
}

/** A change as the phones of its person show it (PEOPLE R7). */
export type PhoneNotice = {
  readonly id: string
  readonly userKey: string
  readonly kind: PersonChange['kind']
  /** What has changed, in the person's language. */
  readonly text: string
  readonly by: ChangedBy
  readonly atMs: number
  /** The phone that was added: it gets no notice about itself. */
  readonly notForPhone?: string
  /** When the person said "this was not me". */
  readonly reportedAtMs?: number
}

/**
 * Changes that let no one in and shut no one out. A stranger can bring about many of them, and must not use up by them
 * what tells of the others.
 */
export const minorChanges: readonly PersonChange['kind'][] = [
  ...(['authenticator-renamed', 'default-changed', 'bypass-ended'] as const),
  ...(['phone-silent', 'prompts-paused'] as const),
]

/** How long phones show a change, and how many of them. */
export const phoneNotices = { keptMs: 30 * dayMs, most: 50 } as const

export interface PhoneNoticeStore {
  /** Where a person has too many, the oldest ones go, those of little weight first. */
  add(notice: PhoneNotice): Promise<void>
  /** Newest first. */
  list(userKey: string, nowMs: number): Promise<readonly PhoneNotice[]>
  /** Notes that it was reported, once. Undefined where it was before, or is not there. */
  report(userKey: string, id: string, nowMs: number): Promise<PhoneNotice | undefined>
  purge(nowMs: number, stepRows: number): Promise<number>
}

/** Who it was. A notice names no administrator: the audit does. */
export type ChangedBy = 'self' | 'administrator'

/** A person as far as the caller knows them: what is absent is looked up. */
export type ToldPerson = Pick<User, 'key' | 'name'> & Partial<User>

/** Tells people what has changed about their way in. */
export interface Notices {
  /**
   * Call it once the change is durable. Returns at once and never throws: no change waits for its notice, or fails with
   * it. The notice goes to what the person has at this moment, except what was just added.
   */
  tell(person: ToldPerson, change: PersonChange, by: ChangedBy): void
}
