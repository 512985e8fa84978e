import { reportPatience } from '../../patience/index.ts'
import { counted, dayMs } from '../../support/index.ts'
import { formatDay } from '../moments.ts'
import type { GatewayStatus } from '../parts.ts'
import type { CheckRow } from './check-row.ts'

type Verdict = Pick<CheckRow, 'state' | 'detail' | 'remedy'>

/** A gateway that is in use asks more often than this. */
const unseenDays = 30
/** So many challenges without an answer are not a coincidence. */
const tellingChallenges = 10
/** What is learnt from fewer observations, or with less agreement, may still change. */
const fewestObservations = 10
const leastSureness = 0.5
/** Timers of one kind of gateway differ by less than this factor. */
const sameWithin = 1.3

/** Rows for what a gateway does otherwise than the configuration, or its preset, says; none where it does as it should. */
export function checkHabits(
  gateways: readonly GatewayStatus[],
  nowMs: number,
): readonly CheckRow[] {
  return gateways.flatMap((gateway) => {
    const { kind, name } = gateway
    const what = kind === undefined ? name : `${name} (${kind})`
    const verdicts = [judgeAbsence(gateway, nowMs), ...judgePatience(gateway, nowMs)]
    return verdicts
      .filter((verdict) => verdict !== undefined)
      .map((verdict): CheckRow => ({ area: 'gateway', what, ...verdict }))
  })
}

function judgeAbsence({ signing }: GatewayStatus, nowMs: number): Verdict | undefined {
  const { eap, signed, unsigned, misfit } = signing.counts
  const lastMs = Math.max(0, ...[eap, signed, unsigned, misfit].map((seen) => seen?.lastMs ?? 0))
  const days = Math.floor((nowMs - lastMs) / dayMs)
  if (lastMs === 0 || days < unseenDays) return undefined
  return {
    state: 'warning',
    detail: `no request came for ${counted(days, 'day')}, the last one on ${formatDay(lastMs)}`,
    remedy:
      'If it is gone, take it out: anyone who has its secret and address can still ask. Otherwise look at the servers in its list.',
  }
}

function judgePatience(gateway: GatewayStatus, nowMs: number): readonly Verdict[] {
  const { memory, name, start, startFrom, learns } = gateway
  const report = reportPatience(memory, start, nowMs)
  const { challenges, from, observations, patienceMs, sureness } = report
  const verdicts: Verdict[] = []
  if (start.challenges && challenges.answered === 0 && challenges.sent >= tellingChallenges) {
    verdicts.push({
      state: 'warning',
      detail: `none of ${challenges.sent} challenges was answered, though it is said to show them`,
      remedy: `Look at a sign-in. If people see no question there: gateways.${name}.challenges: false.`,
    })
  }
  const isLearnt =
    from !== 'starting-value' && observations >= fewestObservations && sureness >= leastSureness
  if (!isLearnt) return verdicts
  const seconds = `${Math.round(patienceMs / 100) / 10}s`
  const said = `${Math.round(start.patienceMs / 100) / 10}s`
  const isShorter = patienceMs * sameWithin < start.patienceMs
  const isLonger = patienceMs > start.patienceMs * sameWithin
  if (startFrom === 'preset' && (isShorter || isLonger)) {
    verdicts.push({
      state: 'warning',
      detail: `waits about ${seconds}, its preset says ${said} (${observations} observations)`,
      remedy: `If it is another kind of gateway, name that preset. Otherwise say what it is set to: gateways.${name}.patience: ${seconds}, with learn_patience: true.`,
    })
  } else if (startFrom === 'configuration' && !learns && isShorter) {
    verdicts.push({
      state: 'warning',
      detail: `waits about ${seconds}, the configuration says ${said}: who answers later is lost (${observations} observations)`,
      remedy: `Raise its timers (holdfast gateway show ${name}), or set patience: ${seconds}.`,
    })
  }
  return verdicts
}
