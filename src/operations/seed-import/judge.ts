import type { Token } from '../../store/index.ts'
import type { Person } from '../people.ts'
import type { EnrolledTokens } from './enrolled-tokens.ts'

/** What happens to one seed. */
export type Verdict =
  | { readonly state: 'add' }
  | { readonly state: 'there' | 'refuse'; readonly text: string }
  | { readonly state: 'replace'; readonly text: string; readonly replaced: Token }

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
  if (sameSeed && sameSeed.token.userKey !== person.key) {
    return refuse(`this seed is already enrolled for ${sameSeed.name}; remove it there first`)
  }
  const sameSerial = serial === undefined ? [] : enrolled.bySerial(serial)
  const others = sameSerial.filter(({ token }) => token.userKey !== person.key)
  if (others[0] && (serial ?? '').length >= certainSerial) {
    return refuse(
      `this serial number is already enrolled for ${others[0].name}, with another seed; remove it there first`,
    )
  }
  if (sameSeed) {
    if (hasSameSettings(sameSeed.token, wanted)) {
      return { state: 'there', text: 'this person has this token already' }
    }
    return replaced(sameSeed.token, 'with other settings', replace)
  }
  const own = sameSerial.find(({ token }) => token.userKey === person.key)
  return own ? replaced(own.token, 'with another seed', replace) : { state: 'add' }
}

function replaced(token: Token, how: string, replace: boolean): Verdict {
  return replace
    ? { state: 'replace', text: `in the place of this person’s token ${how}`, replaced: token }
    : refuse(`this person has this token already, ${how}; --replace puts this one in its place`)
}

function refuse(text: string): Verdict {
  return { state: 'refuse', text }
}

/** What is learnt at sign-ins does not count: the drift, the counter. */
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
