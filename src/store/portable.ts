import { type RawBuilder, sql } from 'kysely'

// What SQLite and PostgreSQL call differently, in words that both know.

/** Lower case as `lower` of both databases makes it of our columns: only of the letters A to Z. */
export function toAsciiLower(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/**
 * A text as every database gives it back: half a surrogate pair comes back from a file as something else, and
 * PostgreSQL takes no NUL.
 */
export function toStorableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}

/** Whether a text ends with another. One that is shorter than the ending has other characters or fewer. */
export function endsIn(text: RawBuilder<unknown>, ending: RawBuilder<unknown>) {
  return sql<boolean>`substr(${text}, length(${text}) - length(${ending}) + 1) = ${ending}`
}

/** The larger of a column and a number. */
export function larger(column: string, number: number) {
  const ref = sql.ref(column)
  return sql<number>`case when ${ref} > ${number} then ${ref} else ${number} end`
}

/** The smaller of a column and a number; the number where the column is null. */
export function smaller(column: string, number: number) {
  const ref = sql.ref(column)
  return sql<number>`case when ${ref} < ${number} then ${ref} else ${number} end`
}
