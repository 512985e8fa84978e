import { setTimeout as sleep } from 'node:timers/promises'
import type { TestGateway } from '../../lab/gateway.ts'
import { type EnrolledPhone, openPhoneConnection } from './phones.ts'

const connections = 32
const atOnce = 64

/** Someone with a phone, and the gateway that they come through. */
export type Member = {
  readonly name: string
  readonly password: string
  readonly phone: EnrolledPhone
  readonly gateway: TestGateway
  /** NAS-Identifier. */
  readonly nas?: string
}
/** Someone to whom the gateway shows a number. */
export type Asked = Member & { readonly number: string; readonly state: Uint8Array }

/** Signs everyone in up to the number that the gateway shows. */
export async function openPrompts(members: readonly Member[]): Promise<readonly Asked[]> {
  const waiting = [...members]
  const asked: Asked[] = []
  const work = async () => {
    for (let member = waiting.shift(); member !== undefined; member = waiting.shift()) {
      const { gateway, name, password, nas } = member
      const reply = await gateway.signIn({
        user: name,
        password,
        ...(nas !== undefined && { nas }),
      })
      const number = /number is (\d+)/.exec(reply?.message ?? '')?.[1]
      const state = reply?.state
      if (number === undefined || state === undefined) {
        throw new Error(`${name} is shown no number: ${reply?.kind} ${reply?.message}`)
      }
      asked.push({ ...member, number, state })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return asked
}

export type Waiting = Asked & { readonly accepted: Promise<number> }

/** Everyone presses Enter, and waits. `accepted`: when the Accept arrived. */
export function enter(asked: readonly Asked[]): readonly Waiting[] {
  return asked.map((each) => {
    const { gateway, name: user, state, nas } = each
    const request = { user, password: '', state, ...(nas !== undefined && { nas }) }
    const accepted = gateway.signIn(request, 120_000).then((reply) => {
      if (reply?.kind !== 'accept') throw new Error(`${user} did not get in: ${reply?.message}`)
      return performance.now()
    })
    return { ...each, accepted }
  })
}

/** From the signature to the Access-Accept, for each of them, so many a second; phones speak to this port. */
export async function approveAll(
  port: number,
  waiting: readonly Waiting[],
  perSecond: number,
): Promise<readonly number[]> {
  const lines = Array.from({ length: connections }, (_, index) => openPhoneConnection(port, index))
  const startedMs = performance.now()
  const approve = async ({ accepted, number, phone }: Waiting, index: number) => {
    await sleep(Math.max(0, startedMs + (index * 1_000) / perSecond - performance.now()))
    const line = lines[index % connections]
    if (line === undefined) throw new Error('no connection')
    const begun = await line.begin(phone)
    const signedMs = performance.now()
    const answered = await line.approve(phone, begun, number)
    if (answered !== 'approved') throw new Error(`a phone was answered ${answered}`)
    return (await accepted) - signedMs
  }
  try {
    return await Promise.all(waiting.map(approve))
  } finally {
    for (const line of lines) line.close()
  }
}
