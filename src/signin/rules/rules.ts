import { isUtf8 } from 'node:buffer'
import type { Method } from '../../accounts/index.ts'
import { findCharset, isInPrefix, type Prefix, tidyName, utf8 } from '../../support/index.ts'
import type { CredentialName, ReplyAttribute, RequestAttribute } from '../attempt.ts'
import { type Conditions, isFor, type Subject } from './conditions.ts'
import { type EapMethodName, eapMethods } from './eap-methods.ts'
import { isWithin, type Times } from './wall-clock.ts'

/** What a rule decides. */
export type RuleOutcome =
  /** `text` is told to users who have proven the password. */
  | { readonly kind: 'deny'; readonly text?: string }
  | { readonly kind: 'no-second-factor' }
  | SecondFactor

/** How the second factor is asked for; settings that are absent are the gateway's. */
export type SecondFactor = {
  readonly kind: 'second-factor'
  /** One of these, preferred first. */
  readonly methods?: readonly Method[]
  /** Only a factor that proves who holds it, and not merely that someone does: a passkey, or a call with a PIN. */
  readonly userVerification?: true
  /** Only a passkey that cannot leave its device. */
  readonly deviceBound?: true
  /** No factor whose secret an administrator saw (PEOPLE R24). */
  readonly refuseSeenSecrets?: true
  readonly remember?: Remember
  /** Whether a typed code is proven before the password is tried. */
  readonly first?: boolean
}

/** A sign-in with both factors stands for the second factor of later ones from the same device. */
export type Remember = {
  readonly forMs: number
  /** Whether an address is enough to know a device by. */
  readonly address: boolean
  /** How the person is told of a device that was not known before. */
  readonly tell?: 'sms' | 'email'
}

/** `text`: of an attribute that holds text, as `attributeText` reads it; others are compared to the byte. */
export type ComparedAttribute = RequestAttribute & { readonly text?: string }

/** One rule. All its conditions must hold; the first rule that matches decides. */
export type PolicyRule = Conditions & {
  readonly name: string
  /**
   * Where the person comes from. Does not hold where the gateway does not say that. A rule that denies also takes the
   * word of a gateway that may name another device, and holds where what is said cannot be read.
   */
  readonly networks?: readonly Prefix[]
  readonly times?: Times
  /** What the person has, any of it; `none`: nothing that could be used. */
  readonly enrolled?: readonly (Method | 'none')[]
  /** Each is there with one of its values. */
  readonly attributes?: readonly (readonly ComparedAttribute[])[]
  /** How the password was sent. */
  readonly credentials?: readonly CredentialName[]
  /** One of these EAP methods brought it. */
  readonly eapMethods?: readonly EapMethodName[]
  /** The device has made up its MAC address. */
  readonly randomMac?: true
  readonly outcome: RuleOutcome
}

/** Devices without a person, and all that they get. */
export type MacRule = {
  readonly name: string
  /** Names of the gateways where it applies. */
  readonly gateways: readonly string[]
  /** 12 hex digits each, in lower case. */
  readonly macs: ReadonlySet<string>
  readonly attributes: readonly ReplyAttribute[]
}

/** What may stand in for a second factor while no call or message gets through. */
export type OutageRule = Conditions & {
  readonly name: string
  /** Keys of people, one of whom it is; absent: anyone the other conditions match. */
  readonly userKeys?: readonly string[]
  /** Methods that count as well meanwhile. */
  readonly methods: readonly Method[]
  /** The greatest age of an earlier sign-in of the same device. */
  readonly rememberedMs?: number
  /** Whether the password alone lets in; only with `userKeys` (RULES 23). */
  readonly passwordAlone: boolean
}

/** All that rules know of a sign-in, before any password is tried. */
export type Facts = Subject & {
  /** Of the person's device, 4 or 16 bytes. Never the gateway's own. */
  readonly address: Uint8Array | undefined
  /** The same as far as the gateway says it, even if that may be another device: for rules that deny. */
  readonly reportedAddress: Uint8Array | 'unreadable' | undefined
  readonly nowMs: number
  readonly enrolled: ReadonlySet<Method>
  /** Of the request; a password is not among them. */
  readonly attributes: readonly RequestAttribute[]
  /** How the password was sent when the sign-in began; undefined where we do not know the way. */
  readonly credential: CredentialName | undefined
  /** The method of EAP that brought it, as people call it; undefined without EAP. */
  readonly eapMethod: string | undefined
  /** Whether the person's device is known by a MAC address that it has made up. */
  readonly hasRandomMac: boolean
  /** The same as far as the gateway says it, even if that may be another device: for rules that deny. */
  readonly reportedRandomMac: boolean
  /** Groups that no directory has any more, in lower case. */
  readonly missingGroups: ReadonlySet<string>
}

export type Decision =
  /** `index`: in the list, from 0. */
  | {
      readonly kind: 'rule'
      readonly index: number
      readonly name: string
      readonly outcome: RuleOutcome
    }
  /** Whether the rule holds depends on a group that is gone, so no one can tell. */
  | {
      readonly kind: 'group-missing'
      readonly index: number
      readonly name: string
      readonly group: string
    }
  /** No rule matches: the gateway's own settings apply. */
  | { readonly kind: 'gateway' }

/** The first rule that matches decides. Pure: the same facts give the same decision. */
export function decide(rules: readonly PolicyRule[], facts: Facts): Decision {
  for (const [index, rule] of rules.entries()) {
    const { name, outcome } = rule
    const group = missingGroup(rule, facts)
    if (group === undefined) {
      if (isFor(rule, facts) && holds(rule, facts)) return { kind: 'rule', index, name, outcome }
      continue
    }
    // It depends on whether the person is in the group, and no one can tell: later rules must not decide (RULES 15).
    const { groups: _, ...others } = rule
    if (isFor(others, facts) && holds(rule, facts)) {
      return { kind: 'group-missing', index, name, group }
    }
  }
  return { kind: 'gateway' }
}

function missingGroup({ groups }: PolicyRule, { missingGroups }: Facts): string | undefined {
  if (groups === undefined || missingGroups.size === 0) return undefined
  return groups.find((group) => missingGroups.has(group))
}

/** Everything but who and where. */
function holds(rule: PolicyRule, facts: Facts): boolean {
  const {
    attributes,
    credentials,
    eapMethods: methods,
    enrolled,
    networks,
    outcome,
    randomMac,
    times,
  } = rule
  const denies = outcome.kind === 'deny'
  const address = denies ? facts.reportedAddress : facts.address
  const hasRandomMac = denies ? facts.reportedRandomMac : facts.hasRandomMac
  return (
    (randomMac === undefined || hasRandomMac) &&
    (credentials === undefined || isAmong(credentials, facts.credential)) &&
    (methods === undefined || isMethodOf(methods, facts.eapMethod)) &&
    (networks === undefined || isInAny(networks, address)) &&
    (attributes === undefined || attributes.every((values) => isThere(values, facts.attributes))) &&
    (times === undefined || isWithin(times, facts.nowMs)) &&
    (enrolled === undefined || enrolled.some((each) => has(each, facts.enrolled)))
  )
}

function isInAny(
  networks: readonly Prefix[],
  address: Uint8Array | 'unreadable' | undefined,
): boolean {
  if (address === undefined) return false
  return address === 'unreadable' || networks.some((network) => isInPrefix(address, network))
}

function isAmong(names: readonly CredentialName[], name: CredentialName | undefined): boolean {
  return name !== undefined && names.includes(name)
}

function isMethodOf(names: readonly EapMethodName[], method: string | undefined): boolean {
  return names.some((name) => eapMethods[name] === method)
}

/** Whether one of these values is there. */
function isThere(values: readonly ComparedAttribute[], all: readonly RequestAttribute[]): boolean {
  for (const { vendor, type, value, text } of values) {
    for (const each of all) {
      if (each.type !== type || each.vendor !== vendor) continue
      if (Buffer.compare(each.value, value) === 0) return true
      if (text !== undefined && attributeText(each.value) === text) return true
    }
  }
  return false
}

const windows1252 = findCharset('windows-1252') ?? utf8

/**
 * Text of an attribute as rules compare it, with its case kept: some gateways write windows-1252, end it with a NUL, or
 * have another Unicode form than the configuration.
 */
export function attributeText(value: Uint8Array): string {
  const charset = isUtf8(value) ? utf8 : windows1252
  return tidyName(charset.decode(value).text.replace(/\0+$/, ''))
}

function has(method: Method | 'none', enrolled: ReadonlySet<Method>): boolean {
  return method === 'none' ? enrolled.size === 0 : enrolled.has(method)
}
