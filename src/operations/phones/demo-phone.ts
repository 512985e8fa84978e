import { readPhoneKey } from '../../methods/index.ts'
import type { Directory } from '../../signin/index.ts'
import type { Store } from '../../store/index.ts'
import type { DemoEnrolment } from '../authenticators/enrol-demo.ts'
import { addPhone } from './add-phone.ts'

/** The person of the demo whose phone a browser can become: the first who is called. */
export function demoPhoneOwner(
  enrolments: readonly DemoEnrolment[] = [],
): DemoEnrolment | undefined {
  return enrolments.find(({ method }) => method === 'call')
}

/** Makes browsers the phone of this person, the newest in place of the one before. Only for the demo. */
export function createDemoPairing(
  { directory, user }: DemoEnrolment,
  { authenticators }: Pick<Store, 'authenticators'>,
  directories: () => ReadonlyMap<string, Directory>,
) {
  return async ({ name, publicKey }: { readonly name: string; readonly publicKey: Uint8Array }) => {
    if (readPhoneKey(publicKey) === undefined) return undefined
    const found = await directories().get(directory)?.resolve(user, AbortSignal.timeout(1_000))
    if (found?.kind !== 'user') return undefined
    const { key: userKey } = found.user
    for (const { id, method } of await authenticators.list(userKey)) {
      if (method === 'push') await authenticators.remove(userKey, id)
    }
    const phone = { method: 'push', userKey, label: name, publicKey } as const
    const { added, seed } = await addPhone(authenticators, phone)
    return { id: added.id, seed }
  }
}
