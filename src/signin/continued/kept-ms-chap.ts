import type { User } from '../../accounts/index.ts'
import type { MsChapSuccess } from '../attempt.ts'
import type { Context } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import { stateId } from '../state/state.ts'

/**
 * Keeps what the password has earned until the challenge is answered or too old: an answer that is not a response
 * itself, or that no one can read, earns nothing.
 */
export async function keepMsChap(
  context: Context,
  outcome: Outcome & { kind: 'challenge' },
): Promise<void> {
  const { joined, msChap, parts, user } = context
  if (msChap === undefined || user === undefined || joined) return
  const sealed = parts.continuationSealer.seal(outcome.state, user.key, encode(msChap))
  const untilMs = parts.clock.nowMs() + outcome.timeoutSeconds * 1_000
  await parts.registry.keepSealed(keptAs(outcome.state), sealed, untilMs)
}

/** What was kept for this State, once; undefined when there was nothing, or another process kept it. */
export async function takeMsChap(
  { parts }: Context,
  user: User,
  state: Uint8Array,
): Promise<MsChapSuccess | undefined> {
  const sealed = await parts.registry.takeSealed(keptAs(state))
  const text = sealed && parts.continuationSealer.open(state, user.key, sealed)
  return text === undefined ? undefined : decode(text)
}

function keptAs(state: Uint8Array): string {
  return `ms-chap:${stateId(state)}`
}

type Kept =
  | { readonly ntKey: string }
  | {
      readonly authenticatorResponse: string
      readonly receiveKey?: string
      readonly sendKey?: string
    }

function encode(success: MsChapSuccess): string {
  if (success.version === 1) return JSON.stringify({ ntKey: toHex(success.ntKey) } satisfies Kept)
  const { authenticatorResponse, receiveKey, sendKey } = success
  const kept: Kept = {
    authenticatorResponse,
    ...(receiveKey && { receiveKey: toHex(receiveKey) }),
    ...(sendKey && { sendKey: toHex(sendKey) }),
  }
  return JSON.stringify(kept)
}

function decode(text: string): MsChapSuccess {
  const kept = JSON.parse(text) as Kept
  if ('ntKey' in kept) return { version: 1, ntKey: Buffer.from(kept.ntKey, 'hex') }
  const { authenticatorResponse, receiveKey, sendKey } = kept
  return {
    version: 2,
    authenticatorResponse,
    ...(receiveKey !== undefined && { receiveKey: Buffer.from(receiveKey, 'hex') }),
    ...(sendKey !== undefined && { sendKey: Buffer.from(sendKey, 'hex') }),
  }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
