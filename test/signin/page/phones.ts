import { createPhoneJudge } from '../../../src/methods/index.ts'
import { type AnsweredOnPage, createPagePrompts } from '../../../src/signin/index.ts'
import { createSoftwarePhone, type SoftwarePhone } from '../../support/software-phone.ts'
import type { World } from '../harness.ts'

export type Phone = SoftwarePhone & { readonly id: string }

export type SignedAnswer = {
  readonly promptId: string
  readonly challenge: string
  readonly phone: string
  readonly number: string
  readonly signature: Uint8Array
}

/** People's phones, as the portal puts them together with what waits for an answer. */
export function phonesOf(world: World) {
  const prompts = createPagePrompts(world.parts)
  const { accounts, authenticators } = world.stores
  const judge = createPhoneJudge({ accounts, authenticators, clock: world.clock })

  async function sign(
    user: string,
    phone: Phone,
    number: string,
    answer: 'approve' | 'report' = 'approve',
  ): Promise<SignedAnswer> {
    const userKey = `local:${user}`
    const promptId = (await prompts.look(userKey))?.id ?? ''
    const toSign = await prompts.begin(userKey, promptId, answer, phone.id)
    if (toSign === undefined) throw new Error('nothing to sign')
    const challenge = Buffer.from(toSign.challenge).toString('base64url')
    const signature = phone.answer(challenge, number)
    return { promptId, challenge, phone: phone.id, number, signature }
  }

  const send = ({ promptId, challenge, ...said }: SignedAnswer): Promise<AnsweredOnPage> =>
    prompts.answer(promptId, challenge, (expected, userKey) => judge.judge(said, expected, userKey))

  return {
    ...prompts,
    judge,
    async enrol(user: string, label = ''): Promise<Phone> {
      const phone = createSoftwarePhone()
      const { publicKey } = phone
      const userKey = `local:${user}`
      const { id } = await authenticators.add({ method: 'push', userKey, label, publicKey })
      return { ...phone, id }
    },
    sign,
    send,
    approve: async (user: string, phone: Phone, number: string) =>
      send(await sign(user, phone, number)),
  }
}

/** The number in what a gateway shows. */
export function numberIn(message: string): string {
  return /\b\d{2}\b/.exec(message)?.[0] ?? 'none'
}
