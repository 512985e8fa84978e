import type { Store } from '../../store/index.ts'

/** Where the store keeps the host name that its passkeys are bound to (PEOPLE R21). */
const key = 'passkey-host'

/** The first passkey binds the installation to the host name of its portal. Every other one finds it there. */
export async function pinPasskeyHost(settings: Store['settings'], host: string): Promise<void> {
  if ((await settings.get(key)) === undefined) await settings.set(key, host)
}

/** The host name that the passkeys of this store are bound to; undefined where it never had one. */
export function pinnedPasskeyHost(settings: Store['settings']): Promise<string | undefined> {
  return settings.get(key)
}

/** The next passkey may be bound to another one. */
export async function unpinPasskeyHost(settings: Store['settings']): Promise<void> {
  await settings.remove(key)
}
