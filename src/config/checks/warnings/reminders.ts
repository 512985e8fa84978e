import type { IdleSetting } from '../../finding.ts'
import type { Config } from '../../resolved/resolve.ts'

/** Types of `delivery` that carry mail. */
const carriesMail = ['smtp', 'demo']

/** Campaigns that want to remind people by mail where nothing carries mail. */
export function findIdleReminders({ delivery, enrolment }: Config): readonly IdleSetting[] {
  const hasMail = Object.values(delivery).some(({ type }) => carriesMail.includes(type))
  if (hasMail) return []
  return enrolment.campaigns.flatMap(({ name, remindEveryMs }, index) =>
    remindEveryMs === undefined
      ? []
      : [
          {
            setting: `enrolment.campaigns.${index}.remind_every`,
            why: `reminds no one of campaign ${name}: no entry of delivery carries mail`,
            remedy: 'Add an entry of type smtp under delivery, or take remind_every out.',
          },
        ],
  )
}
