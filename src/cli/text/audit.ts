import type { AuditEntry } from '../../store/index.ts'
import { alignColumns, type Paint, printable, type Style } from './print.ts'
import { formatDateTime, formatDuration, formatTime } from './times.ts'

const outcomeStyles: Readonly<Record<string, Style>> = {
  accept: 'good',
  reject: 'bad',
  challenge: 'warn',
  drop: 'dim',
}

/** `08:12:04  alice  vpn  reject  password-wrong  1.0 s  k3v9…` */
export function formatAuditLine(entry: AuditEntry, paint: Paint): string {
  return auditCells(entry, paint)
    .filter((cell) => cell !== '')
    .join('  ')
}

/** The same for each of several, with aligned columns. */
export function formatAuditLines(entries: readonly AuditEntry[], paint: Paint): readonly string[] {
  return alignColumns(entries.map((entry) => auditCells(entry, paint)))
}

function auditCells(entry: AuditEntry, paint: Paint): readonly string[] {
  const isSignIn = entry.kind === 'sign-in'
  return [
    formatTime(entry.startedAtMs),
    printable(entry.userName ?? entry.userKey ?? '-'),
    printable(entry.gateway || '-'),
    paint(outcomeStyles[entry.outcome] ?? 'dim', printable(entry.outcome || kindOf(entry))),
    printable(entry.reason),
    secondFactorOf(entry),
    isSignIn ? '' : actOf(entry),
    isSignIn ? formatDuration(entry.endedAtMs - entry.startedAtMs) : '',
    isSignIn ? paint('dim', printable(entry.signInId)) : '',
  ]
}

/** Rows beside sign-ins that someone should look into. All others are what people and administrators have changed. */
const alarms: ReadonlySet<string> = new Set([
  ...['fraud-reported', 'wrong-number', 'prompts-paused', 'push-refused', 'audit-cut'],
  'database-rows-lost',
  ...['own-sign-in-reported', 'own-change-reported', 'admin-enrolment-reported'],
  'helpdesk-refused',
])

function kindOf({ kind, reason }: AuditEntry): string {
  return kind === 'alert' && !alarms.has(reason) ? 'change' : kind
}

/** The method, and what stood in for it: no phone rang for what is remembered or bypassed. */
function secondFactorOf({ method = '', timeline }: AuditEntry): string {
  const standIn = timeline.find(({ what }) => what === 'remembered' || what === 'bypass')
  return [method, standIn?.what].filter(Boolean).join(' ')
}

/** To which method, who did it, and why: `totp by root (says alice): lost phone`. */
function actOf({ timeline }: AuditEntry): string {
  const { by, method, says, reason } = timeline[0]?.detail ?? {}
  if (by === undefined) return ''
  const told = says === undefined ? '' : ` (says ${says})`
  const why = reason === undefined ? '' : `: ${reason}`
  const what = method === undefined ? '' : `${method} `
  return printable(`${what}by ${by}${told}${why}`)
}

/** Everything about one row: who, where, how it ended, and each step with the time since the first. */
export function formatAuditEntry(entry: AuditEntry, paint: Paint): string {
  const header = [
    `${formatDateTime(entry.startedAtMs)}  ${formatAuditLine(entry, paint).slice(10)}`,
    ...optional('from', entry.sourceAddress),
    ...optional('device', entry.device),
    ...optional('reference', entry.reference),
    ...optional('user key', entry.userKey),
  ]
  const steps = entry.timeline.map(({ atMs, what, detail }) => {
    const since = `+${formatDuration(Math.max(0, atMs - entry.startedAtMs))}`
    const details = Object.entries(detail ?? {}).map(
      ([name, value]) => `${printable(name)}=${printable(String(value))}`,
    )
    return `  ${paint('dim', since.padStart(10))}  ${[printable(what), ...details].join('  ')}`
  })
  return `${[...header, ...steps].join('\n')}\n`
}

function optional(name: string, value: string | undefined): readonly string[] {
  return value ? [`  ${name} ${printable(value)}`] : []
}
