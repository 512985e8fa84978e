import type { Paired } from '../../../people/contract.ts'
import type { Api } from '../logic/api.ts'
import { rememberPhone } from '../parts/remembered.ts'
import { becomePhone, createKey } from './keys.ts'
import { keepPhone } from './store.ts'

/** A pairing that this browser has claimed, before it is confirmed at the portal. */
export type Claim = {
  readonly key: CryptoKey
  readonly token: string
  /** What it shows. */
  readonly check: string
  readonly untilMs: number
}

/** Makes a key, and claims the pairing with this code. Undefined where name and code are wrong, or too late. */
export async function claimPairing(
  api: Api,
  name: string,
  code: string,
): Promise<Claim | undefined> {
  const { key, spki } = await createKey()
  const claimed = await api.pairPhone(name, code, spki)
  return claimed.step === 'wrong' ? undefined : { key, ...claimed }
}

/** Whether it was confirmed; this browser is a phone then. */
export async function settlePairing(api: Api, { key, token }: Claim): Promise<Paired['step']> {
  return settle(key, await api.pairedPhone(token))
}

/** In the demo a browser becomes the phone of a person there at once. */
export async function pairDemoPhone(api: Api): Promise<Paired['step']> {
  const { key, spki } = await createKey()
  return settle(key, await api.becomeDemoPhone(spki))
}

async function settle(key: CryptoKey, paired: Paired): Promise<Paired['step']> {
  if (paired.step === 'paired') {
    await keepPhone(await becomePhone(paired.phone, key, paired.seed))
    rememberPhone(true)
  }
  return paired.step
}

/** Name and code in the address of the picture: after `#`, so that no server and no log has them. */
export function pairingOfHash(hash: string): { readonly name: string; readonly code: string } {
  const said = new URLSearchParams(hash.replace(/^#/, ''))
  return { name: said.get('name') ?? '', code: said.get('code') ?? '' }
}

export function pairingAddress(origin: string, name: string, code: string): string {
  return `${origin}/pair#${new URLSearchParams({ name, code })}`
}
