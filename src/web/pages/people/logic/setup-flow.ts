// The guided set-up: which screen comes next. Every screen asks one thing.
import type { PendingSetup, Setup } from '../../../people/contract.ts'
import type { PhoneSystem } from './phone.ts'

export type SetupScreen =
  /** What do you want to use? */
  | { readonly screen: 'choose' }
  /** Install an app. */
  | { readonly screen: 'get-app' }
  /** Which number? */
  | { readonly screen: 'number'; readonly setup: 'sms' | 'call' }
  /** Which device? */
  | { readonly screen: 'serial' }
  /** We send a mail; nothing to type. */
  | { readonly screen: 'email' }
  /** A phone of the person's own becomes one that approves. */
  | { readonly screen: 'push' }
  /** The browser asks for face, finger or PIN. */
  | { readonly screen: 'passkey' }
  /** Show that it works. */
  | { readonly screen: 'prove'; readonly pending: PendingSetup; readonly wrong?: true }

/** The screen after the choice. */
export function screenFor(setup: Exclude<Setup, 'recovery'>): SetupScreen {
  switch (setup) {
    case 'app':
      return { screen: 'get-app' }
    case 'sms':
    case 'call':
      return { screen: 'number', setup }
    case 'token':
      return { screen: 'serial' }
    case 'email':
      return { screen: 'email' }
    case 'push':
      return { screen: 'push' }
    case 'passkey':
      return { screen: 'passkey' }
  }
}

type Offered = Exclude<Setup, 'recovery'>

/** What works everywhere first, then the strongest, and what needs no typing of numbers before what does. */
const order: readonly Offered[] = ['app', 'push', 'passkey', 'sms', 'call', 'token', 'email']
/** There the passkey is in place already, and is copied to a new phone. */
const orderOfIphones: readonly Offered[] = [
  'passkey',
  ...order.filter((each) => each !== 'passkey'),
]

/** What is offered, in the order of the page. Recovery codes come at the end by themselves. */
export function offered(
  setups: readonly Setup[],
  here: { readonly hasPasskeys: boolean; readonly system: PhoneSystem | undefined },
): readonly Offered[] {
  const ordered = here.system === 'iphone' ? orderOfIphones : order
  return ordered.filter(
    (setup) => setups.includes(setup) && (setup !== 'passkey' || here.hasPasskeys),
  )
}

/**
 * A pending set-up as the browser may keep it in its history: without the secret, which would outlive the page there.
 * After a reload the page can still take the code of an app that has the secret already.
 */
export function withoutSecret(pending: PendingSetup): PendingSetup {
  if (pending.setup === 'push') return { ...pending, code: '' }
  return pending.setup === 'app' ? { ...pending, uri: '', secret: '' } : pending
}
