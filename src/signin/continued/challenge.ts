import type { User } from '../../accounts/index.ts'
import { type Context, reject } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import { credentialName } from '../rules/credential-name.ts'
import type { SentCode } from '../sharing/registry.ts'
import type { StateContent, StatePurpose } from '../state/state-wire.ts'
import { type ApproveOption, type Choices, keyOf } from '../usable/choices.ts'

/** "Press Enter" is asked this often, and for this long in all (RULES 31). */
const waitRounds = 3
const waitMs = 120_000
const portalRounds = 50
/** A question for a code that no one sent is open for this long. */
export const askMs = 300_000
/** Challenges of one sign-in, whatever they ask. */
const maxSteps = 12
/** Devices give up at 40 to 50. */
const maxEapSteps = 50

/** The outcome of a sign-in whose challenge cannot be asked again. */
const endOf = {
  code: 'code-expired',
  wait: 'prompt-timeout',
  'new-password': 'password-not-changed',
  'repeat-password': 'password-not-changed',
  relay: 'code-expired',
} as const

type Asked = { readonly purpose: keyof typeof endOf } & Pick<
  StateContent,
  'promptId' | 'sent' | 'wrong' | 'method'
>

/** Asks for a code; `sent` says that one is on its way. */
export function challengeForCode(
  context: Context,
  user: User,
  message: string,
  asked: { sent?: SentCode; promptId?: string; wrong: number },
): Outcome {
  const { resumed, parts } = context
  const openUntilMs = resumed?.purpose === 'code' ? resumed.endsMs : parts.clock.nowMs() + askMs
  const endsMs = asked.sent?.untilMs ?? openUntilMs
  return challenge(context, user, message, { purpose: 'code', ...asked }, endsMs)
}

/** "Approve on your phone, then press Enter": for gateways whose patience is shorter than a phone call. */
export function challengeToWait(
  context: Context,
  user: User,
  promptId: string,
  { method, number, to }: Pick<ApproveOption, 'method' | 'to'> & { readonly number?: string },
): Outcome {
  const { clock, texts } = context.parts
  const rounds = context.resumed?.purpose === 'wait' ? context.resumed.step : 0
  // The portal's page presses Enter by itself, and again when it is opened again: only time ends that.
  const { isPortal } = context.attempt.gateway
  if (rounds >= (isPortal ? portalRounds : waitRounds)) return reject(context, 'prompt-timeout')
  const message =
    number === undefined
      ? texts.text(
          method === 'call' ? 'approve-then-enter' : 'approve-page-then-enter',
          user.language,
          { to },
        )
      : texts.text('approve-number-then-enter', user.language, { number, to })
  const endsMs =
    context.resumed?.purpose === 'wait' ? context.resumed.endsMs : clock.nowMs() + waitMs
  const asked = { purpose: 'wait', promptId, wrong: 0, method } as const
  return challenge(context, user, message, asked, endsMs, isPortal ? portalRounds : maxSteps)
}

/** Asks for a new password, or for it once more; all of it within the time of one question. */
export function challengeForPassword(
  context: Context,
  user: User,
  message: string,
  asked: { purpose: 'new-password' | 'repeat-password'; wrong: number },
): Outcome {
  const { method, parts, resumed } = context
  const isUnderWay = resumed !== undefined && isForPassword(resumed.purpose)
  const endsMs = isUnderWay ? resumed.endsMs : parts.clock.nowMs() + askMs
  return challenge(
    context,
    user,
    message,
    { ...asked, ...(method === undefined ? {} : { method }) },
    endsMs,
  )
}

/** Asks what an upstream server asks, in its own words. A second factor that was proven before stays proven. */
export function challengeForServer(
  context: Context,
  user: User,
  {
    message,
    echo,
    timeoutSeconds,
    eap,
  }: { message: string; echo: boolean; timeoutSeconds: number; eap?: Uint8Array },
): Outcome {
  const { method, parts } = context
  const asked: Asked = { purpose: 'relay', wrong: 0, ...(method === undefined ? {} : { method }) }
  const endsMs = parts.clock.nowMs() + timeoutSeconds * 1_000
  const steps = eap === undefined ? maxSteps : maxEapSteps
  const outcome = challenge(context, user, message, asked, endsMs, steps)
  if (outcome.kind !== 'challenge') return outcome
  return { ...outcome, echo, ...(eap === undefined ? {} : { eap }) }
}

export function isForPassword(purpose: StatePurpose): boolean {
  return purpose === 'new-password' || purpose === 'repeat-password'
}

/** Lists the ways to go on: "1 text to **78, 2 call **21", or a typed code. */
export function menuText(context: Context, user: User, choices: Choices): string {
  const { texts } = context.parts
  const options = choices.options.map(
    ({ number, method, to }) => `${number} ${texts.text(`menu-${method}`, user.language, { to })}`,
  )
  const menu = texts.text('menu', user.language, { options: options.join(', ') })
  return choices.typed.length === 0 ? menu : `${menu} ${texts.text('menu-or-code', user.language)}`
}

/** A question for a code names its option already; there is no room for more. */
function keyForPortal(context: Context, purpose: StatePurpose): string | undefined {
  const { attempt, authenticator, resumed, ringing } = context
  if (!attempt.gateway.isPortal || purpose === 'code' || purpose === 'relay') return undefined
  return authenticator === undefined ? (ringing ?? resumed?.by) : keyOf(authenticator)
}

function challenge(
  context: Context,
  user: User,
  message: string,
  asked: Asked,
  endsMs: number,
  steps = maxSteps,
): Outcome {
  const { attempt, degraded, expired, parts, resumed, signInId, upstream } = context
  const step = resumed?.purpose === asked.purpose ? resumed.step + 1 : 1
  const nowMs = parts.clock.nowMs()
  if (step > steps || endsMs <= nowMs) return reject(context, endOf[asked.purpose])
  const credential = credentialName(context)
  const by = keyForPortal(context, asked.purpose)
  const state = parts.states.seal(
    {
      ...asked,
      ...(credential === undefined ? {} : { credential }),
      ...(by === undefined ? {} : { by }),
      signInId,
      step,
      userKey: user.key,
      endsMs,
      ...(expired === undefined ? {} : { expired: true }),
      ...(upstream === undefined ? {} : { upstream: true }),
      ...(degraded === 'provider' ? { outage: true } : {}),
    },
    attempt.gateway.name,
    nowMs,
  )
  return {
    kind: 'challenge',
    reason: 'challenged',
    message,
    state,
    echo: asked.purpose === 'wait',
    timeoutSeconds: Math.ceil((endsMs - nowMs) / 1000),
  }
}
