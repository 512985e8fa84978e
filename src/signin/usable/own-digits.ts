import type { GatewayRules } from '../attempt.ts'
import type { Context } from '../context.ts'

/**
 * How the person tells the sign-in that the phone asks about from any other. `number`: the gateway shows one. `own-digits`:
 * the person has typed some after the password.
 */
export type PhoneWay = 'number' | 'own-digits'

/**
 * How a phone is asked about this request. Undefined: not at all, as a yes alone could be a yes to the sign-in of someone
 * else (PEOPLE R10).
 */
export function phoneWay({ attempt }: Pick<Context, 'attempt'>): PhoneWay | undefined {
  const { credential, gateway } = attempt
  if (showsText(gateway)) return 'number'
  return credential.kind === 'pap' && takesOwnDigits(gateway) ? 'own-digits' : undefined
}

/** Whether a gateway shows no number, and digits of the person's own can follow a password that it sends as it is. */
export function takesOwnDigits(
  gateway: Pick<GatewayRules, 'append' | 'challenges' | 'firstFactor' | 'flow'>,
): boolean {
  return !showsText(gateway) && readsDigits(gateway)
}

/** Whether people read what is asked before they answer. */
export function showsText({
  challenges,
  flow,
}: Pick<GatewayRules, 'challenges' | 'flow'>): boolean {
  return challenges && flow !== 'hold' && flow !== 'append' && flow !== 'code-only'
}

/** Whether digits that follow a password can be told from it. A gateway that has checked the password itself may send none. */
function readsDigits({
  append,
  firstFactor,
  flow,
}: Pick<GatewayRules, 'append' | 'firstFactor' | 'flow'>): boolean {
  const isRead = firstFactor.kind === 'directories' && (flow === 'auto' || flow === 'append')
  return isRead && append !== false && append.delimiter !== ''
}

/**
 * The digits that the person wants to type on the phone again; undefined where there are none, or too few or too many. Six
 * of them look like a code, and are both.
 */
export function ownDigits(
  context: Pick<Context, 'attempt' | 'parts' | 'read'>,
): string | undefined {
  const appended = context.read?.appended
  if (appended?.kind !== 'digits' && appended?.kind !== 'code') return undefined
  const typed = appended.kind === 'digits' ? appended.digits : appended.code
  const isWhole = typed.length === context.parts.settings.numberDigits && /^\d+$/.test(typed)
  return isWhole && phoneWay(context) === 'own-digits' ? typed : undefined
}
