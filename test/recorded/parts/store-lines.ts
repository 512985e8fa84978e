import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Names } from './names.ts'
import { quickFolder } from './service.ts'

type Row = Readonly<Record<string, unknown>>

/** What is in a store at this moment, read from a copy of its files: the service has them for itself. */
export type StoreCopy = {
  rows(sql: string, ...parameters: readonly string[]): Row[]
  close(): void
}

export function copyStore(file: string): StoreCopy {
  const folder = mkdtempSync(join(quickFolder(), 'holdfast-copy-'))
  for (const end of ['', '-wal']) {
    if (existsSync(file + end)) copyFileSync(file + end, join(folder, `copy.db${end}`))
  }
  const database = new DatabaseSync(join(folder, 'copy.db'), { readOnly: true })
  return {
    rows: (sql, ...parameters) => database.prepare(sql).all(...parameters),
    close() {
      database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A row of the audit, by the names of its columns. */
export type AuditRow = Row & { readonly seq: number; readonly ended_at_ms: number }

/** Those after this one, oldest first. */
export function auditRows(copy: StoreCopy, afterSeq: number): AuditRow[] {
  const rows = copy.rows(
    'select * from audit where seq > cast(? as integer) order by seq',
    String(afterSeq),
  )
  return rows.map((row) => ({ ...row, seq: Number(row.seq), ended_at_ms: Number(row.ended_at_ms) }))
}

/** A row in words. Times count from `startMs`. */
export function describeAudit(row: AuditRow, names: Names, startMs: number): string {
  const began = Number(row.started_at_ms)
  const text = (value: unknown) => (value === null ? '-' : names.in(String(value)))
  const reference =
    row.reference === null ? '' : ` <${names.of('reference', String(row.reference))}>`
  const signIn = row.sign_in_id === '' ? '' : `<${names.of('sign-in', String(row.sign_in_id))}> `
  const attempt = row.attempt_id === '' ? '' : `<${names.of('sign-in', String(row.attempt_id))}> `
  const steps: { atMs: number; what: string; detail?: unknown }[] = JSON.parse(
    String(row.timeline ?? '[]'),
  )
  const told = steps.map(({ atMs, what, detail }) =>
    [`+${atMs - began}`, what, ...(detail === undefined ? [] : [plain(detail, names)])].join(' '),
  )
  return [
    `${row.kind} at ${began - startMs} for ${Number(row.ended_at_ms) - began} ms: ${signIn}${attempt}${row.gateway} `,
    `${row.outcome} ${row.reason}${reference}; method ${text(row.method)}; user ${text(row.user_name)} (${text(row.user_key)}); `,
    `device ${text(row.device)}; ${told.join(' | ')}`,
  ].join('')
}

function plain(detail: unknown, names: Names): string {
  const named = JSON.stringify(detail, (key, value) =>
    key === 'attempt' || key === 'signIn' ? `<${names.of('sign-in', String(value))}>` : value,
  )
  return names.in(named)
}

/** What was spent and counted for the people whose names begin like this, and what all share. */
export function spentLines(
  copy: StoreCopy,
  names: Names,
  prefix: string,
  startMs: number,
): string[] {
  const like = `people:${prefix}%`
  const moment = (ms: unknown) => (typeof ms !== 'number' || ms === 0 ? '-' : `at ${ms - startMs}`)
  const lines: string[] = []
  for (const row of copy.rows(
    'select * from authenticator where user_key like ? order by user_key, method',
    like,
  )) {
    const { method, last_step, recent_steps, spent_ahead, drift_steps, counter, spent_at_ms } = row
    if (method === 'hotp')
      lines.push(`${row.user_key} hotp: counter ${counter}, spent ${moment(spent_at_ms)}`)
    if (method !== 'totp') continue
    const step = (value: unknown) =>
      Number(value) < 0
        ? 'none'
        : `step ${Number(value) - Math.floor(startMs / 1_000 / Number(row.period_seconds))}`
    const earlier = String(recent_steps ?? '').replaceAll(/\d+/g, (digits) => step(digits))
    const ahead = spent_ahead === null ? '' : `, ahead ${spent_ahead}`
    lines.push(
      `${row.user_key} totp: last ${step(last_step)}, recent ${earlier || '-'}${ahead}, drift ${drift_steps}, spent ${moment(spent_at_ms)}`,
    )
  }
  for (const row of copy.rows(
    'select user_key, count(*) as codes, sum(spent_by is not null) as spent from recovery_code where user_key like ? group by user_key',
    like,
  )) {
    lines.push(`${row.user_key} recovery: ${row.spent} of ${row.codes} spent`)
  }
  for (const row of copy.rows(
    'select * from account_state where user_key like ? order by user_key',
    like,
  )) {
    lines.push(
      `${row.user_key} account: ${row.wrong_codes} wrong codes, ${row.wrong_passwords} wrong passwords, slowed ${moment(row.slowed_until_ms)}, locked ${moment(row.locked_until_ms)}, blocked ${row.blocked_reason ?? '-'}, default ${row.default_method ?? '-'}, bypass ${row.bypass_reason ?? '-'} ${moment(row.bypass_until_ms)}`,
    )
  }
  for (const row of copy.rows(
    'select * from remembered where user_key like ? order by user_key, device',
    like,
  )) {
    lines.push(
      `${row.user_key} remembered: ${row.gateway_group}, ${row.device_kind} ${row.device} in "${row.network}", ${row.method}, ${moment(row.at_ms)} until ${moment(row.until_ms)}`,
    )
  }
  for (const row of copy.rows(
    'select * from prompt where user_key like ? order by started_at_ms',
    like,
  )) {
    lines.push(
      `${row.user_key} prompt: ${row.method} at ${row.gateway}, ${moment(row.started_at_ms)} until ${moment(row.deadline_ms)}`,
    )
  }
  const since = String(startMs)
  for (const row of copy.rows(
    'select * from spent where spent_at_ms >= cast(? as integer) order by spent_at_ms, until_ms, id',
    since,
  )) {
    const [kind = ''] = String(row.id).split(':')
    lines.push(`spent ${kind}: ${moment(row.spent_at_ms)} until ${moment(row.until_ms)}`)
  }
  for (const row of copy.rows(
    'select key, window_ms, count(*) as uses, sum(amount) as amount, max(expires_at_ms) as until from limit_use where at_ms >= cast(? as integer) group by key, window_ms order by key',
    since,
  )) {
    lines.push(`limit ${row.key}: ${row.amount} in ${row.window_ms} ms, until ${moment(row.until)}`)
  }
  for (const row of copy.rows(
    'select * from accounting where received_at_ms >= cast(? as integer) order by received_at_ms, source, status_type, event_at_ms',
    since,
  )) {
    const attributes = Buffer.from(row.attributes instanceof Uint8Array ? row.attributes : [])
    lines.push(
      `accounting of ${row.gateway} from ${row.source}: status ${row.status_type}, ${moment(row.event_at_ms)}, came ${moment(row.received_at_ms)}, ${attributes.length} bytes`,
    )
  }
  return lines.map((line) => names.in(line))
}
