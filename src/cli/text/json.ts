import { visibleJson } from '../../support/index.ts'

/** Fields with a moment, as milliseconds since 1970; others that end in `Ms` are lengths of time. */
const momentName = /^(?:at|until|deadline|[a-z]\w*(?:At|Until|Deadline))Ms$/

/** JSON for other programs: moments also as ISO 8601, and nothing in it that cannot be seen. */
export function formatJson(value: unknown, options: { readonly indent: number }): string {
  return visibleJson(JSON.stringify(value, withMoments, options.indent))
}

/** Puts `startedAt: "2026-03-01T07:12:04.000Z"` before `startedAtMs`; `null` where 0 stands for never. */
function withMoments(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      const spelled = name.replace(/Ms$/, '')
      const isMoment = momentName.test(name) && isTime(field) && !Object.hasOwn(value, spelled)
      return isMoment
        ? [
            [spelled, spell(field)],
            [name, field],
          ]
        : [[name, field]]
    }),
  )
}

function spell(atMs: number): string | null {
  return atMs === 0 ? null : new Date(atMs).toISOString()
}

/** Whether a Date can be made of it. */
function isTime(field: unknown): field is number {
  return typeof field === 'number' && Math.abs(field) <= 8.64e15
}
