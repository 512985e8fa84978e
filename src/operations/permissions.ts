import * as z from 'zod'
import type { OperationName } from './operations.ts'

/**
 * Who asks. `self`: a person at the portal, only about themselves. `root`: a command at the socket of administrators,
 * or on the store itself.
 */
export const roles = ['self', 'helpdesk', 'auditor', 'administrator', 'root'] as const
export type Role = (typeof roles)[number]

/** What a key of the API must have been given. */
export type ApiScope = 'people:read' | 'people:write' | 'sign-ins:read' | 'service:read'

/** Allowed as long as the argument of this name does not exceed this. */
export type UpTo = { readonly argument: string; readonly most: number; readonly text: string }
export type Right = 'yes' | 'no' | UpTo

/**
 * `any`: any session at the portal, also one that may only set up a first authenticator. `whole`: after both factors.
 * `confirmed`: with a fresh second factor for this change (PEOPLE R6). `first`: in a session that may only set up a
 * first authenticator, and in a whole one like `confirmed`.
 */
export type SelfRight = 'no' | 'any' | 'whole' | 'confirmed' | 'first'

export type Permission<Self extends SelfRight = SelfRight> = {
  readonly self: Self
  readonly helpdesk: Right
  readonly auditor: Right
  readonly administrator: Right
  readonly api: ApiScope | 'none'
  readonly root: Right
}

const yes = 'yes'
const no = 'no'
const none = 'none'
const hourMs = 3_600_000
const upTo8Hours: UpTo = {
  argument: 'forMs',
  most: 8 * hourMs,
  text: 'The helpdesk can give a bypass for at most 8 hours; ask an administrator.',
}

function may<const Self extends SelfRight>(
  self: Self,
  helpdesk: Right,
  auditor: Right,
  administrator: Right,
  api: ApiScope | 'none',
  root: Right,
): Permission<Self> {
  return { self, helpdesk, auditor, administrator, api, root }
}

/** The one place that says who may do what. An operation without a row here does not compile. */
// biome-ignore format: a table is read by its columns
export const permissions = {
  //                              self         helpdesk     auditor  administrator  api              root
  'user.list':             may(   no,          no,          yes,     yes,           'people:read',   yes),
  'user.show':             may(   no,          yes,         yes,     yes,           'people:read',   yes),
  'user.block':            may(   no,          no,          no,      yes,           'people:write',  yes),
  'user.unlock':           may(   no,          yes,         no,      yes,           'people:write',  yes),
  'user.prefer':           may(   'confirmed', no,          no,      yes,           'people:write',  yes),
  'user.forget':           may(   no,          no,          no,      yes,           none,            yes),
  'person.export':         may(   'whole',     no,          no,      yes,           none,            yes),
  'user.seal':             may(   no,          no,          no,      no,            none,            yes),
  'bypass.give':           may(   no,          upTo8Hours,  no,      yes,           none,            yes),
  'bypass.end':            may(   no,          yes,         no,      yes,           'people:write',  yes),
  'bypass.list':           may(   no,          no,          yes,     yes,           'people:read',   yes),
  'remembered.list':       may(   'whole',       no,          yes,     yes,           'people:read',   yes),
  'remembered.forget':     may(   'confirmed', no,          no,      yes,           'people:write',  yes),
  'session.list':          may(   'whole',       no,          yes,     yes,           'people:read',   yes),
  'session.end':           may(   'whole',       no,          no,      yes,           'people:write',  yes),
  'authenticator.list':    may(   no,          no,          yes,     yes,           'people:read',   yes),
  'authenticator.prepare': may(   no,          no,          no,      yes,           none,            yes),
  'authenticator.add':     may(   no,          no,          no,      yes,           none,            yes),
  'authenticator.remove':  may(   no,          no,          no,      yes,           'people:write',  yes),
  'authenticator.resync':  may(   no,          no,          no,      yes,           none,            yes),
  'enrolment.code':        may(   no,          yes,         no,      yes,           none,            yes),
  'enrolment.codes':       may(   no,          no,          no,      yes,           none,            yes),
  'enrolment.list':        may(   no,          no,          yes,     yes,           'people:read',   yes),
  'campaign.list':         may(   no,          no,          yes,     yes,           'people:read',   yes),
  'campaign.show':         may(   no,          no,          yes,     yes,           'people:read',   yes),
  'enrolment.lift':        may(   no,          yes,         no,      yes,           none,            yes),
  'own.show':              may(   'any',          no,          no,       no,            none,            no),
  'own.begin':             may(   'first',        no,          no,       no,            none,            no),
  'own.prove':             may(   'any',          no,          no,       no,            none,            no),
  'own.rename':            may(   'confirmed',    no,          no,       no,            none,            no),
  'own.erase':             may(   'confirmed',    no,          no,       no,            none,            no),
  'own.remove':            may(   'confirmed',    no,          no,       no,            none,            no),
  'own.phone':             may(   'confirmed',    no,          no,       no,            none,            no),
  'seeds.import':          may(   no,          no,          no,      yes,           none,            yes),
  'spare-token.list':      may(   no,          no,          yes,     yes,           none,            yes),
  'spare-token.remove':    may(   no,          no,          no,      yes,           none,            yes),
  'own.password':          may(   'confirmed', no,          no,      no,            none,            no),
  'own.sign-ins':          may(   'whole',     no,          no,      no,            none,            no),
  'own.report':        may(   'confirmed', no,          no,      no,            none,            no),
  'own.ask-again':     may(   'confirmed', no,          no,      no,            none,            no),
  'audit.search':          may(   no,          no,          yes,     yes,           'sign-ins:read', yes),
  'audit.show':            may(   no,          no,          yes,     yes,           'sign-ins:read', yes),
  'audit.compare':         may(   no,          no,          yes,     yes,           none,            yes),
  'audit.follow':          may(   no,          no,          yes,     yes,           'sign-ins:read', yes),
  'audit.why':             may(   no,          yes,         yes,     yes,           'sign-ins:read', yes),
  'explain':               may(   no,          yes,         yes,     yes,           none,            yes),
  'gateway.list':          may(   no,          no,          yes,     yes,           'service:read',  yes),
  'gateway.show':          may(   no,          no,          yes,     yes,           'service:read',  yes),
  'simulation.enrol':      may(   no,          no,          no,      no,            none,            yes),
  'simulation.look':       may(   no,          no,          no,      no,            none,            yes),
  'simulation.approve':    may(   no,          no,          no,      no,            none,            yes),
  'simulation.leave':      may(   no,          no,          no,      no,            none,            yes),
  'group.pins':            may(   no,          no,          yes,     yes,           none,            yes),
  'status':                may(   no,          no,          yes,     yes,           'service:read',  yes),
  'check':                 may(   no,          no,          yes,     yes,           'service:read',  yes),
  'support':               may(   no,          no,          no,      yes,           none,            yes),
  'reload':                may(   no,          no,          no,      no,            none,            yes),
  'node.list':             may(   no,          no,          yes,     yes,           'service:read',  yes),
  'node.drain':            may(   no,          no,          no,      no,            none,            yes),
  'configuration.compare': may(   no,          no,          no,      no,            none,            yes),
  'store.keys':            may(   no,          no,          no,      no,            none,            yes),
  'passkeys.forget':       may(   no,          no,          no,      no,            none,            yes),
  'key.rotate':            may(   no,          no,          no,      no,            none,            yes),
  'backup':                may(   no,          no,          no,      no,            none,            yes),
  'backup.read':           may(   no,          no,          no,      no,            none,            yes),
  'backup.end':            may(   no,          no,          no,      no,            none,            yes),
} as const satisfies Record<OperationName, Permission>

/** What a person at the portal can ask for. */
export type SelfOperation = {
  [Name in OperationName]: (typeof permissions)[Name]['self'] extends 'no' ? never : Name
}[OperationName]

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(permissions, name)
}

/** The operations that this role may use at all. */
export function operationsOf(role: Exclude<Role, 'self'>): readonly OperationName[] {
  return Object.keys(permissions)
    .filter(isOperation)
    .filter((name) => permissions[name][role] !== no)
}

/**
 * Whether a role may do this with these arguments, which are unchecked; otherwise a text for the caller, where there is
 * one.
 */
export function judge(
  role: Exclude<Role, 'self'>,
  name: OperationName,
  args: unknown,
): { readonly allowed: true } | { readonly allowed: false; readonly text?: string } {
  const right: Right = permissions[name][role]
  if (right === yes) return { allowed: true }
  if (right === no) return { allowed: false }
  const given = z.looseObject({ [right.argument]: z.number() }).safeParse(args)
  const amount = given.success ? given.data[right.argument] : undefined
  return typeof amount === 'number' && amount > right.most
    ? { allowed: false, text: right.text }
    : { allowed: true }
}

/** A session at the portal, and whether a second factor was given for the very change that is asked for. */
export type SelfSession = {
  readonly session: 'setup' | 'whole'
  readonly isConfirmed: boolean
}

/** Whether a person at the portal may do this for themselves. */
export function mayForSelf(name: OperationName, { session, isConfirmed }: SelfSession): boolean {
  const right = rightOfSelf(name)
  switch (right) {
    case 'no':
      return false
    case 'any':
      return true
    case 'whole':
      return session === 'whole'
    case 'confirmed':
      return session === 'whole' && isConfirmed
    case 'first':
      return session === 'setup' || isConfirmed
  }
}

function rightOfSelf(name: OperationName): SelfRight {
  return permissions[name].self
}
