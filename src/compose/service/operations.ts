import { type Notices, sessionMs } from '../../accounts/index.ts'
import { availableMethods, redactConfig, saltIdentity } from '../../config/index.ts'
import { loadPins } from '../../directory/index.ts'
import {
  type AccountingStatus,
  auditRowsPerPage,
  type CheckRow,
  checkAccounting,
  checkNotices,
  checkNotifications,
  checkSessions,
  checkUnknownSenders,
  collectRows,
  createAdminOperations,
  createDirectoryStatusLookup,
  createHelpdeskOperations,
  createPersonLookup,
  createSelfOperations,
  createSupportBundle,
  defaultIssuer,
  type FindPerson,
  type GatewayStatus,
  type HelpdeskOperations,
  isOfUnknownSender,
  type OwnParts,
  type SelfOperations,
  type ServiceStatus,
  type UnknownSenderPacket,
} from '../../operations/index.ts'
import type { AdminOperation, RememberingLogger } from '../../ops/index.ts'
import type { GatewayTable } from '../../transport/index.ts'
import type { Generation } from '../generation/generation.ts'
import type { Lasting } from '../lasting.ts'
import { namedGroups } from '../named-in-rules.ts'
import { sealForConfig } from '../sealed-passwords.ts'
import { directoryParts, part, storeParts } from './checks.ts'
import { deviceParts } from './devices.ts'
import { createEnrolmentParts } from './enrolment.ts'
import { createOwnParts } from './own.ts'
import { createWithLanguage } from './with-language.ts'

/** What the sockets for commands offer. */
export type ServiceOperations = {
  readonly operations: Readonly<Record<string, AdminOperation>>
  readonly helpdesk: HelpdeskOperations
  /** For people at the portal. */
  readonly self: SelfOperations
}

type PastEvents = ReturnType<RememberingLogger['past']>

/** What commands can ask of the running service. */
export function createServiceOperations(running: {
  readonly generation: () => Generation
  readonly lasting: Lasting
  readonly notices: Notices
  readonly onReport: OwnParts['onReport']
  readonly gateways: () => Promise<readonly GatewayStatus[]>
  readonly status: () => ServiceStatus
  readonly reload: () => Promise<void>
  /** Whether the audit goes on from where it ended before. */
  readonly auditEndRow: () => CheckRow | undefined
  readonly helpdeskRow: () => CheckRow | undefined
  readonly portalRows: (signal: AbortSignal) => Promise<readonly CheckRow[]>
  readonly accounting: () => Promise<AccountingStatus>
}): ServiceOperations {
  const { generation, lasting, notices, gateways, status, reload, auditEndRow, helpdeskRow } =
    running
  const { accounting, onReport, portalRows } = running
  const { clock, opened, counters, logger } = lasting
  const { store } = opened
  const directories = () => [...generation().directories.values()]
  const withLanguage = createWithLanguage(store.personRecords)
  const findPerson: FindPerson = (name, signal) =>
    createPersonLookup({ directories: directories(), users: store.users })(name, signal)
  const operations = createAdminOperations({
    ...{ clock, store, findPerson },
    gateways,
    isProtected: (person) => generation().isProtected(person),
    usableMethods: () => availableMethods(generation().config),
    issuer: defaultIssuer,
    scratchFolder: opened.scratchFolder,
    notices,
    own: createOwnParts(generation, logger, onReport, withLanguage),
    enrolment: createEnrolmentParts(generation, withLanguage, lasting.pairings),
    service: {
      status,
      reload,
      sealPassword: (owner, password, as) =>
        sealForConfig(generation().config, owner, password, as),
      forgetMisses: (userKey) => lasting.registry.forgetMisses(userKey),
      check,
      configuration: () => {
        const { identity, readAtMs } = generation()
        return { readAtMs, digestWith: (salt) => saltIdentity(identity, salt) }
      },
      directoryStatusOf: (person, signal) =>
        createDirectoryStatusLookup(directories())(person, signal),
      groupPins: () => loadPins(store.settings, namedGroups(generation().config).byDirectory),
      dryRun: (request) => generation().dryRun(request),
      nameAttributes: (attributes) => generation().nameAttributes(attributes),
      devices: () => deviceParts(generation(), lasting),
      support: async (signal) =>
        createSupportBundle({
          counters: counters.snapshot(),
          events: logger.past(),
          nowMs: clock.nowMs(),
          version: status().version,
          startedAtMs: status().startedAtMs,
          redacted: redactConfig(generation().config),
          rows: await check({ directories: true }, signal),
          entries: await store.audit.searchAudit({ limit: auditRowsPerPage }),
        }),
    },
  })

  return {
    operations,
    helpdesk: createHelpdeskOperations(operations, { clock, findPerson, store }),
    self: createSelfOperations(() => operations),
  }

  /** A demo has no address that push services could know. */
  async function notificationRows(signal: AbortSignal): Promise<readonly CheckRow[]> {
    const { config, push } = generation()
    const isOn = availableMethods(config).includes('push')
    if (!isOn || config.methods.push.notifications === 'off') return []
    if (push === undefined && config.insecureDemo) return []
    return await checkNotifications(push, store.bells, clock.nowMs(), signal)
  }

  /** The parts do not depend on each other: what one cannot find out, the others still say. */
  async function check(
    asked: { readonly directories: boolean },
    signal: AbortSignal,
  ): Promise<readonly CheckRow[]> {
    const { config, directories: current } = generation()
    const nowMs = clock.nowMs()
    return collectRows([
      ...(asked.directories ? directoryParts(config, current, signal) : []),
      part('gateway', 'unknown senders', () =>
        checkUnknownSenders(unknownSenderPackets(logger.past(), generation().gateways), nowMs),
      ),
      ...storeParts(config, store, gateways, nowMs),
      part('service', 'accounting', async () => [checkAccounting(await accounting())]),
      part('service', 'notices of changes', () => {
        const { noticeMethods } = generation().secondFactors
        return checkNotices({
          email: noticeMethods.has('email'),
          sms: noticeMethods.has('sms'),
          portal: config.web?.people !== undefined,
        })
      }),
      part('method', 'notifications', () => notificationRows(signal)),
      part('web', 'public_url', () => portalRows(signal)),
      part('web', 'portal sessions', async () =>
        config.web?.people === undefined
          ? []
          : [checkSessions(await store.webSessions.countOpen(nowMs, sessionMs.idle))],
      ),
      part('service', 'helpdesk', () => [helpdeskRow()].filter((row) => row !== undefined)),
      part('store', 'audit head', () => [auditEndRow()].filter((row) => row !== undefined)),
    ])
  }
}

/** Packets of no one known, as the log has them. Senders that have become gateways since are left out. */
function unknownSenderPackets(
  events: PastEvents,
  gateways: GatewayTable,
): readonly UnknownSenderPacket[] {
  return events.flatMap(({ atMs, event }): readonly UnknownSenderPacket[] => {
    if (event.event !== 'packet-dropped') return []
    const { detail, reason, source } = event
    if (!isOfUnknownSender(reason)) return []
    if (reason === 'gateway-unknown' && gateways.find(source) !== undefined) return []
    return [{ atMs, source, reason, ...(detail === undefined ? {} : { detail }) }]
  })
}
