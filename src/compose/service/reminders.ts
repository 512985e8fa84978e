import { maskEmail } from '../../accounts/index.ts'
import { startReminders } from '../../operations/index.ts'
import { explain } from '../../ops/index.ts'
import type { Generation } from '../generation/generation.ts'
import type { Lasting } from '../lasting.ts'
import { createEnrolmentParts } from './enrolment.ts'
import { createWithLanguage } from './with-language.ts'

/** Mails of campaigns to people who have nothing set up, by the configuration in use at each of them. */
export function startServiceReminders(
  lasting: Pick<Lasting, 'clock' | 'counters' | 'logger' | 'opened' | 'pairings'>,
  generation: () => Generation,
): { stop(): Promise<void> } {
  const { clock, counters, logger, opened, pairings } = lasting
  const { store } = opened
  return startReminders({
    ...{ clock, store },
    enrolment: createEnrolmentParts(generation, createWithLanguage(store.personRecords), pairings),
    mail: () => generation().secondFactors.noticeMethods.get('email'),
    observer: {
      onSent: () => counters.count('reminders', 'sent'),
      onFailed({ user, to, detail }) {
        counters.count('reminders', 'failed')
        logger.log({ event: 'reminder-failed', user, to: maskEmail(to), detail })
      },
      onUnlisted: (campaign, detail) =>
        logger.log({ event: 'reminders-delayed', campaign, detail }),
      onError: (error) =>
        logger.log({ event: 'internal-error', where: 'reminders', ...explain(error) }),
    },
  })
}
