import type { NewAuthenticator, PushAuthenticator } from '../../accounts/index.ts'
import { createTotpSeed } from '../../methods/index.ts'
import type { Store } from '../../store/index.ts'

type NewPhone = Extract<NewAuthenticator, { readonly method: 'push' }>

/**
 * Adds a phone, and the code that it shows: a person whose prompts are paused, or whose phone has no network, can still
 * sign in (PEOPLE R12). A phone without its code is not left behind.
 */
export async function addPhone(
  authenticators: Store['authenticators'],
  phone: NewPhone,
): Promise<{ readonly added: PushAuthenticator; readonly seed: Uint8Array }> {
  const seed = createTotpSeed()
  const { userKey, label, setUpBy } = phone
  const added = await authenticators.add(phone)
  if (added.method !== 'push') throw new Error('another authenticator was stored')
  try {
    await authenticators.add({
      ...{ method: 'totp', userKey, label, seed, phoneId: added.id },
      ...(setUpBy === undefined ? {} : { setUpBy }),
      ...{ algorithm: 'sha1', digits: 6, periodSeconds: 30, driftSteps: 0, lastStep: -1 },
    })
  } catch (error) {
    await authenticators.remove(userKey, added.id)
    throw error
  }
  return { added, seed }
}
