import type { User } from '../../accounts/index.ts'
import { foldName } from '../../support/index.ts'
import type { GatewayRules } from '../attempt.ts'

/** Who and where a rule is for. What is absent applies to everyone. */
export type Conditions = {
  /** Names of gateways, one of which was asked. */
  readonly gateways?: readonly string[]
  readonly gatewayGroups?: readonly string[]
  /** Names or DNs of groups, folded, one of which the person is in. */
  readonly groups?: readonly string[]
  /** Names of people, as their directory has them, folded. */
  readonly users?: readonly string[]
}

/** What conditions are compared with. */
export type Subject = {
  readonly gateway: string
  readonly gatewayGroup: string
  /** Names and DNs, those of nested groups included, folded. */
  readonly groups: ReadonlySet<string>
  /** Folded. */
  readonly user: string
}

/** The person at this gateway, as conditions see them. */
export function subjectOf(gateway: GatewayRules, user: User): Subject {
  return {
    gateway: gateway.name,
    gatewayGroup: gateway.group,
    groups: new Set(user.groups),
    user: foldName(user.name),
  }
}

/** Whether every condition that is there holds. */
export function isFor({ gateways, gatewayGroups, groups, users }: Conditions, subject: Subject) {
  return (
    (gateways === undefined || gateways.includes(subject.gateway)) &&
    (gatewayGroups === undefined || gatewayGroups.includes(subject.gatewayGroup)) &&
    (users === undefined || users.includes(subject.user)) &&
    (groups === undefined || groups.some((group) => subject.groups.has(group)))
  )
}
