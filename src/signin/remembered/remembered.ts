import type { RememberedPlace, RememberedSignIn, User } from '../../accounts/index.ts'
import { before, dayMs, isRandomMac } from '../../support/index.ts'
import { type Attempt, answerByMs } from '../attempt.ts'
import { approvalGroup, type Context, note, rememberBy } from '../context.ts'
import { personAddress, wirelessNetwork } from '../evidence.ts'
import { findOutageRule } from '../rules/outage-rules.ts'
import type { Remember } from '../rules/rules.ts'
import type { Choices } from '../usable/choices.ts'
import { noticeFor } from './new-device.ts'

/** A random MAC address soon belongs to no one, so it is known again for a day at most (RULES 26). */
const randomMacMs = dayMs

/**
 * The earlier sign-in that stands for the second factor of this one, if there is one. The rule that decides now must
 * still allow it, or it is not older than `rememberMs`. Says nothing about the password, which is proven each time.
 */
export async function findRemembered(
  context: Context,
  user: User,
  choices: Choices,
  rememberMs = rememberBy(context)?.forMs,
): Promise<RememberedSignIn | undefined> {
  const { expired, parts } = context
  const place = placeOf(context, user)
  const forMs = place && limitedMs(place, rememberMs)
  // A person who must set a new password needs a fresh second factor for it.
  if (place === undefined || forMs === undefined || expired !== undefined) return undefined
  const stamp = await passwordStamp(context, user)
  if (stamp === undefined) return undefined
  const found = await parts.remembered.find(place, stamp)
  if (found === undefined || !canUse(choices, found)) return undefined
  const nowMs = parts.clock.nowMs()
  const untilMs = Math.min(found.untilMs, found.atMs + forMs)
  // A clock that was set back must not make it last longer.
  return found.atMs <= nowMs && nowMs < untilMs ? { ...found, untilMs } : undefined
}

/** Accepts an earlier sign-in, with the method it had. */
export function countRemembered(context: Context, remembered: RememberedSignIn): void {
  context.method = remembered.method
  context.remembered = remembered
  note(context, 'remembered', {
    method: remembered.method,
    since: new Date(remembered.atMs).toISOString(),
  })
}

/**
 * Keeps a sign-in that had both factors of its own for later ones. Where it cannot be kept nothing is
 * lost: the person is asked again.
 */
export async function rememberSignIn(context: Context, user: User): Promise<void> {
  const { attempt, degraded, joined, live, method, parts, remembered } = context
  const place = placeOf(context, user)
  const forMs = rememberedForMs(context, user)
  if (place === undefined || forMs === undefined) return noteRelayable(context)
  if (method === undefined || remembered !== undefined || joined) return
  // A stand-in for the second factor must not become a lasting one, nor must what was proven in an earlier session.
  if (degraded !== undefined || attempt.credential.kind === 'resumed') return
  try {
    const stamp = await passwordStamp(context, user)
    if (stamp === undefined) return note(context, 'not-remembered', { why: 'password-unknown' })
    const atMs = parts.clock.nowMs()
    const untilMs = atMs + forMs
    // Kept for longer where an outage accepts it for longer; `findRemembered` looks at its age.
    const inOutageMs = limitedMs(place, findOutageRule(context, user)?.rememberedMs) ?? 0
    const keptUntilMs = Math.max(untilMs, atMs + inOutageMs)
    const signIn = { ...place, method, atMs, untilMs: keptUntilMs }
    const { bound } = live
    const until = new Date(untilMs).toISOString()
    note(context, 'remember', bound === undefined ? { until } : { until, once: 'bound' })
    const notice = await noticeFor(context, user, place)
    if (bound === undefined) return await keep(context, signIn, stamp, notice)
    // The tunnel shows later whose it is, and an attacker in between must not be remembered (RULES 28).
    void bound.then(() => keep(context, signIn, stamp, notice))
  } catch (error) {
    tellTrouble(context, user, error)
  }
}

async function keep(
  context: Context,
  signIn: RememberedSignIn,
  stamp: string,
  notice: (() => void) | undefined,
): Promise<void> {
  try {
    await context.parts.remembered.keep(signIn, stamp)
    notice?.()
  } catch (error) {
    tellTrouble(context, context.user, error)
  }
}

function tellTrouble({ attempt, parts }: Context, user: User | undefined, error: unknown): void {
  parts.log.trouble({
    attemptId: attempt.id,
    what: 'remember',
    detail: String(error),
    gateway: attempt.gateway.name,
    ...(user && { userName: user.name }),
  })
}

/** How long a sign-in like this one is remembered; undefined where it is not. */
export function rememberedForMs(context: Context, user: User): number | undefined {
  const place = placeOf(context, user)
  return place && limitedMs(place, rememberBy(context)?.forMs)
}

function limitedMs({ device }: RememberedPlace, forMs: number | undefined): number | undefined {
  if (forMs === undefined) return undefined
  return isMadeUp(device) ? Math.min(forMs, randomMacMs) : forMs
}

/**
 * The person's device at this group of gateways; undefined where nothing tells it apart, where no password is proven
 * here, so that the device alone would let in, and at the portal.
 */
function placeOf(context: Context, user: User): RememberedPlace | undefined {
  const { attempt } = context
  const { gateway } = attempt
  const remember = rememberBy(context)
  if (remember === undefined || gateway.firstFactor.kind === 'none') return undefined
  if (gateway.isPortal) return undefined
  if (mayBeRelayed(context)) return undefined
  const device = deviceOf(attempt, remember)
  if (device === undefined) return undefined
  // Devices make up an address for each network: it is the same device in that one only (RULES 26).
  const network = isMadeUp(device) ? wirelessNetwork(attempt) : ''
  return { userKey: user.key, gatewayGroup: approvalGroup(context), device, network }
}

/** A certificate is known by itself, whatever address it comes from: no one else has its key. */
function deviceOf(attempt: Attempt, remember: Remember): RememberedPlace['device'] | undefined {
  const { credential, device, gateway } = attempt
  if (credential.kind === 'certificate') {
    return { kind: credential.kind, value: credential.serialNumber }
  }
  if (device === undefined || !gateway.personSpecificDevice) return undefined
  switch (device.kind) {
    case 'mac':
      return { kind: device.kind, value: device.value }
    case 'address':
      // Many devices share the address of a router.
      if (!remember.address || personAddress(attempt) === undefined) return undefined
      return { kind: device.kind, value: device.value }
    case 'phone':
    case 'text':
      return undefined
  }
}

/**
 * Whether an attacker between, such as a false access point, could pass what this person answers on into a tunnel of
 * their own. They would pretend to be the person's device there (RULES 28).
 */
function mayBeRelayed({ attempt, live }: Context): boolean {
  const { credential, eap } = attempt
  if (eap === undefined || live.bound !== undefined) return false
  const proof = credential.kind === 'resumed' ? credential.proof : credential.kind
  return ['chap', 'ms-chap', 'eap'].includes(proof)
}

/** Why a rule that remembers does not do so here, where no one would look for it. */
function noteRelayable(context: Context): void {
  const isWanted = rememberBy(context) !== undefined && context.method !== undefined
  if (isWanted && mayBeRelayed(context)) {
    note(context, 'not-remembered', { why: 'could-be-relayed' })
  }
}

function isMadeUp({ kind, value }: RememberedPlace['device']): boolean {
  return kind === 'mac' && isRandomMac(value)
}

/** By a method that the person has and may use here and now: what was taken away ends what it brought. */
function canUse({ typed, options }: Choices, { method }: RememberedSignIn): boolean {
  return [...typed, ...options].some((each) => each.method === method)
}

/** Asked again each time, and never waited for beyond the moment the answer is due. */
async function passwordStamp(
  { attempt, live, parts }: Context,
  user: User,
): Promise<string | undefined> {
  const directory = parts.directories.get(user.directory)
  const stamp = directory?.passwordStamp?.(user, live.stop.signal)
  return stamp && before(parts.wheel, answerByMs(attempt), stamp)
}
