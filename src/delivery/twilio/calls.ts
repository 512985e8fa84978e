import type twilio from 'twilio'
import { type Clock, endedElsewhere } from '../../support/index.ts'
import { chooseFrom, isPhoneNumber } from '../numbers.ts'
import type { CallDelivery, CallRequest, CallResult, CallSteps } from '../ports.ts'
import type { TwilioOptions } from './api.ts'
import type { CallQueue } from './call-queue.ts'
import type { CallSession, CallSessions } from './call-session.ts'
import { twilioFailure } from './errors.ts'
import { endCall } from './hang-up.ts'
import { createKeptCall } from './kept-call.ts'
import { readStep } from './kept-step.ts'
import { pollCall } from './poll.ts'
import { formatEnding, type TwimlLibrary } from './twiml.ts'

type Parts = {
  readonly api: twilio.Twilio
  readonly library: TwimlLibrary
  readonly clock: Clock
  readonly queue: CallQueue
  readonly sessions: CallSessions
  readonly options: TwilioOptions
}

/** Addresses of our webhooks below `public_url`. */
export const webhookPaths = {
  call: (token: string, turn: number) => `/twilio/call/${token}/${turn}`,
  status: (token: string) => `/twilio/status/${token}`,
  machine: (token: string) => `/twilio/machine/${token}`,
  /** Where Twilio asks what to say when one of the others has failed. */
  again: (token: string) => `/twilio/again/${token}`,
}

export type TwilioCalls = CallDelivery & {
  /** Whether any call waits, rings or talks. */
  isBusy(): boolean
}

/** Calls through Twilio. The dialogue itself goes on in `twilio-webhooks.ts`. */
export function createTwilioCalls(parts: Parts): TwilioCalls {
  const { api, clock, queue, sessions, options } = parts
  let placed = 0

  async function place(request: CallRequest, signal: AbortSignal): Promise<CallResult> {
    placed += 1
    try {
      const opened = await open(request, signal)
      return 'token' in opened ? await follow(opened, signal) : opened
    } finally {
      placed -= 1
    }
  }

  /** Asks for the call when its turn has come. */
  async function open(
    request: CallRequest,
    signal: AbortSignal,
  ): Promise<CallSession | CallResult> {
    const from = chooseFrom(options.callsFrom, request.to)
    if (!isPhoneNumber(request.to))
      return failed('the number is not in international form (+31...)')
    if (from === undefined) return failed('no number to call from fits this country')
    if (request.dialogue.start.kind === 'ask' && options.publicUrl === undefined) {
      return failed('calls that ask for a key need public_url')
    }
    const turn = await queue.wait(request.deadlineMs, signal)
    if (turn === 'aborted') return { kind: 'timeout' }
    if (turn === 'full')
      return failed('too many calls wait to be started for this one to be in time')

    const session = sessions.open(request)
    if (request.steps === undefined) void start(session, from)
    else
      startKept(session, request.steps, from).catch((error) => session.end(failed(String(error))))
    return session
  }

  /** Goes on with what another process has placed. */
  async function resume(
    request: CallRequest,
    begun: unknown,
    signal: AbortSignal,
  ): Promise<CallResult> {
    const step = readStep(begun)
    if (step === undefined) return failed('another version has placed the call')
    if (step.ended !== undefined) return step.ended
    const session = sessions.open(request, step.token)
    session.setProviderId(step.providerId)
    if (step.providerId !== undefined) followStatus(session, step.providerId)
    placed += 1
    const result = await follow(session, signal)
    placed -= 1
    const isGivenUp = result.kind === 'timeout' && signal.reason !== endedElsewhere
    // The other process had no name for the call when it died, so that no one knows whether it rings (RULES 25).
    if (isGivenUp && step.providerId === undefined) request.steps?.onLost()
    return result
  }

  /** Ends it at the deadline, and when the sign-in wants it over. */
  async function follow(session: CallSession, signal: AbortSignal): Promise<CallResult> {
    const onEnd = () =>
      session.end({ kind: 'timeout' }, { hangUp: signal.reason !== endedElsewhere })
    const leftMs = session.request.deadlineMs - clock.nowMs()
    const deadline = clock.after(Math.max(0, leftMs), onEnd)
    signal.addEventListener('abort', onEnd, { once: true })
    if (signal.aborted) onEnd()
    const result = await session.result
    deadline.cancel()
    signal.removeEventListener('abort', onEnd)
    return result
  }

  async function start(session: CallSession, from: string): Promise<void> {
    const created = await createCall(parts, session, from)
    if (typeof created !== 'string') {
      session.setProviderId(undefined)
      session.end(created)
      return
    }
    session.setProviderId(created)
    if (!session.isOpen) return
    session.request.onProviderId(created)
    followStatus(session, created)
  }

  /** Looks at the call where its status webhook may not come, or not here. */
  function followStatus(session: CallSession, providerId: string): void {
    const { adopt, fallbackUrl, publicUrl } = options
    // What only says something is kept nowhere: its webhooks may meet a process that does not know it.
    const isToldAlone = adopt !== undefined && session.request.dialogue.start.kind === 'end'
    // Twilio tells the status only to the first address, even if no one answers there.
    const isFirstAlone = fallbackUrl !== undefined
    if (publicUrl === undefined || isFirstAlone || isToldAlone) pollCall(parts, session, providerId)
  }

  /** The same where any process goes on with it: Twilio is asked once that is kept, and never twice. */
  async function startKept(session: CallSession, steps: CallSteps, from: string): Promise<void> {
    const kept = createKeptCall(session, steps, clock)
    const begun = await kept.begin()
    if (begun !== 'begun') {
      session.setProviderId(undefined)
      // Otherwise another process leads it, and this one learns of its end.
      if (begun !== 'elsewhere') session.end(begun)
      return
    }
    const created = session.isOpen ? await createCall(parts, session, from) : undefined
    session.setProviderId(typeof created === 'string' ? created : undefined)
    if (created === undefined) return
    if (typeof created !== 'string') {
      if (await kept.refuse(created)) session.end(created)
      return
    }
    if (session.isOpen) session.request.onProviderId(created)
    if (await kept.name(created)) followStatus(session, created)
    else await endCall(api, created)
  }

  return {
    place,
    resume,
    numberOf: (begun) => readStep(begun)?.to,
    isBusy: () => placed > 0,
    async hangUp(providerId) {
      await endCall(api, providerId)
    },
  }
}

/** Asks Twilio for the call; gives its CallSid, or why there is none. */
async function createCall(
  parts: Parts,
  session: CallSession,
  from: string,
): Promise<string | CallResult> {
  const { api, options } = parts
  const parameters = callParameters(parts, session, from)
  const create = () => api.calls.create(parameters).then(({ sid }) => sid, twilioFailure)

  let created = await create()
  if (typeof created !== 'string' && created.neverSent) {
    created = await create()
    if (typeof created !== 'string') {
      return { kind: 'failed', detail: created.detail, outage: created.fault === 'theirs' }
    }
  }
  if (typeof created === 'string') return created
  if (created.fault === 'ours') return { kind: 'failed', detail: created.detail, outage: false }
  // The phone may be ringing already, and must not ring twice: whether Twilio is down is found out
  // by a question that calls no one.
  const probe = await api.api.v2010
    .accounts(options.accountSid)
    .fetch()
    .then(() => undefined, twilioFailure)
  return { kind: 'failed', detail: created.detail, outage: probe?.fault === 'theirs' }
}

function callParameters(parts: Parts, { token, request }: CallSession, from: string) {
  const { clock, library, options } = parts
  const leftSeconds = Math.max(5, Math.ceil((request.deadlineMs - clock.nowMs()) / 1000))
  const { publicUrl, fallbackUrl, machineDetection } = options
  const { start } = request.dialogue
  const url = (path: string) => webhookUrl(publicUrl ?? '', path)
  return {
    to: request.to,
    from,
    timeout: Math.min(request.ringSeconds, leftSeconds),
    // Ends the call even when we are gone by then.
    timeLimit: leftSeconds + 10,
    ...(request.extension === undefined ? {} : { sendDigits: `wwww${request.extension}` }),
    ...(start.kind === 'end'
      ? { twiml: formatEnding(library, start.say, request.language) }
      : {
          ...{ url: url(webhookPaths.call(token, 0)), method: 'POST' },
          ...(fallbackUrl !== undefined && {
            fallbackUrl: webhookUrl(fallbackUrl, webhookPaths.again(token)),
            fallbackMethod: 'POST',
          }),
        }),
    ...(publicUrl === undefined
      ? {}
      : {
          statusCallback: url(webhookPaths.status(token)),
          statusCallbackEvent: ['completed'],
          statusCallbackMethod: 'POST',
        }),
    ...(machineDetection ? { machineDetection: 'Enable', asyncAmd: 'true' } : {}),
    ...(machineDetection && publicUrl !== undefined
      ? { asyncAmdStatusCallback: url(webhookPaths.machine(token)) }
      : {}),
  }
}

/** The full address of a webhook, exactly as Twilio will sign it: in the one spelling that a URL has. */
export function webhookUrl(publicUrl: string, path: string): string {
  return new URL(publicUrl).href.replace(/\/+$/, '') + path
}

function failed(detail: string): CallResult {
  return { kind: 'failed', detail: `Twilio: ${detail}`, outage: false }
}
