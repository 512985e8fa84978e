import { type AccountState, pausesOf } from '../../accounts/index.ts'
import type { DirectoryStatus, UserDetails } from '../../operations/index.ts'
import { formatAuthenticators } from './authenticator.ts'
import { formatFields, type Paint, printable } from './print.ts'
import { formatShield, shieldRemedy } from './shield.ts'
import { formatDateTime } from './times.ts'

/** Everything that is known of one person, and what could not be found out. */
export function formatUser(user: UserDetails, nowMs: number, paint: Paint): string {
  const { person, state, directoryStatus } = user
  const refusal = directoryRefusal(directoryStatus, nowMs)
  const fields = [
    ['Name', printable(person.name)],
    ['Display name', whatDirectorySays(user, person.displayName)],
    ['Key', printable(person.key)],
    ['State', stateOf(state, refusal !== undefined, nowMs, paint)],
    ['Directory', directoryText(user, refusal, paint)],
    ['Wrong codes', `${state.wrongCodes} in a row`],
    ['Wrong passwords', `${state.wrongPasswords} in a row`],
    ['Prompts', promptsOf(state, nowMs, paint)],
    ['Bypass', bypassOf(state, nowMs, paint)],
    ['Devices remembered', user.remembered === 0 ? 'none' : `${user.remembered}`],
    ['Prefers', state.defaultMethod ?? 'the order of the gateway'],
    ['Phones in the directory', phonesText(user)],
    ['Mail', whatDirectorySays(user, person.email)],
    ['Groups', groupsText(user)],
  ] as const
  return `${formatFields(fields, paint)}\n${formatAuthenticators(user.authenticators, paint)}`
}

/** Why the directory would refuse the right password now; undefined where it would not, or does not say. */
export function directoryRefusal(
  { facts, shield }: DirectoryStatus,
  nowMs: number,
): string | undefined {
  if (shield !== undefined) return `${formatShield(shield, nowMs)}. ${shieldRemedy}`
  switch (facts?.account) {
    case 'locked':
      return 'the directory has locked the account'
    case 'disabled':
      return 'the account is disabled in the directory'
    case 'expired':
      return 'the account has expired in the directory'
    default:
      return undefined
  }
}

/** Directories that could not say anything, each with why; none where all did. */
export function unaskedText({
  person,
  directoryStatus,
}: Pick<UserDetails, 'person' | 'directoryStatus'>) {
  const all = [
    ...(person.unasked ?? []),
    ...(directoryStatus.unasked === undefined ? [] : [directoryStatus.unasked]),
  ]
  return all.length === 0 ? undefined : printable(all.join('; '))
}

function directoryText(user: UserDetails, refusal: string | undefined, paint: Paint): string {
  const { person, directoryStatus } = user
  const unasked = unaskedText(user)
  const texts = [
    ...(refusal === undefined ? [] : [paint('bad', refusal)]),
    ...(unasked === undefined ? [] : [paint('warn', `could not be asked: ${unasked}`)]),
  ]
  if (texts.length > 0) return texts.join('; ')
  if (person.displayName === undefined)
    return paint('warn', 'no directory knows this name any more')
  return directoryStatus.facts?.account === 'right'
    ? 'the account may sign in'
    : printable(person.directory ?? '-')
}

/** A value that only a directory has: without one nothing is known, which is not the same as nothing. */
function whatDirectorySays(user: UserDetails, value: string | undefined): string {
  if (value) return printable(value)
  return user.person.displayName === undefined ? 'not known' : '-'
}

function phonesText(user: UserDetails): string {
  const unusable = (user.directoryStatus.facts?.unusablePhones ?? []).map(
    ({ written, why }) => `cannot use "${printable(written)}": ${why}`,
  )
  return [whatDirectorySays(user, user.person.phones?.join(', ')), ...unusable].join('; ')
}

/** Names only: each group has its DN too. */
function groupsText(user: UserDetails): string {
  const { person, directoryStatus } = user
  const groups = directoryStatus.facts?.groups ?? person.groups
  const names = groups?.filter((group) => !group.includes('=')).join(', ')
  if (!names && directoryStatus.facts === undefined && unaskedText(user) !== undefined)
    return 'not known'
  return whatDirectorySays(user, names)
}

function stateOf(state: AccountState, isRefused: boolean, nowMs: number, paint: Paint): string {
  if (state.blocked) return paint('bad', `blocked: ${printable(state.blocked.reason)}`)
  if (state.promptsStopped) {
    return paint('bad', 'a stranger was reported: no calls and messages until holdfast user unlock')
  }
  if (state.lockedUntilMs > nowMs) return lockOf(state.lockedUntilMs, nowMs, paint)
  if (state.slowedUntilMs > nowMs) return paint('warn', 'slowed')
  return isRefused ? 'not locked here' : lockOf(state.lockedUntilMs, nowMs, paint)
}

/** Until when our own lock lasts. */
export function lockOf(lockedUntilMs: number, nowMs: number, paint: Paint): string {
  return lockedUntilMs > nowMs
    ? paint('bad', `locked until ${formatDateTime(lockedUntilMs)}`)
    : paint('good', 'free')
}

/** From where nothing is asked now. */
function promptsOf(state: AccountState, nowMs: number, paint: Paint): string {
  const paused = pausesOf(state, nowMs).map(({ gateway, network, pausedUntilMs }) => {
    const from = network === '' ? '' : ` from ${network}`
    const until = formatDateTime(pausedUntilMs)
    return `paused at ${printable(gateway)}${printable(from)} until ${until}, three were not answered`
  })
  return paused.length === 0 ? 'as usual' : paint('warn', paused.join('; '))
}

function bypassOf({ bypass }: AccountState, nowMs: number, paint: Paint): string {
  if (bypass === undefined || bypass.untilMs <= nowMs) return 'none'
  const once = bypass.once ? 'once, ' : ''
  const until = `${once}until ${formatDateTime(bypass.untilMs)}`
  return paint('warn', `${until}: ${printable(bypass.reason)}`)
}
