import type { Notices } from '../../../accounts/index.ts'
import { isReportable, reportChange } from '../../../operations/index.ts'
import { explain, type Logger } from '../../../ops/index.ts'
import type { PhoneParts } from '../../../web/index.ts'
import type { Generation } from '../../generation/generation.ts'
import type { Lasting } from '../../lasting.ts'

type Wiring = Pick<Lasting, 'clock' | 'opened'> & {
  readonly logger: Pick<Logger, 'log'>
  readonly generation: () => Pick<Generation, 'config'>
  readonly notices: Notices
}

/** What phones show of changes to how their person signs in, and what they report. */
export function createPhoneChanges(
  { clock, generation, logger, notices, opened }: Wiring,
  findUser: (
    userKey: string,
    signal: AbortSignal,
  ) => Promise<{ readonly name: string } | undefined>,
): PhoneParts['changes'] {
  const { store } = opened
  return {
    async list({ createdAtMs, id, userKey }) {
      const all = await store.phoneNotices.list(userKey, clock.nowMs())
      return all
        .filter(({ atMs, notForPhone }) => atMs >= createdAtMs && notForPhone !== id)
        .map((notice) => ({
          ...{ id: notice.id, text: notice.text, atMs: notice.atMs },
          isReportable: isReportable(notice),
          isReported: notice.reportedAtMs !== undefined,
        }))
    },

    async report(phone, change) {
      const stopped = await reportChange(
        {
          ...{ clock, store, onFraud: generation().config.onFraud.stop },
          onReport(userKey, reported) {
            logger.log({ event: 'change-reported', user: userKey, stopped: reported.stopped })
            void tell(userKey, reported)
          },
          onStopFailed: (error) => logger.log({ event: 'store-failed', ...explain(error) }),
        },
        phone,
        change,
      )
      if (stopped === undefined) return 'over'
      // What is not stopped yet is the administrators' worry.
      return stopped === 'prompts' || stopped === 'account' ? stopped : 'nothing'
    },
  }

  /** By the name that the directory has; without a directory, by the key. */
  async function tell(
    userKey: string,
    reported: Parameters<Parameters<typeof reportChange>[0]['onReport']>[1],
  ): Promise<void> {
    const user = await findUser(userKey, AbortSignal.timeout(10_000)).catch(() => undefined)
    notices.tell({ key: userKey, name: user?.name ?? userKey, ...user }, reported, 'self')
  }
}
