import type { GatewayRules } from './attempt.ts'
import type { SignInParts } from './context.ts'
import type { ApprovalMethod, PromptRequest, PromptResult } from './ports.ts'

/** How long a result stays for those who ask later: an approval after the Reject counts that long (RULES 14). */
const resultKeptMs = 60_000

/** What a call needs until it is over. Not the request it began with, which may be answered and gone by then. */
export type Call = {
  readonly parts: SignInParts
  readonly approval: ApprovalMethod
  readonly request: PromptRequest
  readonly gateway: GatewayRules
  readonly attemptId: string
  /** Whether the gateway was told no while the phone rings. */
  readonly told: { readonly refused: boolean }
}

/**
 * Rings until somebody answers, `cancel` is aborted or the time is up; then does what each call that
 * ends needs, once. Never rejects.
 */
export async function runCall(call: Call, cancel: AbortController): Promise<void> {
  const { approval, parts, request } = call
  const timer = parts.wheel.at(request.deadlineMs, () => cancel.abort())
  let result: PromptResult
  try {
    result = await approval.prompt(request, hooksOf(call), cancel.signal)
  } catch (error) {
    result = { kind: 'failed', detail: String(error), outage: false }
  }
  timer.cancel()
  // Whoever presses # too late must not open a door that was closed before (RULES 14).
  const isLate = parts.clock.nowMs() > request.deadlineMs
  await endCall(call, result.kind === 'approved' && isLate ? { kind: 'timeout' } : result)
}

function hooksOf(call: Call): Parameters<ApprovalMethod['prompt']>[1] {
  const { parts, request, told } = call
  return {
    onProviderId: (providerId) =>
      void parts.prompts
        .setProviderId(request.id, providerId)
        .catch((error: unknown) => trouble(call, 'prompt-provider-id', error)),
    closingText: () => (told.refused ? 'call-sign-in-again' : 'call-approved'),
  }
}

async function endCall(call: Call, result: PromptResult): Promise<void> {
  const { parts, request } = call
  try {
    if (result.kind === 'fraud') await reportFraud(call)
    await parts.prompts.close(request.id)
  } catch (error) {
    trouble(call, 'prompt-end', error)
  }
  await parts.registry
    .endPrompt(request.id, result, resultKeptMs)
    .catch((error: unknown) => trouble(call, 'prompt-end', error))
}

/** Blocks the account; where no password was proven, the gateway's prompts instead (RULES 4). */
async function reportFraud({ parts, request, gateway }: Call): Promise<void> {
  const nowMs = parts.clock.nowMs()
  const { user, from } = request
  const blocked = gateway.firstFactor.kind === 'none' ? gatewayAccount(gateway.name) : user.key
  await parts.accounts.block(blocked, 'fraud reported by the person', nowMs)
  await parts.audit.alert({
    atMs: nowMs,
    kind: 'fraud-reported',
    userKey: user.key,
    detail: { gateway: gateway.name, user: user.name, from, blocked },
  })
}

/** Account that stands for the prompts of a gateway without passwords. */
export function gatewayAccount(gateway: string): string {
  return `gateway:${gateway}`
}

function trouble({ parts, request, gateway, attemptId }: Call, what: string, error: unknown): void {
  parts.log.trouble({
    attemptId,
    what,
    detail: String(error),
    gateway: gateway.name,
    userName: request.user.name,
  })
}
