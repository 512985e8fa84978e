import { isIP } from 'node:net'
import { hostname, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import type { Method } from '../../accounts/index.ts'
import { runtimeFolder, type Secret } from '../../support/index.ts'
import type { InstallationFiles } from '../installation-id.ts'
import type { ParsedConfig } from '../schema/schema.ts'
import { type MacRuleConfig, resolveMacRules } from './mac-rules.ts'
import { type OutageRuleConfig, resolveOutageRules } from './outage-rules.ts'
import { type PolicyRuleConfig, resolveRules } from './policy-rules.ts'
import { type ReplyRuleConfig, resolveReplyRules } from './reply-rules.ts'

/** Where a group is named that a directory must have. */
export type GroupPlace = {
  /** As it is written. */
  readonly group: string
  /** `gateways.vpn.require_groups, /etc/holdfast/holdfast.yaml:12` */
  readonly place: string
}

type ParsedGateway = ParsedConfig['gateways'][string]
type ParsedDirectory = ParsedConfig['directories'][string]
type ParsedLdap = Extract<ParsedDirectory, { type: 'ldap' }>

export type LocalDirectoryConfig = Extract<ParsedDirectory, { type: 'local' }>
export type LdapDirectoryConfig = Omit<ParsedLdap, 'nestedGroups' | 'groupBaseDn'> & {
  readonly nestedGroups: 'token-groups' | 'matching-rule' | 'recursion' | 'none'
  readonly groupBaseDn: string
}
export type RadiusDirectoryConfig = Extract<ParsedDirectory, { type: 'radius' }>
export type DirectoryConfig = LdapDirectoryConfig | RadiusDirectoryConfig | LocalDirectoryConfig
export type DeliveryConfig = ParsedConfig['delivery'][string]
export type DemoEnrolment = NonNullable<ParsedConfig['demo']>['enrolments'][number]

export type FirstFactorConfig =
  | { readonly kind: 'directories'; readonly names: readonly string[] }
  | {
      readonly kind: 'none'
      readonly directories: readonly string[]
      readonly promptWithoutPassword: boolean
    }

export type GatewayConfig = Omit<
  ParsedGateway,
  | 'append'
  | 'group'
  | 'label'
  | 'firstFactor'
  | 'directories'
  | 'promptWithoutPassword'
  | 'methods'
  | 'reply'
> & {
  readonly name: string
  readonly group: string
  readonly label: string
  readonly append: { readonly delimiter: string; readonly words: boolean } | false
  readonly firstFactor: FirstFactorConfig
  readonly methods: readonly Method[]
  /** Static attributes in the order of the file, by their name in the dictionary. */
  readonly reply: readonly { readonly name: string; readonly value: string | number }[]
}

/** Something odd in a secret. `place`: its file or variable; `remark`: a sentence without its subject. */
export type SecretRemark = { readonly place: string; readonly remark: string }

/** The whole configuration, as plain data in camelCase: every default filled in, secrets read. */
export type Config = Omit<
  ParsedConfig,
  | 'directories'
  | 'gateways'
  | 'rules'
  | 'replyRules'
  | 'outageRules'
  | 'macRules'
  | 'replyMatch'
  | 'adminSocket'
  | 'nodeName'
  | 'sealingKey'
> & {
  readonly directories: Readonly<Record<string, DirectoryConfig>>
  readonly gateways: Readonly<Record<string, GatewayConfig>>
  readonly rules: readonly PolicyRuleConfig[]
  readonly replyRules: readonly ReplyRuleConfig[]
  readonly outageRules: readonly OutageRuleConfig[]
  readonly macRules: readonly MacRuleConfig[]
  readonly adminSocket: string
  readonly nodeName: string
  /** 32 bytes in Base64. Absent only in a demo, which makes one. */
  readonly sealingKey?: Secret
  /** Where the file is that says which installation this is. */
  readonly installation: InstallationFiles
  /** Secret files that everyone on this machine can read. */
  readonly exposedFiles: readonly string[]
  /** What is likely a mistake in secrets, by file or variable. */
  readonly secretRemarks: readonly SecretRemark[]
  /** Where the file names groups, for what is said of them. */
  readonly groupPlaces: readonly GroupPlace[]
  /** What keeps the end of the audit outside the store: `audit.head_file`, or by default a file in the CacheDirectory of the unit. */
  readonly headFile?: string
}

/** What the service uses where the file names no socket, and where commands look for it. */
export const defaultAdminSocket = '/run/holdfast/admin.sock'

/**
 * The socket of the helpdesk, in a folder of its own beside that of the administrators: its group must be able to enter
 * this folder, and no other.
 */
export function helpdeskSocket(adminSocket: string): string {
  return join(`${dirname(adminSocket)}-helpdesk`, 'helpdesk.sock')
}

/** The demo’s socket: a folder of this user only, so that no one else can put one in its place. */
export function demoAdminSocket(env: Readonly<Record<string, string | undefined>>): string {
  return join(runtimeFolder(env), `holdfast-demo-${userInfo().uid}`, 'admin.sock')
}

/** Where the demo's certificate is made. The authority's, of which devices have theirs too, is `wifi-ca.pem` beside it. */
function demoCertificate(adminSocket: string): NonNullable<ParsedConfig['eap']> {
  const folder = dirname(adminSocket)
  return {
    certFile: join(folder, 'wifi.pem'),
    keyFile: join(folder, 'wifi-key.pem'),
    devices: {
      caFile: join(folder, 'wifi-ca.pem'),
      ocsp: false,
      names: ['common-name'],
      requireSid: false,
    },
  }
}

/** Fills in the defaults that depend on other fields, and adds what loading has found. */
export function resolveDefaults(
  parsed: ParsedConfig,
  env: Readonly<Record<string, string | undefined>>,
  found: {
    readonly sealingKey: Secret | undefined
    readonly exposedFiles: readonly string[]
    readonly secretRemarks: readonly SecretRemark[]
    readonly installation: InstallationFiles
    readonly groupPlaces: readonly GroupPlace[]
  },
): Config {
  const directoryNames = Object.keys(parsed.directories)
  const available = availableMethods(parsed)
  const { replyMatch, replyRules, ...settings } = parsed
  const adminSocket =
    parsed.adminSocket ?? (parsed.insecureDemo ? demoAdminSocket(env) : defaultAdminSocket)
  return {
    ...settings,
    rules: resolveRules(parsed.rules),
    replyRules: resolveReplyRules({ replyMatch, replyRules }),
    outageRules: resolveOutageRules(parsed.outageRules),
    macRules: resolveMacRules(parsed.macRules),
    directories: mapValues(parsed.directories, resolveDirectory),
    gateways: mapValues(parsed.gateways, (gateway, name) =>
      resolveGateway(name, gateway, directoryNames, available),
    ),
    adminSocket,
    ...(parsed.demo?.wifiCertificate === true ? { eap: demoCertificate(adminSocket) } : {}),
    nodeName: parsed.nodeName ?? hostname(),
    ...headFileOf(parsed, env),
    ...(found.sealingKey === undefined ? {} : { sealingKey: found.sealingKey }),
    exposedFiles: found.exposedFiles,
    secretRemarks: found.secretRemarks,
    installation: found.installation,
    groupPlaces: found.groupPlaces,
  }
}

/** Beside the store it would go the store's way. What a temporary store holds ends with it. */
function headFileOf(
  { audit, store }: ParsedConfig,
  env: Readonly<Record<string, string | undefined>>,
): { readonly headFile?: string } {
  const [cache] = (env.CACHE_DIRECTORY ?? '').split(':')
  const file = audit.headFile ?? (cache ? join(cache, 'audit-head.json') : undefined)
  return store === 'temporary' || file === undefined ? {} : { headFile: file }
}

/** Methods that are set up, those that need no typing first. */
export function availableMethods({
  methods,
  web,
}: Pick<ParsedConfig, 'methods' | 'web'>): readonly Method[] {
  const configured = { ...methods, recovery: true, passkey: passkeyHost(web), push: web?.people }
  const preferred = ['push', 'call', 'sms', 'totp', 'hotp', 'passkey', 'email', 'recovery'] as const
  return preferred.filter((method) => configured[method] !== undefined)
}

/**
 * The host name that passkeys are bound to; undefined where there is no portal, or browsers reach it by an address: they
 * bind nothing to one.
 */
export function passkeyHost(web: ParsedConfig['web']): string | undefined {
  if (web?.people === undefined) return undefined
  const { hostname } = new URL(web.people.publicUrl)
  return isAddress(hostname) ? undefined : hostname
}

function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
}

/**
 * Whom a push service would ask, as it is told with each notification; undefined where there are none. Apple refuses an
 * address that only this machine has.
 */
export function pushContact({
  methods,
  web,
}: Pick<ParsedConfig, 'methods' | 'web'>): string | undefined {
  const { contact, notifications } = methods.push
  if (notifications === 'off' || web?.people === undefined) return undefined
  if (contact !== undefined) return `mailto:${contact}`
  const { publicUrl } = web.people
  return publicUrl.startsWith('https:') && !isOnlyHere(publicUrl) ? publicUrl : undefined
}

function isOnlyHere(publicUrl: string): boolean {
  const { hostname } = new URL(publicUrl)
  return hostname === 'localhost' || hostname.endsWith('.localhost') || isAddress(hostname)
}

function resolveDirectory(directory: ParsedDirectory): DirectoryConfig {
  if (directory.type !== 'ldap') return directory
  return {
    ...directory,
    nestedGroups:
      directory.nestedGroups ?? (directory.kind === 'ad' ? 'token-groups' : 'recursion'),
    groupBaseDn: directory.groupBaseDn ?? directory.baseDn,
  }
}

function resolveGateway(
  name: string,
  gateway: ParsedGateway,
  directoryNames: readonly string[],
  available: readonly Method[],
): GatewayConfig {
  const { firstFactor, directories, promptWithoutPassword, reply, ...rest } = gateway
  const nothingChecks = gateway.flow === 'code-only' || firstFactor?.includes('none') === true
  return {
    ...rest,
    name,
    group: gateway.group ?? name,
    append: gateway.append && {
      ...gateway.append,
      words: gateway.append.words ?? gateway.flow === 'append',
    },
    label: gateway.label ?? name,
    firstFactor: nothingChecks
      ? { kind: 'none', directories: directories ?? directoryNames, promptWithoutPassword }
      : { kind: 'directories', names: firstFactor ?? directoryNames },
    methods: gateway.methods ?? usualMethods(gateway, available),
    reply: Object.entries(reply).flatMap(([attribute, values]) =>
      values.map((value) => ({ name: attribute, value })),
    ),
  }
}

/**
 * In the order in which people are asked. Where no number can be shown, a passkey comes before a call: it proves who
 * answers, and signs one sign-in alone.
 */
function usualMethods(gateway: ParsedGateway, available: readonly Method[]): readonly Method[] {
  const carried = available.filter((method) => carries(gateway, method))
  const { challenges, flow } = gateway
  if (challenges && flow !== 'hold' && flow !== 'append') return carried
  const isFirst = (method: Method) => method === 'passkey'
  return [...carried.filter(isFirst), ...carried.filter((method) => !isFirst(method))]
}

/** Where the code is in place of the password, nothing is left to be approved on a page. */
function carries({ flow }: ParsedGateway, method: Method): boolean {
  return (method !== 'passkey' && method !== 'push') || flow !== 'code-only'
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value, key: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}
