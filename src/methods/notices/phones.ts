import { randomBytes } from 'node:crypto'
import type { Authenticator, PhoneNotice } from '../../accounts/index.ts'
import { type Told, type Wording, writeForPhone } from './wording.ts'

/**
 * What every phone of the person shows, except one that was just added (PEOPLE R7); undefined where no other approves
 * sign-ins. It waits in the store: a phone reads it with a signature, and none of it goes out by a push service.
 */
export function noticeForPhones(
  { contact, texts }: Pick<Wording, 'contact' | 'texts'>,
  language: string | undefined,
  userKey: string,
  enrolled: readonly Authenticator[],
  told: Told,
): PhoneNotice | undefined {
  const { atMs, by, change } = told
  const added = change.kind === 'authenticator-added' ? change.authenticator.id : undefined
  const phones = enrolled.filter(({ id, method }) => method === 'push' && id !== added)
  if (phones.length === 0) return undefined
  return {
    ...{ id: randomBytes(16).toString('base64url'), userKey, kind: change.kind, by, atMs },
    text: writeForPhone({ contact, texts, language }, told),
    ...(added === undefined ? {} : { notForPhone: added }),
  }
}
