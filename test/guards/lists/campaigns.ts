import type { Guard } from '../guard.ts'

const reminders = 'src/operations/campaigns/reminders.ts'
const remindersTest = ['test/operations/campaigns/reminders.slow.test.ts']
const batch = 'src/operations/campaigns/batch-codes.ts'
const batchTest = ['test/operations/campaigns/batch-codes.slow.test.ts']

/** Guards of lists, codes for a group, and reminders. */
export const campaignGuards: readonly Guard[] = [
  {
    name: 'PEOPLE R3: the mail of a campaign has the address of the portal and no code',
    file: reminders,
    source: "say('remind-how', { portal: facts.portal })",
    without: "say('remind-how', { portal: facts.portal.concat('/#ABCD-EFGH-JKLM') })",
    noticedBy: remindersTest,
  },
  {
    name: 'PEOPLE R3: the text at the gateway has the address of the portal and no code',
    file: 'src/signin/context.ts',
    source: '-portal`, language, { portal })',
    without: "-portal`, language, { portal: portal.concat('/#ABCD-EFGH-JKLM') })",
    noticedBy: ['test/signin/campaigns/gateway-text.test.ts'],
  },
  {
    name: 'PEOPLE R2: one reminder a person in an interval, also over restarts',
    file: reminders,
    source:
      'if (!(await store.personRecords.takeReminder(key, nowMs, campaign.remindEveryMs))) return true',
    without: '',
    noticedBy: remindersTest,
  },
  {
    name: 'PEOPLE R2: reminders end for who has set something up, or is kept from it',
    file: reminders,
    source: 'if (!isForThem(enrolment, { user, standing })) return true',
    without: '',
    noticedBy: remindersTest,
  },
  {
    name: 'PEOPLE R2: reminders end with the campaign',
    file: reminders,
    source: ' || nowMs >= campaign.untilMs',
    without: '',
    noticedBy: remindersTest,
  },
  {
    name: 'PEOPLE R4: no code for a whole group goes to who has something set up',
    file: batch,
    source: "if (standing.methods.length > 0) return 'set-up'",
    without: '',
    noticedBy: batchTest,
  },
  {
    name: 'PEOPLE R4: no code for a whole group goes to who is blocked',
    file: batch,
    source: "if (standing.blocked) return 'blocked'",
    without: '',
    noticedBy: batchTest,
  },
  {
    name: 'PEOPLE R2: no code for a whole group goes to a forgotten account',
    file: batch,
    source: "if (standing.idle) return 'idle'",
    without: '',
    noticedBy: batchTest,
  },
  {
    name: 'PEOPLE R23: three codes a day for one person, also from a batch',
    file: batch,
    source: "? undefined : 'limit'",
    without: '? undefined : undefined',
    noticedBy: batchTest,
  },
  {
    name: 'PEOPLE R26: a printed code stands behind #',
    file: 'src/cli/enrol/code-pages.ts',
    source: 'portal}/#',
    without: 'portal}/?code=',
    noticedBy: ['test/cli/enrol/code-pages.test.ts'],
  },
  {
    name: 'Printed pages: names of a directory are no markup',
    file: 'src/cli/enrol/code-pages.ts',
    source: 'escapeXml(page.forWhom)',
    without: 'page.forWhom',
    noticedBy: ['test/cli/enrol/code-pages.test.ts'],
  },
]
