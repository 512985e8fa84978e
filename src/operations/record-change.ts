import { type Caller, callerDetail } from '../support/index.ts'
import type { AdminParts } from './parts.ts'
import type { Person } from './people.ts'

/** What administrators changed, as it is in the audit. */
export type ChangeKind =
  | 'admin-user-blocked'
  | 'admin-user-unlocked'
  | 'admin-user-removed'
  | 'admin-person-exported'
  | 'admin-default-method-set'
  | 'admin-bypass-given'
  | 'admin-bypass-ended'
  | 'admin-remembered-forgotten'
  | 'admin-sessions-ended'
  | 'admin-password-changed'
  | 'admin-password-not-changed'
  | 'admin-sign-in-reported'
  | 'admin-prompts-resumed'
  | 'admin-authenticator-added'
  | 'admin-authenticator-removed'
  | 'admin-authenticator-renamed'
  | 'admin-authenticator-changed'
  | 'admin-enrolment-code-made'
  | 'admin-enrolment-lifted'
  | 'admin-enrolment-reported'
  | 'admin-authenticator-resynchronised'
  | 'admin-authenticator-put-back'
  | 'admin-seeds-imported'
  | 'admin-spare-tokens-imported'
  | 'admin-spare-tokens-removed'
  | 'admin-key-rotated'
  | 'admin-passkeys-forgotten'
  | 'admin-backup-taken'
  | 'admin-configuration-reloaded'
  | 'admin-node-drained'
  | 'helpdesk-refused'

/** What people changed about themselves at the portal has a name of its own. */
function ownKind(kind: ChangeKind): string {
  return kind.replace(/^admin-/, 'own-')
}

/**
 * Writes one change to the audit, durably: who it concerns, what changed, and who did it. `detail` holds no secret; a reason in it
 * may be absent.
 */
export async function recordChange(
  {
    store,
    clock,
  }: Pick<AdminParts, 'clock'> & { readonly store: Pick<AdminParts['store'], 'audit'> },
  caller: Caller,
  kind: ChangeKind,
  person: Person | undefined,
  detail: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const given = Object.entries(detail).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  await store.audit.alert({
    atMs: clock.nowMs(),
    kind: caller.via === 'portal' ? ownKind(kind) : kind,
    ...(person === undefined ? {} : { userKey: person.key, userName: person.name }),
    detail: { ...Object.fromEntries(given), ...callerDetail(caller) },
  })
}
