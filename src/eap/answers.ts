import { eapCode } from '../radius/index.ts'
import type { Attempt, Outcome, Refuse, RejectReason, SignIn } from '../signin/index.ts'
import type { EapAnswer, EapRequest } from '../transport/index.ts'
import type { ConversationStep } from './conversation.ts'
import { attemptWithin, signInWithin } from './inner-attempt.ts'
import { methodName } from './method-names.ts'
import type { Entry } from './open-conversations.ts'
import { encodeResult } from './packet.ts'
import type { EapStates } from './state.ts'

export type AnswerParts = {
  readonly states: EapStates
  readonly signIn: SignIn
  readonly refuse: Refuse
}

/** Lets the conversation take the request, and turns the result into the answer for the gateway. */
export async function answerRequest(
  parts: AnswerParts,
  entry: Entry,
  request: EapRequest,
  onSignIn: () => void,
): Promise<EapAnswer> {
  const signIn = signInWithin(parts.signIn, request, () => viaOf(entry))
  const step = await entry.conversation.receive(request.message, {
    packetSize: entry.packetSize,
    signIn: (inner) => {
      // Every round of a relayed one is a sign-in, and anyone in radio range can begin the first.
      if (entry.conversation.stage === 'running') onSignIn()
      return signIn(inner)
    },
  })
  return toAnswer(parts, entry, request, step)
}

/** The next request, with the State of the round after this one. */
export function challengeOf(
  { states }: Pick<AnswerParts, 'states'>,
  entry: Entry,
  packet: Uint8Array,
  notBeforeMs?: number,
): EapAnswer {
  return {
    kind: 'challenge',
    reason: 'challenged',
    packet,
    state: states.encode(entry.id, entry.round + 1),
    isRepeated: false,
    ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
  }
}

/** Refuses a request that no conversation takes. */
export async function refusalOf(
  { refuse }: Pick<AnswerParts, 'refuse'>,
  request: EapRequest,
  reason: RejectReason,
  detail: string,
): Promise<EapAnswer> {
  const via = { method: methodName(undefined), outerIdentity: request.attempt.userName }
  const outcome = await recorded(refuse, request, via, reason, detail)
  return toFailure(outcome, encodeResult(eapCode.Failure, request.message[1] ?? 0))
}

async function toAnswer(
  parts: AnswerParts,
  entry: Entry,
  request: EapRequest,
  step: ConversationStep,
): Promise<EapAnswer> {
  switch (step.kind) {
    case 'request':
      return challengeOf(parts, entry, step.packet, step.notBeforeMs)
    case 'repeat': {
      const answer = entry.last?.answer
      return answer?.kind === 'challenge'
        ? { ...answer, isRepeated: true }
        : { kind: 'drop', reason: 'eap-out-of-turn' }
    }
    case 'success':
      return { ...step.outcome, packet: step.packet, ...(step.keys && { keys: step.keys }) }
    case 'failure':
      return toFailure(step.outcome, step.packet)
    case 'broken': {
      const { reason, detail, packet } = step
      return toFailure(await recorded(parts.refuse, request, viaOf(entry), reason, detail), packet)
    }
  }
}

function toFailure(outcome: Outcome, packet: Buffer): EapAnswer {
  if (outcome.kind === 'drop') return outcome
  // Nothing but a refusal can come of it here.
  if (outcome.kind !== 'reject') return { kind: 'drop', reason: 'internal-error' }
  const { reason, notBeforeMs } = outcome
  return {
    kind: 'reject',
    reason,
    packet,
    ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
  }
}

function recorded(
  refuse: Refuse,
  { attempt, live }: EapRequest,
  via: NonNullable<Attempt['eap']>,
  reason: RejectReason,
  detail: string,
): Promise<Outcome> {
  const inner = {
    userName: via.outerIdentity,
    credential: { kind: 'none' },
    challenges: false,
  } as const
  return refuse(attemptWithin(attempt, inner, via), live, reason, detail)
}

function viaOf({ conversation }: Entry): NonNullable<Attempt['eap']> {
  return {
    method: methodName(conversation.methodType),
    outerIdentity: conversation.identity ?? '',
  }
}
