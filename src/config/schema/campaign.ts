import * as z from 'zod'
import { day, duration, section, startOfDayMs, text } from './fields.ts'

/** Longer is not a campaign: people without a second factor would be the rule. */
export const longestCampaignDays = 60

/** A while in which people of a group may sign in with their password alone until they have set something up (PEOPLE R2). */
export function campaign() {
  return section({
    name: text().max(64).describe('Name of the campaign, for the audit and the commands.'),
    group: text().describe(
      'Group whose people it is for, as in rules. Only those who have nothing set up, and never had.',
    ),
    gateways: z
      .array(text())
      .min(1)
      .describe(
        'Names of the gateways where the password alone is enough meanwhile. Not where a person already needed a second factor.',
      ),
    from: day().describe('First day, such as 2027-01-01.'),
    until: day().describe(
      `Last day; at most ${longestCampaignDays} days after the first. From the next day on, a second factor is needed.`,
    ),
    remind_every: duration({ min: '1d', max: '30d' })
      .optional()
      .describe(
        'How often people of the group who have nothing set up get a mail that says until when and where they can, such as 3d. Left out: no mails. Needs a provider that carries mail.',
      ),
  }).superRefine(({ from, until }, issues) => {
    const latest = startOfDayMs(from, longestCampaignDays)
    const last = startOfDayMs(until, 0)
    const first = startOfDayMs(from, 0)
    if (latest === undefined || last === undefined || first === undefined) return
    if (last < first) {
      issues.addIssue({ code: 'custom', path: ['until'], message: 'is before the first day' })
    } else if (last > latest) {
      issues.addIssue({
        code: 'custom',
        path: ['until'],
        message: `is more than ${longestCampaignDays} days after from`,
      })
    }
  })
}
