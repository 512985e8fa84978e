import type { Authenticator, PersonChange, ToldPerson } from '../../accounts/index.ts'

/** A way to reach a person. */
export type Way = {
  readonly by: 'email' | 'sms'
  /** Mail address, or number in E.164. */
  readonly to: string
}

/**
 * Every way to reach a person but the one that was added: what they have enrolled, what the change took away, the mail
 * address of the directory, and its numbers where they serve as a second factor. `can`: what a provider carries here.
 */
export function waysOf(
  person: Pick<ToldPerson, 'email' | 'phones'>,
  enrolled: readonly Authenticator[],
  change: PersonChange,
  can: { readonly email: boolean; readonly sms: boolean },
): readonly Way[] {
  const added = change.kind === 'authenticator-added' ? change.authenticator.id : undefined
  const told = [...enrolled.filter(({ id }) => id !== added), ...takenAway(change)]
  const ways = [
    ...told.flatMap(reachedBy),
    ...(person.email === undefined ? [] : [mail(person.email)]),
    ...(usesDirectoryPhones(enrolled) ? (person.phones ?? []).map(text) : []),
  ]
  const different = new Map(ways.map((way) => [way.to.toLowerCase(), way]))
  return [...different.values()].filter(({ by }) => can[by])
}

/** Of a change that took something away: a thief who removes the owner's phone does not silence it. */
function takenAway(change: PersonChange): readonly Authenticator[] {
  switch (change.kind) {
    case 'authenticator-removed':
      return [change.authenticator]
    case 'phone-changed':
      return [change.before]
    case 'reset':
      return change.authenticators
    default:
      return []
  }
}

/** A number that is called gets a text: a landline that takes none is the provider's refusal, and is logged. */
function reachedBy(authenticator: Authenticator): readonly Way[] {
  switch (authenticator.method) {
    case 'email':
      return [mail(authenticator.address)]
    case 'sms':
    case 'call': {
      const { phone, backupPhone } = authenticator
      return [text(phone), ...(backupPhone === undefined ? [] : [text(backupPhone)])]
    }
    case 'totp':
    case 'hotp':
    case 'recovery':
    case 'passkey':
    case 'push':
      return []
  }
}

/**
 * As at a sign-in: numbers of the directory are used where the person has enrolled none for texts, or none for calls.
 */
function usesDirectoryPhones(enrolled: readonly Authenticator[]): boolean {
  const has = (method: Authenticator['method']) => enrolled.some((each) => each.method === method)
  return !has('sms') || !has('call')
}

function mail(to: string): Way {
  return { by: 'email', to }
}

function text(to: string): Way {
  return { by: 'sms', to }
}
