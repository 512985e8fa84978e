import type { User } from '../../accounts/index.ts'
import type { Timer } from '../../support/index.ts'
import type { Attempt, GatewayRules } from '../attempt.ts'
import type { SignInParts } from '../parts.ts'
import type { ApprovalMethod, PromptObserver, PromptRequest, PromptResult } from '../ports/index.ts'
import type { TextKey } from '../reasons/text-keys.ts'
import type { PromptOwner } from '../sharing/registry.ts'

/** How long a result stays for those who ask later: an approval after the Reject counts that long (RULES 14). */
const resultKeptMs = 60_000

/**
 * Owns a call from the first ring to its end, also when the request that started it was answered long
 * ago: a late approval, the approval before "press Enter" and a webhook of the provider all end in
 * `onEnd`. It keeps neither that request nor what the provider was told. One object hears the provider
 * and the registry, because a hundred thousand calls may be open (RULES 32).
 */
export class Call implements PromptObserver, PromptOwner {
  /** Whether the gateway was told no while the phone rings. */
  gatewayWasRefused = false
  readonly #parts: SignInParts
  readonly #id: string
  readonly #user: User
  readonly #from: string
  readonly #deadlineMs: number
  readonly #gateway: GatewayRules
  readonly #attemptId: string
  readonly #cancel = new AbortController()
  #timer: Timer | undefined = undefined

  constructor(parts: SignInParts, attempt: Attempt, user: User, request: PromptRequest) {
    this.#parts = parts
    this.#id = request.id
    this.#user = user
    this.#from = request.from
    this.#deadlineMs = request.deadlineMs
    this.#gateway = attempt.gateway
    this.#attemptId = attempt.id
  }

  /** Rings until somebody answers, it is cancelled or its time is up. */
  ring(approval: ApprovalMethod, request: PromptRequest): void {
    this.#timer = this.#parts.wheel.at(this.#deadlineMs, cancel, this)
    try {
      approval.prompt(request, this, this.#cancel.signal)
    } catch (error) {
      this.onEnd({ kind: 'failed', detail: String(error), outage: false })
    }
  }

  cancel(): void {
    this.#cancel.abort()
  }

  onProviderId(providerId: string): void {
    this.#parts.prompts
      .setProviderId(this.#id, providerId)
      .catch((error: unknown) => this.#trouble('prompt-provider-id', error))
  }

  closingText(): TextKey {
    return this.gatewayWasRefused ? 'call-sign-in-again' : 'call-approved'
  }

  /** Does what each call that ends needs, once. */
  onEnd(result: PromptResult): void {
    if (this.#timer === undefined) return
    this.#timer.cancel()
    this.#timer = undefined
    // A # that is pressed after the refusal must let no one in (RULES 14).
    const isLate = this.#parts.clock.nowMs() > this.#deadlineMs
    void this.#end(result.kind === 'approved' && isLate ? { kind: 'timeout' } : result)
  }

  async #end(result: PromptResult): Promise<void> {
    const { prompts, registry } = this.#parts
    try {
      if (result.kind === 'fraud') await this.#reportFraud()
      await prompts.close(this.#id)
    } catch (error) {
      this.#trouble('prompt-end', error)
    }
    await registry
      .endPrompt(this.#id, result, resultKeptMs)
      .catch((error: unknown) => this.#trouble('prompt-end', error))
  }

  /** Blocks the account; where no password was proven, the gateway's prompts instead (RULES 4). */
  async #reportFraud(): Promise<void> {
    const { accounts, audit, clock, remembered } = this.#parts
    const { firstFactor, name: gateway } = this.#gateway
    const { key: userKey, name: user } = this.#user
    const atMs = clock.nowMs()
    const blocked = firstFactor.kind === 'none' ? gatewayAccount(gateway) : userKey
    await accounts.block(blocked, 'fraud reported by the person', atMs)
    // With the account blocked nothing is left of it; with the gateway there may be.
    await remembered.forget(userKey)
    const detail = { gateway, user, from: this.#from, blocked }
    await audit.alert({ atMs, kind: 'fraud-reported', userKey, detail })
  }

  #trouble(what: string, error: unknown): void {
    this.#parts.log.trouble({
      attemptId: this.#attemptId,
      what,
      detail: String(error),
      gateway: this.#gateway.name,
      userName: this.#user.name,
    })
  }
}

function cancel(call: Call): void {
  call.cancel()
}

/** Account that stands for the prompts of a gateway without passwords. */
export function gatewayAccount(gateway: string): string {
  return `gateway:${gateway}`
}
