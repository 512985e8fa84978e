// What the pages keep for a moment and must not be in the history: it would outlive the page there.
import type { PendingSetup } from '../../../people/contract.ts'
import { codeOfHash } from '../logic/groups.ts'

let code: string | undefined
let pending: PendingSetup | undefined
let recoveryCodes: readonly string[] | undefined
let wanted: string | undefined

/** Takes the helpdesk code out of the address, so that it stays in no history. */
export function takeHelpdeskCode(): void {
  const found = codeOfHash(location.hash)
  if (found === undefined) return
  code = found
  history.replaceState(history.state, '', location.pathname)
}

export const helpdeskCode = () => code

export function forgetHelpdeskCode(): void {
  code = undefined
}

export function keepPending(setup: PendingSetup): void {
  pending = setup
}

/** The whole of a pending set-up, if it is the one that the page shows and was not lost by a reload. */
export function keptPending(shown: PendingSetup): PendingSetup {
  return pending?.setup === shown.setup && pending.untilMs === shown.untilMs ? pending : shown
}

export function keepRecoveryCodes(codes: readonly string[] | undefined): void {
  recoveryCodes = codes
}

export const keptRecoveryCodes = () => recoveryCodes

/** The page that someone wanted who has to sign in first: a sign-in that waits does not wait for long. */
export function keepWanted(path: string): void {
  if (path === '/approve') wanted = path
}

export function takeWanted(): string | undefined {
  const path = wanted
  wanted = undefined
  return path
}
