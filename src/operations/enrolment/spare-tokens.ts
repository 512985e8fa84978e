import type { Store, Token } from '../../store/index.ts'

/** Stands for a person where a token is nobody's yet; no directory has people without an id. */
export const spareTokenOwner = 'spare-tokens:'

/** Tokens that were imported without a person, and wait for someone who has one in hand. */
export async function spareTokens(store: Pick<Store, 'authenticators'>): Promise<readonly Token[]> {
  const owned = await store.authenticators.list(spareTokenOwner)
  return owned.filter((each) => each.method === 'totp' || each.method === 'hotp')
}

/** The one with this serial number, which its label ends with. */
export async function findSpareToken(
  store: Pick<Store, 'authenticators'>,
  serial: string,
): Promise<Token | undefined> {
  const wanted = serial.replaceAll(/\s/g, '').toLowerCase()
  const fits = (await spareTokens(store)).filter(
    ({ label }) => label.slice(label.lastIndexOf(' ') + 1).toLowerCase() === wanted,
  )
  return fits.length === 1 ? fits[0] : undefined
}
