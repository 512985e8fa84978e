import type { Config } from '../config/index.ts'
import { createWallClock, type PolicyRule } from '../signin/index.ts'
import { parsePrefix } from '../support/index.ts'
import { readConditions } from './conditions.ts'

const dayNumbers = { sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 } as const

/** The rules of the configuration as a sign-in wants them, with nothing left to read. */
export function createPolicyRules({ rules }: Config): readonly PolicyRule[] {
  const clocks = new Map<string, ReturnType<typeof createWallClock>>()
  const clockOf = (timeZone: string) => {
    const clock = clocks.get(timeZone) ?? createWallClock(timeZone)
    clocks.set(timeZone, clock)
    return clock
  }
  return rules.map(
    ({ name, outcome, network, days, hours, timeZone, enrolled, ...conditions }) => ({
      ...readConditions(conditions),
      name,
      outcome,
      ...(enrolled === undefined ? {} : { enrolled }),
      ...(network === undefined
        ? {}
        : { networks: network.flatMap((text) => parsePrefix(text) ?? []) }),
      ...(days === undefined && hours === undefined
        ? {}
        : {
            times: {
              clock: clockOf(timeZone),
              ...(days === undefined ? {} : { days: days.map((day) => dayNumbers[day]) }),
              ...(hours === undefined ? {} : { hours }),
            },
          }),
    }),
  )
}
