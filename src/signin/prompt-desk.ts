import { randomBytes, randomInt } from 'node:crypto'
import type { User } from '../accounts/index.ts'
import type { Option } from './choices.ts'
import { type Context, note, reject } from './context.ts'
import { evidenceOf } from './evidence.ts'
import type { Outcome } from './outcome.ts'
import type { PromptRequest, PromptResult } from './ports.ts'
import type { OpenPrompt, SentCode } from './registry.ts'

/** A prompt this request started, or one it may share. */
export type Opened = {
  readonly kind: 'opened'
  readonly promptId: string
  readonly shared: boolean
  readonly sent?: SentCode
}

/** How long a result stays for those who ask later: an approval after the Reject counts that long (RULES 14). */
const resultKeptMs = 60_000
const hourMs = 3_600_000

/** Rings the person, once: whoever may share the open prompt does, everybody else is refused. */
export async function openCall(
  context: Context,
  user: User,
  option: Option,
  endsMs: number,
): Promise<Opened | Outcome> {
  const { parts, attempt, signInId } = context
  const { approval, registry, prompts } = parts
  if (approval === undefined) return reject(context, 'no-method-for-flow')
  const id = newId()
  const cancel = new AbortController()
  const opened = await claimPrompt(
    context,
    user,
    option,
    { id, userKey: user.key, signInId, ...doorOf(context) },
    () => cancel.abort(),
  )
  if (opened.kind !== 'opened' || opened.shared) return opened

  const request = promptRequest(context, user, option, id, endsMs)
  await prompts
    .open({
      id,
      userKey: user.key,
      method: 'call',
      gateway: attempt.gateway.name,
      requestAuthenticator: attempt.requestAuthenticator,
      startedAtMs: parts.clock.nowMs(),
      deadlineMs: endsMs,
    })
    .catch(async (error: unknown) => {
      await registry.endPrompt(id, { kind: 'failed', detail: 'store', outage: false }, 0)
      throw error
    })
  note(context, 'prompt', { method: 'call', to: option.to })
  void approval
    .prompt(
      request,
      {
        onProviderId: (providerId) =>
          void prompts.setProviderId(id, providerId).catch(() => undefined),
        closingText: () => (context.told.refused ? 'call-sign-in-again' : 'call-approved'),
      },
      cancel.signal,
    )
    .then((result) => endCall(context, user, id, result))
  return opened
}

/** Sends a code to be typed back. */
export async function sendCode(
  context: Context,
  user: User,
  option: Option,
  previous: SentCode | undefined,
): Promise<Opened | Outcome> {
  const { parts, signInId } = context
  const { clock, registry, settings } = parts
  const sender = parts.sent.get(option.method)
  if (sender === undefined) return reject(context, 'no-method-for-flow')
  const id = newId()
  const code = randomInt(0, 1_000_000).toString().padStart(6, '0')
  const nowMs = clock.nowMs()
  const sent: SentCode = {
    mark: parts.codeMarks.mark('sent-code', user.key, code),
    option: option.number,
    times: (previous?.times ?? 0) + 1,
    atMs: nowMs,
  }
  const prompt = { id, userKey: user.key, signInId, ...doorOf(context), sent }
  const opened = await claimPrompt(context, user, option, prompt, () => undefined)
  if (opened.kind !== 'opened' || opened.shared) return opened

  const request = promptRequest(context, user, option, id, nowMs + settings.sentCode.expiryMs)
  note(context, 'prompt', { method: option.method, to: option.to })
  const result = await sender.send(request, code, context.attempt.signal)
  if (result.kind === 'failed') {
    await registry.endPrompt(id, result, 0)
    return failed(context, result.detail, result.outage)
  }
  parts.wheel.at(
    nowMs + settings.sentCode.resendAfterMs,
    () => void registry.endPrompt(id, { kind: 'timeout' }, 0),
  )
  return { ...opened, sent }
}

async function claimPrompt(
  context: Context,
  user: User,
  option: Option,
  prompt: OpenPrompt,
  cancel: () => void,
): Promise<Opened | Outcome> {
  const { registry } = context.parts
  if (await registry.isInterrupted(user.key)) return reject(context, 'interrupted')
  const open = await registry.openPrompt(prompt, cancel)
  if (open !== undefined) {
    if (!mayShare(open, prompt)) {
      note(context, 'another-sign-in', { signIn: open.signInId })
      return reject(context, 'another-sign-in-open')
    }
    note(context, 'joined', { signIn: open.signInId })
    return {
      kind: 'opened',
      promptId: open.id,
      shared: true,
      ...(open.sent === undefined ? {} : { sent: open.sent }),
    }
  }
  const within = await withinLimits(context, user, option).catch(async (error: unknown) => {
    await registry.endPrompt(prompt.id, { kind: 'timeout' }, 0)
    throw error
  })
  if (!within) {
    await registry.endPrompt(prompt.id, { kind: 'timeout' }, 0)
    return reject(context, 'prompt-limit')
  }
  await registry.forgetLate(user.key)
  return { kind: 'opened', promptId: prompt.id, shared: false }
}

/** The same sign-in, or the same device at the same door, asking in the same way (RULES 2). */
function mayShare(open: OpenPrompt, mine: OpenPrompt): boolean {
  if ((open.sent === undefined) !== (mine.sent === undefined)) return false
  if (open.signInId === mine.signInId) return true
  return open.evidence !== undefined && open.evidence === mine.evidence && open.group === mine.group
}

async function withinLimits(context: Context, user: User, option: Option): Promise<boolean> {
  const { limits, clock, settings } = context.parts
  const { perUserHour, perNumberHour, perPrefixHour, perDay } = settings.promptLimits
  const { authenticator } = option
  const to = authenticator.method === 'email' ? authenticator.address : authenticator.phone
  const uses = [
    { key: `prompts:user:${user.key}`, limit: perUserHour, windowMs: hourMs },
    { key: `prompts:to:${to}`, limit: perNumberHour, windowMs: hourMs },
    { key: 'prompts:day', limit: perDay, windowMs: 24 * hourMs },
  ]
  if (authenticator.method !== 'email') {
    uses.push({ key: `prompts:prefix:${to.slice(0, 7)}`, limit: perPrefixHour, windowMs: hourMs })
  }
  const taken = await limits.take(uses, clock.nowMs())
  if (!taken.ok) note(context, 'limit', { key: taken.key.split(':', 2).join(':') })
  return taken.ok
}

/** What must happen once for each call that ended, whoever waits for it. */
async function endCall(
  context: Context,
  user: User,
  id: string,
  result: PromptResult,
): Promise<void> {
  const { parts, attempt } = context
  try {
    if (result.kind === 'fraud') await reportFraud(context, user)
    if (result.kind !== 'approved') await parts.registry.forgetLate(user.key)
    await parts.prompts.close(id)
  } catch (error) {
    parts.log.trouble({
      attemptId: attempt.id,
      what: 'prompt-end',
      detail: String(error),
      gateway: attempt.gateway.name,
    })
  } finally {
    await parts.registry.endPrompt(id, result, resultKeptMs)
  }
}

/** Blocks the account; where no password was proven, the gateway's prompts instead (RULES 4). */
async function reportFraud(context: Context, user: User): Promise<void> {
  const { parts, attempt } = context
  const nowMs = parts.clock.nowMs()
  const { firstFactor, name } = attempt.gateway
  const blocked = firstFactor.kind === 'none' ? gatewayAccount(name) : user.key
  await parts.accounts.block(blocked, 'fraud reported by the person', nowMs)
  await parts.audit.alert({
    atMs: nowMs,
    kind: 'fraud-reported',
    userKey: user.key,
    detail: { gateway: name, user: user.name, from: fromText(context), blocked },
  })
}

/** Account that stands for the prompts of a gateway without passwords. */
export function gatewayAccount(gateway: string): string {
  return `gateway:${gateway}`
}

/** A refusal for what the provider could not do. */
export function failed(context: Context, detail: string, outage: boolean): Outcome {
  const { parts, attempt } = context
  note(context, 'provider-failed', { detail, outage })
  parts.log.trouble({
    attemptId: attempt.id,
    what: 'prompt-failed',
    detail,
    gateway: attempt.gateway.name,
    ...(context.user === undefined ? {} : { userName: context.user.name }),
  })
  return reject(context, 'prompt-failed')
}

function doorOf(context: Context): { group: string; evidence?: string } {
  const evidence = evidenceOf(context.attempt)
  const { group } = context.attempt.gateway
  return evidence === undefined ? { group } : { group, evidence: evidence.key }
}

function promptRequest(
  context: Context,
  user: User,
  option: Option,
  id: string,
  deadlineMs: number,
): PromptRequest {
  return {
    id,
    user,
    authenticator: option.authenticator,
    language: user.language ?? '',
    gateway: context.attempt.gateway.label,
    from: fromText(context),
    deadlineMs,
  }
}

function fromText(context: Context): string {
  const { device } = context.attempt
  return device === undefined || device.kind === 'mac' ? '' : device.value
}

function newId(): string {
  return randomBytes(16).toString('base64url')
}
