import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import {
  addressOf,
  findControllers,
  type OpenTree,
  openTree,
  probeServer,
  type Tree,
} from '../../directory/ldap/survey/index.ts'
import { HoldfastError, Secret } from '../../support/index.ts'
import { CliError } from '../errors.ts'
import { readSecretLine } from '../files.ts'
import type { CliIo } from '../io.ts'
import type { DirectoryAnswers } from './answers.ts'
import type { Interview, Judged } from './ask-again.ts'
import { readAuthorities, settleTrust, type TrustOptions } from './certificate-answers.ts'
import { searchDomain } from './machine.ts'

export type DirectoryOptions = TrustOptions & {
  readonly controller: readonly string[]
  readonly baseDn?: string | undefined
  readonly bindDn?: string | undefined
  readonly bindPasswordFile?: string | undefined
  /** Asks no server anything. */
  readonly offline: boolean
}

/** Servers that go into the configuration. `open`: one that can be asked now. */
type Servers = {
  readonly urls: readonly string[]
  readonly ca?: string
  readonly open?: string
}

/** Of many controllers in DNS these are enough: the others are often far away. */
const maxControllers = 3

/** What is known of the directory once its questions are answered. `country`: where most people are. */
export type DirectoryFound = DirectoryAnswers & {
  readonly country?: string
  /** Whether a server has taken the account. */
  readonly isTried: boolean
}

/** Asks for servers, account and base DN, and tries each answer on the servers themselves. */
export async function askForDirectory(
  options: DirectoryOptions,
  interview: Interview,
  io: CliIo,
): Promise<DirectoryFound> {
  const servers = await askForServers(options, interview, io)
  const { account, tree: open } = await askForAccount(options, servers, interview, io)
  try {
    const { baseDn, country } = await askForBase(options, servers, open, interview)
    const { urls, ca } = servers
    return {
      servers: urls,
      ...(ca === undefined ? {} : { ca }),
      ...account,
      baseDn,
      ...namesOf(open?.tree, baseDn),
      ...(country === undefined ? {} : { country }),
      isTried: open !== undefined,
    }
  } finally {
    open?.close()
  }
}

async function askForServers(
  options: DirectoryOptions,
  interview: Interview,
  io: CliIo,
): Promise<Servers> {
  const { controller, caFile } = options
  const given = controller.length > 0 ? controller.join(' ') : undefined
  const ca = caFile === undefined ? undefined : readAuthorities(caFile)
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  const domain = given === undefined && !options.offline ? searchDomain() : undefined
  const known = domain !== undefined && (await findControllers(domain, resolver)).length > 0
  return await interview.ask<Servers>({
    text: 'Domain, or its controllers (corp.example.com, or dc1.corp.example.com)',
    flag: 'controller',
    given,
    fallback: known ? domain : undefined,
    async judge(answer) {
      const names = answer.split(/[\s,]+/).filter((name) => name !== '')
      const malformed = names.find((name) => urlsOf(name).length === 0)
      if (malformed !== undefined) {
        return {
          problem: `"${malformed}" is not the name of a server; write one such as dc1.corp.example.com or ldaps://dc1.corp.example.com:636.`,
        }
      }
      const asWritten = {
        urls: names.flatMap((name) => urlsOf(name).slice(0, 1)),
        ...(ca === undefined ? {} : { ca }),
      }
      if (options.offline) return { value: asWritten }
      const [only = ''] = names
      const controllers =
        names.length === 1 && isBareName(only) ? await findControllers(only, resolver) : []
      if (controllers.length === 0) return await probeAll(names, asWritten, options, interview, io)
      interview.tell(`Controllers of ${only}, by DNS: ${controllers.join(', ')}`)
      const wanted = controllers.slice(0, maxControllers)
      return await probeAll(wanted, { ...asWritten, urls: [] }, options, interview, io)
    },
  })
}

/** A name without scheme and port means LDAP over TLS, and where that is not served StartTLS. */
function urlsOf(name: string): readonly string[] {
  const isUrl = /^[a-z]+:\/\//i.test(name)
  const host = isIP(name) === 6 ? `[${name}]` : name
  const candidates = isUrl
    ? [name]
    : [`ldaps://${host}`, ...(isBareName(name) ? [`ldap://${host}`] : [])]
  return candidates.filter((url) => {
    const parsed = URL.parse(url)
    const isPlain = parsed !== null && ['', '/'].includes(parsed.pathname) && parsed.search === ''
    return isPlain && /^ldaps?:$/.test(parsed.protocol) && /^[\w.:[\]-]+$/.test(parsed.hostname)
  })
}

function isBareName(name: string): boolean {
  return !/[:/[\]]/.test(name) || isIP(name) !== 0
}

/** Servers that DNS names and that do not answer are left out; those that were typed have to answer. */
async function probeAll(
  names: readonly string[],
  written: Servers,
  options: DirectoryOptions,
  interview: Interview,
  io: CliIo,
): Promise<Judged<Servers>> {
  const isFound = written.urls.length === 0
  const urls: string[] = []
  const problems: string[] = []
  let { ca } = written
  for (const name of names) {
    const probed = await probeOne(name, ca, options, interview, io)
    if ('refused' in probed) return { problem: probed.refused }
    if ('unreachable' in probed) {
      problems.push(probed.unreachable)
      continue
    }
    urls.push(probed.url)
    ca = probed.ca
  }
  const [open] = urls
  const known = { ...(ca === undefined ? {} : { ca }), ...(open === undefined ? {} : { open }) }
  if (problems.length === 0 || (isFound && urls.length > 0)) {
    for (const problem of problems) interview.tell(`Left out: ${problem}`)
    return { value: { urls, ...known } }
  }
  const problem = problems.join('\n')
  return isFound ? { problem } : { problem, keep: { ...written, ...known } }
}

type Probed =
  | { readonly url: string; readonly ca: string | undefined }
  | { readonly unreachable: string }
  | { readonly refused: string }

async function probeOne(
  name: string,
  trusted: string | undefined,
  options: TrustOptions,
  interview: Interview,
  io: CliIo,
): Promise<Probed> {
  let unreachable = ''
  for (const url of urlsOf(name)) {
    const { host } = addressOf(url)
    const result = await probeServer({ url, ca: trusted }, io.clock)
    if (result.kind === 'trusted') return { url, ca: trusted }
    if (result.kind === 'bad-certificate') {
      return {
        refused: `The certificate of ${host} cannot be used: ${result.detail}. Renew it on the server.`,
      }
    }
    if (result.kind === 'other-name') {
      const names = result.names.join(', ') || 'no name'
      return { refused: `The certificate of ${host} is for ${names}. Write a name that is in it.` }
    }
    if (result.kind === 'untrusted') {
      const trust = await settleTrust(host, result, options, interview)
      if (typeof trust === 'string') return { refused: trust }
      const ca = trusted?.includes(trust.pem) ? trusted : `${trusted ?? ''}${trust.pem}`
      const again = await probeServer({ url, ca }, io.clock)
      return again.kind === 'trusted'
        ? { url, ca }
        : { refused: `The certificate of ${host} is not signed by that authority either.` }
    }
    unreachable ||= `${url} cannot be reached: ${result.detail}. Look at the name, the port and firewalls; the server needs a certificate for LDAPS or StartTLS, since Holdfast sends no password unencrypted.`
  }
  return { unreachable }
}

type Account = Pick<DirectoryAnswers, 'bindDn' | 'bindPassword'>

/** Binds once for each answer, since wrong ones count towards a lockout. */
async function askForAccount(
  options: DirectoryOptions,
  { open, ca }: Servers,
  interview: Interview,
  io: CliIo,
): Promise<{ readonly account: Account; readonly tree?: OpenTree }> {
  const { bindPasswordFile: passwordFile } = options
  for (let last: string | undefined; ; ) {
    const isAgain = last !== undefined
    const bindDn: string = await interview.ask<string>({
      text: 'Account that searches (user@domain, or a DN)',
      flag: 'bind-dn',
      given: isAgain ? undefined : options.bindDn,
      fallback: last,
      judge: judgeAccount,
    })
    const bindPassword = await interview.ask<string>({
      text: 'Its password',
      flag: 'bind-password-file',
      given: isAgain || passwordFile === undefined ? undefined : readSecretLine(passwordFile, io),
      hidden: true,
      judge: (value) => ({ value }),
    })
    const account = { bindDn, bindPassword }
    if (open === undefined) return { account }
    const tried = await tryAccount({ url: open, ca }, account, io)
    if (typeof tried !== 'string') return { account, tree: tried }
    if (options.bindDn !== undefined && passwordFile !== undefined && !interview.asks) {
      throw new CliError('usage', `--bind-dn, --bind-password-file: ${tried}\nNothing was written.`)
    }
    interview.tell(tried)
    last = bindDn
  }
}

function judgeAccount(answer: string): Judged<string> {
  if (/[=@\\]/.test(answer)) return { value: answer }
  return {
    problem: `"${answer}" lacks its domain; write it as ${answer}@corp.example.com, or as a DN such as CN=${answer},CN=Users,DC=corp,DC=example,DC=com.`,
  }
}

async function tryAccount(
  server: { readonly url: string; readonly ca: string | undefined },
  { bindDn, bindPassword }: Account,
  io: CliIo,
): Promise<OpenTree | string> {
  try {
    const account = { bindDn, bindPassword: new Secret(bindPassword) }
    return await openTree(server, account, io.clock)
  } catch (error) {
    if (error instanceof HoldfastError) return `${server.url}: ${error.message}`
    throw error
  }
}

async function askForBase(
  { baseDn }: DirectoryOptions,
  { urls }: Servers,
  open: OpenTree | undefined,
  interview: Interview,
): Promise<{ readonly baseDn: string; readonly country?: string }> {
  const bases = open?.tree.bases ?? []
  if (bases.length > 1) interview.tell(`The server holds: ${bases.join('; ')}`)
  return await interview.ask<{ readonly baseDn: string; readonly country?: string }>({
    text: 'Where people are (base DN)',
    flag: 'base-dn',
    given: baseDn,
    fallback: bases[0] ?? guessBaseDn(urls[0]),
    async judge(answer) {
      if (!/^[A-Za-z][\w.-]*\s*=[^,]/.test(answer)) {
        return { problem: `"${answer}" is not a DN; write one such as DC=corp,DC=example,DC=com.` }
      }
      const look = await open?.look(answer)
      if (look === undefined) return { value: { baseDn: answer } }
      if ('problem' in look) return { problem: `${answer} cannot be searched: ${look.problem}` }
      const { people, country } = look
      const value = { baseDn: answer, ...(country === undefined ? {} : { country }) }
      if (people > 0) return { value }
      return { problem: `The account sees no person below ${answer}.`, keep: value }
    },
  })
}

/** `ldaps://dc1.corp.example.com` has its people below `DC=corp,DC=example,DC=com`. */
function guessBaseDn(server: string | undefined): string | undefined {
  const labels = server === undefined ? [] : new URL(server).hostname.split('.').slice(1)
  if (labels.length < 2 || labels.some((label) => /^\d+$/.test(label))) return undefined
  return labels.map((label) => `DC=${label}`).join(',')
}

/** Only what the base DN does not say by itself. */
function namesOf(
  tree: Tree | undefined,
  baseDn: string,
): Pick<DirectoryAnswers, 'kind' | 'netbiosDomain' | 'upnSuffixes'> {
  const [, first = ''] = /(?:^|,)\s*dc\s*=\s*([^,]+)/i.exec(baseDn) ?? []
  const { kind = 'ad', netbiosDomain, upnSuffixes = [] } = tree ?? {}
  const isGuessed = netbiosDomain?.toLowerCase() === first.trim().toLowerCase()
  return {
    kind,
    upnSuffixes,
    ...(netbiosDomain === undefined || isGuessed ? {} : { netbiosDomain }),
  }
}
