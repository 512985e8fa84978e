import { createAuditOperations } from './audit-operations.ts'
import { createAuthenticatorOperations } from './authenticator-operations.ts'
import { createBackupOperations } from './backup-operations.ts'
import { createBypassOperations } from './bypass-operations.ts'
import { createExplainOperation } from './explain-operation.ts'
import { createGatewayOperations } from './gateway-operations.ts'
import type { Operation } from './operation.ts'
import type { AdminParts } from './parts.ts'
import { createRememberedOperations } from './remembered-operations.ts'
import { createResyncOperation } from './resync-operation.ts'
import { createSeedOperations } from './seed-import/operations.ts'
import { createServiceOperations } from './service-operations.ts'
import { createUserOperations } from './user-operations.ts'
import { createWhyOperation } from './why-operation.ts'

/**
 * Everything an administrator can do, by name. The service offers it on its socket; without a
 * service the command line runs the same functions on the store itself.
 */
export function createAdminOperations(parts: AdminParts) {
  const gateways = createGatewayOperations(parts)
  return {
    ...createUserOperations(parts),
    ...createBypassOperations(parts),
    ...createRememberedOperations(parts),
    ...createAuthenticatorOperations(parts),
    ...createResyncOperation(parts),
    ...createSeedOperations(parts),
    ...createAuditOperations(parts),
    ...createWhyOperation(parts),
    ...gateways.operations,
    ...createExplainOperation(parts, gateways.find),
    ...createBackupOperations(parts),
    ...createServiceOperations(parts),
  }
}

export type AdminOperations = ReturnType<typeof createAdminOperations>
export type OperationName = keyof AdminOperations
export type OperationArgs<Name extends OperationName> =
  AdminOperations[Name] extends Operation<infer Args, unknown> ? Args : never
export type OperationResult<Name extends OperationName> =
  AdminOperations[Name] extends Operation<unknown, infer Result> ? Result : never
