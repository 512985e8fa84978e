import type { GatewayView } from '../../operations/index.ts'
import { counted } from '../../support/index.ts'
import { formatFields, type Paint, printable } from './print.ts'
import { formatDateTime, formatDuration } from './times.ts'

type Report = GatewayView['report']

/** Patience below this loses people who answer as fast as most do. */
const enoughMs = 30_000

/** So many challenges without an answer are not a coincidence. */
const tellingChallenges = 10

/** Everything about a gateway: what it goes by, what was seen, what to do. */
export function formatGateway(gateway: GatewayView, paint: Paint): string {
  const { name, kind, flow, start, report, inUse } = gateway
  const fields = formatFields(
    [
      ['Name', printable(name)],
      ['Kind', kind ?? '-'],
      ['Flow', flow],
      ['Challenges', challenges(gateway)],
      ['Waits', `${formatDuration(inUse.patienceMs)} (${whereFrom(gateway)})`],
      [
        'Is answered',
        `${formatDuration(inUse.patienceMs - inUse.marginMs)} after the first packet`,
      ],
      ['Configured', formatDuration(start.patienceMs)],
      ['Learnt', learnt(report)],
      ['Sign-ins watched', String(report.signIns)],
      ['Sends again', resends(report)],
      ['Goes on by itself', followed(report)],
      ['Answers too late', String(report.tooLate)],
      ['Resends after an answer', String(report.lateResends)],
      ['Held on to learn', `${report.margin.heldOn} of ${report.margin.reached} at the margin`],
      ['Lost last week', lost(report, paint)],
      ['Signs', signs(gateway)],
      ['Accounting', accounting(gateway)],
    ],
    paint,
  )
  return `${fields}\n${advice(gateway)}${challengeAdvice(gateway)}${signingAdvice(gateway)}`
}

/** Whether its requests carry Message-Authenticator. */
export function signs({ signing: { counts } }: GatewayView): string {
  const { eap, signed, unsigned, misfit } = counts
  const last = Math.max(signed?.lastMs ?? 0, unsigned?.lastMs ?? 0, eap?.lastMs ?? 0)
  if (misfit !== undefined && misfit.lastMs > last) return 'with another secret'
  if (signed === undefined && unsigned === undefined) return eap === undefined ? '-' : 'with EAP'
  if (unsigned === undefined) return 'always'
  return signed === undefined ? 'never' : 'sometimes'
}

/** Where the patience in use comes from. */
export function whereFrom({ learns, startFrom, report }: GatewayView): string {
  if (!learns || report.from === 'starting-value') return startFrom
  return report.from === 'resends' ? 'its resends' : 'answers it took'
}

/** `93 %`, or a dash before anything was seen. */
export function howSure({ observations, sureness }: Report): string {
  return observations === 0 ? '-' : `${Math.round(sureness * 100)} %`
}

function learnt(report: Report): string {
  if (report.observations === 0) return 'nothing yet'
  const { patienceMs, observations } = report
  const found =
    report.from === 'starting-value' ? 'nothing that differs' : formatDuration(patienceMs)
  return `${found}, ${observations} observations, ${howSure(report)} sure`
}

function accounting({ lastAccountingMs: atMs }: GatewayView): string {
  return atMs === undefined
    ? 'no record in the last 24 hours'
    : `last record ${formatDateTime(atMs)}`
}

function challenges({ start, report }: GatewayView): string {
  const { sent, answered } = report.challenges
  return `${start.challenges ? 'yes' : 'no'} (${answered} of ${sent} answered)`
}

function resends({ intervalMs, packets }: Report): string {
  if (intervalMs === undefined) return 'not seen'
  const until = packets === undefined ? '' : `, gives up after ${counted(packets, 'packet')}`
  return `each ${formatDuration(intervalMs)}${until}`
}

function followed({ followed: { identifier, port, server } }: Report): string {
  if (identifier + port + server === 0) return 'not seen'
  return `another identifier ${identifier}, port ${port}, address of ours ${counted(server, 'time')}`
}

function lost({ lostLastWeek }: Report, paint: Paint): string {
  if (lostLastWeek === 0) return paint('good', 'no one')
  return paint('bad', counted(lostLastWeek, 'person', 'people'))
}

/** What to change on the gateway, and why; only where the gateway is too impatient. */
function advice({ advice, advisedPatience = '60s', inUse, report, name }: GatewayView): string {
  if (inUse.patienceMs >= enoughMs && report.lostLastWeek === 0)
    return 'It waits long enough: nothing to change.\n'
  const waits = formatDuration(inUse.patienceMs)
  const why =
    report.lostLastWeek > 0
      ? `${report.lostLastWeek} were lost last week because it waits ${waits} for an answer.`
      : `It waits ${waits} for an answer; many people take longer to reach their phone.`
  return [
    `${why} On the gateway:`,
    ...advice.map((text) => `  - ${text}`),
    `Holdfast will notice. To say it at once: gateways.${printable(name)}.patience: ${advisedPatience}`,
    '',
  ].join('\n')
}

/** A gateway that was sent many challenges and never answered one most likely shows none. */
function challengeAdvice({ name, start, report }: GatewayView): string {
  const { sent, answered } = report.challenges
  if (!start.challenges || answered > 0 || sent < tellingChallenges) return ''
  return `\nNone of ${sent} challenges was answered. If it cannot show them: gateways.${printable(name)}.challenges: false\n`
}

/** What is known of Message-Authenticator, in words that can be forwarded. */
function signingAdvice({ signingVerdict: { detail, remedy } }: GatewayView): string {
  if (remedy === '') return ''
  return `\nMessage-Authenticator (CVE-2024-3596): ${printable(detail)}.\n  - ${printable(remedy)}\n`
}
