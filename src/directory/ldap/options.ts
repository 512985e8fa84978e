import { foldName, type Secret } from '../../support/index.ts'
import { DirectoryError } from '../errors.ts'
import { withoutDot } from '../names/typed-name.ts'
import type { WinbindOptions } from '../winbind/winbind.ts'
import { domainDnOf } from './entries/domain-dn.ts'
import { defaultLoginAttributes } from './names/login-attributes.ts'

/** Time limits in milliseconds, numbers of connections to each server. */
export type LdapLimits = {
  /** TCP and TLS together. */
  readonly connectMs: number
  /** One bind. */
  readonly bindMs: number
  /** One search. */
  readonly searchMs: number
  /** Each answers one question at a time. */
  readonly searchConnections: number
  /** Passwords checked at once. */
  readonly bindConnections: number
  /** Searches, and binds, that may wait for a connection. */
  readonly queue: number
  /** How long one may wait for a connection. */
  readonly waitMs: number
  /** How often a server that is down is tried again. */
  readonly retryMs: number
  /** A connection unused for so long is not used again: a firewall may have forgotten it. */
  readonly idleMs: number
}

/** Limits that only tests set. */
const ownLimits = { waitMs: 5000, retryMs: 500, idleMs: 60_000 }
type OwnLimits = keyof typeof ownLimits

/** What the configuration says of a directory. The schema has the defaults. */
export type LdapOptions = {
  readonly name: string
  /** `ldaps://dc1.corp.example` or `ldap://…`; the first that works is used. */
  readonly servers: readonly { readonly url: string }[]
  /** StartTLS on `ldap://` servers. */
  readonly startTls: boolean
  /** PEM text of the authorities to trust instead of the public ones. */
  readonly ca?: string | undefined
  /** Account that searches: a DN, or in Active Directory also `user@domain`. */
  readonly bindDn: string
  readonly bindPassword: Secret
  readonly baseDn: string
  /** Only people who match this filter as well (RFC 4515). */
  readonly userFilter?: string | undefined
  readonly kind: 'ad' | 'openldap'
  /** Whether computers of Active Directory are found as well: `host/NAME.DOMAIN` is `NAME$`. */
  readonly machines: boolean
  /** What a typed name is compared with, first to last. Default: `defaultLoginAttributes`. */
  readonly loginAttributes?: readonly string[] | undefined
  /** What is before `\`. Default: first label of the domain in `baseDn`, 15 characters at most. */
  readonly netbiosDomain?: string | undefined
  /** What may follow `@` after a plain login name, besides the domain in `baseDn`. */
  readonly upnSuffixes: readonly string[]
  /** Where groups are. Default: `baseDn`. */
  readonly groupBaseDn?: string | undefined
  /** `token-groups`: security groups only, as Active Directory itself sums them up for the person. */
  readonly nestedGroups: 'token-groups' | 'matching-rule' | 'recursion' | 'none'
  /** Whether anything depends on the groups people are in; false saves the searches. */
  readonly readGroups: boolean
  /** Whether rules remember sign-ins, which then end with the password. */
  readonly remembers: boolean
  /** Attributes that hold telephone numbers, preferred first. */
  readonly phoneAttributes: readonly string[]
  /** Attribute with the DN of a person's manager; absent: no manager is looked for. */
  readonly managerAttribute?: string | undefined
  /** Whether the file says that only administrators write those; `check` looks. */
  readonly trustsPhones: boolean
  /** Further attributes to read, for reply rules. */
  readonly replyAttributes: readonly string[]
  /** ISO 3166 code of where numbers without + belong. */
  readonly defaultRegion: string
  /** Whether people whose password has expired may choose a new one; Active Directory over TLS only. */
  readonly passwordChange: boolean
  /** How MS-CHAP is checked; Active Directory only. Absent: not at all. */
  readonly winbind?: Pick<WinbindOptions, 'program' | 'helpers' | 'timeoutMs'> | undefined
  readonly limits: Omit<LdapLimits, OwnLimits> & Partial<Pick<LdapLimits, OwnLimits>>
  /** How long names, DNs and groups are remembered; 0 = not at all. The configuration allows 60,000 at most (RULES 20). */
  readonly cacheMs: number
  /** Counts in Active Directory only. */
  readonly lockoutShield: LockoutShieldOption
  /** Allows LDAP without TLS, where anyone on the way reads every password. */
  readonly insecurePlaintext: boolean
}

/**
 * Whether wrong passwords are stopped before they lock someone out: by the domain's own policy, by a
 * threshold and an observation window that are given, or not at all. Active Directory only.
 */
export type LockoutShieldOption =
  | 'auto'
  | 'off'
  | { readonly threshold: number; readonly windowMs: number }

export type LdapServerEvent = {
  readonly kind: 'directory-server-down' | 'directory-server-up'
  readonly directory: string
  readonly url: string
  /** Why it went down; '' when it is back. */
  readonly detail: string
  /** How long it was down; 0 when it goes down. */
  readonly downMs: number
}

/** One server's address, taken apart. */
export type ServerAddress = {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly security: 'ldaps' | 'starttls' | 'plaintext'
}

/** The same options, checked and complete. */
export type LdapSettings = Omit<LdapOptions, 'servers' | 'limits' | 'winbind'> & {
  readonly servers: readonly ServerAddress[]
  readonly limits: LdapLimits
  readonly loginAttributes: readonly string[]
  readonly winbind: WinbindOptions | undefined
  readonly groupBaseDn: string
  /** The DC parts of `baseDn`, or all of it where there are none. */
  readonly domainDn: string
  /** In lower case, what may come before `\`: NetBIOS name and DNS name. */
  readonly domains: readonly string[]
  /** In lower case, what may follow `@` after a login name. */
  readonly suffixes: readonly string[]
}

/** A longer first label is cut when a domain is made (MS-ADTS). */
const netbiosNameLength = 15

/**
 * Checks the options and fills in what is left out.
 * @throws {DirectoryError} `options-invalid`, `plaintext-refused`
 */
export function readLdapOptions(options: LdapOptions): LdapSettings {
  const { name } = options
  const refuse = (why: string) => new DirectoryError('options-invalid', `directory ${name}: ${why}`)
  if (options.servers.length === 0) throw refuse('there is no server')
  if (options.bindDn === '' || options.bindPassword.isEmpty)
    throw refuse('searching needs an account: bind_dn and bind_password')
  if (options.nestedGroups === 'token-groups' && options.kind !== 'ad')
    throw refuse('only Active Directory has token-groups')
  if (options.winbind !== undefined && options.kind !== 'ad')
    throw refuse('winbind asks domain controllers of Active Directory (kind: ad)')
  const limits = { ...ownLimits, ...options.limits }
  for (const [limit, value] of Object.entries(limits)) {
    if (!Number.isFinite(value) || value < (limit === 'queue' ? 0 : 1))
      throw refuse(`limit ${limit} is out of range`)
  }
  const dnsDomain = domainOf(options.baseDn)
  const label = dnsDomain.split('.')[0] ?? ''
  const netbios = options.netbiosDomain ?? label.slice(0, netbiosNameLength)
  return {
    ...options,
    limits,
    loginAttributes: options.loginAttributes ?? defaultLoginAttributes[options.kind],
    winbind: options.winbind && {
      ...options.winbind,
      domain: netbios.toUpperCase(),
      queue: limits.queue,
    },
    lockoutShield: options.kind === 'ad' ? options.lockoutShield : 'off',
    servers: options.servers.map(({ url }) => readAddress(url, options)),
    groupBaseDn: options.groupBaseDn ?? options.baseDn,
    domainDn: domainDnOf(options.baseDn) ?? options.baseDn,
    domains: foldDomains([netbios, dnsDomain]),
    suffixes: foldDomains([dnsDomain, ...options.upnSuffixes]),
  }
}

/**
 * Takes the address of a server apart.
 * @throws {DirectoryError} `options-invalid`, `plaintext-refused`
 */
export function readAddress(
  url: string,
  options: Pick<LdapOptions, 'startTls' | 'insecurePlaintext'>,
): ServerAddress {
  const parsed = URL.parse(url)
  const secure = parsed?.protocol === 'ldaps:'
  if (!parsed?.hostname || !(secure || parsed.protocol === 'ldap:'))
    throw new DirectoryError('options-invalid', `"${url}" is not ldaps://host or ldap://host`)
  const security = secure ? 'ldaps' : options.startTls ? 'starttls' : 'plaintext'
  if (security === 'plaintext' && !options.insecurePlaintext) {
    throw new DirectoryError(
      'plaintext-refused',
      `${url} would carry passwords unencrypted: use ldaps:// or start_tls, or set insecure_plaintext: true`,
    )
  }
  return {
    url,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port ? Number(parsed.port) : secure ? 636 : 389,
    security,
  }
}

/** `DC=corp,DC=example` is corp.example; a DN without DC gives ''. */
function domainOf(dn: string): string {
  return [...dn.matchAll(/(?:^|,)\s*dc\s*=\s*([^,]+)/gi)].map((part) => part[1]?.trim()).join('.')
}

/** In the form that typed ones are compared in. People write the `@` before a suffix as well. */
function foldDomains(names: readonly string[]): readonly string[] {
  const folded = names.map((name) => withoutDot(foldName(name).replace(/^@/, '')))
  return [...new Set(folded.filter((name) => name !== ''))]
}
