import { existsSync } from 'node:fs'
import { auditRowsPerPage } from '../admin/index.ts'
import { createSupportBundle, type SupportBundle } from '../compose/support-bundle.ts'
import { loadConfig } from '../config/index.ts'
import type { AuditEntry } from '../store/index.ts'
import { checkRunning } from './check-running.ts'
import { configEnvironment, type Target } from './find-service.ts'
import type { CliIo } from './io.ts'
import { storePlace } from './offline.ts'
import { programVersion } from './program-version.ts'
import { withSession, workingConfig } from './session.ts'

/** The same from here, where no service runs: there are no counts and no log. Throws ConfigError. */
export async function collectOffline(target: Target, io: CliIo): Promise<SupportBundle> {
  const config = loadConfig(await workingConfig(target, io), { env: configEnvironment(io) })
  const place = storePlace(config)
  const entries: readonly AuditEntry[] =
    place !== undefined && existsSync(place.file)
      ? await withSession(target, io, (session) =>
          session.call('audit.search', { limit: auditRowsPerPage }),
        )
      : []
  return createSupportBundle({
    nowMs: io.clock.nowMs(),
    version: programVersion(),
    config,
    counters: [],
    rows: await checkRunning(target, config, io),
    entries,
    events: [],
  })
}
