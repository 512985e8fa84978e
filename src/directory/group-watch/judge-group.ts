import type { GroupEntry } from '../../signin/index.ts'

/** How one group that rules name is in one directory. */
export type GroupState =
  /** It is the one that is meant. `isNew`: from now on. */
  | { readonly kind: 'there'; readonly id: string | undefined; readonly isNew: boolean }
  /** Called something else by now; `isTaken`: another group has the name. */
  | { readonly kind: 'renamed'; readonly to: GroupEntry; readonly isTaken: boolean }
  /** It is gone, and when the service starts or reloads it takes the group that has its name now. */
  | { readonly kind: 'replaced'; readonly id: string }
  | { readonly kind: 'gone' }
  /** No one has ever known which one is meant: there is none, or there are several. */
  | { readonly kind: 'none' }
  | { readonly kind: 'several' }

/**
 * What a name means is decided once, and what has the name later is another group: a rename must not
 * end a rule, nor may someone make a group of the same name (RULES 15). `pinned`: id of the group that
 * is meant. `atLoad`: an administrator has just started or reloaded the service.
 */
export function judgeGroup(
  pinned: string | undefined,
  found: { readonly byId: GroupEntry | undefined; readonly byName: readonly GroupEntry[] },
  atLoad: boolean,
): GroupState {
  const { byId, byName } = found
  const [named] = byName
  if (pinned === undefined) {
    if (named === undefined) return { kind: 'none' }
    return byName.length > 1 ? { kind: 'several' } : { kind: 'there', id: named.id, isNew: true }
  }
  if (byId === undefined) {
    return atLoad && named?.id !== undefined && byName.length === 1
      ? { kind: 'replaced', id: named.id }
      : { kind: 'gone' }
  }
  if (byName.some(({ id }) => id === pinned)) return { kind: 'there', id: pinned, isNew: false }
  return { kind: 'renamed', to: byId, isTaken: named !== undefined }
}
