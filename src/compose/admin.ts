import { dirname } from 'node:path'
import {
  auditRowsPerPage,
  type CheckPart,
  type CheckRow,
  checkClock,
  checkDirectories,
  checkGarbled,
  checkGateways,
  checkHabits,
  checkPeople,
  checkStore,
  checkStrangers,
  collectRows,
  createAdminOperations,
  createPersonLookup,
  defaultIssuer,
  type GatewayStanding,
  readRecentSignIns,
  type ServiceStatus,
  type StrangePacket,
} from '../admin/index.ts'
import type { AdminOperation } from '../ops/index.ts'
import type { GatewayTable } from '../transport/index.ts'
import type { Generation, Lasting } from './generation.ts'
import { groupsInRules } from './rule-groups.ts'
import { peopleInRules } from './rule-people.ts'
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
  /** Whether the audit goes on from where it ended before. */
  readonly headRow: () => CheckRow | undefined
}): Readonly<Record<string, AdminOperation>> {
  const { generation, lasting, gateways, status, observed, reload, headRow } = running
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
      forgetMisses: (userKey) => lasting.registry.forgetMisses(userKey),
      check,
      rehearse: (request) => generation().rehearse(request),
      nameAttributes: (attributes) => generation().nameAttributes(attributes),
      support: async (signal) =>
        createSupportBundle({
          ...observed(),
          nowMs: clock.nowMs(),
          version: status().version,
          startedAtMs: status().startedAtMs,
          config: generation().config,
          rows: await check(signal),
          entries: await store.audit.searchAudit({ limit: auditRowsPerPage }),
        }),
    },
  })

  /** Each part of it stands alone: what one cannot find out, the others still say. */
  async function check(signal: AbortSignal): Promise<readonly CheckRow[]> {
    const { config } = generation()
    const nowMs = clock.nowMs()
    const groupsOf = (name: string) => groupsInRules(config, name)
    const people = peopleInRules(config, generation().directories)
    const recent = readRecentSignIns(store.audit, nowMs)
    return collectRows([
      part('directory', 'all', () => checkDirectories(directories(), groupsOf)),
      part('directory', 'people in rules', () => checkPeople(people, signal)),
      part('gateway', 'Message-Authenticator', async () => checkGateways(await gateways(), nowMs)),
      part('gateway', 'habits', async () => checkHabits(await gateways(), nowMs)),
      part('gateway', 'unknown senders', () =>
        checkStrangers(strangePackets(observed().events, generation().gateways), nowMs),
      ),
      part('gateway', 'passwords', async () => checkGarbled(await recent)),
      part('service', 'clock', async () => checkClock(await recent)),
      part('store', opened.file, () => checkStore(store)),
      part('store', 'audit head', () => [headRow()].filter((row) => row !== undefined)),
    ])
  }
}

function part(area: string, what: string, rows: CheckPart['rows']): CheckPart {
  return { area, what, rows }
}

/** Packets of nobody known, as the log has them. Who is a gateway by now is none any more. */
function strangePackets(
  events: SupportFacts['events'],
  gateways: GatewayTable,
): readonly StrangePacket[] {
  return events.flatMap(({ atMs, event }): readonly StrangePacket[] => {
    if (event.event !== 'packet-dropped') return []
    const { detail, reason, source } = event
    if (reason === 'nas-identifier-unknown') {
      return [{ atMs, source, reason, ...(detail === undefined ? {} : { detail }) }]
    }
    const isStrange = reason === 'gateway-unknown' && gateways.find(source) === undefined
    return isStrange ? [{ atMs, source, reason }] : []
  })
}
