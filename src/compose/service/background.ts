import { followLearnt, startSigningWarnings } from '../../operations/index.ts'
import { releaseMemoryWhenIdle } from '../../ops/index.ts'
import { purgeHourly, watchStoreFiles } from '../../store/index.ts'
import type { Generation } from '../generation/generation.ts'
import type { Lasting } from '../lasting.ts'
import type { Learnt } from '../learnt.ts'

/** What a service does besides its sign-ins, until it ends. `current`: of the configuration in use. */
export function startBackground(
  { clock, logger, opened, storeFailed }: Lasting,
  { statuses }: Learnt,
  current: () => Generation,
  ends: AsyncDisposableStack,
): void {
  const { store, name } = opened
  const tasks = [
    purgeHourly({
      ...{ store, clock, onError: storeFailed },
      retentionMs: () => current().config.audit.retentionMs,
    }),
    watchStoreFiles({ clock, store, file: name, log: logger.log }),
    startSigningWarnings(clock, logger.log, statuses, storeFailed),
    releaseMemoryWhenIdle(clock),
    ...(store.nodes === undefined
      ? []
      : [
          followLearnt(
            clock,
            store.settings,
            (names) => current().gateways.noteLearnt(names),
            storeFailed,
          ),
        ]),
  ]
  for (const task of tasks) ends.defer(() => task.stop())
}
