import type { PortalRoutes } from '../people/parts.ts'
import { addMeRoutes } from './me-routes.ts'
import type { EnrolmentRouteParts } from './ports.ts'
import { addProofRoutes } from './proof-routes.ts'
import { addSetupRoutes } from './setup-routes.ts'

/** Setting up a first way to sign in, proving new ones, and what there is. */
export function enrolmentRoutes(parts: EnrolmentRouteParts): PortalRoutes {
  return (server) => {
    addProofRoutes(server, parts)
    addSetupRoutes(server, parts)
    addMeRoutes(server, parts)
  }
}
