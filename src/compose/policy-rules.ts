import type { Config } from '../config/index.ts'
import type { Dictionary } from '../radius/index.ts'
import { createWallClock, type PolicyRule } from '../signin/index.ts'
import { parsePrefix } from '../support/index.ts'
import { readConditions } from './conditions.ts'
import { readCompared } from './rule-attributes.ts'

const dayNumbers = { sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 } as const

/** The rules of the configuration as a sign-in wants them, with nothing left to read. */
export function createPolicyRules(
  { rules }: Config,
  dictionary: () => Dictionary,
): readonly PolicyRule[] {
  const clocks = new Map<string, ReturnType<typeof createWallClock>>()
  const clockOf = (timeZone: string) => {
    const clock = clocks.get(timeZone) ?? createWallClock(timeZone)
    clocks.set(timeZone, clock)
    return clock
  }
  const compared = (attribute: Readonly<Record<string, readonly (string | number)[]>>) =>
    Object.entries(attribute).map(([attributeName, values]) =>
      values.map((value) => readCompared(dictionary(), attributeName, value)),
    )
  return rules.map(
    ({
      name,
      outcome,
      network,
      days,
      hours,
      timeZone,
      enrolled,
      attribute,
      credential,
      eapMethod,
      device,
      ...conditions
    }) => ({
      ...readConditions(conditions),
      name,
      outcome,
      ...(enrolled === undefined ? {} : { enrolled }),
      ...(credential === undefined ? {} : { credentials: credential }),
      ...(eapMethod === undefined ? {} : { eapMethods: eapMethod }),
      ...(device === undefined ? {} : { randomMac: true }),
      ...(attribute === undefined ? {} : { attributes: compared(attribute) }),
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
