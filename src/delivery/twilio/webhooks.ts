import type { Clock } from '../../support/index.ts'
import type { CallSteps, DialogueStep } from '../ports.ts'
import type { TwilioLibrary, TwilioOptions } from './api.ts'
import type { CallSession, CallSessions } from './call-session.ts'
import { webhookPaths, webhookUrl } from './calls.ts'
import {
  answerKept,
  answerMs,
  type CallEvent,
  dialogueResult,
  type TurnEvent,
} from './kept-dialogue.ts'
import { patiently } from './kept-step.ts'
import { callStatusResult, isMachine } from './status.ts'
import { formatEnding, formatQuestion } from './twiml.ts'

/** A POST to the webhook listener, as it came in. */
export type WebhookRequest = {
  /** Path below `public_url`, undecoded, with the query if there was one. */
  readonly path: string
  /** X-Twilio-Signature. */
  readonly signature: string | undefined
  readonly form: Readonly<Record<string, string>>
}

export type WebhookReply = {
  readonly status: number
  /** TwiML. */
  readonly body: string
  /** Whether it belonged to an open call. */
  readonly isKnown: boolean
}

export type WebhookHandler = (request: WebhookRequest) => Promise<WebhookReply>

const pathForm =
  /^\/twilio\/(?:(call)\/([\w-]{22})\/(\d{1,3})|(status|machine|again)\/([\w-]{22}))$/

/**
 * Answers Twilio (RULES 25). A webhook is taken when it is signed for exactly the address we gave out, and its token
 * names an open call. It must also carry the CallSid the API returned for that call, and be the next one of the
 * dialogue. Everything else is told that this sign-in has ended.
 */
export function createTwilioWebhooks(parts: {
  readonly library: TwilioLibrary
  readonly sessions: CallSessions
  readonly options: TwilioOptions
  readonly clock: Clock
}): WebhookHandler {
  const { clock, library, sessions, options } = parts
  const { authToken, publicUrl, fallbackUrl, ended } = options
  const addresses = [publicUrl, fallbackUrl].filter((address) => address !== undefined)
  const endedTwiml = formatEnding(library, ended.text, ended.language)

  const unknown = (status: number) => ({ status, body: endedTwiml, isKnown: false })

  /** The address of ours that this is signed for. */
  function signedAddress({ path, signature, form }: WebhookRequest): string | undefined {
    if (authToken === undefined || signature === undefined) return undefined
    return addresses.find((address) =>
      library.validateRequest(authToken.reveal(), signature, webhookUrl(address, path), form),
    )
  }

  /** The webhook that has failed, where Twilio comes to the fallback with the keys of it; ErrorUrl names it. */
  function failedTurn(token: string, form: WebhookRequest['form']): TurnEvent | undefined {
    const { ErrorUrl = '', Digits } = form
    if (Digits === undefined) return undefined
    const failed = addresses
      .map((address) => webhookUrl(address, webhookPaths.call(token, 0)).slice(0, -1))
      .find((start) => ErrorUrl.startsWith(start))
    const turn = failed === undefined ? '' : ErrorUrl.slice(failed.length)
    return /^\d{1,3}$/.test(turn) ? turnOf(Number(turn), form) : undefined
  }

  function otherEvent(
    token: string,
    what: string | undefined,
    form: WebhookRequest['form'],
  ): CallEvent {
    if (what === 'machine') return { kind: 'machine', by: form.AnsweredBy }
    if (what !== 'again') return { kind: 'status', status: form.CallStatus }
    return { kind: 'again', failed: failedTurn(token, form) }
  }

  /** Goes on with a call that only this process knows. Gives what the person hears. */
  function answerHere(
    session: CallSession,
    event: CallEvent,
    to: { readonly form: WebhookRequest['form']; readonly address: string },
  ): string {
    switch (event.kind) {
      case 'turn':
        return continueDialogue(session, event.turn, to)
      case 'again':
        return session.turn === 0 || session.turn === event.failed?.turn
          ? continueDialogue(session, session.turn, to)
          : format(session, session.step, to.address)
      case 'machine':
        noteMachine(session, event.by)
        return endedTwiml
      case 'status':
        endByStatus(session, event.status)
        return endedTwiml
    }
  }

  /** A call that is open here, or at another process: then it goes on here. */
  async function findOrAdopt(token: string): Promise<CallSession | undefined> {
    const session = sessions.find(token)
    const { adopt } = options
    if (session !== undefined || adopt === undefined) return session
    const promptId = await patiently(clock, clock.nowMs() + answerMs, () => adopt(token))
    return promptId === undefined ? undefined : sessions.rename(promptId, token)
  }

  /** The open call of this process that this webhook belongs to. */
  async function ownSession(session: CallSession | undefined, callSid: string | undefined) {
    // Twilio can be faster than its own answer to the request that placed the call.
    const providerId = await session?.providerId
    if (session === undefined || providerId === undefined || providerId !== callSid)
      return undefined
    return session.isOpen ? session : undefined
  }

  function continueDialogue(
    session: CallSession,
    turn: number,
    { form, address }: { readonly form: WebhookRequest['form']; readonly address: string },
  ) {
    if (turn !== session.turn) return endedTwiml
    session.turn += 1
    session.answeredBy = form.AnsweredBy ?? session.answeredBy
    if (isMachine(session.answeredBy)) {
      session.end({ kind: 'no-answer' })
      return endedTwiml
    }
    const { dialogue } = session.request
    if (turn > 0 && session.step.kind === 'ask') {
      session.step = dialogue.answer(session.step.state, keysOf(form))
    }
    const { step } = session
    if (step.kind === 'end') session.end(dialogueResult(step, session.answeredBy))
    return format(session, step, address)
  }

  /** The keys go to the address that answers: the other one may be dead. */
  function format(
    { request: { language }, ...session }: Pick<CallSession, 'request' | 'token' | 'turn'>,
    step: DialogueStep,
    address: string,
  ): string {
    const { token, turn } = session
    if (step.kind === 'end') return formatEnding(library, step.say, language)
    const actionUrl = webhookUrl(address, webhookPaths.call(token, turn))
    return formatQuestion(library, step, { language, actionUrl })
  }

  async function answerForAll(
    session: CallSession,
    steps: CallSteps,
    {
      address,
      ...asked
    }: {
      readonly token: string
      readonly callSid: string
      readonly event: CallEvent
      readonly address: string
    },
  ): Promise<WebhookReply> {
    const answer = await answerKept(session, steps, clock, asked)
    if (answer === 'unknown') return unknown(200)
    if (answer === 'nothing') return { status: 200, body: endedTwiml, isKnown: true }
    const { request } = session
    const { said, turn } = answer
    const body = format({ request, turn, token: asked.token }, said, address)
    return { status: 200, body, isKnown: true }
  }

  return async (request) => {
    const [, call, callToken, turn, other, otherToken] = pathForm.exec(request.path) ?? []
    const token = callToken ?? otherToken
    const address = token === undefined ? undefined : signedAddress(request)
    if (token === undefined || address === undefined) return unknown(403)
    const { form } = request
    const event = call !== undefined ? turnOf(Number(turn), form) : otherEvent(token, other, form)
    const found = await findOrAdopt(token)
    const steps = found?.request.steps
    if (found !== undefined && steps !== undefined) {
      const { CallSid: callSid } = form
      return callSid ? answerForAll(found, steps, { token, callSid, event, address }) : unknown(200)
    }
    const session = await ownSession(found, form.CallSid)
    if (session === undefined) return unknown(200)
    return { status: 200, body: answerHere(session, event, { form, address }), isKnown: true }
  }
}

function turnOf(turn: number, form: WebhookRequest['form']): TurnEvent {
  const by = form.AnsweredBy === undefined ? {} : { by: form.AnsweredBy }
  return { kind: 'turn', turn, keys: keysOf(form), ...by }
}

/**
 * Several Twilio accounts, or the settings before and after a reload, behind one listener: the one that has the call
 * answers, otherwise one for which it is signed.
 */
export function joinWebhooks(handlers: () => readonly WebhookHandler[]): WebhookHandler {
  return async (request) => {
    let best: WebhookReply = { status: 404, body: '', isKnown: false }
    for (const handler of handlers()) {
      const reply = await handler(request)
      if (reply.isKnown) return reply
      if (best.status !== 200) best = reply
    }
    return best
  }
}

function noteMachine(session: CallSession, answeredBy: string | undefined): void {
  session.answeredBy = answeredBy
  if (isMachine(answeredBy)) session.end({ kind: 'no-answer' }, { hangUp: true })
}

function endByStatus(session: CallSession, status: string | undefined): void {
  const result = callStatusResult(status, session)
  if (result !== undefined) session.end(result)
}

function keysOf({ Digits: digits = '' }: WebhookRequest['form']): string {
  return /^[0-9*#]{1,32}$/.test(digits) ? digits : ''
}
