import type { PortalRoutes } from '../people/parts.ts'
import { addConfirmRoutes } from './confirm-routes.ts'
import type { SignInParts } from './ports.ts'
import { addSignInRoutes } from './sign-in-routes.ts'

/** Signing in, and second factors for changes. */
export function signInRoutes(parts: SignInParts): PortalRoutes {
  return (server) => {
    addSignInRoutes(server, parts)
    addConfirmRoutes(server, parts)
  }
}
