import type { GatewayRules } from '../../src/signin/index.ts'
import { gatewayRules } from '../signin/harness.ts'
import type { Chance } from './chance.ts'
import { answerMs } from './chance.ts'
import type { GatewayModel } from './gateways.ts'
import type { Policy } from './policies.ts'
import type { Timeline } from './timeline.ts'

export type ReplyKind = 'accept' | 'reject' | 'challenge'

/** One packet that has arrived. */
export type Arrival = {
  /** Equal for resends. */
  readonly request: string
  readonly socketId: number
  readonly answersChallenge: boolean
  /** Brings a reply to the gateway, perhaps. */
  send(kind: ReplyKind): void
}

/** What a gateway and a person see of the service. */
export type Server = {
  receive(arrival: Arrival): void
  /** How often the phone rang. */
  readonly prompts: number
  /** When the person approves; only the person knows it. */
  readonly approvedAtMs: number
}

type Request = {
  readonly id: string
  deadlineMs: number
  marginMs: number
  reply: ReplyKind | undefined
  send: (kind: ReplyKind) => void
}

type Prompt = { readonly approvedAtMs: number; readonly endsMs: number }

/** How long a directory takes. */
export const bindMs = 300
/** A timer is up to this late. */
const tickMs = 50
/** As in `signin/`: an approval counts this long after the Reject, waits this long then, an Accept is repeated this long. */
const lateMs = 30_000
const lateKeptMs = 60_000
const acceptKeptMs = 10_000
const challengePromptMs = 60_000

/** No one has said what the gateway is: the default patience, and whether it shows challenges. */
export function rulesOf({ name, challenges }: GatewayModel): GatewayRules {
  return gatewayRules({ name, patienceMs: 10_000, marginMs: 1_000, challenges })
}

/**
 * What the service does with one person's packets, reduced to its moments: hold, challenge or Reject
 * at the margin, late approval, one prompt for packets that belong together. The differences to
 * `signin/` are checked by running both (`same-decisions.test.ts`).
 */
export function createServer(
  timeline: Timeline,
  gateway: GatewayModel,
  rules: GatewayRules,
  policy: Policy,
  chance: Chance,
  signIn: number,
): Server {
  const requests = new Map<string, Request>()
  let prompts = 0
  let prompt: Prompt | undefined
  let owner: Request | undefined
  let followers: Request[] = []
  let acceptedAtMs = Number.NEGATIVE_INFINITY
  let lateUntilMs = Number.NEGATIVE_INFINITY

  function receive(arrival: Arrival): void {
    const nowMs = timeline.nowMs()
    const known = requests.get(arrival.request)
    if (known !== undefined) {
      policy.watch.resend(known.id, nowMs)
      if (known.reply !== undefined) arrival.send(known.reply)
      return
    }
    const { patienceMs, marginMs } = policy.watch.begin({
      rules,
      attemptId: arrival.request,
      person: String(signIn),
      ownDevice: true,
      authenticator: arrival.request,
      port: 1812,
      socketId: arrival.socketId,
      answersChallenge: arrival.answersChallenge,
      atMs: nowMs,
    })
    const request: Request = {
      id: arrival.request,
      deadlineMs: nowMs + patienceMs - marginMs,
      marginMs,
      reply: undefined,
      send: arrival.send,
    }
    requests.set(request.id, request)
    if (arrival.answersChallenge) waitForPrompt(request)
    else timeline.at(nowMs + bindMs, () => proceed(request))
  }

  function proceed(request: Request): void {
    const nowMs = timeline.nowMs()
    if (!policy.keepsPrompts) {
      ring(request, request.deadlineMs)
      waitForPrompt(request)
    } else if (nowMs - acceptedAtMs <= acceptKeptMs) answer(request, 'accept')
    else if (owner !== undefined) follow(request)
    else if (prompt !== undefined && nowMs < lateUntilMs && prompt.approvedAtMs <= nowMs) {
      answer(request, 'accept')
    } else {
      if (prompt === undefined || prompt.approvedAtMs <= nowMs || prompt.endsMs <= nowMs) {
        ring(request, gateway.challenges ? nowMs + challengePromptMs : request.deadlineMs + lateMs)
      }
      owner = request
      waitForPrompt(request)
    }
  }

  function ring(request: Request, endsMs: number): void {
    if (timeline.nowMs() >= request.deadlineMs) return
    prompts += 1
    const draws = [chance.draw(signIn, 'answer', prompts), chance.draw(signIn, 'answers', prompts)]
    const [first = 0, second = 0] = draws
    prompt = { approvedAtMs: timeline.nowMs() + answerMs(first, second), endsMs }
  }

  function follow(request: Request): void {
    followers.push(request)
    timeline.at(request.deadlineMs + request.marginMs / 2 + lateness(request), () => {
      followers = followers.filter((other) => other !== request)
      if (request.reply === undefined) {
        policy.watch.end({
          attemptId: request.id,
          kind: 'drop',
          patienceEnded: true,
          atMs: timeline.nowMs(),
        })
      }
    })
  }

  function waitForPrompt(request: Request): void {
    const waited = prompt
    const approvedAtMs = waited === undefined ? Number.POSITIVE_INFINITY : waited.approvedAtMs
    const dueMs = request.deadlineMs + lateness(request)
    if (approvedAtMs <= dueMs && approvedAtMs <= (waited?.endsMs ?? 0)) {
      timeline.at(approvedAtMs, () => answer(request, 'accept'))
    } else {
      timeline.at(dueMs, () => answer(request, gateway.challenges ? 'challenge' : 'reject'))
    }
  }

  function answer(request: Request, kind: ReplyKind): void {
    const nowMs = timeline.nowMs()
    if (request.reply !== undefined) return
    request.reply = kind
    const patienceEnded = kind === 'reject'
    policy.watch.end({ attemptId: request.id, kind, patienceEnded, atMs: nowMs })
    if (kind === 'accept') acceptedAtMs = nowMs
    if (kind === 'reject') lateUntilMs = nowMs + lateMs + lateKeptMs
    request.send(kind)
    if (request !== owner) return
    owner = undefined
    for (const follower of followers.splice(0)) answer(follower, kind)
  }

  function lateness(request: Request): number {
    return tickMs * chance.draw(signIn, request.id, 'tick')
  }

  return {
    receive,
    get prompts() {
      return prompts
    },
    get approvedAtMs() {
      return prompt?.approvedAtMs ?? Number.NEGATIVE_INFINITY
    },
  }
}
