import type { NameForm } from '../../signin/index.ts'
import { tidyName } from '../../support/index.ts'
import { badForm } from './name-form.ts'

/** A typed name, split into its parts. Parts are as `tidyName` gives them, domains without a final dot. */
export type TypedName =
  | {
      readonly kind: 'account'
      readonly name: string
      /** What is before `\`, as in `CORP\alice`. */
      readonly domain?: string
      /** What is after `@`, as in `alice@corp.example`. Windows allows both at once. */
      readonly suffix?: string
    }
  /** `host/pc7.corp.example`, as computers call themselves; `domain` is '' where there is none. */
  | { readonly kind: 'machine'; readonly name: string; readonly domain: string }

export type BadName = { readonly kind: 'invalid'; readonly form: NameForm }

const machineForm = /^host\/([^\\@/.]+)(?:\.([^\\@/]+))?$/i

/**
 * Takes a typed name apart, in the forms that Windows takes. A name that no account has is `invalid`: empty, too
 * long, with control characters, or with more than one `\` or `@`. So no part ever holds either.
 */
export function parseTypedName(typed: string): TypedName | BadName {
  const text = tidyName(typed)
  const form = badForm(text)
  if (form !== undefined) return { kind: 'invalid', form }
  const [, machine, machineDomain = ''] = machineForm.exec(withoutDot(text)) ?? []
  if (machine !== undefined) return { kind: 'machine', name: machine, domain: machineDomain }
  return parseAccount(text) ?? { kind: 'invalid', form: 'separators' }
}

function parseAccount(text: string): TypedName | undefined {
  const [account = '', domain, ...moreDomains] = text.split('\\').reverse()
  const [name = '', suffix, ...moreSuffixes] = account.split('@').map((part) => part.trim())
  if (name === '' || moreDomains.length > 0 || moreSuffixes.length > 0) return undefined
  const domains = [domain, suffix].map((part) => part && withoutDot(part.trim()))
  if (domains.some((part) => part === '' || part?.includes('@'))) return undefined
  const [before, behind] = domains
  return {
    kind: 'account',
    name,
    ...(before === undefined ? {} : { domain: before }),
    ...(behind === undefined ? {} : { suffix: behind }),
  }
}

/** A domain may be written with the dot of the root (RFC 1034 3.1). */
export function withoutDot(domain: string): string {
  return domain.length > 1 && domain.endsWith('.') ? domain.slice(0, -1).trim() : domain
}
