import type { Conditions } from '../signin/index.ts'
import { foldGroup, foldName } from '../support/index.ts'

/** Conditions in the words of the configuration. */
export type NamedConditions = {
  readonly gateway?: readonly string[]
  readonly gatewayGroup?: readonly string[]
  readonly group?: readonly string[]
  readonly user?: readonly string[]
}

/** The same for a sign-in: names of a directory are compared as `foldName` gives them, our own to the letter. */
export function readConditions({
  gateway,
  gatewayGroup,
  group,
  user,
}: NamedConditions): Conditions {
  return {
    ...(gateway === undefined ? {} : { gateways: gateway }),
    ...(gatewayGroup === undefined ? {} : { gatewayGroups: gatewayGroup }),
    ...(group === undefined ? {} : { groups: group.map(foldGroup) }),
    ...(user === undefined ? {} : { users: user.map(foldName) }),
  }
}
