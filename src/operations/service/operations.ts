import * as z from 'zod'
import type { RotationResult } from '../../store/index.ts'
import { constantTimeEqual, Secret } from '../../support/index.ts'
import { unpinPasskeyHost } from '../enrolment/passkey-host.ts'
import { AdminError } from '../errors.ts'
import { nothing, operation, personName } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import { recordChange } from '../record-change.ts'

/** Operations on the process as a whole, and on its sealing key. */
export function createServiceOperations(parts: AdminParts) {
  const service = () => {
    if (parts.service) return parts.service
    throw new AdminError('needs-service', 'This needs the running service, and none is running.')
  }

  return {
    status: operation(nothing, async () => service().status()),
    /** `directories: false` leaves them out: the caller looks at those of another configuration. */
    check: operation(
      z.strictObject({ directories: z.boolean().default(true) }),
      async (asked, { signal }) => await service().check(asked, signal),
    ),
    /** Whether a configuration is the one in use: `digest` is made of it with this salt. */
    'configuration.compare': operation(
      z.strictObject({ salt: z.base64(), digest: z.base64() }),
      async ({ salt, digest }) => {
        const { readAtMs, digestWith } = service().configuration()
        const own = digestWith(Buffer.from(salt, 'base64'))
        return { isSame: constantTimeEqual(own, Buffer.from(digest, 'base64')), readAtMs }
      },
    ),
    /** Which group each name of the rules means, by directory: id by name. */
    'group.pins': operation(nothing, async () => await service().groupPins()),
    'store.keys': operation(nothing, async () => await parts.store.keys()),
    support: operation(nothing, async (_, { signal }) => await service().support(signal)),
    reload: operation(nothing, async (_, { caller }) => {
      await service().reload()
      await recordChange(parts, caller, 'admin-configuration-reloaded', undefined, {})
      return {}
    }),

    /** Seals a password of a local user, or its NT hash; only the result leaves the process. */
    'user.seal': operation(
      z.strictObject({
        directory: z.string().min(1).max(256),
        user: personName,
        password: z.string().min(1).max(1024),
        as: z.enum(['password', 'nt-hash']),
      }),
      async ({ password, as, ...owner }) => ({
        sealed: service().sealPassword(owner, new Secret(password), as),
      }),
    ),

    /** All passkeys of all people, so that the portal can have another host name. */
    'passkeys.forget': operation(nothing, async (_, { caller }) => {
      const { authenticators, settings } = parts.store
      const removed = await authenticators.removePasskeys()
      await unpinPasskeyHost(settings)
      await recordChange(parts, caller, 'admin-passkeys-forgotten', undefined, {
        removed: String(removed),
      })
      return { removed }
    }),

    /** `key`: 32 bytes, base64. From here on the store opens only with it. */
    'key.rotate': operation(
      z.strictObject({ key: z.base64() }),
      async ({ key }, { caller }): Promise<RotationResult> => {
        const bytes = new Uint8Array(Buffer.from(key, 'base64'))
        if (bytes.length !== 32) {
          throw new AdminError('bad-arguments', 'A sealing key has 32 bytes.')
        }
        const result = await parts.store.rotateKeys(bytes)
        const resealed = String(result.resealed)
        await recordChange(parts, caller, 'admin-key-rotated', undefined, { resealed })
        return result
      },
    ),
  }
}
