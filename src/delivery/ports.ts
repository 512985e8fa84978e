/** How sending ended. `outage` only where the provider itself failed, twice (RULES 23); `detail` is for the log. */
export type SendResult =
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly detail: string; readonly outage: boolean }

export type TextMessage = {
  /** E.164 number. */
  readonly to: string
  /** Login name, for the demo phone and logs. */
  readonly user: string
  readonly text: string
  /** The code that is in the text, if there is one. Never logged. */
  readonly code?: string
}

/** Carries text messages. Never rejects; an aborted signal ends in `failed`. */
export interface TextDelivery {
  sendText(message: TextMessage, signal: AbortSignal): Promise<SendResult>
}

export type EmailMessage = TextMessage & { readonly subject: string }

/** Carries e-mail (`to` is an address). Never rejects; an aborted signal ends in `failed`. */
export interface EmailDelivery {
  sendEmail(message: EmailMessage, signal: AbortSignal): Promise<SendResult>
}

/** How far a dialogue has come: plain data, so that a provider keeps it between two webhooks. */
export type DialogueState = {
  readonly expects: 'approval' | 'pin' | 'fraud-confirmation'
  /** How often the question was put again after silence or a key that means nothing. */
  readonly repeats: number
  readonly wrongPins: number
}

/** What the person hears next, and what may follow. */
export type DialogueStep =
  | {
      readonly kind: 'ask'
      readonly say: string
      /** `one`: any single key, # included. `until-hash`: several digits, ended by #. */
      readonly keys: 'one' | 'until-hash'
      readonly state: DialogueState
    }
  | {
      readonly kind: 'end'
      readonly say: string
      /** `told`: nothing was asked, something was said. */
      readonly result: 'approved' | 'refused' | 'fraud' | 'told'
    }

/** A talk over the phone, as a pure state machine. No keys at all is `''`, and never approves. */
export interface CallDialogue {
  readonly start: DialogueStep
  answer(state: DialogueState, keys: string): DialogueStep
}

/** How far a call has come, where every process finds it. Rejects where it cannot be asked. */
export type CallSteps = {
  /** Undefined where the prompt has ended. Count 0: there is no step yet. */
  look(): Promise<{ readonly count: number; readonly value?: unknown } | undefined>
  /**
   * Keeps the next step, of which `token` names the call in webhooks. False where another process has made one since `seen`
   * was counted, or the prompt has ended.
   */
  save(step: {
    readonly seen: number
    readonly token: string
    readonly value: unknown
  }): Promise<boolean>
  /** A phone may ring of which only the provider knows. */
  onLost(): void
}

export type CallRequest = {
  /** Id of the prompt. */
  readonly id: string
  /** E.164 number. */
  readonly to: string
  /** Extension the exchange at that number asks for. */
  readonly extension?: string
  readonly user: string
  readonly dialogue: CallDialogue
  /** BCP 47 tag of what is said, for the voice. */
  readonly language: string
  /** When the call must be over, milliseconds since 1970. */
  readonly deadlineMs: number
  /** How long it may ring. */
  readonly ringSeconds: number
  /** Absent where no other process goes on with it. */
  readonly steps?: CallSteps
  /** Called once, as soon as the provider has a name for the call. */
  onProviderId(providerId: string): void
}

/** How a call ended. */
export type CallResult =
  | { readonly kind: 'approved'; readonly byMachine: boolean }
  | { readonly kind: 'refused' | 'fraud' | 'told' | 'no-answer' | 'busy' | 'timeout' }
  | { readonly kind: 'failed'; readonly detail: string; readonly outage: boolean }

/** Places calls. Never rejects. */
export interface CallDelivery {
  /**
   * Rings and leads the dialogue. When `signal` aborts, the call is ended and the result is `timeout`; for `endedElsewhere`
   * no one is hung up on.
   */
  place(request: CallRequest, signal: AbortSignal): Promise<CallResult>
  /** Goes on with a call that another process has placed; `begun` is the value of its last step. */
  resume?(request: CallRequest, begun: unknown, signal: AbortSignal): Promise<CallResult>
  /** The number that such a call rings. */
  numberOf?(begun: unknown): string | undefined
  /** Ends a call by the provider's name for it, whether or not it still rings. */
  hangUp(providerId: string): Promise<void>
}
