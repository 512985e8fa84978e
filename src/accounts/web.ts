import type { Method } from './authenticator.ts'

/** How long a session of the portal lasts, unused and at most (PEOPLE R18). */
export const sessionMs = { idle: 3_600_000, most: 43_200_000 } as const

/** A person signed in at the portal. The browser has the token, the store a SHA-256 of it (PEOPLE R18). */
export type WebSession = {
  /** 32 bytes. */
  readonly tokenHash: Uint8Array
  readonly userKey: string
  readonly userName: string
  /** `setup`: after the password and one more proof, to set up a first authenticator and nothing else. */
  readonly kind: 'whole' | 'setup'
  /** The second factor it began with; once this authenticator is taken away the session ends. */
  readonly method?: Method
  readonly authenticatorId?: string
  /** Stamp of the password at the start, where the directory tells one: another one ends the session. */
  readonly passwordStamp?: string
  readonly createdAtMs: number
  readonly seenAtMs: number
  /** It ends then, used or not. */
  readonly endsAtMs: number
  /** Network address of the browser. */
  readonly address: string
  /** User-Agent, at most 256 characters. */
  readonly userAgent: string
}

export interface WebSessionStore {
  /** False for a person who is blocked: nothing is added. Where there are too many, the oldest one ends. */
  add(session: WebSession): Promise<boolean>
  /** The session if it has neither ended nor been idle for `idleMs`; notes at most once a minute that it was seen. */
  use(tokenHash: Uint8Array, nowMs: number, idleMs: number): Promise<WebSession | undefined>
  /** In the order of their start. */
  list(userKey: string, nowMs: number, idleMs: number): Promise<readonly WebSession[]>
  /** False when there was none. */
  end(tokenHash: Uint8Array): Promise<boolean>
  /** Ends all sessions of a person, except one. Gives how many. */
  endAll(userKey: string, except?: Uint8Array): Promise<number>
  /** Of all people. */
  countOpen(nowMs: number, idleMs: number): Promise<number>
  /** Takes away what has ended, a step of rows at a time. Gives how many there were. */
  purge(nowMs: number, stepRows: number): Promise<number>
}

/**
 * What a browser is in the middle of: a sign-in, a change that waits for its second factor, an authenticator that is
 * not proven yet. The caller that takes it is the only one to have it.
 */
export type WebStep = {
  /** SHA-256 of the token that the browser has, 32 bytes. */
  readonly tokenHash: Uint8Array
  readonly kind: 'sign-in' | 'proof' | 'confirmation' | 'setup'
  /** Absent before a person is known. */
  readonly userKey?: string
  /** JSON; sealed in the store. */
  readonly content: string
  readonly untilMs: number
}

export interface WebStepStore {
  /** Takes the place of one with the same token. Where a person has too many of a kind, the oldest one goes. */
  put(step: WebStep): Promise<void>
  /** Takes it away, in one statement; undefined where it is not there, has ended, or is of another kind. */
  take(tokenHash: Uint8Array, kind: WebStep['kind'], nowMs: number): Promise<WebStep | undefined>
  /** Forgets all of a person. */
  forget(userKey: string): Promise<void>
  purge(nowMs: number, stepRows: number): Promise<number>
}

/** Steps that a request has while it waits for a person, where another request may come to another process. */
export interface WebWaitStore {
  /** A request waits with this step, which is not in the WebStepStore meanwhile. */
  begin(step: WebStep): Promise<void>
  /** Whether another request wants the step. */
  isAsked(tokenHash: Uint8Array): Promise<boolean>
  /** Asks for the step. False where no request waits with it. */
  ask(tokenHash: Uint8Array, nowMs: number): Promise<boolean>
  end(tokenHash: Uint8Array): Promise<void>
  /** Takes the step of a request whose process is gone. `kind`: undefined for any. */
  takeOver(
    tokenHash: Uint8Array,
    kind: WebStep['kind'] | undefined,
    nowMs: number,
  ): Promise<WebStep | undefined>
  purge(nowMs: number, stepRows: number): Promise<number>
}

/** A new phone that a person is about to add: the portal shows a code, and the phone types it (PEOPLE R4). */
export type Pairing = {
  /** Random. */
  readonly id: string
  readonly userKey: string
  /** In lower case. */
  readonly userName: string
  readonly untilMs: number
  /** Rises with each change. */
  readonly version: number
  /** SHA-256 of the token that the phone has which has typed the code, 32 bytes. */
  readonly tokenHash?: Uint8Array
  /** JSON; sealed in the store. */
  readonly content: string
}

/** One a person. */
export interface PairingStore {
  /** Takes the place of an earlier one of this person. */
  open(pairing: Pairing): Promise<void>
  ofPerson(userKey: string): Promise<Pairing | undefined>
  ofName(userName: string): Promise<readonly Pairing[]>
  ofToken(tokenHash: Uint8Array): Promise<Pairing | undefined>
  /** False where it has changed since it was read, or has ended. */
  change(pairing: Pairing, to: Pick<Pairing, 'content' | 'tokenHash'>): Promise<boolean>
  /** False where it has changed since it was read, or has ended. */
  end(pairing: Pairing): Promise<boolean>
  purge(nowMs: number, stepRows: number): Promise<number>
}

/** A code that the helpdesk has made for one person's first or new enrolment (PEOPLE R4). */
export type EnrolmentCode = {
  readonly userKey: string
  /** Keyed hash, 32 bytes. */
  readonly codeHash: Uint8Array
  readonly createdAtMs: number
  readonly untilMs: number
  readonly triesLeft: number
  /** Stamp of the password when it was made; the code is void once there is another one. */
  readonly passwordStamp?: string
  /** As the audit names them. */
  readonly madeBy: string
}

export interface EnrolmentCodeStore {
  /** Takes the place of an earlier one. */
  put(code: EnrolmentCode): Promise<void>
  look(userKey: string, nowMs: number): Promise<EnrolmentCode | undefined>
  /**
   * Takes it away if the hash is right, and one try otherwise, in one atomic statement each; the last wrong try takes
   * the code away. `none`: there is no valid code.
   */
  spend(userKey: string, codeHash: Uint8Array, nowMs: number): Promise<'right' | 'wrong' | 'none'>
  remove(userKey: string): Promise<boolean>
  purge(nowMs: number, stepRows: number): Promise<number>
}

/** What is kept of a person besides authenticators and account state. */
export type PersonRecord = {
  readonly userKey: string
  /** As the person has chosen it. */
  readonly language?: string
  /** Found idle before a first enrolment: only the helpdesk lifts it (PEOPLE R2). Milliseconds since 1970. */
  readonly idleSinceMs?: number
  /** When the helpdesk lifted that last. */
  readonly idleLiftedMs?: number
  /** Someone has enrolled something before: a campaign opens nothing for this person any more. */
  readonly enrolledOnceMs?: number
  /** Last time a weaker factor has added a stronger one (PEOPLE R5). */
  readonly strengthenedAtMs?: number
  /** What passkeys know the person by: 32 random bytes. */
  readonly userHandle?: Uint8Array
}

export interface PersonStore {
  load(userKey: string): Promise<PersonRecord>
  setLanguage(userKey: string, language: string | undefined): Promise<void>
  /** Keeps the earlier moment where there is one. Nothing is noted for 30 days after it was lifted. */
  markIdle(userKey: string, sinceMs: number, nowMs: number): Promise<void>
  /** False where none was marked; it is lifted all the same. */
  liftIdle(userKey: string, nowMs: number): Promise<boolean>
  markEnrolled(userKey: string, nowMs: number): Promise<void>
  /** True where none was in the last `windowMs`, and notes this one, in one atomic statement. */
  takeStrengthening(userKey: string, nowMs: number, windowMs: number): Promise<boolean>
  /** What passkeys know the person by; made the first time. */
  userHandle(userKey: string): Promise<Uint8Array>
  /** The same for a reminder of a campaign. */
  takeReminder(userKey: string, nowMs: number, windowMs: number): Promise<boolean>
  /** For a reminder that could not be sent, taken at `atMs`: the next one need not wait. */
  giveReminderBack(userKey: string, atMs: number): Promise<void>
}
