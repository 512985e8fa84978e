import type { Config } from '../config/index.ts'
import type { OutageRule } from '../signin/index.ts'
import { foldName } from '../support/index.ts'
import { readConditions } from './conditions.ts'

/** The rules for outages as a sign-in wants them. */
export function createOutageRules({ outageRules }: Config): readonly OutageRule[] {
  return outageRules.map(
    ({ name, userKey, methods = [], rememberedMs, secondFactor, ...conditions }) => ({
      ...readConditions(conditions),
      name,
      methods,
      passwordAlone: secondFactor === 'none',
      ...(userKey === undefined ? {} : { userKeys: userKey.map(foldKey) }),
      ...(rememberedMs === undefined ? {} : { rememberedMs }),
    }),
  )
}

/** `people:Alice` is `people:alice`: directories are ours and to the letter, keys in them are folded. */
function foldKey(key: string): string {
  const colon = key.indexOf(':') + 1
  return `${key.slice(0, colon)}${foldName(key.slice(colon))}`
}
