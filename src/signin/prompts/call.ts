import type { ReportStop, User } from '../../accounts/index.ts'
import type { Timer } from '../../support/index.ts'
import type { Attempt, GatewayRules } from '../attempt.ts'
import { gatewayAccount, stopGateway } from '../fraud/stop-gateway.ts'
import { stopStranger } from '../fraud/stop-stranger.ts'
import { untilDone } from '../fraud/until-done.ts'
import type { SignInParts } from '../parts.ts'
import type { ApprovalMethod, PromptObserver, PromptRequest, PromptResult } from '../ports/index.ts'
import type { TextKey } from '../reasons/text-keys.ts'
import type { Answered, PromptOwner } from '../sharing/registry.ts'
import { noteUse, usedRow } from '../typed/note-use.ts'
import { countAnswer } from './pause.ts'

/** What a call keeps of the sign-in that started it. */
type SignInOfCall = {
  readonly attempt: Attempt
  readonly parts: SignInParts
  readonly signInId: string
}

/** How long a result stays for those who ask later: an approval after the Reject counts that long (RULES 14). */
const resultKeptMs = 60_000

/**
 * Owns a call, or a prompt on the page, from the first ring to its end, also when the request that started it was
 * answered long ago: a late approval, the approval before "press Enter" and a webhook of the provider all end in
 * `onEnd`. It keeps neither that request nor what the provider was told. One object hears the provider
 * and the registry, because a hundred thousand calls may be open (RULES 32).
 */
export class Call implements PromptObserver, PromptOwner {
  /** Whether the gateway was told no while the phone rings. */
  gatewayWasRefused = false
  readonly #parts: SignInParts
  readonly #id: string
  readonly #user: User
  /** Where its use is noted. Of the directory's numbers not even the id is kept: it is long, and used for nothing. */
  readonly #usedRow: string | undefined
  readonly #from: string
  readonly #isOnPage: boolean
  readonly #deadlineMs: number
  readonly #gateway: GatewayRules
  readonly #attemptId: string
  readonly #signInId: string
  readonly #cancel = new AbortController()
  #timer: Timer | undefined = undefined

  constructor({ attempt, parts, signInId }: SignInOfCall, user: User, request: PromptRequest) {
    this.#parts = parts
    this.#id = request.id
    this.#user = user
    this.#usedRow = usedRow(request.authenticator)
    this.#from = request.from
    this.#isOnPage = request.authenticator.method !== 'call'
    this.#deadlineMs = request.deadlineMs
    this.#gateway = attempt.gateway
    this.#attemptId = attempt.id
    this.#signInId = signInId
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

  /** What somebody has answered on the page, whose signature is right. */
  answer(result: PromptResult): Answered {
    const isOver = this.#timer === undefined || this.#parts.clock.nowMs() > this.#deadlineMs
    if (isOver) return 'over'
    this.onEnd(result)
    return this.gatewayWasRefused ? 'sign-in-again' : 'in-time'
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
      if (result.kind === 'approved') {
        const { key } = this.#user
        noteUse(this.#parts, key, this.#usedRow, (error) => this.#trouble('last-use', error))
      }
      if (this.#isOnPage) await this.#countAnswer(result)
      await prompts.close(this.#id)
    } catch (error) {
      this.#trouble('prompt-end', error)
    }
    await registry
      .endPrompt(this.#id, result, resultKeptMs)
      .catch((error: unknown) => this.#trouble('prompt-end', error))
  }

  /** A report gets lost neither in a store that fails nor in the night: it is tried again, and told at once. */
  async #reportFraud(): Promise<void> {
    const { clock, onReport } = this.#parts
    const stopped = await untilDone(
      clock,
      () => this.#stopStranger(),
      (error) => this.#trouble('fraud-report', error),
    )
    onReport(this.#user, {
      how: this.#isOnPage ? 'portal' : 'call',
      gateway: this.#gateway.name,
      signInId: this.#signInId,
      ...(this.#from === '' ? {} : { from: this.#from }),
      stopped: stopped ?? 'not-yet',
    })
  }

  /** A call has limits of its own, and rings people who have no key with which to end a pause. */
  async #countAnswer(result: PromptResult): Promise<void> {
    await countAnswer(this.#parts, this.#user, this.#gateway, this.#from, result)
  }

  /** Where no password was proven, the gateway's prompts stop instead of the person's (RULES 4). */
  async #stopStranger(): Promise<ReportStop> {
    const { audit, clock, settings } = this.#parts
    const { firstFactor, name: gateway } = this.#gateway
    const { key: userKey, name: user } = this.#user
    const atMs = clock.nowMs()
    const isProven = firstFactor.kind !== 'none'
    const blocked = isProven ? userKey : gatewayAccount(gateway)
    const stopped = isProven
      ? await stopStranger({ ...this.#parts, onFraud: settings.onFraud }, userKey)
      : await stopGateway(this.#parts, gateway, userKey)
    const what = stopped === 'prompts' ? { stopped } : { blocked }
    const detail = { gateway, user, from: this.#from, ...what }
    await audit.alert({ atMs, kind: 'fraud-reported', userKey, detail })
    return stopped
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
