/** One line of `holdfast check`. */
export type CheckRow = {
  readonly what: string
  readonly ok: boolean
  readonly detail: string
  /** What to do about it; '' when nothing is wrong. Together with `ok` it makes a warning. */
  readonly remedy: string
  /** What rules call the group that it is about. */
  readonly group?: string
}

export function passed(what: string, detail: string): CheckRow {
  return { what, ok: true, detail, remedy: '' }
}

export function warned(what: string, detail: string, remedy: string): CheckRow {
  return { what, ok: true, detail, remedy }
}

export function failed(what: string, detail: string, remedy: string): CheckRow {
  return { what, ok: false, detail, remedy }
}
