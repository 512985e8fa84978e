import type { Config } from '../config/index.ts'
import type { Dictionary } from '../radius/index.ts'
import type { MacRule } from '../signin/index.ts'
import { parseMac } from '../support/index.ts'

/** The rules for devices without a person as a sign-in wants them: their attributes are encoded once. */
export function createMacRules(
  { macRules }: Config,
  dictionary: () => Dictionary,
): readonly MacRule[] {
  return macRules.map(({ name, gateway, macs, reply }) => ({
    name,
    gateways: gateway,
    macs: new Set(macs.flatMap((mac) => parseMac(mac) ?? [])),
    attributes: reply.flatMap(({ isTemplate: _, from: __, ...attribute }) =>
      dictionary().encode(attribute),
    ),
  }))
}
