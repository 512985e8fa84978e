import { AdminError } from '../errors.ts'
import type { AdminParts, OwnParts } from '../parts.ts'

/** As the person has chosen it, otherwise as the directory has it; undefined where neither says. */
export async function languageOf(
  parts: Pick<AdminParts, 'own'> & { readonly store: Pick<AdminParts['store'], 'personRecords'> },
  userKey: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { language } = await parts.store.personRecords.load(userKey)
  if (language !== undefined) return language
  const found = await ownParts(parts)
    .find(userKey, signal)
    .catch(() => undefined)
  return found?.user.language
}

/** What a running service has, and a command that works on the store has not. */
export function ownParts({ own }: Pick<AdminParts, 'own'>): OwnParts {
  if (own !== undefined) return own
  throw new AdminError('needs-service', 'This needs the running service.')
}
