import { loadConfig, redactConfig } from '../../config/index.ts'
import {
  auditRowsPerPage,
  collectRows,
  createSupportBundle,
  type SupportBundle,
} from '../../operations/index.ts'
import { type AuditEntry, isStoreAt } from '../../store/index.ts'
import type { CliIo } from '../io.ts'
import { programVersion } from '../program-version.ts'
import { configEnvironment, type Target } from '../service/find-service.ts'
import { storePlace } from '../service/offline.ts'
import { withSession, workingConfig } from '../service/session.ts'
import { directoriesPart } from './directories.ts'
import { lookAtStore } from './store.ts'

/** The same from here, where no service runs: there are no counts and no log. Throws ConfigError. */
export async function collectOffline(target: Target, io: CliIo): Promise<SupportBundle> {
  const config = loadConfig(await workingConfig(target, io), { env: configEnvironment(io) })
  const place = storePlace(config)
  const entries: readonly AuditEntry[] =
    place !== undefined && (await isStoreAt(place.place, io.clock).catch(() => false))
      ? await withSession(target, io, (session) =>
          session.call('audit.search', { limit: auditRowsPerPage }),
        )
      : []
  const { rows, pins } = await lookAtStore(config, io)
  return createSupportBundle({
    nowMs: io.clock.nowMs(),
    version: programVersion(),
    redacted: redactConfig(config),
    counters: [],
    rows: [...(await collectRows([directoriesPart(config, pins, io)])), ...rows],
    entries,
    events: [],
  })
}
