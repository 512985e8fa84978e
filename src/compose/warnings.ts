import { type Config, findUnsafeSettings, readInstallation } from '../config/index.ts'
import type { Logger } from '../ops/index.ts'
import { openSignInsAllowed } from '../transport/index.ts'
import { describeSkipped, skippedInDictionaries } from './dictionary.ts'

/** Logs what is unsafe in a configuration, or left out of its dictionaries. `started`: the one that the service was started with. */
export function warnOfSettings(config: Config, started: Config, logger: Pick<Logger, 'log'>): void {
  for (const kind of skippedInDictionaries(config.dictionaries)) {
    logger.log({ event: 'dictionary-skipped', detail: describeSkipped(kind) })
  }
  for (const unsafe of findUnsafeSettings(config))
    logger.log({ event: 'setting-unsafe', ...unsafe })
  const { danger } = openSignInsAllowed(started.limits.openSignIns)
  if (danger !== undefined) {
    logger.log({ event: 'setting-unsafe', setting: 'limits.open_sign_ins', danger })
  }
}

/** An installation from before 0.2 keeps working: its store opens with its key. Root writes the id, not the service. */
export function warnUnnamed(
  { insecureDemo, installation }: Config,
  logger: Pick<Logger, 'log'>,
): void {
  const { file, id } = readInstallation(installation)
  if (insecureDemo || id !== undefined) return
  logger.log({ event: 'installation-id-missing', file })
}
