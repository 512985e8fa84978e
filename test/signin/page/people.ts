import {
  createPasskeyJudge,
  createPasskeys,
  type PasskeyJudge,
} from '../../../src/methods/index.ts'
import {
  type AnsweredOnPage,
  createPagePrompts,
  type PagePrompts,
  type ToSign,
} from '../../../src/signin/index.ts'
import {
  createSoftwarePasskey,
  type Says,
  type SoftwarePasskey,
} from '../../support/software-passkey.ts'
import type { World } from '../harness.ts'

const host = 'mfa.example.com'
const origin = 'https://mfa.example.com'
const passkeys = createPasskeys({ host, origin, name: 'Example' })

export type Device = SoftwarePasskey & { readonly authenticatorId: string }

/** The page on which people approve, and their passkeys, as the portal puts them together. */
export type Page = PagePrompts & {
  readonly judge: PasskeyJudge
  /** Gives a person a passkey on a device of theirs. */
  enrol(
    user: string,
    given?: { readonly isDeviceBound?: boolean; readonly label?: string },
  ): Promise<Device>
  /** Takes a signature for an answer to what is open, as the page does. */
  sign(
    user: string,
    device: Device,
    answer?: 'approve' | 'report',
    says?: Says,
  ): Promise<SignedAnswer>
  send(signed: SignedAnswer): Promise<AnsweredOnPage>
  /** Signs and sends. */
  approve(user: string, device: Device): Promise<AnsweredOnPage>
}

export type SignedAnswer = {
  readonly promptId: string
  readonly challenge: string
  readonly signature: ReturnType<SoftwarePasskey['sign']>
}

export function openPage(world: World): Page {
  const prompts = createPagePrompts(world.parts)
  const judge = createPasskeyJudge({
    passkeys,
    authenticators: world.stores.authenticators,
    people: { load: async (userKey) => ({ userKey }) },
    clock: world.clock,
  })

  async function verify(signature: SignedAnswer['signature'], expected: ToSign, userKey: string) {
    const passkey = await judge.judge(signature, expected.challenge)
    const isOwn = passkey?.userKey === userKey && expected.authenticators.includes(passkey.id)
    return isOwn ? { authenticatorId: passkey.id, name: passkey.label } : undefined
  }

  const page: Page = {
    ...prompts,
    judge,
    async enrol(user, { label = '', ...given } = {}) {
      const device = createSoftwarePasskey({ host, origin, ...given })
      const userKey = `local:${user}`
      const options = await passkeys.registrationOptions({
        ...{ key: userKey, name: user, displayName: user, existing: [] },
        userHandle: new Uint8Array(32),
      })
      const made = await passkeys.verifyRegistration(
        device.register(options),
        options.challenge,
        userKey,
      )
      if (made === undefined) throw new Error('not registered')
      const { id } = await world.stores.authenticators.add({ ...made, label })
      return { ...device, authenticatorId: id }
    },
    async sign(user, device, answer = 'approve', says = {}) {
      const userKey = `local:${user}`
      const promptId = (await prompts.look(userKey))?.id ?? ''
      const toSign = await prompts.begin(userKey, promptId, answer, device.authenticatorId)
      if (toSign === undefined) throw new Error('nothing to sign')
      const challenge = Buffer.from(toSign.challenge).toString('base64url')
      return { promptId, challenge, signature: device.sign({ challenge }, says) }
    },
    send: ({ promptId, challenge, signature }) =>
      prompts.answer(promptId, challenge, (expected, userKey) =>
        verify(signature, expected, userKey),
      ),
    approve: async (user, device) => page.send(await page.sign(user, device)),
  }
  return page
}
