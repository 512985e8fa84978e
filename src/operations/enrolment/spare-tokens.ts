import { spareTokenOwner } from '../../accounts/index.ts'
import type { Store, Token } from '../../store/index.ts'

type Tokens = { readonly tokens: Pick<Store['tokens'], 'hasAny' | 'withSerial'> }

/** Whether there are tokens that wait for someone who has one in hand. */
export function hasSpareTokens({ tokens }: Tokens): Promise<boolean> {
  return tokens.hasAny(spareTokenOwner)
}

/** The one with this serial number, which its label ends with. Undefined where there is none, or more than one. */
export async function findSpareToken(
  { tokens }: Tokens,
  serial: string,
): Promise<Token | undefined> {
  const wanted = tidySerial(serial)
  if (wanted === '') return undefined
  const found = await tokens.withSerial(spareTokenOwner, wanted)
  return found.length === 1 ? found[0] : undefined
}

/** Blanks on the back of a token only group its digits: people leave them out, or not. */
export function tidySerial(serial: string): string {
  return serial.replaceAll(/\s/g, '')
}

export function isSpare({ userKey }: Pick<Token, 'userKey'>): boolean {
  return userKey === spareTokenOwner
}
