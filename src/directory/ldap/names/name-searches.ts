import type { NameProblem } from '../../../signin/index.ts'
import { foldName } from '../../../support/index.ts'
import type { TypedName } from '../../names/typed-name.ts'
import { equals, type Filter } from '../entries/filters.ts'
import type { LdapSettings } from '../options.ts'
import {
  accountAttribute,
  defaultLoginAttributes,
  holdsAddresses,
  holdsNoAddress,
} from './login-attributes.ts'

/** One question to the directory: who has this name in this attribute? */
export type NameSearch = { readonly attribute: string; readonly filter: Filter }

type Settings = Pick<LdapSettings, 'kind' | 'loginAttributes' | 'domains' | 'suffixes' | 'machines'>
type Account = Extract<TypedName, { kind: 'account' }>

/** The part of a computer's name that its sAMAccountName holds before `$`: its NetBIOS name. */
const netbiosNameLength = 15

/**
 * What to look for, first to last; the first that fits an account is used. `isCertified`: a certificate has the name,
 * and goes by the attributes of the kind of directory, whatever people may type.
 */
export function nameSearches(
  settings: Settings,
  typed: TypedName,
  isCertified = false,
): readonly NameSearch[] {
  if (whyForeign(settings, typed) === 'before') return []
  if (typed.kind === 'machine') return machineSearches(settings, typed)
  const attributes = isCertified ? defaultLoginAttributes[settings.kind] : settings.loginAttributes
  return attributes.flatMap((attribute) =>
    valuesFor(settings, attribute, typed).map((value) => ({
      attribute,
      filter: equals(attribute, value),
    })),
  )
}

/** The whole address is compared before the part that is before the `@` of a domain of the directory. */
function valuesFor(settings: Settings, attribute: string, typed: Account): readonly string[] {
  const { name, suffix } = typed
  if (suffix === undefined) return holdsAddresses(attribute) ? [] : [name]
  const whole = holdsNoAddress(attribute) ? [] : [`${name}@${suffix}`]
  const isOurs = whyForeign(settings, typed) === undefined
  return isOurs && !holdsAddresses(attribute) ? [...whole, name] : whole
}

function machineSearches(
  settings: Settings,
  { name, domain }: Extract<TypedName, { kind: 'machine' }>,
): readonly NameSearch[] {
  const isOurs = domain === '' || settings.suffixes.includes(foldName(domain))
  if (!settings.machines || !isOurs) return []
  const attribute = accountAttribute(settings)
  return [{ attribute, filter: equals(attribute, `${name.slice(0, netbiosNameLength)}$`) }]
}

/** Which part of a name is a domain that this directory does not have. */
function whyForeign(settings: Settings, typed: TypedName): 'before' | 'behind' | undefined {
  if (typed.kind === 'machine') return undefined
  const { domain, suffix } = typed
  const { domains, suffixes } = settings
  if (domain !== undefined && !domains.includes(foldName(domain))) return 'before'
  if (suffix === undefined) return undefined
  // alice@CORP is alice@corp.example.
  return [...suffixes, ...domains].includes(foldName(suffix)) ? undefined : 'behind'
}

/** Why no one here can have a name that was not found, apart from the fact that no account has it. */
export function problemOf(settings: Settings, typed: TypedName): NameProblem | undefined {
  if (typed.kind === 'machine' && !settings.machines) return { kind: 'machine' }
  const needsAddress = settings.loginAttributes.every(holdsAddresses)
  if (typed.kind === 'account' && typed.suffix === undefined && needsAddress) {
    return { kind: 'address' }
  }
  switch (whyForeign(settings, typed)) {
    case 'before':
      return { kind: 'domain', domains: settings.domains }
    case 'behind':
      return { kind: 'domain', domains: [...new Set([...settings.suffixes, ...settings.domains])] }
    case undefined:
      return undefined
  }
}
