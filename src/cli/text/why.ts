import { reasonPage } from '../../signin/reasons/reason-pages.ts'
import { dropReasons, type Hint, hints, rejectReasons } from '../../signin/reasons/reasons.ts'
import type { AuditEntry } from '../../store/index.ts'
import { formatAuditLines } from './audit.ts'
import { formatFields, type Paint, printable } from './print.ts'
import { formatShield, shieldRemedy } from './shield.ts'
import { formatDateTime, formatDuration } from './times.ts'
import { countedText, describeStep, signedSteps } from './why-steps.ts'

type Explained = { readonly meaning: string; readonly remedy: string }

/** The first of the entries as a whole story; of the others, only that they exist. */
export function formatWhy(entries: readonly AuditEntry[], paint: Paint): string {
  const [first, ...others] = entries
  if (first === undefined) return ''
  if (others.length === 0) return formatStory(first, paint)
  const lines = formatAuditLines(others, paint).map(
    (line, index) => `  ${formatDateTime(others[index]?.startedAtMs ?? 0).slice(0, 10)}  ${line}`,
  )
  const more = [paint('bold', 'Also fits (holdfast audit show ID, or --at TIME):'), ...lines]
  return `${formatStory(first, paint)}\n${more.join('\n')}\n`
}

/** Who, when, where and why; what to do; and each step with the time since the first. */
function formatStory(entry: AuditEntry, paint: Paint): string {
  const what = ends[entry.outcome] ?? entry.outcome
  const who = printable(entry.userName ?? entry.userKey ?? 'Someone')
  const headline = `${who} ${what} at ${formatDateTime(entry.startedAtMs)}, after ${formatDuration(entry.endedAtMs - entry.startedAtMs)}.`
  const { meaning, remedy } = explainReason(entry.reason)
  const facts = formatFields(
    [
      ['reference', entry.reference ?? ''],
      [
        'gateway',
        `${printable(entry.gateway)}${entry.sourceAddress ? ` (${entry.sourceAddress})` : ''}`,
      ],
      ['device', printable(entry.device ?? '')],
      ['method', entry.method ?? ''],
      ['sign-in', printable(entry.signInId)],
      ['reason', printable(entry.reason)],
      ['meaning', meaning],
      ['what to do', remedy],
      ['more', reasonPage(entry.reason) ?? ''],
      ...shieldOf(entry),
      ...hintsOf(entry),
    ].flatMap(([name = '', value = '']) => (value === '' ? [] : [[name, value] as const])),
    paint,
  )
  return `${paint('bold', headline)}\n\n${facts}\n${formatSteps(entry, paint)}`
}

const ends: Readonly<Record<string, string>> = {
  accept: 'was let in',
  reject: 'was refused',
  challenge: 'was asked for something, and no answer came,',
  drop: 'got no answer',
}

function explainReason(reason: string): Explained {
  const known: Readonly<Record<string, Explained>> = { ...rejectReasons, ...dropReasons }
  return known[reason] ?? { meaning: '', remedy: '' }
}

/** What is in front of the meaning of a hint: the number that belongs to it. */
const hintNumbers: Readonly<Record<Hint, (detail: Readonly<Record<string, unknown>>) => string>> = {
  'clock-off': ({ steps }) => `${signedSteps(printable(String(steps ?? '')))}.`,
  'token-not-valid': ({ from, until }) =>
    from === undefined ? `until ${printable(String(until))}.` : `from ${printable(String(from))}.`,
  'last-code-ahead': ({ minutes }) =>
    `the last accepted code lies ${countedText(printable(String(minutes ?? '?')), 'minute')} in the future.`,
}

/** Until when a refusal by the shield lasts; the step has it in ISO 8601. */
function shieldOf({ startedAtMs, timeline }: AuditEntry): readonly (readonly [string, string])[] {
  const { until, wrong } = timeline.findLast(({ what }) => what === 'lockout-shield')?.detail ?? {}
  const untilMs = Date.parse(String(until))
  if (typeof wrong !== 'number' || Number.isNaN(untilMs)) return []
  return [['shield', `${formatShield({ untilMs, wrong }, startedAtMs)}. ${shieldRemedy}`]]
}

function hintsOf({ timeline }: AuditEntry): readonly (readonly [string, string])[] {
  return (Object.keys(hints) as Hint[]).flatMap((hint) => {
    const noted = timeline.find(({ what }) => what === hint)
    if (noted === undefined) return []
    const { meaning, remedy } = hints[hint]
    return [
      ['hint', `${hint}: ${hintNumbers[hint](noted.detail ?? {})} ${meaning}`],
      ['what to do', remedy],
      ['more', reasonPage(hint) ?? ''],
    ] as const
  })
}

function formatSteps({ erased, startedAtMs, timeline }: AuditEntry, paint: Paint): string {
  if (erased) return 'What is personal in this record, and its steps with it, was erased.\n'
  const steps = timeline.map((step) => {
    const since = `+${formatDuration(Math.max(0, step.atMs - startedAtMs))}`
    return `${paint('dim', since.padStart(12))}  ${describeStep(step)}\n`
  })
  return `${paint('bold', 'Step by step')}\n${steps.join('')}`
}
