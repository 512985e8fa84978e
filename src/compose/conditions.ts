import type { Conditions } from '../signin/index.ts'

/** Conditions in the words of the configuration. */
export type NamedConditions = {
  readonly gateway?: readonly string[]
  readonly gatewayGroup?: readonly string[]
  readonly group?: readonly string[]
  readonly user?: readonly string[]
}

/** The same for a sign-in: names of a directory have no case, our own have. */
export function readConditions({
  gateway,
  gatewayGroup,
  group,
  user,
}: NamedConditions): Conditions {
  return {
    ...(gateway === undefined ? {} : { gateways: gateway }),
    ...(gatewayGroup === undefined ? {} : { gatewayGroups: gatewayGroup }),
    ...(group === undefined ? {} : { groups: lowerCase(group) }),
    ...(user === undefined ? {} : { users: lowerCase(user) }),
  }
}

function lowerCase(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toLowerCase())
}
