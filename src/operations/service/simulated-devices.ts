import * as z from 'zod'
import type { NewAuthenticator } from '../../accounts/index.ts'
import { createSimulatedPasskey, createSimulatedPhone } from '../../methods/index.ts'
import type { AnsweredOnPage, PagePrompts, Signer, ToSign } from '../../signin/index.ts'
import type { Store } from '../../store/index.ts'
import { AdminError } from '../errors.ts'
import { operation, personName } from '../operation.ts'
import type { FindPerson } from '../people.ts'
import { addPhone } from '../phones/add-phone.ts'

/** What answers of devices that are played need of a running demo. */
export type DeviceParts = {
  /** Undefined where there is no portal. */
  prompts(): PagePrompts | undefined
  judgePhone(
    said: { readonly phone: string; readonly number: string; readonly signature: Uint8Array },
    expected: ToSign,
    userKey: string,
  ): Promise<Signer | undefined>
  /** Undefined where there are no passkeys. */
  passkeys():
    | {
        readonly host: string
        readonly origin: string
        judge(
          response: unknown,
          challenge: Uint8Array,
        ): Promise<
          { readonly id: string; readonly userKey: string; readonly label: string } | undefined
        >
      }
    | undefined
}

/** What signs with the key of one device that is played. */
type Device = (
  parts: DeviceParts,
  number: string,
) => (expected: ToSign, userKey: string) => Promise<Signer | undefined>

const label = 'Simulated device'
const device = { user: personName, id: z.string().min(1).max(64) }

/**
 * Phones and passkeys that `simulate` plays, with keys in this process alone. In a demo only: anyone who reaches the
 * socket could approve with them. Their answers are signed and judged like all others (PEOPLE R1).
 */
export function createSimulatedDeviceOperations({
  findPerson,
  service,
  store,
}: {
  readonly findPerson: FindPerson
  readonly service?: { devices(): DeviceParts | undefined }
  readonly store: Pick<Store, 'authenticators'>
}) {
  const devices = new Map<string, Device>()

  function partsOfDemo(): DeviceParts {
    const parts = service?.devices()
    if (parts !== undefined) return parts
    throw new AdminError('demo-only', 'Phones and passkeys can be played in a demo only.')
  }

  return {
    'simulation.enrol': operation(
      z.strictObject({ user: personName, method: z.enum(['push', 'passkey']) }),
      async ({ user, method }, { signal }) => {
        const parts = partsOfDemo()
        const { key: userKey } = await findPerson(user, signal)
        if (method === 'push') {
          const phone = createSimulatedPhone()
          const { publicKey } = phone
          const { added } = await addPhone(store.authenticators, {
            ...{ method, userKey, label, publicKey },
          })
          devices.set(added.id, ({ judgePhone }, number) => (expected, person) => {
            const signature = phone.sign(expected.challenge, number)
            return judgePhone({ phone: added.id, number, signature }, expected, person)
          })
          return { id: added.id }
        }
        if (parts.passkeys() === undefined) {
          throw new AdminError('demo-only', 'There are no passkeys: the portal has no host name.')
        }
        const passkey = createSimulatedPasskey()
        const { id } = await store.authenticators.add(passkeyOf(userKey, passkey))
        devices.set(id, ({ passkeys }) => async ({ authenticators, challenge }, person) => {
          const party = passkeys()
          if (party === undefined || !authenticators.includes(id)) return undefined
          const judged = await party.judge(passkey.sign(challenge, party), challenge)
          if (judged === undefined || judged.userKey !== person) return undefined
          return { authenticatorId: judged.id, name: judged.label }
        })
        return { id }
      },
    ),

    'simulation.look': operation(
      z.strictObject(device),
      async ({ user, id }, { signal }): Promise<{ readonly prompt?: string }> => {
        const { key } = await findPerson(user, signal)
        const prompt = await partsOfDemo().prompts()?.look(key)
        return prompt?.page.authenticators.includes(id) === true ? { prompt: prompt.id } : {}
      },
    ),

    'simulation.approve': operation(
      z.strictObject({ ...device, prompt: z.string().max(64), number: z.string().max(6) }),
      async (
        { user, id, prompt, number },
        { signal },
      ): Promise<{ readonly answered: AnsweredOnPage['kind'] }> => {
        const parts = partsOfDemo()
        const { key } = await findPerson(user, signal)
        const prompts = parts.prompts()
        const sign = devices.get(id)
        const toSign = await prompts?.begin(key, prompt, 'approve', id)
        if (prompts === undefined || sign === undefined || toSign === undefined) {
          return { answered: 'over' }
        }
        const challenge = Buffer.from(toSign.challenge).toString('base64url')
        const { kind } = await prompts.answer(prompt, challenge, sign(parts, number))
        return { answered: kind }
      },
    ),

    'simulation.leave': operation(z.strictObject(device), async ({ user, id }, { signal }) => {
      partsOfDemo()
      const { key } = await findPerson(user, signal)
      // Nothing that a person has set up goes this way.
      if (devices.delete(id)) await store.authenticators.remove(key, id)
      return {}
    }),
  }
}

function passkeyOf(
  userKey: string,
  { credentialId, publicKey }: { readonly credentialId: string; readonly publicKey: Uint8Array },
): NewAuthenticator {
  return {
    ...{ method: 'passkey', userKey, label, credentialId, publicKey },
    ...{ isDeviceBound: false, isBackedUp: true, signCount: 0, transports: ['internal'] },
    aaguid: '00000000-0000-0000-0000-000000000000',
  }
}
