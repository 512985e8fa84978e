import { dirname } from 'node:path'
import {
  auditRowsPerPage,
  type CheckRow,
  checkDirectories,
  checkGateways,
  checkStore,
  createAdminOperations,
  createPersonLookup,
  defaultIssuer,
  type GatewayStanding,
  type ServiceStatus,
} from '../admin/index.ts'
import type { AdminOperation } from '../ops/index.ts'
import type { Generation, Lasting } from './generation.ts'
import { groupsInRules } from './rule-groups.ts'
import { sealForConfig } from './sealed-passwords.ts'
import { createSupportBundle, type SupportFacts } from './support-bundle.ts'

/** What commands can ask of the running service. */
export function adminOperationsOf(running: {
  readonly generation: () => Generation
  readonly lasting: Lasting
  readonly gateways: () => Promise<readonly GatewayStanding[]>
  readonly status: () => ServiceStatus
  /** What was counted and logged since the start. */
  readonly observed: () => Pick<SupportFacts, 'counters' | 'events'>
  readonly reload: () => Promise<void>
}): Readonly<Record<string, AdminOperation>> {
  const { generation, lasting, gateways, status, observed, reload } = running
  const { clock, opened } = lasting
  const { store } = opened
  const directories = () => [...generation().directories.values()]
  return createAdminOperations({
    clock,
    store,
    findPerson: (name, signal) =>
      createPersonLookup({ directories: directories(), users: store.users })(name, signal),
    gateways,
    issuer: defaultIssuer,
    scratchFolder: dirname(opened.file),
    service: {
      status,
      reload,
      sealPassword: (owner, password, as) =>
        sealForConfig(generation().config, owner, password, as),
      check,
      rehearse: (request) => generation().rehearse(request),
      nameAttributes: (attributes) => generation().nameAttributes(attributes),
      support: async () =>
        createSupportBundle({
          ...observed(),
          nowMs: clock.nowMs(),
          version: status().version,
          startedAtMs: status().startedAtMs,
          config: generation().config,
          rows: await check(),
          entries: await store.audit.searchAudit({ limit: auditRowsPerPage }),
        }),
    },
  })

  async function check(): Promise<readonly CheckRow[]> {
    const groupsOf = (name: string) => groupsInRules(generation().config, name)
    return [
      ...(await checkDirectories(directories(), groupsOf)),
      ...checkGateways(await gateways(), clock.nowMs()),
      ...(await checkStore(store)),
    ]
  }
}
