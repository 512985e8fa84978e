import { endedElsewhere, type Timer } from '../../support/index.ts'
import type { SignInParts } from '../parts.ts'
import type {
  ApprovalMethod,
  PromptObserver,
  PromptRequest,
  PromptResult,
  PromptSteps,
} from '../ports/index.ts'
import type { PromptOwner } from '../sharing/registry.ts'
import { stepsOf, tellEnd } from './kept.ts'

export type ProvingParts = Pick<SignInParts, 'clock' | 'log' | 'registry' | 'wheel'>

/**
 * A call that proves a number outside of a sign-in, where its webhooks may meet any process. It ends in the registry,
 * where the process that waits for it learns of it, and nothing else follows from it.
 */
export class Proving implements PromptObserver, PromptOwner {
  readonly #parts: ProvingParts
  readonly #request: PromptRequest
  readonly #cancel = new AbortController()
  #timer: Timer | undefined

  constructor(parts: ProvingParts, request: PromptRequest) {
    this.#parts = parts
    this.#request = request
  }

  ring(approval: ApprovalMethod): void {
    this.#setTimer()
    approval.prompt(this.#request, this, this.#cancel.signal)
  }

  resume(approval: ApprovalMethod, begun: unknown): void {
    this.#setTimer()
    approval.resume?.(this.#request, begun, this, this.#cancel.signal)
  }

  get steps(): PromptSteps | undefined {
    return stepsOf(this.#parts, this.#request.id, () => undefined)
  }

  cancel(): void {
    this.#cancel.abort()
  }

  letGo(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#cancel.abort(endedElsewhere)
  }

  onProviderId(): void {
    // It is in the steps of the call.
  }

  closingText(): 'call-proven' {
    return 'call-proven'
  }

  onEnd(result: PromptResult): void {
    if (this.#timer === undefined) return
    this.#timer.cancel()
    this.#timer = undefined
    void tellEnd(this.#parts, this.#request, result, (error) => this.#trouble(error))
  }

  #setTimer(): void {
    this.#timer = this.#parts.wheel.at(this.#request.deadlineMs, () => this.cancel())
  }

  #trouble(error: unknown): void {
    const { gateway, id, user } = this.#request
    this.#parts.log.trouble({
      ...{ attemptId: id, what: 'prompt-end', detail: String(error) },
      ...{ gateway, userName: user.name },
    })
  }
}
