import type { Authenticator, User } from '../../accounts/index.ts'
import { Secret } from '../../support/index.ts'
import type { AppendRules, Credential } from '../attempt.ts'
import { type Context, note, type ReadPassword } from '../context.ts'
import type { CodeChecker } from '../ports/index.ts'
import { enrolledOf } from '../usable/choices.ts'
import { phoneWay } from '../usable/own-digits.ts'
import { readWord } from '../usable/words.ts'

/**
 * Reads a first request's password, once, for every flow, rule and bypass (RULES 35). What decides is the
 * form: digits as long as a code of one of the person's authenticators are a code, so that a mistyped one
 * never reaches a directory as part of a password; fewer are the person's own, for the phone. Spends nothing. Undefined: all of it is the password.
 */
export async function readPassword(
  context: Context,
  user: User,
): Promise<ReadPassword | undefined> {
  const { attempt, resumed } = context
  const { credential, gateway } = attempt
  const splits = gateway.flow === 'auto' || gateway.flow === 'append'
  if (resumed !== undefined || !splits || gateway.append === false) return undefined
  if (credential.kind !== 'pap' || !credential.wellFormed) return undefined
  const read = await split(context, user, credential.password.reveal(), gateway.append)
  if (read !== undefined) note(context, 'password-read', { as: read.appended.kind })
  return read
}

/** The credential that the first factor is asked with. */
export function firstCredential({ attempt, read }: Context): Credential {
  const { credential } = attempt
  if (read === undefined || credential.kind !== 'pap') return credential
  return { ...credential, password: read.password }
}

async function split(
  context: Context,
  user: User,
  typed: string,
  { delimiter, words }: AppendRules,
): Promise<ReadPassword | undefined> {
  const { attempt, parts } = context
  const nowMs = parts.clock.nowMs()
  const at = delimiter === '' ? -1 : typed.lastIndexOf(delimiter)
  if (at !== -1) {
    const password = new Secret(typed.slice(0, at))
    const appended = typed.slice(at + delimiter.length).replace(/\s/g, '')
    const word = words ? readWord(appended) : undefined
    if (word !== undefined) return { password, appended: { kind: 'word', word } }
    const enrolled = await enrolledOf(context, user)
    if (parts.codes.readsAsCode(appended, enrolled, nowMs)) {
      return { password, appended: { kind: 'code', code: appended } }
    }
    if (readsAsOwnDigits(context, appended, enrolled)) {
      return { password, appended: { kind: 'digits', digits: appended } }
    }
  }
  if (attempt.gateway.flow !== 'append') return undefined
  return splitDigits(parts.codes, await enrolledOf(context, user), nowMs, typed)
}

/** One more or fewer is a slip, which the directory must not count as a wrong password. */
function readsAsOwnDigits(
  context: Context,
  text: string,
  enrolled: readonly Authenticator[],
): boolean {
  const { approvals, settings } = context.parts
  if (!/^\d+$/.test(text) || Math.abs(text.length - settings.numberDigits) > 1) return false
  const hasPhone = approvals.has('push') && enrolled.some(({ method }) => method === 'push')
  return hasPhone && settings.promptPage !== undefined && phoneWay(context) === 'own-digits'
}

/** Where nothing is between: of several lengths the one that fits decides, longer first. */
function splitDigits(
  codes: CodeChecker,
  enrolled: readonly Authenticator[],
  nowMs: number,
  typed: string,
): ReadPassword | undefined {
  const candidates = codeLengths(enrolled)
    .map((length) => ({ password: typed.slice(0, -length), code: typed.slice(-length), length }))
    .filter(({ code, length }) => code.length === length && /^[0-9]+$/.test(code))
    .map((each) => ({ ...each, checked: codes.check(each.code, enrolled, nowMs).kind }))
  if (candidates.length === 0) return undefined
  const fitting =
    candidates.find(({ checked }) => checked === 'match') ??
    candidates.find(({ checked }) => checked === 'reused')
  if (fitting !== undefined) {
    const { password, code } = fitting
    return { password: new Secret(password), appended: { kind: 'code', code } }
  }
  const passwords = candidates.map(({ password }) => password)
  return { password: new Secret(typed), appended: { kind: 'misfit', passwords } }
}

function codeLengths(enrolled: readonly Authenticator[]): readonly number[] {
  const lengths = enrolled.flatMap((each) => ('digits' in each ? [each.digits] : []))
  return [...new Set(lengths)].sort((left, right) => right - left)
}
