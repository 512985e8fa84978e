import type { Config } from '../config/index.ts'
import type { OutageRule } from '../signin/index.ts'
import { readConditions } from './conditions.ts'

/** The rules for outages as a sign-in wants them. */
export function createOutageRules({ outageRules }: Config): readonly OutageRule[] {
  return outageRules.map(
    ({ name, userKey, methods = [], rememberedMs, secondFactor, ...conditions }) => ({
      ...readConditions(conditions),
      name,
      methods,
      passwordAlone: secondFactor === 'none',
      ...(userKey === undefined ? {} : { userKeys: userKey }),
      ...(rememberedMs === undefined ? {} : { rememberedMs }),
    }),
  )
}
