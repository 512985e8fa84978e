import type { NewAuthenticator } from '../../accounts/index.ts'
import { matchHotp, matchTotp } from '../../methods/index.ts'
import { AdminError } from '../errors.ts'

/** A clock may be five minutes off, and a token may have been pressed before: the code itself proves the seed. */
const mostStepsOff = 10

/**
 * The authenticator after the first code that it shows, which is spent by it. Throws AdminError `codes-do-not-fit`
 * for a code that is not of this seed, `bad-arguments` for an authenticator that shows none.
 */
export function withFirstCode(
  authenticator: NewAuthenticator,
  code: string,
  nowMs: number,
): NewAuthenticator {
  const place = { id: 'new', createdAtMs: nowMs }
  if (authenticator.method === 'totp') {
    const match = matchTotp({ ...authenticator, ...place }, code, nowMs, mostStepsOff)
    if (match === undefined) throw notOfThisSeed()
    return { ...authenticator, lastStep: match.step, driftSteps: match.driftSteps }
  }
  if (authenticator.method === 'hotp') {
    const match = matchHotp({ ...authenticator, ...place }, code, mostStepsOff)
    if (match === undefined || match.reused) throw notOfThisSeed()
    return { ...authenticator, counter: match.counter + 1 }
  }
  throw noFirstCode()
}

export function noFirstCode(): AdminError {
  return new AdminError('bad-arguments', 'Only totp and hotp have a first code.')
}

function notOfThisSeed(): AdminError {
  return new AdminError(
    'codes-do-not-fit',
    'This is not a code of the new authenticator. Check that the clock of the phone is right, and type the code that it shows now.',
  )
}
