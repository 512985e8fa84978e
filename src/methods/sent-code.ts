import type { CallDelivery, CallResult, EmailDelivery, TextDelivery } from '../delivery/index.ts'
import type { SendResult, SentCodeMethod, Texts } from '../signin/index.ts'
import type { Clock } from '../support/index.ts'
import type { SpokenTexts } from '../texts/index.ts'
import { isForPhone } from './call.ts'
import { createReadOutDialogue } from './call-dialogue.ts'
import { ring } from './ring.ts'
import { promptValues, spellCode } from './wording.ts'

/** A code by text message. */
export function createSmsMethod(parts: {
  readonly delivery: TextDelivery
  readonly texts: Texts
}): SentCodeMethod {
  return {
    method: 'sms',
    async send(request, code, signal) {
      if (!isForPhone(request)) return failed('the authenticator is not a phone')
      const { gateway } = promptValues(request, parts.texts)
      const text = parts.texts.text('sms-code', request.language, { code, gateway })
      const to = request.authenticator.phone
      return parts.delivery.sendText({ to, user: request.user.name, text, code }, signal)
    },
  }
}

/** A code by e-mail. */
export function createEmailMethod(parts: {
  readonly delivery: EmailDelivery
  readonly texts: Texts
}): SentCodeMethod {
  return {
    method: 'email',
    async send({ authenticator, ...request }, code, signal) {
      if (authenticator.method !== 'email')
        return failed('the authenticator is not an e-mail address')
      const { gateway } = promptValues({ authenticator, ...request }, parts.texts)
      const subject = parts.texts.text('email-subject', request.language, { gateway })
      const text = parts.texts.text('email-code', request.language, { code, gateway })
      const to = authenticator.address
      return parts.delivery.sendEmail({ to, user: request.user.name, subject, text, code }, signal)
    },
  }
}

/**
 * A call that reads a code out, for sites the provider cannot reach with webhooks. `send` is done as soon as the
 * provider has taken the call; ringing, and the backup number, go on after it.
 */
export function createReadOutMethod(parts: {
  readonly calls: CallDelivery
  readonly texts: SpokenTexts
  readonly clock: Clock
  /** Whether the backup number is called when no one takes the first. */
  readonly backup: boolean
}): SentCodeMethod {
  const { calls, texts, clock, backup } = parts
  return {
    method: 'call',
    async send(request, code, signal) {
      if (!isForPhone(request)) return failed('the authenticator is not a phone')
      const language = texts.languageOf(request.language)
      const say = texts.text('call-code', language, { code: spellCode(code) })
      const dialogue = createReadOutDialogue(say)
      const taken = Promise.withResolvers<SendResult>()
      const cancel = new AbortController()
      const onAbort = () => cancel.abort()
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) cancel.abort()
      const onProviderId = () => taken.resolve({ kind: 'sent' })
      ring(request, { calls, clock, dialogue, language, backup, onProviderId }, cancel.signal).then(
        (result) => taken.resolve(sendResult(result)),
        (error: unknown) => taken.resolve(failed(String(error))),
      )
      const result = await taken.promise
      signal.removeEventListener('abort', onAbort)
      return result
    },
  }
}

function sendResult(result: CallResult): SendResult {
  switch (result.kind) {
    case 'failed':
      return result
    case 'told':
      return { kind: 'sent' }
    default:
      return failed(`the call ended: ${result.kind}`)
  }
}

function failed(detail: string): SendResult {
  return { kind: 'failed', detail, outage: false }
}
