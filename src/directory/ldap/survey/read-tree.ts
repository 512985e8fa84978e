import type { Clock, Secret } from '../../../support/index.ts'
import { DirectoryError, describeError } from '../../errors.ts'
import { readBindResult } from '../connections/bind-result.ts'
import { type LdapConnection, openLdapConnection } from '../connections/connection.ts'
import { quoteServer } from '../connections/quote-server.ts'
import { textValue, textValues } from '../entries/entry.ts'
import { equals, has } from '../entries/filters.ts'
import { singleLook } from './look.ts'
import { addressOf, type CandidateServer } from './probe-server.ts'

/** What a server says of the directory it holds. */
export type Tree = {
  readonly kind: 'ad' | 'openldap'
  /** Where people can be: the naming contexts, the default one first. */
  readonly bases: readonly string[]
  /** Active Directory's short name of the domain, as in CORP\alice. */
  readonly netbiosDomain?: string
  /** What people may have after @ besides the name of the domain. */
  readonly upnSuffixes: readonly string[]
}

/** What is below a base DN. `problem`: why it cannot be used. */
export type BaseLook =
  | { readonly problem: string }
  /** `people`: at most 50. `country`: the ISO code that most of them have, if any has one. */
  | { readonly people: number; readonly country?: string }

/** A server that has taken our account. */
export type OpenTree = {
  readonly tree: Tree
  look(baseDn: string): Promise<BaseLook>
  close(): void
}

/** Active Directory, and what speaks like it (MS-ADTS 3.1.1.3.2.10). */
const activeDirectory = '1.2.840.113556.1.4.800'
/** RFC 4511 A.1. */
const noSuchObject = 32
const sampleSize = 50

/** Each way in which a bind can fail, in words for the person who has typed the account. */
const refusals = {
  wrong:
    'The server refuses this name or password. Each try counts towards a lockout of the account.',
  locked: 'The account is locked out. Unlock it, or wait until the lock ends.',
  disabled: 'The account is disabled. Enable it.',
  expired: 'The account has expired. Extend it, or use another one.',
  restricted:
    'The account may not sign in from this machine or at this hour. Take its restrictions away.',
  'must-change':
    'The password has expired, or must be changed first. Set one that does not expire.',
} as const

/**
 * Binds once, and reads what the server says of itself. A text says why that did not work.
 * @throws {DirectoryError} `server-down`, `no-answer`, `search-refused`
 */
export async function openTree(
  server: CandidateServer,
  account: { readonly bindDn: string; readonly bindPassword: Secret },
  clock: Clock,
): Promise<OpenTree | string> {
  const settings = { kind: 'ad', ca: server.ca, limits: singleLook.limits } as const
  const connection = await openLdapConnection(addressOf(server.url), settings, clock)
  try {
    const refused = await bind(connection, account)
    if (refused !== undefined) {
      connection.close()
      return refused
    }
    const tree = await readTree(connection)
    return {
      tree,
      look: (baseDn) => lookAt(connection, baseDn, account.bindPassword),
      close: () => connection.close(),
    }
  } catch (error) {
    connection.close()
    throw error
  }
}

async function bind(
  connection: LdapConnection,
  { bindDn, bindPassword }: { readonly bindDn: string; readonly bindPassword: Secret },
): Promise<string | undefined> {
  const { code, text, policyError } = await connection.bind(bindDn, bindPassword)
  const result = readBindResult(code, text, policyError, bindPassword)
  switch (result.kind) {
    case 'right':
      return undefined
    case 'wrong':
    case 'locked':
    case 'disabled':
    case 'expired':
    case 'restricted':
    case 'must-change':
      return refusals[result.kind]
    default:
      return `The server did not check the account: ${'detail' in result ? result.detail : result.kind}`
  }
}

async function readTree(connection: LdapConnection): Promise<Tree> {
  const [root] = await connection.search({
    base: '',
    scope: 'base',
    filter: has('objectClass'),
    attributes: [
      ...['defaultNamingContext', 'namingContexts', 'configurationNamingContext'],
      'supportedCapabilities',
    ],
    limit: 1,
  })
  if (root === undefined) return { kind: 'openldap', bases: [], upnSuffixes: [] }
  const isAd = textValues(root, 'supportedCapabilities').includes(activeDirectory)
  const base = textValue(root, 'defaultNamingContext')
  if (!isAd || base === undefined) {
    return { kind: 'openldap', bases: textValues(root, 'namingContexts'), upnSuffixes: [] }
  }
  const forest = textValue(root, 'configurationNamingContext')
  const names = forest === undefined ? {} : await readNames(connection, forest, base)
  return { kind: 'ad', bases: [base], upnSuffixes: [], ...names }
}

/** The names of a domain are in the container of the forest's partitions, which every user may read. */
async function readNames(
  connection: LdapConnection,
  forest: string,
  base: string,
): Promise<Pick<Tree, 'netbiosDomain'> & Partial<Pick<Tree, 'upnSuffixes'>>> {
  try {
    const partitions = `CN=Partitions,${forest}`
    const [own] = await connection.search({
      ...{ base: partitions, scope: 'sub', limit: 1 },
      filter: equals('nCName', base),
      attributes: ['nETBIOSName'],
    })
    const [container] = await connection.search({
      ...{ base: partitions, scope: 'base', limit: 1 },
      filter: has('objectClass'),
      attributes: ['uPNSuffixes'],
    })
    const netbiosDomain = own && textValue(own, 'nETBIOSName')
    return {
      ...(netbiosDomain === undefined ? {} : { netbiosDomain }),
      upnSuffixes: container ? textValues(container, 'uPNSuffixes') : [],
    }
  } catch (error) {
    // They have defaults.
    if (error instanceof DirectoryError && error.code === 'search-refused') return {}
    throw error
  }
}

async function lookAt(
  connection: LdapConnection,
  baseDn: string,
  password: Secret,
): Promise<BaseLook> {
  try {
    const people = await connection.search({
      base: baseDn,
      scope: 'sub',
      filter: equals('objectClass', 'person'),
      attributes: ['c'],
      limit: sampleSize,
    })
    const countries = people.flatMap((entry) => textValue(entry, 'c')?.toUpperCase() ?? [])
    const country = mostFrequent(countries.filter((each) => /^[A-Z]{2}$/.test(each)))
    return { people: people.length, ...(country === undefined ? {} : { country }) }
  } catch (error) {
    const isMissing = error instanceof DirectoryError && error.details.resultCode === noSuchObject
    return {
      problem: isMissing ? 'there is no such entry' : quoteServer(describeError(error), password),
    }
  }
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = Map.groupBy(values, (value) => value)
  const [most] = [...counts].toSorted(([, one], [, other]) => other.length - one.length)
  return most?.[0]
}
