import type { NameForm, NameProblem } from '../ports/index.ts'

/** What is wrong with a text that is not a name. */
export const nameForms: Readonly<Record<NameForm, string>> = {
  empty: 'there is no name',
  'too-long': 'the name is longer than 253 characters',
  'control-characters': 'the name has control characters in it',
  separators:
    'the form of the name is not understood: more than one \\ or @, or nothing before or behind it',
}

/** `domains`: those that the directory has, separated by commas. */
export function describeDomain(directory: string, domains: string): string {
  return domains === ''
    ? `users of directory ${directory} have no domain in their name, unless it is all of their upn`
    : `directory ${directory} does not have the domain in the name; it has: ${domains}`
}

type OfAccount = Exclude<NameProblem['kind'], 'domain'>

export const accountProblems: Readonly<Record<OfAccount, (directory: string) => string>> = {
  address: (directory) =>
    `login_attributes of directory ${directory} hold only addresses, and the name is not one`,
  machine: (directory) =>
    `it is the name of a computer, and computers of directory ${directory} may not sign in: machines is off`,
  'left-out': (directory) => `directory ${directory} has the account, and user_filter excludes it`,
  unreadable: (directory) =>
    `directory ${directory} has the account, and bind_dn may not read its name or its id`,
}

/** Why a directory has no account for a name. */
export function describeProblem(directory: string, problem: NameProblem): string {
  return problem.kind === 'domain'
    ? describeDomain(directory, problem.domains.join(', '))
    : accountProblems[problem.kind](directory)
}

/** Why a directory cannot say who is meant. */
export function describeAmbiguity(directory: string, attribute: string): string {
  return `several accounts of directory ${directory} have the name${attribute === '' ? '' : ` as ${attribute}`}`
}
