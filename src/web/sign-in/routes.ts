import type { PortalRoutes } from '../people/parts.ts'
import { addConfirmRoutes } from './confirm-routes.ts'
import { createHolding } from './holding.ts'
import { addPasskeyRoutes } from './passkey-routes.ts'
import type { SignInParts } from './ports.ts'
import { addSignInRoutes } from './sign-in-routes.ts'

/** Signing in, and second factors for changes. */
export function signInRoutes(parts: SignInParts): PortalRoutes {
  return (server) => {
    const holding = createHolding(parts.steps, parts.cookies, parts.sharedWaits)
    server.addHook('preClose', async () => holding.endAll())
    addSignInRoutes(server, parts, holding)
    addConfirmRoutes(server, parts, holding)
    addPasskeyRoutes(server, parts)
  }
}
