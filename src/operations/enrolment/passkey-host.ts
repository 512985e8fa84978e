import type { Store } from '../../store/index.ts'
import type { CheckRow } from '../checks/check-row.ts'
import { AdminError } from '../errors.ts'

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

/**
 * Refuses a configuration whose portal has another host name than the passkeys of this store: none of them would work,
 * and people would be shut out. `host`: of the portal; undefined where there is none, which leaves them as they are.
 * Throws AdminError `passkey-host-changed`, which says the way out.
 */
export async function checkPasskeyHost(
  store: Pick<Store, 'settings' | 'countAuthenticators'>,
  host: string | undefined,
): Promise<void> {
  const pinned = await pinnedPasskeyHost(store.settings)
  if (pinned === undefined || host === undefined || pinned === host) return
  const counts = await store.countAuthenticators()
  const { authenticators = 0, people = 0 } = counts.find(({ method }) => method === 'passkey') ?? {}
  throw new AdminError(
    'passkey-host-changed',
    `web.people.public_url has the host name ${host}, but the passkeys in the store work at ${pinned} alone (${authenticators} of ${people} people). Write https://${pinned} again. To move the portal all the same, remove all passkeys with holdfast store forget-passkeys; people then add new ones.`,
  )
}

/** The next passkey may be bound to another one. */
export async function unpinPasskeyHost(settings: Store['settings']): Promise<void> {
  await settings.remove(key)
}

/** What the passkeys of this store are bound to, once there is one (PEOPLE R21). `host`: of the portal. */
export async function checkPasskeys(
  settings: Store['settings'],
  host: string | undefined,
): Promise<readonly CheckRow[]> {
  const pinned = await pinnedPasskeyHost(settings)
  if (pinned === undefined) return []
  const common = { area: 'method', what: 'passkeys' }
  if (host === pinned || host === undefined) {
    return [{ ...common, state: 'ok', detail: `bound to ${pinned}`, remedy: '' }]
  }
  return [
    {
      ...{ ...common, state: 'failed' },
      detail: `bound to ${pinned}, and web.people.public_url is at ${host}: the service does not start with it`,
      remedy: `Write https://${pinned} again, or remove all passkeys with holdfast store forget-passkeys.`,
    },
  ]
}
