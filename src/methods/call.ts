import type { PhoneAuthenticator } from '../accounts/index.ts'
import type { CallDelivery, CallResult } from '../delivery/index.ts'
import type {
  ApprovalMethod,
  PromptObserver,
  PromptRequest,
  PromptResult,
} from '../signin/index.ts'
import type { Clock } from '../support/index.ts'
import type { SpokenTexts } from '../texts/index.ts'
import { createApprovalDialogue } from './call-dialogue.ts'
import { ring } from './ring.ts'
import { promptValues } from './wording.ts'

/** The phone rings, a voice says who signs in where, # approves. */
export function createCallMethod(parts: {
  readonly calls: CallDelivery
  readonly texts: SpokenTexts
  readonly clock: Clock
  /** Whether the backup number is called when no one takes the first. */
  readonly backup: boolean
}): ApprovalMethod {
  const { calls, texts, clock, backup } = parts
  function lead(
    request: PromptRequest,
    observer: PromptObserver,
    signal: AbortSignal,
    begun?: unknown,
  ): void {
    if (!isForPhone(request)) {
      observer.onEnd(failed('the authenticator is not a phone'))
      return
    }
    const language = texts.languageOf(request.language)
    const { pin } = request.authenticator
    const dialogue = createApprovalDialogue({
      texts,
      language,
      values: promptValues(request, texts),
      ...(pin === undefined ? {} : { pin }),
      closingText: () => observer.closingText(),
    })
    const { steps } = observer
    const parts = {
      ...{ calls, clock, dialogue, language, backup },
      onProviderId: (providerId: string) => observer.onProviderId(providerId),
      ...(steps && { steps: { ...steps, onLost: () => observer.onLost?.() } }),
    }
    tellEnd(ring(request, parts, signal, begun), observer)
  }

  return {
    method: 'call',

    prompt(request, observer, signal) {
      lead(request, observer, signal)
    },

    resume: (request, begun, observer, signal) => lead(request, observer, signal, begun),

    async endOrphan(providerId) {
      // The call ends by itself at its own time limit; there is nothing else to do here.
      await calls.hangUp(providerId).catch(() => undefined)
    },
  }
}

// Apart from `prompt`, so that its closures keep only the observer (RULES 32).
function tellEnd(result: Promise<CallResult>, observer: PromptObserver): void {
  const tell = (ended: CallResult | Error) =>
    observer.onEnd(ended instanceof Error ? failed(String(ended)) : promptResult(ended))
  result.then(tell, tell)
}

export function isForPhone(
  request: PromptRequest,
): request is PromptRequest & { readonly authenticator: PhoneAuthenticator } {
  return 'phone' in request.authenticator
}

function promptResult(result: CallResult): PromptResult {
  switch (result.kind) {
    case 'approved':
    case 'failed':
      return result
    case 'told':
      return { kind: 'refused' }
    default:
      return { kind: result.kind }
  }
}

function failed(detail: string): PromptResult {
  return { kind: 'failed', detail, outage: false }
}
