import { randomBytes } from 'node:crypto'
import type { User } from '../accounts/index.ts'
import type { Timer } from '../support/index.ts'
import { answerByMs } from './attempt.ts'
import { Call } from './call.ts'
import type { Option } from './choices.ts'
import { type Context, doorGroup, note, reject, type SignInParts } from './context.ts'
import { evidenceOf } from './evidence.ts'
import type { Outcome } from './outcome.ts'
import type { PromptRequest, SendResult, SentCodeMethod } from './ports.ts'
import { takePrompt } from './prompt-limits.ts'
import type { OpenPrompt, PromptOwner, SentCode } from './registry.ts'
import { sentCodeOf } from './sent-code.ts'
import { before, tooLateToAsk } from './wait.ts'

/** A prompt this request started, or one it may share. */
export type Opened = {
  readonly kind: 'opened'
  readonly promptId: string
  readonly shared: boolean
  readonly sent?: SentCode
}

/** Of the mark of a sent code. */
const markBytes = 16

/** Rings the person, once: whoever may share the open prompt does, everybody else is refused. */
export async function openCall(
  context: Context,
  user: User,
  option: Option,
  endsMs: number,
): Promise<Opened | Outcome> {
  const { parts, attempt } = context
  const { approval } = parts
  if (approval === undefined) return reject(context, 'no-method-for-flow')
  const request = promptRequest(context, user, option, endsMs)
  const call = new Call(parts, attempt, user, request)
  const prompt = openPrompt(context, user, request.id)
  const opened = await claimPrompt(context, user, option, prompt, call)
  if (opened.kind !== 'opened' || opened.shared) return opened
  try {
    await parts.prompts.open({
      id: request.id,
      userKey: user.key,
      method: 'call',
      gateway: attempt.gateway.name,
      requestAuthenticator: attempt.requestAuthenticator,
      startedAtMs: parts.clock.nowMs(),
      deadlineMs: endsMs,
    })
  } catch (error) {
    await endUnasked(context, request.id)
    throw error
  }
  note(context, 'prompt', { method: 'call', to: option.to })
  context.call = call
  call.ring(approval, request)
  return opened
}

/**
 * Sends a code to be typed back. Its prompt stays open for as long as no other may be sent, or until
 * the code is used.
 */
export async function sendCode(
  context: Context,
  user: User,
  option: Option,
  previous: SentCode | undefined,
): Promise<Opened | Outcome> {
  const { parts } = context
  const sender = parts.sent.get(option.method)
  const { expiryMs, resendAfterMs } = parts.settings.sentCode[option.method]
  if (sender === undefined) return reject(context, 'no-method-for-flow')
  const mark = randomBytes(markBytes).toString('base64url')
  const nowMs = parts.clock.nowMs()
  const sent: SentCode = {
    mark,
    option: option.key,
    times: (previous?.times ?? 0) + 1,
    untilMs: nowMs + expiryMs,
  }
  const request = promptRequest(context, user, option, sent.untilMs)
  const ending = endingOf(parts, request.id)
  const prompt = openPrompt(context, user, request.id, sent)
  const opened = await claimPrompt(context, user, option, prompt, ending)
  if (opened.kind !== 'opened' || opened.shared) return opened
  ending.endAt(nowMs + resendAfterMs)
  note(context, 'prompt', { method: option.method, to: option.to })
  const result = await send(context, sender, request, sentCodeOf(parts, user.key, mark))
  if (result.kind === 'sent') return { ...opened, sent }
  ending.cancel()
  return failed(context, result.detail, result.outage)
}

/** What ends the prompt of a code that was sent: its time, the right code, or another choice. */
function endingOf({ registry, wheel }: SignInParts, id: string) {
  let timer: Timer | undefined
  const cancel = () => {
    timer?.cancel()
    // A registry that fails fails the sign-ins that ask it; this prompt then ends by its time there.
    registry.endPrompt(id, { kind: 'timeout' }, 0).catch(() => undefined)
  }
  return {
    cancel,
    endAt(atMs: number) {
      timer = wheel.at(atMs, cancel)
    },
  }
}

/** Hands the code over, for as long as the gateway waits. */
async function send(
  { attempt, parts }: Context,
  sender: SentCodeMethod,
  request: PromptRequest,
  code: string,
): Promise<SendResult> {
  const cancel = new AbortController()
  try {
    const result = await before(
      parts.wheel,
      answerByMs(attempt),
      sender.send(request, code, cancel.signal),
    )
    if (result !== undefined) return result
    cancel.abort()
    return { kind: 'failed', detail: 'not sent before the patience ended', outage: false }
  } catch (error) {
    return { kind: 'failed', detail: String(error), outage: false }
  }
}

async function claimPrompt(
  context: Context,
  user: User,
  option: Option,
  prompt: OpenPrompt,
  owner: PromptOwner,
): Promise<Opened | Outcome> {
  const { registry } = context.parts
  const tooLate = tooLateToAsk(context)
  if (tooLate !== undefined) return tooLate
  if (await registry.isInterrupted(user.key)) return reject(context, 'interrupted')
  const open = await registry.openPrompt(prompt, owner)
  if (open !== undefined) return share(context, open, prompt)
  try {
    if (await takePrompt(context, user, option)) {
      await registry.forgetLate(user.key)
      return { kind: 'opened', promptId: prompt.id, shared: false }
    }
  } catch (error) {
    await endUnasked(context, prompt.id)
    throw error
  }
  await endUnasked(context, prompt.id)
  return reject(context, 'prompt-limit')
}

/** The prompt was claimed but nobody was asked. */
async function endUnasked({ parts }: Context, id: string): Promise<void> {
  await parts.registry.endPrompt(id, { kind: 'timeout' }, 0)
}

/** Another prompt is open: this request waits for it too, or is refused. */
function share(context: Context, open: OpenPrompt, mine: OpenPrompt): Opened | Outcome {
  if (!mayShare(open, mine)) {
    note(context, 'another-sign-in', { signIn: open.signInId })
    return reject(context, 'another-sign-in-open')
  }
  note(context, 'joined', { signIn: open.signInId })
  const opened = { kind: 'opened', promptId: open.id, shared: true } as const
  return open.sent === undefined ? opened : { ...opened, sent: open.sent }
}

/** The same sign-in, or the same device at the same door, asking in the same way (RULES 2). */
function mayShare(open: OpenPrompt, mine: OpenPrompt): boolean {
  if (open.sent?.option !== mine.sent?.option) return false
  if (open.signInId === mine.signInId) return true
  return open.evidence !== undefined && open.evidence === mine.evidence && open.group === mine.group
}

/** Written out: an object that is spread together is larger, and there is one a held request (RULES 32). */
function openPrompt(context: Context, user: User, id: string, sent?: SentCode): OpenPrompt {
  const { attempt, signInId } = context
  const evidence = evidenceOf(attempt)?.key
  return { id, userKey: user.key, signInId, group: doorGroup(context), evidence, sent }
}

function promptRequest(
  context: Context,
  user: User,
  option: Option,
  deadlineMs: number,
): PromptRequest {
  const { device, gateway } = context.attempt
  return {
    id: randomBytes(16).toString('base64url'),
    user,
    authenticator: option.authenticator,
    language: user.language ?? '',
    gateway: gateway.label,
    from: device === undefined || device.kind === 'mac' ? '' : device.value,
    deadlineMs,
  }
}

/** A refusal for what the provider could not do. */
export function failed(context: Context, detail: string, outage: boolean): Outcome {
  const { parts, attempt } = context
  note(context, 'provider-failed', { detail, outage })
  if (outage) context.degraded = 'provider'
  parts.log.trouble({
    attemptId: attempt.id,
    what: 'prompt-failed',
    detail,
    gateway: attempt.gateway.name,
    ...(context.user === undefined ? {} : { userName: context.user.name }),
  })
  return reject(context, 'prompt-failed')
}
