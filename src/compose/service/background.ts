import type { Config } from '../../config/index.ts'
import { startSigningWarnings } from '../../operations/index.ts'
import { releaseMemoryWhenIdle } from '../../ops/index.ts'
import { purgeHourly, watchStoreFiles } from '../../store/index.ts'
import type { Lasting } from '../lasting.ts'
import type { Learnt } from '../learnt.ts'

/** What a service does beside its sign-ins, until it ends. `config`: the one in use. */
export function startBackground(
  { clock, logger, opened, storeFailed }: Lasting,
  { statuses }: Learnt,
  config: () => Config,
  ends: AsyncDisposableStack,
): void {
  const { store, name } = opened
  const tasks = [
    purgeHourly({
      ...{ store, clock, onError: storeFailed },
      retentionMs: () => config().audit.retentionMs,
    }),
    watchStoreFiles({ clock, store, file: name, log: logger.log }),
    startSigningWarnings(clock, logger.log, statuses, storeFailed),
    releaseMemoryWhenIdle(clock),
  ]
  for (const task of tasks) ends.defer(() => task.stop())
}
