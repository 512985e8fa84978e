import type { Authenticator, User } from '../../accounts/index.ts'
import { type Context, reject } from '../context.ts'
import { isForPassword } from '../continued/challenge.ts'
import type { Asked, AskedOption, Outcome, Proven, Reason } from '../outcome.ts'
import { numberOf } from '../prompts/prompts.ts'
import type { OpenedState } from '../state/state-wire.ts'
import { type Choices, keyOf, loadChoices, type Option } from '../usable/choices.ts'

type Challenge = Outcome & { readonly kind: 'challenge' }

/** Says as data, for the portal's page, what a gateway shows as text. Other outcomes stay as they are. */
export async function describe(context: Context, outcome: Outcome): Promise<Outcome> {
  const { user } = context
  if (user === undefined) return outcome
  switch (outcome.kind) {
    case 'accept': {
      const proven = await provenBy(context, user)
      return proven === undefined ? reject(context, 'code-expired') : { ...outcome, proven }
    }
    case 'challenge':
      return describeChallenge(context, user, outcome)
    case 'reject':
      return hasNothingHere.has(outcome.reason) ? { ...outcome, person: user } : outcome
    case 'drop':
      return outcome
  }
}

/** After a right password: the page asks for another proof. */
const hasNothingHere: ReadonlySet<Reason> = new Set<Reason>(['set-up-begins', 'secret-seen'])

/**
 * Undefined where no fresh factor has proven it, or where the one that did was taken away meanwhile: then no one is let
 * in.
 */
async function provenBy(context: Context, user: User): Promise<Proven | undefined> {
  const { method, parts, remembered, resumed, signer } = context
  if (method === undefined || remembered !== undefined) return undefined
  const { options, passkeys, typed } = await choicesOf(context, user)
  const usable = [...typed, ...passkeys, ...options.flatMap(answeredBy)]
  const key = context.authenticator === undefined ? resumed?.by : keyOf(context.authenticator)
  // Whichever of the person's phones or passkeys was at hand.
  const used = usable.find((each) =>
    signer === undefined ? keyOf(each) === key : each.id === signer,
  )
  if (used === undefined || (signer === undefined && used.method !== method)) return undefined
  const isApproved = used.method === 'call' && parts.approvals.has('call')
  const hadPin = isApproved && used.pin !== undefined
  return { user, method: used.method, authenticatorId: used.id, hadPin }
}

function answeredBy(option: Option): readonly Authenticator[] {
  return option.method === 'push' ? option.phones : [option.authenticator]
}

async function describeChallenge(
  context: Context,
  user: User,
  outcome: Challenge,
): Promise<Outcome> {
  const { attempt, parts } = context
  // What it asks is in its State, whichever step has made it.
  const opened = parts.states.open(outcome.state, attempt.gateway.name, parts.clock.nowMs())
  if (opened === undefined) return reject(context, 'code-expired')
  return { ...outcome, asked: await askedBy(context, user, opened) }
}

async function askedBy(context: Context, user: User, state: OpenedState): Promise<Asked> {
  const { endsMs, purpose } = state
  if (isForPassword(purpose)) {
    const kind = purpose === 'repeat-password' ? purpose : 'new-password'
    return { kind, user, isWrong: kind === 'new-password' && state.wrong > 0 }
  }
  if (purpose === 'relay') return { kind: 'server', user, endsMs }
  const choices = await choicesOf(context, user)
  const options = choices.options.flatMap((option) => toAsked(option, choices))
  const started = choices.options.find(({ key }) => key === (state.sent?.option ?? state.by))
  const [via] = started === undefined ? [] : toAsked(started, choices)
  const { promptId } = state
  const isTyped = started?.method === 'push' && promptId !== undefined
  const number = isTyped ? await numberOf(context, user, promptId) : {}
  const { resumed } = context
  const before = resumed?.purpose === 'code' ? resumed.wrong : 0
  return {
    kind: kindOf(state, choices),
    user,
    ...(via === undefined ? {} : { via: { ...via, ...number } }),
    canType: choices.typed.length > 0,
    options,
    passkeys: choices.passkeys,
    isWrong: purpose === 'code' && state.wrong > before,
    isUsed: context.usedCode === true,
    endsMs,
  }
}

function kindOf(
  { purpose, sent }: OpenedState,
  { options, passkeys, preferred, typed }: Choices,
): 'choose' | 'code' | 'approve' {
  if (purpose === 'wait') return 'approve'
  const prefersTyped = typed.some(({ method }) => method === preferred)
  const isOnlyCode = options.length === 0 && (typed.length > 0 || passkeys.length === 0)
  return sent !== undefined || isOnlyCode || prefersTyped ? 'code' : 'choose'
}

function toAsked(
  { number, method, to, authenticator }: Option,
  { preferred }: Choices,
): readonly AskedOption[] {
  if (method === 'passkey') return []
  const isDefault = method === preferred
  const authenticatorId = authenticator.id
  return [{ answer: String(number), method, to, isDefault, authenticatorId }]
}

function choicesOf(context: Context, user: User): Promise<Choices> {
  const { order = { methods: [], preferred: undefined } } = context
  return loadChoices(context, user, order)
}
