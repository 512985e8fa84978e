import { createAuditOperations } from './audit/operations.ts'
import { createWhyOperation } from './audit/why.ts'
import { createAuthenticatorOperations } from './authenticators/operations.ts'
import { createResyncOperation } from './authenticators/resync.ts'
import { createBatchCodeOperations } from './campaigns/batch-codes.ts'
import { createCampaignOperations } from './campaigns/operations.ts'
import { createEnrolmentCodeOperations } from './enrolment/code-operations.ts'
import { createOwnOperations } from './enrolment/own-operations.ts'
import { createExplainOperation } from './gateways/explain.ts'
import { createGatewayOperations } from './gateways/operations.ts'
import type { Operation } from './operation.ts'
import { createPasswordOperation } from './own/password.ts'
import { createPauseOperation } from './own/pauses.ts'
import { createReportOperation } from './own/report.ts'
import { createOwnSignInsOperation } from './own/sign-ins.ts'
import type { AdminParts } from './parts.ts'
import { createSeedOperations } from './seed-import/operations.ts'
import { createSpareTokenOperations } from './seed-import/spare-operations.ts'
import { createBackupOperations } from './service/backup.ts'
import { createNodeOperations } from './service/nodes.ts'
import { createServiceOperations } from './service/operations.ts'
import { createSimulatedDeviceOperations } from './service/simulated-devices.ts'
import { createBypassOperations } from './users/bypass.ts'
import { createExportOperation } from './users/export.ts'
import { createUserOperations } from './users/operations.ts'
import { createRememberedOperations } from './users/remembered.ts'
import { createSessionOperations } from './users/sessions.ts'

/**
 * Everything an administrator can do, by name. The service offers it on its socket; without a
 * service the command line runs the same functions on the store itself.
 */
export function createAdminOperations(parts: AdminParts) {
  const gateways = createGatewayOperations(parts)
  return {
    ...createOwnSignInsOperation(parts),
    ...createReportOperation(parts),
    ...createPasswordOperation(parts),
    ...createPauseOperation(parts),
    ...createUserOperations(parts),
    ...createExportOperation(parts),
    ...createBypassOperations(parts),
    ...createRememberedOperations(parts),
    ...createSessionOperations(parts),
    ...createAuthenticatorOperations(parts),
    ...createResyncOperation(parts),
    ...createSeedOperations(parts),
    ...createSpareTokenOperations(parts),
    ...createEnrolmentCodeOperations(parts),
    ...createBatchCodeOperations(parts),
    ...createCampaignOperations(parts),
    ...createOwnOperations(parts),
    ...createAuditOperations(parts),
    ...createWhyOperation(parts),
    ...gateways.operations,
    ...createExplainOperation(parts, gateways.find),
    ...createBackupOperations(parts),
    ...createServiceOperations(parts),
    ...createNodeOperations(parts),
    ...createSimulatedDeviceOperations(parts),
  }
}

export type AdminOperations = ReturnType<typeof createAdminOperations>
export type OperationName = keyof AdminOperations
export type OperationArgs<Name extends OperationName> =
  AdminOperations[Name] extends Operation<infer Args, unknown> ? Args : never
export type OperationResult<Name extends OperationName> =
  AdminOperations[Name] extends Operation<unknown, infer Result> ? Result : never
