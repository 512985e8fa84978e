import * as z from 'zod'
import type { Method } from '../../accounts/index.ts'
import type {
  Asks,
  DeviceEvidence,
  DropReason,
  DryRunDevice,
  DryRunResult,
  Outage,
  RejectReason,
  ReplyAttribute,
  Shielded,
  TimelineEntry,
} from '../../signin/index.ts'
import { areSilent, credentialNames, eapMethodNames, portalName } from '../../signin/index.ts'
import { AdminError } from '../errors.ts'
import { operation, personName } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { GatewayView } from './operations.ts'

/** What a sign-in would come to, and why. Nothing secret; numbers and addresses are masked. */
export type Explanation = {
  /** As it was typed. */
  readonly userName: string
  /** Absent where the name means no one, or its directory is down. */
  readonly person?: {
    readonly name: string
    readonly displayName: string
    readonly key: string
    readonly directory: string
    /** Names and DNs, those of nested groups included, in lower case. Absent where the directory is not asked: no rule names a group. */
    readonly groups?: readonly string[]
  }
  readonly gateway: ExplainedGateway
  readonly device?: DeviceEvidence
  /** Where the name is a MAC address: how MAC authentication goes. */
  readonly byMac?: DryRunDevice
  readonly atMs: number
  /** What was taken to be down. */
  readonly outage?: Outage
  /** The policy rule that decides; `number` from 1. Absent: none does. */
  readonly rule?: { readonly name: string; readonly number: number }
  /** What is wrong with the name, where it means no one: steps, as a record of the audit has them. */
  readonly name?: readonly TimelineEntry[]
  /** A group that a rule names and no directory has any more: why the sign-in is refused. */
  readonly missingGroup?: string
  /** Why no password would be checked. */
  readonly shield?: Shielded
  /** What would have opened a gateway and does not open the portal. */
  readonly alwaysAsked?: 'rule' | 'bypass'
  readonly methods: readonly UsableMethod[]
  /** What could be used if a rule did not forbid it: an administrator saw its secret. Absent: nothing. */
  readonly seen?: readonly { readonly method: Method; readonly label: string }[]
  readonly sees: Sight
  /** How the passkeys and phones of the person are asked here; absent where they have none that is allowed. */
  readonly asks?: Asks
  /** What an Accept would carry, by the second factor that was used; without `method`: none. */
  readonly replies: readonly ExplainedReply[]
  /** A bypass stands for the second factor. Absent: none does. */
  readonly bypassed?: true
  /** An earlier sign-in that would stand for the second factor. Milliseconds since 1970. */
  readonly remembered?: {
    readonly method: Method
    readonly atMs: number
    /** By the current rule. */
    readonly untilMs: number
  }
  /** How long the sign-in would be remembered; absent where it would not. */
  readonly rememberedForMs?: number
}

/** Nothing is learnt about the portal. */
export type ExplainedGateway = GatewayView | Pick<GatewayView, 'name' | 'flow' | 'inUse'>

export type UsableMethod = {
  readonly method: Method
  /**
   * `typed`: a code is read off. `approve`: the person says yes. `send`: a code is sent. `digits`: the person says yes once
   * they have typed digits of their own after the password.
   */
  readonly way: 'typed' | 'approve' | 'send' | 'digits'
  readonly label: string
  /** Masked; absent for what is read off. */
  readonly to?: string
  /** Phones: none of them has shown its last notifications, so that another way is asked first. */
  readonly isSilent?: true
}

/** What comes of name and right password, with no code after it. */
export type Sight =
  | {
      readonly kind: 'hold'
      readonly method: 'call' | 'passkey' | 'push'
      readonly to: string
      readonly forMs: number
      /** What ends it where no one answers. */
      readonly atEnd: 'reject' | 'challenge' | 'reject-and-keep'
    }
  | { readonly kind: 'accept' }
  | { readonly kind: 'challenge'; readonly message: string }
  | { readonly kind: 'reject'; readonly message: string; readonly reason: RejectReason }
  | { readonly kind: 'drop'; readonly reason: DropReason }

export type ExplainedReply = {
  readonly method?: Method
  readonly attributes: readonly {
    /** Name of the rule; absent for what the gateway always gets. */
    readonly rule?: string
    readonly name: string
    readonly value: string
  }[]
  /** What the directory holds cannot be sent: the sign-in would be refused. */
  readonly invalid?: { readonly rule: string; readonly attribute: string }
}

const explainArgs = z.strictObject({
  user: personName,
  gateway: z.string().min(1).max(256),
  /** As Calling-Station-Id. */
  from: z.string().min(1).max(256).optional(),
  atMs: z.int().optional(),
  /** How the password is sent. Default: PAP. */
  credential: z.enum(credentialNames).optional(),
  /** Says `eap` as well. Default: TTLS. */
  eapMethod: z.enum(eapMethodNames).optional(),
  outage: z.enum(['directory', 'provider']).optional(),
  /** What else the request says, by names of the dictionary. */
  attributes: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(256),
        value: z.union([z.string().max(1024), z.number()]),
      }),
    )
    .max(100)
    .optional(),
})

/** What a dry run needs of a running service. */
type DryRunService = Pick<NonNullable<AdminParts['service']>, 'dryRun' | 'nameAttributes'>

/** A dry run: which rule, methods, question and attributes a sign-in would get. */
export function createExplainOperation(
  { clock, service }: Pick<AdminParts, 'clock'> & { readonly service?: DryRunService },
  findGateway: (name: string) => Promise<GatewayView>,
) {
  return {
    explain: operation(explainArgs, async (args, { signal }): Promise<Explanation> => {
      if (service === undefined) {
        throw new AdminError(
          'needs-service',
          'This needs the running service, and none is running.',
        )
      }
      const view = args.gateway === portalName ? undefined : await findGateway(args.gateway)
      const { atMs = clock.nowMs() } = args
      const { result, device, always, flow, hasGroups, inUse } = await service.dryRun({
        userName: args.user,
        gateway: args.gateway,
        ...(view === undefined ? {} : { inUse: view.inUse }),
        from: args.from,
        credential: args.eapMethod === undefined ? args.credential : 'eap',
        eapMethod: args.eapMethod,
        outage: args.outage,
        attributes: args.attributes ?? [],
        atMs,
        signal,
      })
      const gateway = view ?? { name: args.gateway, flow, inUse }
      const { alwaysAsked, byMac, missingGroup, name, user, rule, rememberedForMs, shield } = result
      return {
        userName: args.user,
        ...(user === undefined ? {} : { person: personOf(user, hasGroups) }),
        gateway,
        ...(device === undefined ? {} : { device }),
        ...(byMac === undefined ? {} : { byMac }),
        atMs,
        ...(args.outage === undefined ? {} : { outage: args.outage }),
        ...(rule === undefined ? {} : { rule }),
        ...(name === undefined ? {} : { name }),
        ...(missingGroup === undefined ? {} : { missingGroup }),
        ...(shield === undefined ? {} : { shield }),
        ...(alwaysAsked === undefined ? {} : { alwaysAsked }),
        methods: methodsOf(result.choices),
        ...seenOf(result.choices),
        sees: sightOf(result.first, gateway),
        ...(result.asks === undefined ? {} : { asks: result.asks }),
        replies: [
          ...result.replies.map((reply) => explainReply(reply, always, service.nameAttributes)),
          ...explainDeviceReply(result, service.nameAttributes),
        ],
        ...(result.bypassed === undefined ? {} : { bypassed: true }),
        ...rememberedOf(result),
        ...(rememberedForMs === undefined ? {} : { rememberedForMs }),
      }
    }),
  }
}

function personOf(
  user: NonNullable<DryRunResult['user']>,
  hasGroups: boolean,
): NonNullable<Explanation['person']> {
  const { name, displayName, key, directory, groups } = user
  return { name, displayName, key, directory, ...(hasGroups && { groups }) }
}

function rememberedOf({ remembered }: DryRunResult): Pick<Explanation, 'remembered'> {
  if (remembered === undefined) return {}
  const { method, atMs, untilMs } = remembered
  return { remembered: { method, atMs, untilMs } }
}

function methodsOf(choices: DryRunResult['choices']): readonly UsableMethod[] {
  if (choices === undefined) return []
  const { typed, options, phones } = choices
  const isOption = options.some(({ method }) => method === 'push')
  return [
    ...options.map(({ method, way, to, authenticator }) => {
      const silent = method === 'push' && areSilent(choices) ? { isSilent: true as const } : {}
      return { method, way, to, label: authenticator.label, ...silent }
    }),
    ...(isOption ? [] : phones).map(({ method, label }) => ({
      ...{ method, way: 'digits' as const, label },
    })),
    ...typed.map(({ method, label }) => ({ method, way: 'typed' as const, label })),
  ]
}

function seenOf(choices: DryRunResult['choices']): Pick<Explanation, 'seen'> {
  if (choices === undefined || choices.seen.length === 0) return {}
  return { seen: choices.seen.map(({ method, label }) => ({ method, label })) }
}

function sightOf(first: DryRunResult['first'], { inUse }: ExplainedGateway): Sight {
  switch (first.kind) {
    case 'held':
      return {
        kind: 'hold',
        method: first.method,
        to: first.to,
        forMs: inUse.patienceMs - inUse.marginMs,
        atEnd: first.atMargin,
      }
    case 'accept':
      return { kind: 'accept' }
    case 'challenge':
      return { kind: 'challenge', message: first.message }
    case 'reject':
      return { kind: 'reject', message: first.message, reason: first.reason }
    case 'drop':
      return { kind: 'drop', reason: first.reason }
  }
}

/** Nothing of what the gateway gives people. */
function explainDeviceReply(
  { byMac, first }: DryRunResult,
  nameAttributes: DryRunService['nameAttributes'],
): readonly ExplainedReply[] {
  if (byMac?.rule === undefined || first.kind !== 'accept') return []
  const { rule } = byMac
  return [{ attributes: nameAttributes(first.attributes).map((named) => ({ rule, ...named })) }]
}

function explainReply(
  { method, reply }: DryRunResult['replies'][number],
  always: readonly ReplyAttribute[],
  nameAttributes: DryRunService['nameAttributes'],
): ExplainedReply {
  const used = method === undefined ? {} : { method }
  if (reply.kind === 'invalid') {
    const { rule, attribute } = reply
    return { ...used, attributes: [], invalid: { rule, attribute } }
  }
  const byRules = reply.rules.flatMap(({ name: rule, attributes }) =>
    nameAttributes(attributes).map((attribute) => ({ rule, ...attribute })),
  )
  return { ...used, attributes: [...nameAttributes(always), ...byRules] }
}
