// The guided set-up: which screen comes next. Every screen asks one thing.
import type { PendingSetup, Setup } from '../../../people/contract.ts'

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
  }
}

/** The strongest first, and what needs no typing of numbers before what does. */
const order: readonly Exclude<Setup, 'recovery'>[] = ['app', 'sms', 'call', 'token', 'email']

/** What is offered, in the order of the page. Recovery codes come at the end by themselves. */
export function offered(setups: readonly Setup[]): readonly Exclude<Setup, 'recovery'>[] {
  return order.filter((setup) => setups.includes(setup))
}

/**
 * A pending set-up as the browser may keep it in its history: without the secret, which would outlive the page there.
 * After a reload the page can still take the code of an app that has the secret already.
 */
export function withoutSecret(pending: PendingSetup): PendingSetup {
  return pending.setup === 'app' ? { ...pending, uri: '', secret: '' } : pending
}
