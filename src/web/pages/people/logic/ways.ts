import type { PortalAuthenticator } from '../../../people/contract.ts'
import type { TextKey } from '../texts/en.ts'

/** What a way to sign in is called on the pages: as the person calls it, otherwise by its kind. */
export function nameOf(
  { label, setup }: Pick<PortalAuthenticator, 'label' | 'setup'>,
  say: (key: TextKey) => string,
): string {
  return label || say(`way-${setup}`)
}

/** What tells it from others: a masked number or address, or how many codes are left. */
export function detailOf(
  { detail, setup }: Pick<PortalAuthenticator, 'detail' | 'setup'>,
  say: (key: TextKey, values: { readonly count: string }) => string,
): string {
  return setup === 'recovery' ? say('codes-left', { count: detail }) : detail
}

export type Standing = 'good' | 'one' | 'no-codes'

/** How well prepared a person is when the phone is lost: more than one way in, of which recovery codes are one. */
export function standingOf(ways: readonly Pick<PortalAuthenticator, 'setup'>[]): Standing {
  const others = ways.filter(({ setup }) => setup !== 'recovery')
  const hasCodes = others.length < ways.length
  if (others.length > 1 || (others.length === 1 && hasCodes)) return hasCodes ? 'good' : 'no-codes'
  return 'one'
}
