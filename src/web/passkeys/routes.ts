import type { AuthenticatorStore, PersonStore } from '../../accounts/index.ts'
import type { AcceptedPasskeys } from '../people/contract.ts'
import type { PortalRoutes } from '../people/parts.ts'
import { PortalError } from '../people/problems.ts'
import { sessionOf } from '../sessions/session-hook.ts'

export type PasskeyRouteParts = {
  readonly authenticators: Pick<AuthenticatorStore, 'list'>
  readonly people: Pick<PersonStore, 'userHandle'>
  /** What passkeys are bound to; undefined where there are none. */
  readonly host: () => string | undefined
}

/** GET /api/passkeys: what the person's devices may still offer, for a person who has removed one. */
export function passkeyRoutes({ authenticators, host, people }: PasskeyRouteParts): PortalRoutes {
  return (server) => {
    server.get('/api/passkeys', async (request): Promise<AcceptedPasskeys> => {
      const { userKey } = sessionOf(request)
      const rpId = host()
      if (rpId === undefined) throw new PortalError('not-found', 'There are no passkeys here.')
      const [own, userHandle] = await Promise.all([
        authenticators.list(userKey),
        people.userHandle(userKey),
      ])
      return {
        rpId,
        userHandle: Buffer.from(userHandle).toString('base64url'),
        credentialIds: own.flatMap((each) =>
          each.method === 'passkey' ? [each.credentialId] : [],
        ),
      }
    })
  }
}
