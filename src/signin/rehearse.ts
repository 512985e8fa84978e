import type { Method, User } from '../accounts/index.ts'
import { Secret } from '../support/index.ts'
import type { Attempt, DeviceEvidence, GatewayRules } from './attempt.ts'
import { authorise } from './authorise.ts'
import { type Choices, loadChoices } from './choices.ts'
import { allowedMethods, type Context, denialOf, type SignInParts } from './context.ts'
import { checkFactors } from './factors.ts'
import { findUser } from './find-user.ts'
import { withoutEffects } from './no-effects.ts'
import type { Outcome } from './outcome.ts'
import { checkPolicy, decideFor } from './policy.ts'
import { type BuiltReply, buildReply } from './reply-rules.ts'
import { createContext } from './sign-in.ts'
import type { Held } from './step.ts'
import { Stop } from './stop.ts'

export type RehearsalRequest = {
  readonly userName: string
  readonly gateway: GatewayRules
  readonly device: DeviceEvidence | undefined
  /** When the sign-in would begin, milliseconds since 1970. */
  readonly atMs: number
  readonly signal: AbortSignal
}

/** What a sign-in would come to, and why. */
export type Rehearsal = {
  /** Undefined where the name means nobody, or a directory is down; `first` says which. */
  readonly user: User | undefined
  /** The policy rule that decides; undefined where none does, or the gateway's own groups refuse. */
  readonly rule: { readonly name: string /** From 1. */; readonly number: number } | undefined
  /** What the person can use here; undefined without a person. */
  readonly choices: Choices | undefined
  /** What comes of name and right password, with no code behind it. */
  readonly first: Held | Outcome
  /** What an Accept would carry beside the static attributes of the gateway, by the second factor used; undefined: none. */
  readonly replies: readonly { readonly method: Method | undefined; readonly reply: BuiltReply }[]
}

/** Neither empty nor a word, and never compared with anything. */
const anyPassword = new Secret('x')

/**
 * Goes the way of a sign-in with a right password up to the first question, by the same steps, with
 * nothing sent, spent, counted or written. Rejects with StoreError when the store fails.
 */
export async function rehearse(parts: SignInParts, request: RehearsalRequest): Promise<Rehearsal> {
  const context = createContext(withoutEffects(parts, request.atMs), attemptOf(request))
  const found = await findUser(context)
  if (found.kind !== 'found') {
    return { user: undefined, rule: undefined, choices: undefined, first: found, replies: [] }
  }
  const { user } = found
  const policy = await checkPolicy(context, user)
  const rule = await ruleOf(context, user)
  const preferred = policy.kind === 'policy' ? policy.preferred : undefined
  const methods = policy.kind === 'policy' ? policy.methods : allowedMethods(context)
  const choices = await loadChoices(context, user, { methods, preferred })
  if (policy.kind !== 'policy') return { user, rule, choices, first: policy, replies: [] }

  const step = await checkFactors(context, found, policy)
  const first = step.kind === 'passed' ? authorise(context, user) : step
  if (denialOf(context) !== undefined) return { user, rule, choices, first, replies: [] }
  const used = step.kind === 'passed' ? [undefined] : methodsOf(choices)
  const replies = used.map((method) => ({
    method,
    reply: buildReply(parts.replyRules, request.gateway, user, method),
  }))
  return { user, rule, choices, first, replies }
}

function attemptOf({ userName, gateway, device, atMs, signal }: RehearsalRequest): Attempt {
  const stop = new Stop()
  signal.addEventListener('abort', () => stop.now('abandoned'), { once: true })
  return {
    id: 'rehearsal',
    gateway,
    userName,
    credential: { kind: 'pap', password: anyPassword, wellFormed: true },
    ...(device === undefined ? {} : { device }),
    sourceAddress: '',
    requestAuthenticator: new Uint8Array(16),
    attributes: [],
    receivedAtMs: atMs,
    resends: 0,
    stop,
    answer: () => undefined,
  }
}

async function ruleOf(context: Context, user: User): Promise<Rehearsal['rule']> {
  if (context.rule === undefined) return undefined
  const decision = await decideFor(context, user)
  if (decision.kind === 'gateway') return undefined
  return { name: decision.name, number: decision.index + 1 }
}

function methodsOf({ typed, options, methods }: Choices): readonly Method[] {
  const has = new Set<Method>([...typed, ...options].map(({ method }) => method))
  return methods.filter((method) => has.has(method))
}
