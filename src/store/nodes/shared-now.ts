import { type RawBuilder, sql } from 'kysely'
import type { SharedTime } from './clocks.ts'

/** A clock that is further away from where it should be by now has been moved. */
const movedMs = 10_000

/**
 * The time that the processes of a database have in common, at this statement. `asked`: the database's time, `perMs` of
 * its units a millisecond. It is used unless most clocks say that it is wrong, or it was moved since the last beat:
 * then all that is open would end this moment.
 */
export function sharedNow(
  time: SharedTime | undefined,
  asked: RawBuilder<number>,
  perMs = 1,
): RawBuilder<number> {
  if (time === undefined) return asked
  const whole = (ms: number) => sql<number>`cast(${ms * perMs} as bigint)`
  const { addedMs } = time
  const expected = whole(time.nowMs())
  const ours = addedMs === 0 ? asked : sql<number>`(${asked} + ${whole(addedMs)})`
  return sql<number>`case when abs(${ours} - ${expected}) > ${whole(movedMs)}
    then ${expected} else ${ours} end`
}
