import type { Method, RememberedSignIn, User } from '../../accounts/index.ts'
import { formatMac, parseMac, Secret } from '../../support/index.ts'
import type {
  Attempt,
  Credential,
  CredentialName,
  DeviceEvidence,
  GatewayRules,
  RequestAttribute,
} from '../attempt.ts'
import { authorise } from '../authorise.ts'
import { allowedMethods, type Context, denialOf } from '../context.ts'
import { checkFactors } from '../factors.ts'
import { findUser } from '../names/find-user.ts'
import { nameSteps } from '../names/name-problems.ts'
import { throughOutage } from '../outage.ts'
import type { Outcome } from '../outcome.ts'
import type { SignInParts } from '../parts.ts'
import type { Shielded, TimelineEntry } from '../ports/index.ts'
import { endHeld } from '../prompts/hold.ts'
import { rememberedForMs } from '../remembered/remembered.ts'
import { type EapMethodName, eapMethods } from '../rules/eap-methods.ts'
import { callCheckAttributes, checkDevice, rulesAt } from '../rules/mac-rules.ts'
import { checkPolicy, decideFor } from '../rules/policy.ts'
import { type BuiltReply, buildReply } from '../rules/reply-rules.ts'
import { createContext } from '../sign-in.ts'
import type { Held, Passed, Step } from '../step.ts'
import { entriesOf } from '../timeline.ts'
import { readPassword } from '../typed/read-password.ts'
import { type Choices, loadChoices } from '../usable/choices.ts'
import { type PhoneWay, phoneWay, showsText } from '../usable/own-digits.ts'
import { singleRequest } from '../waiting/live-request.ts'
import { Stop } from '../waiting/stop.ts'
import { withoutEffects } from './no-effects.ts'
import { withoutQuestions } from './without-questions.ts'

export type DryRunRequest = {
  readonly userName: string
  readonly gateway: GatewayRules
  readonly device: DeviceEvidence | undefined
  /** The same as the gateway writes it; where a device asks for itself its name stands for it. */
  readonly callingStationId?: string | undefined
  /** How the password would be sent; PAP by default. */
  readonly credential?: CredentialName | undefined
  /** With credential `eap`: the method; TTLS by default. */
  readonly eapMethod?: EapMethodName | undefined
  /** What the request would say beside. */
  readonly attributes?: readonly RequestAttribute[]
  /** What would be down: every directory that needs a server, or every provider. */
  readonly outage?: Outage | undefined
  /** When the sign-in would begin, milliseconds since 1970. */
  readonly atMs: number
  readonly signal: AbortSignal
}

export type Outage = 'directory' | 'provider'

/**
 * `held`: the request waits until a passkey has signed. `chosen`: the person chooses it where the gateway asks. `none`: a
 * phone is not asked.
 */
export type Asks = {
  readonly passkey?: 'held' | 'chosen'
  readonly phone?: PhoneWay | 'none'
}

/** MAC authentication, as the name is a MAC address and no password is given. */
export type DryRunDevice = {
  /** As people write it: `00:11:22:aa:bb:cc`. */
  readonly mac: string
  /** Names of the rules under `mac_rules` for this gateway; where there are none, such a name is that of a person. */
  readonly rules: readonly string[]
  /** The one that lists it. */
  readonly rule?: string
}

/** The outcome that a sign-in would have, and why. */
export type DryRunResult = {
  /** Undefined where the name means no one, or a directory is down; `first` says which. */
  readonly user: User | undefined
  /** The policy rule that decides; undefined where none does, or the gateway's own groups refuse. */
  readonly rule: { readonly name: string /** From 1. */; readonly number: number } | undefined
  readonly byMac?: DryRunDevice
  /** What is wrong with the name, where it means no one: steps, as the time line of a sign-in has them. */
  readonly name?: readonly TimelineEntry[]
  /** Group that a rule names and no directory has any more, where that refuses the sign-in. */
  readonly missingGroup?: string
  /** Where the shield of the directory refuses it. */
  readonly shield?: Shielded
  /** What the person can use here; undefined without a person. */
  readonly choices: Choices | undefined
  /** What comes of name and right password, with no code after it. */
  readonly first: Held | Outcome
  /** A bypass stands for the second factor. Absent: none does. */
  readonly bypassed?: true
  /** What would have opened a gateway and does not open the portal. */
  readonly alwaysAsked?: 'rule' | 'bypass'
  /** The earlier sign-in that would stand for the second factor. */
  readonly remembered?: RememberedSignIn
  /** How long the sign-in would be remembered, milliseconds; absent where it would not. */
  readonly rememberedForMs?: number
  /** How the passkeys and phones of the person are asked here; absent where they have none that is allowed. */
  readonly asks?: Asks
  /**
   * What an Accept would carry besides the static attributes of the gateway, by the second factor used; undefined:
   * none.
   */
  readonly replies: readonly { readonly method: Method | undefined; readonly reply: BuiltReply }[]
}

/** Neither empty nor a word, and never compared with anything. */
const anyPassword = new Secret('x')

/**
 * Goes the way of a sign-in with a right password up to the first question, by the same steps, with
 * nothing sent, spent, counted or written. Rejects with StoreError when the store fails.
 */
export async function dryRun(parts: SignInParts, request: DryRunRequest): Promise<DryRunResult> {
  const byMac = deviceOf(parts, request)
  const context = createContext(
    withoutEffects(parts, request.atMs, request.outage),
    attemptOf(byMac === undefined ? request : asDevice(request)),
    singleRequest(stopOf(request)),
  )
  const forDevice = checkDevice(context)
  if (forDevice !== undefined) return endOfDevice(context, forDevice, byMac)
  const found = await findUser(context)
  if (found.kind !== 'found') {
    const name = entriesOf(context.timeline).filter(({ what }) => nameSteps.includes(what))
    return { ...nobody, first: found, name, ...(byMac === undefined ? {} : { byMac }) }
  }
  const { user } = found
  const read = await readPassword(context, user)
  if (read !== undefined) context.read = read
  const policy = await checkPolicy(context, user)
  const rule = await ruleOf(context, user)
  const preferred = policy.kind === 'policy' ? policy.preferred : undefined
  const methods = policy.kind === 'policy' ? policy.methods : allowedMethods(context)
  const choices = await loadChoices(context, user, { methods, preferred })
  if (policy.kind !== 'policy') {
    return { user, rule, choices, first: policy, replies: [], ...whyRefused(context) }
  }
  const asks = asksOf(context, choices)

  const asked = await checkFactors(context, found, policy)
  // A page needs no provider.
  const isByProvider = asked.kind !== 'held' || asked.method === 'call'
  const isFailed = request.outage === 'provider' && isByProvider
  const step = isFailed ? await failPrompt(context, asked) : asked
  const first = step.kind === 'passed' ? authorise(context, user) : step
  if (denialOf(context) !== undefined) return { user, rule, choices, first, replies: [] }
  const used = step.kind === 'passed' ? [context.method] : methodsOf(choices)
  const replies = used.map((method) => ({
    method,
    reply: buildReply(
      parts.replyRules,
      request.gateway,
      user,
      method,
      context.degraded !== undefined,
    ),
  }))
  const { remembered } = context
  const forMs = rememberedForMs(context, user)
  const isBypassed = entriesOf(context.timeline).some(({ what }) => what === 'bypass')
  return {
    ...{ user, rule, choices, first, replies, ...whyRefused(context) },
    ...(asks === undefined ? {} : { asks }),
    ...(isBypassed ? { bypassed: true } : {}),
    ...(remembered === undefined ? {} : { remembered }),
    ...(forMs === undefined ? {} : { rememberedForMs: forMs }),
  }
}

function asksOf(
  context: Context,
  { enrolled, methods, options, phones }: Choices,
): Asks | undefined {
  const has = (method: Method) => enrolled.some((each) => each.method === method)
  const isAsked = options.some(({ method }) => method === 'passkey')
  const hasPhone = methods.includes('push') && has('push')
  if (!isAsked && !hasPhone) return undefined
  const phone = phones.length > 0 ? (phoneWay(context) ?? 'none') : 'none'
  return {
    ...(isAsked ? { passkey: showsText(context.attempt.gateway) ? 'chosen' : 'held' } : {}),
    ...(hasPhone ? { phone } : {}),
  }
}

/** What the steps have noted that depends on more than the configuration. */
function whyRefused({
  timeline,
}: Context): Pick<DryRunResult, 'alwaysAsked' | 'missingGroup' | 'shield'> {
  const detailOf = (what: string) =>
    entriesOf(timeline).findLast((entry) => entry.what === what)?.detail
  const group = detailOf('rule-group-missing')?.group
  const opened = detailOf('always-asked')?.opened
  const { wrong, threshold, until } = detailOf('lockout-shield') ?? {}
  return {
    ...(typeof group === 'string' ? { missingGroup: group } : {}),
    ...(opened === 'rule' || opened === 'bypass' ? { alwaysAsked: opened } : {}),
    ...(typeof wrong === 'number' && typeof threshold === 'number' && typeof until === 'string'
      ? { shield: { kind: 'shielded', wrong, threshold, untilMs: Date.parse(until) } }
      : {}),
  }
}

const nobody = { user: undefined, rule: undefined, choices: undefined, replies: [] } as const

function deviceOf(
  { macRules }: SignInParts,
  { credential, gateway, userName }: DryRunRequest,
): DryRunDevice | undefined {
  const mac = credential === undefined ? parseMac(userName) : undefined
  if (mac === undefined) return undefined
  return { mac: formatMac(mac), rules: rulesAt(macRules, gateway.name).map(({ name }) => name) }
}

function asDevice(request: DryRunRequest): DryRunRequest {
  const { attributes = [], callingStationId, userName } = request
  const said = callCheckAttributes(callingStationId ?? userName)
  return { ...request, attributes: [...attributes, ...said] }
}

/** A device gets what its own rule says, and nothing that people get. */
function endOfDevice(
  { rule }: Context,
  first: Outcome,
  byMac: DryRunDevice | undefined,
): DryRunResult {
  const name = first.kind === 'accept' ? rule?.name : undefined
  return {
    ...nobody,
    first,
    ...(byMac && { byMac: { ...byMac, ...(name === undefined ? {} : { rule: name }) } }),
  }
}

/** The way on where the provider of the prompt is down. */
async function failPrompt(context: Context, asked: Step): Promise<Passed | Outcome> {
  const failed = { kind: 'failed', detail: 'as if it were down', outage: true } as const
  const ended = asked.kind === 'held' ? await endHeld(context, asked, failed) : asked
  return context.degraded === 'provider' ? throughOutage(context, ended) : ended
}

function attemptOf(request: DryRunRequest): Attempt {
  const { userName, device, credential, eapMethod = 'ttls', attributes = [], atMs } = request
  const isByCertificate = credential === 'eap' && eapMethod === 'tls'
  // Of what EAP carries, GTC alone can ask the person something.
  const isMute = credential === 'eap' && eapMethod !== 'gtc'
  return {
    id: 'dry-run',
    gateway: isMute ? withoutQuestions(request.gateway) : request.gateway,
    userName,
    credential: isByCertificate
      ? { kind: 'certificate', serialNumber: '' }
      : credentialOf(credential, userName),
    ...(credential === 'eap'
      ? { eap: { method: eapMethods[eapMethod], outerIdentity: userName } }
      : {}),
    ...(device === undefined ? {} : { device }),
    sourceAddress: '',
    requestAuthenticator: new Uint8Array(16),
    attributes,
    receivedAtMs: atMs,
  }
}

function stopOf({ signal }: DryRunRequest): Stop {
  const stop = new Stop()
  signal.addEventListener('abort', () => stop.now('abandoned'), { once: true })
  return stop
}

/** What is in EAP is a password, as far as it matters here. */
function credentialOf(name: CredentialName | undefined, userName: string): Credential {
  const [identifier, challenge] = [0, new Uint8Array(16)]
  switch (name) {
    case undefined:
    case 'pap':
    case 'eap':
      return { kind: 'pap', password: anyPassword, wellFormed: true }
    case 'chap':
      return { kind: 'chap', identifier, challenge, response: new Uint8Array(16) }
    case 'ms-chap': {
      const [peerChallenge, ntResponse] = [new Uint8Array(16), new Uint8Array(24)]
      return { kind: name, version: 2, identifier, challenge, peerChallenge, ntResponse, userName }
    }
  }
}

async function ruleOf(context: Context, user: User): Promise<DryRunResult['rule']> {
  if (context.rule === undefined) return undefined
  const decision = await decideFor(context, user)
  if (decision.kind === 'gateway') return undefined
  return { name: decision.name, number: decision.index + 1 }
}

function methodsOf({ typed, options, methods }: Choices): readonly Method[] {
  const has = new Set<Method>([...typed, ...options].map(({ method }) => method))
  return methods.filter((method) => has.has(method))
}
