import { type AccountState, type Method, pausesOf, type User } from '../../accounts/index.ts'
import { allowedMethods, type Context, deny, note, reject } from '../context.ts'
import {
  addressFrom,
  hasRandomMac,
  personAddress,
  promptPlace,
  reportedAddress,
  reportedRandomMac,
} from '../evidence.ts'
import type { Outcome } from '../outcome.ts'
import { usableMethods } from '../usable/choices.ts'
import type { MethodOrder } from '../usable/method-order.ts'
import { subjectOf } from './conditions.ts'
import { credentialName } from './credential-name.ts'
import { outageMethods } from './outage-rules.ts'
import { type Decision, decide, type Facts, type RuleOutcome } from './rules.ts'

export type Policy = MethodOrder & {
  readonly kind: 'policy'
  /**
   * `none`: the password alone lets in. `bypassed`: it does as well, if the bypass is still there once
   * the password was right. Neither where nothing checks one.
   */
  readonly secondFactor: 'required' | 'none' | 'bypassed'
  /** A typed code is proven before the directory is asked. */
  readonly secondFactorFirst: boolean
}

/** What must hold before any password is tried, so that a sign-in that policy refuses costs no directory attempt (RULES 6). */
export async function checkPolicy(context: Context, user: User): Promise<Policy | Outcome> {
  const { gateway } = context.attempt
  const refused = checkGroups(context, user)
  if (refused !== undefined) return refused

  const account = await context.parts.accounts.load(user.key)
  if (account.promptsStopped !== undefined) context.promptsStopped = true
  notePause(context, account)
  const accountRefusal = checkAccountState(context, account)
  if (accountRefusal !== undefined) return accountRefusal

  const ruled = await applyRules(context, user)
  if (ruled?.kind === 'reject') return ruled
  const detail = context.rule === undefined ? {} : { rule: context.rule.name }
  note(context, 'policy', { flow: gateway.flow, ...detail })
  return {
    kind: 'policy',
    ...inOrder(
      [...new Set([...allowedMethods(context), ...outageMethods(context, user)])],
      account.defaultMethod,
    ),
    secondFactor: secondFactorFor(context, account, ruled),
    secondFactorFirst: isCodeFirst(context, ruled) ?? gateway.secondFactorFirst,
  }
}

/** Whether people are asked here at all. Only more than the usual is noted: most have nothing unanswered. */
function notePause(context: Context, account: AccountState): void {
  if (account.unanswered === undefined) return
  const { attempt, parts } = context
  const { group, network } = promptPlace(attempt.gateway, addressFrom(attempt))
  const pause = pausesOf(account, parts.clock.nowMs()).find(
    (each) => each.group === group && each.network === network,
  )
  if (pause === undefined) return
  context.pausedUntilMs = pause.pausedUntilMs
  note(context, 'pause', { until: new Date(pause.pausedUntilMs).toISOString() })
}

/** The portal asks for the password alone first, so that no code can come with it. */
function isCodeFirst({ attempt }: Context, ruled: RuleOutcome | undefined): boolean | undefined {
  if (attempt.gateway.isPortal) return false
  return ruled?.kind === 'second-factor' ? ruled.first : undefined
}

function secondFactorFor(
  context: Context,
  { bypass }: AccountState,
  ruled: RuleOutcome | undefined,
): Policy['secondFactor'] {
  const { attempt, parts } = context
  if (attempt.gateway.firstFactor.kind === 'none') return 'required'
  const isOpened = ruled?.kind === 'no-second-factor'
  const isBypassed = bypass !== undefined && bypass.untilMs > parts.clock.nowMs()
  if (attempt.gateway.isPortal && (isOpened || isBypassed)) {
    // A thief who can change authenticators without a second factor keeps the account for good.
    note(context, 'always-asked', { opened: isOpened ? 'rule' : 'bypass' })
    return 'required'
  }
  if (isOpened) return 'none'
  return isBypassed ? 'bypassed' : 'required'
}

/** The gateway's own list, which no rule opens. */
function checkGroups(context: Context, user: User): Outcome | undefined {
  const { requireGroups, denyGroups } = context.attempt.gateway
  const missing = context.parts.missingGroups(user.directory)
  const gone = [...denyGroups, ...requireGroups].find((group) => missing.has(group))
  if (gone !== undefined) return refuseForGroup(context, gone)
  const isInAny = (groups: readonly string[]) => groups.some((group) => user.groups.includes(group))
  if (isInAny(denyGroups)) return reject(context, 'denied')
  const isAllowed = requireGroups.length === 0 || isInAny(requireGroups)
  return isAllowed ? undefined : reject(context, 'denied')
}

/** What the first rule that applies decides; undefined where none does. */
async function applyRules(
  context: Context,
  user: User,
): Promise<RuleOutcome | (Outcome & { kind: 'reject' }) | undefined> {
  const decision = await decideFor(context, user)
  if (decision.kind === 'gateway') return undefined
  context.rule = context.parts.rules[decision.index]
  if (decision.kind === 'group-missing') return refuseForGroup(context, decision.group)
  const { outcome } = decision
  if (outcome.kind !== 'deny') return outcome
  // Without it the reason for the refusal would not show.
  const isUnreadable = reportedAddress(context.attempt) === 'unreadable'
  if (context.rule?.networks !== undefined && isUnreadable) note(context, 'address-unreadable')
  return denyBy(context, outcome)
}

/** Which rule decides here and now. */
export async function decideFor(context: Context, user: User): Promise<Decision> {
  const { rules } = context.parts
  if (rules.length === 0) return { kind: 'gateway' }
  return decide(rules, await gatherFacts(context, user))
}

/**
 * Refused at once, without a word to the directory. A rule that has a text waits for the password, since
 * only its owner may read it; a State, or a session, says that it was right already.
 */
function denyBy(
  context: Context,
  outcome: Extract<RuleOutcome, { kind: 'deny' }>,
): RuleOutcome | (Outcome & { kind: 'reject' }) {
  const { attempt, resumed } = context
  if (outcome.text === undefined || attempt.gateway.firstFactor.kind === 'none') {
    note(context, 'denied', { rule: context.rule?.name ?? '' })
    return reject(context, 'denied')
  }
  const isProven = resumed !== undefined || attempt.gateway.firstFactor.kind === 'session'
  return isProven ? deny(context) : outcome
}

function refuseForGroup(context: Context, group: string): Outcome & { kind: 'reject' } {
  note(context, 'rule-group-missing', {
    group,
    ...(context.rule === undefined ? {} : { rule: context.rule.name }),
  })
  return reject(context, 'rule-group-missing')
}

async function gatherFacts(context: Context, user: User): Promise<Facts> {
  const { attempt, parts } = context
  const asksEnrolled = parts.rules.some(({ enrolled }) => enrolled !== undefined)
  const asksAttributes = parts.rules.some(({ attributes }) => attributes !== undefined)
  const asksCredential = parts.rules.some(({ credentials }) => credentials !== undefined)
  return {
    ...subjectOf(attempt.gateway, user),
    address: personAddress(attempt),
    hasRandomMac: hasRandomMac(attempt),
    reportedAddress: reportedAddress(attempt),
    reportedRandomMac: reportedRandomMac(attempt),
    nowMs: parts.clock.nowMs(),
    enrolled: asksEnrolled ? await usableMethods(context, user) : new Set(),
    attributes: asksAttributes ? [...attempt.attributes] : [],
    credential: asksCredential ? credentialName(context) : undefined,
    eapMethod: attempt.eap?.method,
    missingGroups: parts.missingGroups(user.directory),
  }
}

/** The person's own preference first, where it is allowed. */
function inOrder(methods: readonly Method[], preferred: Method | undefined): MethodOrder {
  if (preferred === undefined || !methods.includes(preferred)) {
    return { methods, preferred: undefined }
  }
  return { methods: [preferred, ...methods.filter((each) => each !== preferred)], preferred }
}

/** Why this account may not sign in now. */
export function checkAccountState(context: Context, account: AccountState): Outcome | undefined {
  const nowMs = context.parts.clock.nowMs()
  if (account.blocked !== undefined) return reject(context, 'blocked')
  if (account.lockedUntilMs > nowMs) return reject(context, 'locked')
  if (account.slowedUntilMs > nowMs) return reject(context, 'slowed')
  return undefined
}
