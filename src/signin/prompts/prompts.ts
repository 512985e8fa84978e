import { randomBytes } from 'node:crypto'
import type { User } from '../../accounts/index.ts'
import type { Timer } from '../../support/index.ts'
import { before } from '../../support/index.ts'
import { answerByMs } from '../attempt.ts'
import { approvalGroup, type Context, note, reject } from '../context.ts'
import { addressFrom, evidenceOf } from '../evidence.ts'
import type { Outcome } from '../outcome.ts'
import { earlierFrom } from '../page/earlier.ts'
import { pageFacts } from '../page/facts.ts'
import type { SignInParts } from '../parts.ts'
import type { PromptRequest, SendResult, SentCodeMethod } from '../ports/index.ts'
import { spendEvidence } from '../sharing/join.ts'
import { recordOf } from '../sharing/prompt-record.ts'
import type { OpenPrompt, SentCode } from '../sharing/registry.ts'
import { sentCodeOf } from '../typed/sent-code.ts'
import type { ApproveOption, Option, SendOption } from '../usable/choices.ts'
import { labelOf } from '../usable/gateway-label.ts'
import { Call } from './call.ts'
import { claimPrompt, endUnasked, type Opened } from './claim-prompt.ts'

/** Length of the nonce of a sent code. */
const nonceBytes = 16

/**
 * Rings the person, or opens a prompt on the page, once. Requests that may share the open prompt share it; all others
 * are refused.
 */
export async function openApproval(
  context: Context,
  user: User,
  option: ApproveOption,
  endsMs: number,
): Promise<Opened | Outcome> {
  const { parts, attempt } = context
  const approval = parts.approvals.get(option.method)
  if (approval === undefined) return reject(context, 'no-method-for-flow')
  const request = promptRequest(context, user, option, endsMs)
  const origin = { attemptId: attempt.id, signInId: context.signInId, gateway: attempt.gateway }
  const call = new Call(parts, origin, request)
  const asked = openPrompt(context, user, request.id, endsMs)
  const prompt =
    option.method === 'call'
      ? asked
      : {
          ...asked,
          page: { ...pageFacts(context, request, option), ...(await earlierFrom(context, user)) },
        }
  const record = () => {
    const [claim] = spendEvidence(context).claimKeys ?? []
    return {
      ...recordOf(origin, option.method, request),
      ...(claim === undefined ? {} : { claim }),
    }
  }
  const opened = await claimPrompt(context, user, option, prompt, call, record)
  if (opened.kind !== 'opened' || opened.shared) return opened
  try {
    await parts.prompts.open({
      id: request.id,
      userKey: user.key,
      method: option.method,
      gateway: attempt.gateway.name,
      requestAuthenticator: attempt.requestAuthenticator,
      startedAtMs: parts.clock.nowMs(),
      deadlineMs: endsMs,
    })
  } catch (error) {
    await endUnasked(context, request.id)
    throw error
  }
  if (context.isGivenUp) {
    await endUnasked(context, request.id)
    return reject(context, 'store-failed')
  }
  note(context, 'prompt', { method: option.method, to: option.to })
  call.ring(approval, request)
  return opened
}

/** The number that has to be typed on a phone; undefined where there is none, or it has been answered. */
export async function numberOf(
  { parts }: Context,
  user: User,
  promptId: string,
): Promise<{ readonly number?: string }> {
  const open = await parts.registry.promptOnPage(user.key)
  const number = open?.id === promptId ? open.page.number : undefined
  return number === undefined ? {} : { number }
}

/**
 * Sends a code to be typed back. Its prompt stays open for as long as no other may be sent, or until
 * the code is used.
 */
export async function sendCode(
  context: Context,
  user: User,
  option: SendOption,
  previous: SentCode | undefined,
): Promise<Opened | Outcome> {
  const { parts } = context
  const sender = parts.sent.get(option.method)
  const { expiryMs, resendAfterMs } = parts.settings.sentCode[option.method]
  if (sender === undefined) return reject(context, 'no-method-for-flow')
  const nonce = randomBytes(nonceBytes).toString('base64url')
  const nowMs = parts.clock.nowMs()
  const sent: SentCode = {
    nonce,
    option: option.key,
    times: (previous?.times ?? 0) + 1,
    untilMs: nowMs + expiryMs,
  }
  const request = promptRequest(context, user, option, sent.untilMs)
  const ending = endingOf(parts, request.id)
  const resendAtMs = nowMs + resendAfterMs
  const prompt = openPrompt(context, user, request.id, resendAtMs, sent)
  const opened = await claimPrompt(context, user, option, prompt, ending)
  if (opened.kind !== 'opened') return opened
  if (opened.endsMs !== undefined) ending.endAt(opened.endsMs)
  if (opened.shared) return opened
  if (context.isGivenUp) {
    ending.cancel()
    return reject(context, 'store-failed')
  }
  ending.endAt(resendAtMs)
  note(context, 'prompt', { method: option.method, to: option.to })
  const result = await send(context, sender, request, sentCodeOf(parts, user.key, nonce))
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

function openPrompt(
  context: Context,
  user: User,
  id: string,
  endsMs: number,
  sent?: SentCode,
): OpenPrompt {
  const { attempt, signInId } = context
  const evidence = evidenceOf(attempt)?.key
  return { id, userKey: user.key, signInId, group: approvalGroup(context), evidence, endsMs, sent }
}

function promptRequest(
  context: Context,
  user: User,
  option: Option,
  deadlineMs: number,
): PromptRequest {
  const { attempt } = context
  return {
    id: randomBytes(16).toString('base64url'),
    user,
    authenticator: option.authenticator,
    language: context.ownLanguage ?? '',
    gateway: labelOf(attempt.gateway, context.parts.texts, context.ownLanguage),
    from: addressFrom(attempt),
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
