import { AdminError } from '../errors.ts'
import type { AdminParts, OwnParts } from '../parts.ts'

/** What a running service has, and a command on the store alone has not. */
export function ownParts({ own }: Pick<AdminParts, 'own'>): OwnParts {
  if (own !== undefined) return own
  throw new AdminError('needs-service', 'This needs the running service.')
}
