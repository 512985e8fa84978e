import type { Token } from '../../store/index.ts'
import { isSpare } from '../enrolment/spare-tokens.ts'
import type { Person } from '../people.ts'
import type { Enrolled, EnrolledTokens } from './enrolled-tokens.ts'

/** What happens to one seed. `replaced` goes away. */
export type Verdict =
  | { readonly state: 'add' | 'spare' }
  | { readonly state: 'there' | 'refuse'; readonly text: string }
  | { readonly state: 'add' | 'replace'; readonly text: string; readonly replaced: Token }

/** Short numbers at the end of a label may be something else, such as `work phone 1`. */
const certainSerial = 5

/** Compares a token of the file with all that are enrolled. `replace`: whether it may take the place of one. */
export function judgeToken(
  wanted: Token,
  serial: string | undefined,
  person: Person,
  enrolled: EnrolledTokens,
  replace: boolean,
): Verdict {
  const sameSeed = enrolled.bySeed(wanted.seed)
  const spare = sameSeed && isSpare(sameSeed.token) ? sameSeed.token : undefined
  if (sameSeed && spare === undefined && sameSeed.token.userKey !== person.key) {
    return refuse(`this seed is already enrolled for ${sameSeed.name}; remove it there first`)
  }
  const sameSerial = serial === undefined ? [] : enrolled.bySerial(serial)
  const taken = sameSerial.find(
    ({ token }) => token.userKey !== person.key && token.id !== spare?.id,
  )
  if (taken && (serial ?? '').length >= certainSerial) return refuseSerial(taken)
  if (sameSeed && spare === undefined) {
    if (hasSameSettings(sameSeed.token, wanted)) {
      return { state: 'there', text: 'this person has this token already' }
    }
    return replaced(sameSeed.token, 'with other settings', replace)
  }
  const own = sameSerial.find(({ token }) => token.userKey === person.key)
  if (spare !== undefined) {
    return own === undefined
      ? { state: 'add', text: 'it was a spare token', replaced: spare }
      : refuse('this person has another token with this serial number; remove that first')
  }
  return own ? replaced(own.token, 'with another seed', replace) : { state: 'add' }
}

/** The same for a token that is to wait for someone. A person who has it keeps it, so that a file can be imported twice. */
export function judgeSpare(
  wanted: Token,
  serial: string,
  enrolled: EnrolledTokens,
  replace: boolean,
): Verdict {
  const sameSeed = enrolled.bySeed(wanted.seed)
  if (sameSeed && !isSpare(sameSeed.token)) {
    return { state: 'there', text: `${sameSeed.name} has this token already` }
  }
  const taken = enrolled.bySerial(serial).find(({ token }) => !isSpare(token))
  if (taken && serial.length >= certainSerial) return refuseSerial(taken)
  const [sameSerial] = enrolled
    .spareBySerial(serial)
    .filter(({ token }) => token.id !== sameSeed?.token.id)
  if (sameSeed && sameSerial) {
    return refuse('the seed and the serial number are those of two spare tokens; remove both first')
  }
  if (sameSerial) {
    return replaced(sameSerial.token, 'with another seed', replace)
  }
  if (sameSeed === undefined) return { state: 'spare' }
  return hasSameSettings(sameSeed.token, wanted) && sameSeed.token.label === wanted.label
    ? { state: 'there', text: 'it is a spare token already' }
    : replaced(sameSeed.token, 'with other settings', replace)
}

function refuseSerial({ token, name }: Enrolled): Verdict {
  return isSpare(token)
    ? refuse(
        'this serial number is that of a spare token, with another seed; remove that first (holdfast spare-token remove)',
      )
    : refuse(
        `this serial number is already enrolled for ${name}, with another seed; remove it there first`,
      )
}

function replaced(token: Token, how: string, replace: boolean): Verdict {
  const [whose, there] = isSpare(token)
    ? ['the spare token', 'it is a spare token already']
    : ['this person’s token', 'this person has this token already']
  return replace
    ? { state: 'replace', text: `in the place of ${whose} ${how}`, replaced: token }
    : refuse(`${there}, ${how}; --replace puts this one in its place`)
}

function refuse(text: string): Verdict {
  return { state: 'refuse', text }
}

/** What is learnt at sign-ins, the drift and the counter, is not compared. */
function hasSameSettings(one: Token, other: Token): boolean {
  const period = (token: Token) => (token.method === 'totp' ? token.periodSeconds : 0)
  return (
    one.method === other.method &&
    one.algorithm === other.algorithm &&
    one.digits === other.digits &&
    period(one) === period(other) &&
    one.validFromMs === other.validFromMs &&
    one.validUntilMs === other.validUntilMs
  )
}
