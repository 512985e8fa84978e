import type { AdminParts } from './parts.ts'
import type { Person } from './people.ts'

/** What administrators changed, as it stands in the audit. */
export type ChangeKind =
  | 'admin-user-blocked'
  | 'admin-user-unlocked'
  | 'admin-user-removed'
  | 'admin-default-method-set'
  | 'admin-bypass-given'
  | 'admin-bypass-ended'
  | 'admin-remembered-forgotten'
  | 'admin-authenticator-added'
  | 'admin-authenticator-removed'
  | 'admin-authenticator-resynchronised'
  | 'admin-authenticator-put-back'
  | 'admin-seeds-imported'
  | 'admin-key-rotated'

/** Puts one change into the audit, durably. `detail` holds no secret. */
export async function recordChange(
  { store, clock }: Pick<AdminParts, 'store' | 'clock'>,
  kind: ChangeKind,
  person: Person | undefined,
  detail: Readonly<Record<string, string>>,
): Promise<void> {
  await store.audit.alert({
    atMs: clock.nowMs(),
    kind,
    ...(person === undefined ? {} : { userKey: person.key }),
    detail,
  })
}
