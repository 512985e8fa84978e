import type { ReportStop } from '../../accounts/index.ts'
import { endedElsewhere, type Timer } from '../../support/index.ts'
import { gatewayAccount, stopGateway } from '../fraud/stop-gateway.ts'
import { stopStranger } from '../fraud/stop-stranger.ts'
import { untilDone } from '../fraud/until-done.ts'
import type { SignInParts } from '../parts.ts'
import type {
  ApprovalMethod,
  PromptObserver,
  PromptRequest,
  PromptResult,
  PromptSteps,
} from '../ports/index.ts'
import type { TextKey } from '../reasons/text-keys.ts'
import type { PromptGateway, PromptOrigin } from '../sharing/prompt-record.ts'
import type { Answered, KeptPrompt, PromptOwner } from '../sharing/registry.ts'
import { noteUse, usedRow } from '../typed/note-use.ts'
import { stepsOf, tellEnd } from './kept.ts'
import { countAnswer } from './pause.ts'

/**
 * Leads a call, or a prompt on the page, from the first ring to its end, also when the request that started it was
 * answered long ago: a late approval, the approval before "press Enter" and a webhook of the provider all end in
 * `onEnd`. It keeps neither that request nor what the provider was told. One object hears the provider
 * and the registry, because a hundred thousand calls may be open (RULES 32).
 */
export class Call implements PromptObserver, PromptOwner {
  /** Whether the gateway was told no while the phone rings. */
  #gatewayWasRefused = false
  readonly #parts: SignInParts
  readonly #id: string
  readonly #user: PromptRequest['user']
  /** Where its use is noted. Of the directory's numbers not even the id is kept: it is long, and used for nothing. */
  readonly #usedRow: string | undefined
  readonly #from: string
  readonly #isOnPage: boolean
  readonly #deadlineMs: number
  readonly #gateway: PromptGateway
  readonly #attemptId: string
  readonly #signInId: string
  readonly #cancel = new AbortController()
  #timer: Timer | undefined = undefined

  constructor(parts: SignInParts, origin: PromptOrigin, request: PromptRequest) {
    this.#parts = parts
    this.#id = request.id
    this.#user = request.user
    this.#usedRow = usedRow(request.authenticator)
    this.#from = request.from
    this.#isOnPage = request.authenticator.method !== 'call'
    this.#deadlineMs = request.deadlineMs
    this.#gateway = origin.gateway
    this.#attemptId = origin.attemptId
    this.#signInId = origin.signInId
  }

  /** Rings until someone answers, it is cancelled or its time is up. */
  ring(approval: ApprovalMethod, request: PromptRequest): void {
    this.#timer = this.#parts.wheel.at(this.#deadlineMs, cancel, this)
    try {
      approval.prompt(request, this, this.#cancel.signal)
    } catch (error) {
      this.onEnd({ kind: 'failed', detail: String(error), outage: false })
    }
  }

  /** The same for what another process has begun. */
  resume(approval: ApprovalMethod, { gatewayWasRefused, progress, record }: KeptPrompt): void {
    this.#gatewayWasRefused = gatewayWasRefused
    this.#timer = this.#parts.wheel.at(this.#deadlineMs, cancel, this)
    try {
      approval.resume?.(record.request, progress?.value, this, this.#cancel.signal)
    } catch (error) {
      this.onEnd({ kind: 'failed', detail: String(error), outage: false })
    }
  }

  get steps(): PromptSteps | undefined {
    return stepsOf(this.#parts, this.#id, () => this.gatewayRefused())
  }

  cancel(): void {
    this.#cancel.abort()
  }

  gatewayRefused(): void {
    this.#gatewayWasRefused = true
  }

  letGo(): void {
    if (this.#stopTimer()) this.#cancel.abort(endedElsewhere)
  }

  /** What someone has answered on the page, whose signature is right. */
  async answer(result: PromptResult): Promise<Answered> {
    if (this.#parts.clock.nowMs() > this.#deadlineMs || !this.#stopTimer()) return 'over'
    const isEnded = this.#end(result)
    // A report is taken in any case, and may take its time.
    if (result.kind !== 'fraud' && !(await isEnded)) return 'over'
    return this.#gatewayWasRefused ? 'sign-in-again' : 'in-time'
  }

  onProviderId(providerId: string): void {
    this.#parts.prompts
      .setProviderId(this.#id, providerId)
      .catch((error: unknown) => this.#trouble('prompt-provider-id', error))
  }

  /** Where something rings, nothing else may ring (RULES 25). */
  onLost(): void {
    this.#parts.registry
      .noteInterrupted(this.#user.key, this.#deadlineMs)
      .catch((error: unknown) => this.#trouble('prompt-end', error))
  }

  closingText(): TextKey {
    return this.#gatewayWasRefused ? 'call-sign-in-again' : 'call-approved'
  }

  /** Does what each call that ends needs, once. */
  onEnd(result: PromptResult): void {
    if (!this.#stopTimer()) return
    // A # that is pressed after the refusal must let no one in (RULES 14).
    const isLate = this.#parts.clock.nowMs() > this.#deadlineMs
    void this.#end(result.kind === 'approved' && isLate ? { kind: 'timeout' } : result)
  }

  /** False where it is over already. */
  #stopTimer(): boolean {
    if (this.#timer === undefined) return false
    this.#timer.cancel()
    this.#timer = undefined
    return true
  }

  /** False where another process was faster, whose end is kept. */
  async #end(result: PromptResult): Promise<boolean> {
    // Before the end, so that a crash loses none; a report that is carried out twice does no harm.
    if (result.kind === 'fraud') {
      await this.#reportFraud().catch((error: unknown) => this.#trouble('prompt-end', error))
    }
    this.#parts.prompts
      .close(this.#id)
      .catch((error: unknown) => this.#trouble('prompt-end', error))
    const isOurs = await tellEnd(
      this.#parts,
      { id: this.#id, deadlineMs: this.#deadlineMs },
      result,
      (error) => this.#trouble('prompt-end', error),
    )
    if (isOurs) await this.#countEnd(result)
    return isOurs
  }

  /** What follows once, whichever process has led the prompt. */
  async #countEnd(result: PromptResult): Promise<void> {
    if (result.kind === 'approved') {
      const { key } = this.#user
      noteUse(this.#parts, key, this.#usedRow, (error) => this.#trouble('last-use', error))
    }
    if (!this.#isOnPage) return
    await this.#countAnswer(result).catch((error: unknown) => this.#trouble('prompt-end', error))
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
