import { StoreError, type StoreErrorCode, storeErrorCodes } from '../../store/index.ts'
import { fileProblem, messageOf, pathOfError } from '../../support/index.ts'

/** One line of `holdfast check`. */
export type CheckRow = {
  /** `configuration`, `certificate`, `directory`, `gateway`, `provider`, `method`, `store`, `service`, `web`, `package`. */
  readonly area: string
  readonly what: string
  /** `not-examined`: nothing was looked at, and `detail` says why. It is not a failure. */
  readonly state: 'ok' | 'warning' | 'failed' | 'not-examined'
  /** What was seen. */
  readonly detail: string
  /** What to do; '' where there is nothing. */
  readonly remedy: string
}

/** A part of `holdfast check`. `area` and `what` name it in case it throws. */
export type CheckPart = {
  readonly area: string
  readonly what: string
  rows(): readonly CheckRow[] | Promise<readonly CheckRow[]>
}

/**
 * Runs all parts at once and gives their rows in the order of the parts. A part that throws becomes a
 * failed row, so that the others still show. A store that is gone or away, which fails many parts, has one row. Never
 * rejects.
 */
export async function collectRows(parts: readonly CheckPart[]): Promise<readonly CheckRow[]> {
  const rows = await Promise.all(
    parts.map(async ({ area, what, rows }): Promise<readonly CheckRow[]> => {
      try {
        return await rows()
      } catch (error) {
        const down = error instanceof StoreError ? rowOfStoreDown(error.code) : undefined
        if (down !== undefined) return [down]
        return [{ area, what, ...failureOf(error) }]
      }
    }),
  )
  return [...new Set(rows.flat())]
}

/** A row for what was not looked at. `why` goes on after "not examined: ". */
export function notExamined(area: string, what: string, why: string, remedy = ''): CheckRow {
  return { area, what, state: 'not-examined', detail: `not examined: ${why}`, remedy }
}

/** The rest of a row for an error. A file that cannot be read is named, with what is wrong with it. */
export function failureOf(error: unknown): Pick<CheckRow, 'state' | 'detail' | 'remedy'> {
  const path = pathOfError(error)
  if (path !== undefined) {
    const remedy = 'Correct the path, or put a file there that this user can read.'
    return { state: 'failed', detail: fileProblem(path, error), remedy }
  }
  if (error instanceof StoreError) {
    return { state: 'failed', detail: error.detail, remedy: adviceOf(error.code) }
  }
  const detail = messageOf(error)
  return { state: 'failed', detail, remedy: '' }
}

/** What to do about an error of the store, as a sentence. Its text begins with what happened, or has the advice alone. */
export function adviceOf(code: StoreErrorCode): string {
  const whole = storeErrorCodes[code]
  const text = whole.slice(whole.indexOf(': ') + 1).trim()
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`
}

/** The one row for a store that answers nothing, whichever parts fail by it; undefined where only some parts fail. */
export function rowOfStoreDown(code: string | undefined): CheckRow | undefined {
  return downRows.find(({ detail }) => detail.startsWith(`${code}: `))
}

const downRows = (['store-gone', 'database-away'] as const).map(
  (code): CheckRow => ({
    ...{ area: 'store', what: 'writes', state: 'failed' },
    detail: `${code}: ${storeErrorCodes[code].split(': ')[0]}`,
    remedy: adviceOf(code),
  }),
)
