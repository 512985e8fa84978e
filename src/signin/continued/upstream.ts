import type { User } from '../../accounts/index.ts'
import { type Context, reject } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import type { Upstream, Verified } from '../ports/index.ts'
import { stateId } from '../state/state.ts'
import { isGuessed } from '../typed/typed-code.ts'
import { challengeForServer } from './challenge.ts'

/**
 * Hands a question of an upstream server on to the person, where the gateway can show one. After too many
 * misses with this password no one is asked: it is not known any more when the answer comes (RULES 41). It is
 * not proven either, so that the account stays open.
 */
export async function relayQuestion(
  context: Context,
  user: User,
  asked: Extract<Verified, { kind: 'challenge' }>,
): Promise<Outcome> {
  const { challenges, flow } = context.attempt.gateway
  const isShown = asked.eap !== undefined || (challenges && flow !== 'hold')
  if (!isShown) return reject(context, 'question-not-shown')
  const { read, upstream } = context
  if (read?.appended.kind === 'code' && (await isGuessed(context, user, read.password.reveal()))) {
    return reject(context, 'locked')
  }
  const code = read?.appended.kind === 'code' ? read.appended.code : upstream?.code
  context.upstream = {
    attributes: [],
    relay: asked.relay,
    ...(code === undefined ? {} : { code }),
  }
  return challengeForServer(context, user, asked)
}

/** What a right password brought along, if anything. */
export function upstreamOf({
  attributes = [],
  keys,
}: Extract<Verified, { kind: 'right' }>): Upstream | undefined {
  if (attributes.length === 0 && keys === undefined) return undefined
  return { attributes, ...(keys === undefined ? {} : { keys }) }
}

/** Keeps what the server has said until the challenge is answered or too old. */
export async function keepUpstream(
  context: Context,
  outcome: Outcome & { kind: 'challenge' },
): Promise<void> {
  const { joined, parts, upstream, user } = context
  if (upstream === undefined || user === undefined || joined) return
  const sealed = parts.continuationSealer.seal(outcome.state, user.key, encode(upstream))
  const untilMs = parts.clock.nowMs() + outcome.timeoutSeconds * 1_000
  await parts.registry.keepSealed(keptAs(outcome.state), sealed, untilMs)
}

/** What was kept for this State, once; undefined when another process kept it. */
export async function takeUpstream(
  { parts }: Context,
  user: User,
  state: Uint8Array,
): Promise<Upstream | undefined> {
  const sealed = await parts.registry.takeSealed(keptAs(state))
  const text = sealed && parts.continuationSealer.open(state, user.key, sealed)
  return text === undefined ? undefined : decode(text)
}

function keptAs(state: Uint8Array): string {
  return `upstream:${stateId(state)}`
}

function encode({ attributes, code, relay }: Upstream): string {
  const kept: Kept = {
    attributes: attributes.map(({ type, value }) => [type, base64(value)]),
    ...(relay === undefined ? {} : { server: relay.server }),
    ...(relay?.state === undefined ? {} : { state: base64(relay.state) }),
    ...(code === undefined ? {} : { code }),
  }
  return JSON.stringify(kept)
}

function decode(text: string): Upstream {
  const { attributes, code, server, state } = JSON.parse(text) as Kept
  return {
    attributes: attributes.map(([type, value]) => ({ type, value: Buffer.from(value, 'base64') })),
    ...(server === undefined
      ? {}
      : {
          relay: {
            server,
            ...(state === undefined ? {} : { state: Buffer.from(state, 'base64') }),
          },
        }),
    ...(code === undefined ? {} : { code }),
  }
}

type Kept = {
  readonly attributes: readonly (readonly [type: number, value: string])[]
  readonly server?: string
  readonly state?: string
  readonly code?: string
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
