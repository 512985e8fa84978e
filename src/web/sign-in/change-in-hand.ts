import type { KeptSecrets } from '../../signin/index.ts'
import { type ChangeRequest, changeRequest } from '../people/contract.ts'

/** A change as it is kept in its step row until its second factor is there. Passwords are not in it (RULES 22). */
export type KeptChange =
  | Exclude<ChangeRequest, { readonly change: 'password' }>
  | { readonly change: 'password'; readonly kept: string }

/** `session`: its token, as only the browser holds it. */
export async function keepChange(
  secrets: KeptSecrets,
  userKey: string,
  session: string,
  change: ChangeRequest,
  untilMs: number,
): Promise<KeptChange> {
  if (change.change !== 'password') return change
  const kept = await secrets.keep(userKey, session, JSON.stringify(change), untilMs)
  return { change: 'password', kept }
}

/** Undefined where a password was kept by a process that is gone, or for another session. */
export async function takeChange(
  secrets: KeptSecrets,
  userKey: string,
  session: string,
  change: KeptChange,
): Promise<ChangeRequest | undefined> {
  if (!('kept' in change)) return change
  const text = await secrets.take(change.kept, userKey, session)
  return text === undefined ? undefined : changeRequest.parse(JSON.parse(text))
}
