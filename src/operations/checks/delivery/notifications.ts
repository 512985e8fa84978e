import type { BellStore } from '../../../accounts/index.ts'
import { counted, dayMs } from '../../../support/index.ts'
import type { CheckRow } from '../check-row.ts'

/** Push services as far as they can be looked at. */
export type PushProbe = {
  /** Origins of those that have one name. */
  readonly origins: readonly string[]
  /** Gives what is wrong. Never rejects. */
  probe(origin: string, signal: AbortSignal): Promise<string | undefined>
}

const area = 'method'
const remedyOfNetwork =
  'Let this server reach it on port 443, or set outgoing.proxy. Until then the page on the phone has to be open.'

/**
 * Whether phones can be told that a sign-in waits: which have a subscription, whether push services answer, and what those
 * have said in the last day. `push`: undefined where they could not reach us.
 */
export async function checkNotifications(
  push: PushProbe | undefined,
  bells: Pick<BellStore, 'count' | 'countPhones'>,
  nowMs: number,
  signal: AbortSignal,
): Promise<readonly CheckRow[]> {
  const { lost, phones, subscribed } = await bells.countPhones()
  if (phones === 0) return []
  if (push === undefined) {
    return [
      {
        ...{ area, what: 'notifications', state: 'warning' },
        detail: 'phones get none: push services want an https address or a mail address of yours',
        remedy: 'Set methods.push.contact, or methods.push.notifications to off.',
      },
    ]
  }
  const more =
    lost === 0 ? '' : `; ${lost} lost theirs, and get them again when their page is opened`
  const detail = `${counted(phones, 'phone')}, ${subscribed} with notifications${more}`
  return [
    { area, what: 'notifications', state: 'ok', detail, remedy: '' },
    ...(await Promise.all(push.origins.map((origin) => reachRow(push, origin, signal)))),
    ...(await answerRows(bells, nowMs)),
  ]
}

async function reachRow(push: PushProbe, origin: string, signal: AbortSignal): Promise<CheckRow> {
  const what = `push service ${new URL(origin).host}`
  const problem = await push.probe(origin, signal)
  if (problem === undefined) return { area, what, state: 'ok', detail: 'answers', remedy: '' }
  return { area, what, state: 'warning', detail: `no answer: ${problem}`, remedy: remedyOfNetwork }
}

/** A subscription that has ended is everyday life, and was taken away. */
const everyday = /^(?:2\d\d|404|410)$/

async function answerRows(
  bells: Pick<BellStore, 'count'>,
  nowMs: number,
): Promise<readonly CheckRow[]> {
  const said = await bells.count(nowMs - dayMs)
  return said
    .filter(({ answer }) => !everyday.test(answer))
    .map(({ answer, service, times }) => ({
      ...{ area, what: `push service ${service}`, state: 'warning' },
      detail: `did not take ${counted(times, 'notification')} in the last day: ${answer}`,
      remedy: /^4/.test(answer)
        ? 'Check the clock of this server and methods.push.contact.'
        : remedyOfNetwork,
    }))
}
