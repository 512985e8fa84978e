import { momentIn } from '../../methods/index.ts'
import type { NoticeMethod, SendResult, TextKey } from '../../signin/index.ts'
import { messageOf, type Timer } from '../../support/index.ts'
import type { CampaignSettings, EnrolmentParts } from '../enrolment/parts.ts'
import { AdminError } from '../errors.ts'
import type { AdminParts } from '../parts.ts'
import { type ListedPerson, listPeople } from './list-people.ts'
import { rowOf } from './rows.ts'

export type ReminderParts = Pick<AdminParts, 'clock' | 'store'> & {
  readonly enrolment: EnrolmentParts
  /** Over the provider in use; undefined where none carries mail. */
  readonly mail: () => NoticeMethod | undefined
  readonly observer: {
    onSent(): void
    /** `to` is the whole address. */
    onFailed(failure: { readonly user: string; readonly to: string; readonly detail: string }): void
    /** A directory cannot say who is missing. It is tried again in an hour. */
    onUnlisted(campaign: string, detail: string): void
    onError(error: unknown): void
  }
}

const everyMs = 3_600_000
const sendMs = 30_000

type RemindedCampaign = CampaignSettings & { readonly remindEveryMs: number }

/**
 * Reminds people of a campaign who have nothing set up, by mail to the address of the directory. Looks now and once an hour; a person
 * gets one mail in the time that the campaign names, however often this starts again. The mail names the portal and never a code
 * (PEOPLE R3).
 */
export function startReminders(parts: ReminderParts): { stop(): Promise<void> } {
  const { clock, enrolment, observer, store } = parts
  const ended = new AbortController()
  const { signal } = ended
  let timer: Timer | undefined
  let running = Promise.resolve()

  /** The campaign as the configuration has it now, while it lasts. */
  function current(name: string): RemindedCampaign | undefined {
    const nowMs = clock.nowMs()
    const campaign = enrolment.campaigns().find((each) => each.name === name)
    if (campaign === undefined || nowMs < campaign.fromMs || nowMs >= campaign.untilMs) {
      return undefined
    }
    const { remindEveryMs } = campaign
    return remindEveryMs === undefined ? undefined : { ...campaign, remindEveryMs }
  }

  async function lookAtAll(): Promise<void> {
    for (const { name } of enrolment.campaigns()) {
      try {
        await lookAt(name)
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof AdminError) observer.onUnlisted(name, error.message)
        else observer.onError(error)
      }
    }
    if (!signal.aborted) timer = clock.after(everyMs, look)
  }

  function look(): void {
    running = lookAtAll()
  }

  async function lookAt(name: string): Promise<void> {
    const campaign = current(name)
    if (campaign === undefined || parts.mail() === undefined) return
    const { groupName: group, directories } = campaign
    for await (const people of listPeople(parts, { group, directories }, signal)) {
      for (const person of people) {
        if (signal.aborted || !(await remind(name, person))) return
      }
    }
  }

  /** Everything is looked at again, since a list takes its time. False: this campaign stops for now. */
  async function remind(name: string, { user }: ListedPerson): Promise<boolean> {
    const campaign = current(name)
    const mail = parts.mail()
    const { portal } = enrolment.settings()
    if (campaign === undefined || mail === undefined || portal === undefined) return false
    const { email: to, key, name: userName } = user
    const nowMs = clock.nowMs()
    const standing = (await store.users.standings([key], nowMs)).get(key)
    if (to === undefined || standing === undefined) return true
    if (!isForThem(enrolment, { user, standing })) return true
    // First the row: a crash costs one mail, and none goes out twice.
    if (!(await store.personRecords.takeReminder(key, nowMs, campaign.remindEveryMs))) return true
    const { language = user.language } = await store.personRecords.load(key)
    const shownName = user.displayName || userName
    const written = writeReminder(enrolment, language, { shownName, portal, ...campaign })
    const result = await send(mail, { to, user: userName, ...written })
    if (result.kind === 'sent') {
      observer.onSent()
      const detail = { campaign: name, by: 'email' }
      await store.audit.alert({
        ...{ atMs: clock.nowMs(), kind: 'campaign-reminder-sent', detail },
        ...{ userKey: key, userName },
      })
      return true
    }
    observer.onFailed({ user: userName, to, detail: result.detail })
    if (result.outage || signal.aborted) await store.personRecords.giveReminderBack(key, nowMs)
    return !result.outage
  }

  async function send(
    mail: NoticeMethod,
    notice: Parameters<NoticeMethod['tell']>[0],
  ): Promise<SendResult> {
    const late = new AbortController()
    const cancel = clock.after(sendMs, () => late.abort())
    try {
      return await mail.tell(notice, AbortSignal.any([late.signal, signal]))
    } catch (error) {
      return { kind: 'failed', detail: messageOf(error), outage: false }
    } finally {
      cancel.cancel()
    }
  }

  look()
  return {
    async stop() {
      ended.abort()
      timer?.cancel()
      await running
    },
  }
}

/** Whether the campaign still opens something for this person, who can do nothing else. */
function isForThem(enrolment: Pick<EnrolmentParts, 'reach'>, person: ListedPerson): boolean {
  const { before, blocked, idle, state } = rowOf(enrolment, person)
  return state === 'missing' && !before && !blocked && !idle
}

/** Only the portal's address, and never a code: anyone who reads the mail has no more than before (PEOPLE R3). */
function writeReminder(
  enrolment: Pick<EnrolmentParts, 'text' | 'languageOf'>,
  language: string | undefined,
  facts: { readonly shownName: string; readonly portal: string; readonly untilMs: number },
): { readonly subject: string; readonly text: string } {
  const say = (key: TextKey, values: Readonly<Record<string, string>> = {}) =>
    enrolment.text(key, language, values)
  const until = momentIn(enrolment.languageOf(language), facts.untilMs - 1, 'day')
  const lines = [
    say('notice-hello', { user: facts.shownName }),
    '',
    say('remind-why', { until }),
    '',
    say('remind-how', { portal: facts.portal }),
    '',
    say('remind-help'),
  ]
  return { subject: say('remind-subject', { until }), text: lines.join('\n') }
}
