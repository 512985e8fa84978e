/** What the page shows of a prompt, and what a signature over it is about. It never changes while the prompt is open. */
export type PageFacts = {
  /** Whose sign-in at which gateway it is, as the audit names both. `withoutPassword`: none was proven there. */
  readonly signIn: {
    readonly userName: string
    readonly gateway: string
    readonly withoutPassword?: true
  }
  /** Label of the gateway or application. */
  readonly gateway: string
  /** Network address of the device that signs in; '' where the gateway does not tell. */
  readonly from: string
  readonly startedAtMs: number
  /** When the person was let in before, from the same address at the same gateway; told only where that means something. */
  readonly earlierAtMs?: number
  /** When the gateway stops waiting: a later answer is good for another try at most. */
  readonly waitsUntilMs: number
  /** What the person has to type: the sign-in shows it, or they have typed it there. No page of ours shows it. */
  readonly number?: string
  /** The number is what the person has typed after the password. */
  readonly isOwn?: true
  /** Ids of the authenticators that may sign the answer. */
  readonly authenticators: readonly string[]
  /** Those of them on which the number has to be typed: a phone, which shows no one's face or finger. */
  readonly typesNumber: readonly string[]
}

/** Another sign-in of the same person, which got nothing because this one is open. */
export type RefusedSignIn = {
  readonly gateway: string
  readonly from: string
  readonly atMs: number
}

/** What one answer has to sign. It is accepted once. */
export type PageChallenge = {
  /** Base64url of 32 bytes. */
  readonly challenge: string
  /** Base64url of 32 random bytes, from which, with the facts, the challenge is made. */
  readonly nonce: string
  readonly answer: PageAnswer
  /** Which browser or phone wants to sign it. */
  readonly by: string
}

/** `report`: "this was not me". */
export type PageAnswer = 'approve' | 'report'

/**
 * What came of an answer. `sign-in-again`: the gateway has been told no already, and the next try from the same device
 * is let in. `over`: it has no effect.
 */
export type Answered = 'in-time' | 'sign-in-again' | 'over'
