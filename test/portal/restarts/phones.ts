import type { DemoMessage } from '../../lab/demo-phone.ts'
import type { PortalService } from '../portal-service.ts'

/** What has reached the phones of people. The demo phone forgets it with its process; real phones do not. */
export function collectMessages(portal: PortalService) {
  const earlier: DemoMessage[] = []

  async function messagesTo(user: string): Promise<readonly DemoMessage[]> {
    const now = (await portal.phone.list()).toReversed()
    return [...earlier, ...now].filter((message) => message.user === user)
  }

  async function callsOf(user: string): Promise<readonly DemoMessage[]> {
    return (await messagesTo(user)).filter(({ kind }) => kind === 'call')
  }

  async function until<Found>(
    look: () => Promise<readonly Found[]>,
    count: number,
    what: string,
  ): Promise<readonly Found[]> {
    for (let tries = 0; tries < 1_500; tries += 1) {
      const found = await look()
      if (found.length >= count) return found
      await pause()
    }
    throw new Error(`${what} ${count} does not come`)
  }

  async function codesOf(user: string): Promise<readonly string[]> {
    const messages = await messagesTo(user)
    return messages.flatMap(({ kind, code }) =>
      kind === 'sms' && code !== undefined ? [code] : [],
    )
  }

  return {
    codesOf,

    callsOf,

    /** Waits until so many codes have reached this person. */
    untilCodes: (user: string, count: number) => until(() => codesOf(user), count, `${user}: text`),

    /** Waits until the phone of this person rings. */
    untilCall: (user: string) => until(() => callsOf(user), 1, `${user}: call`),

    /** Keeps what has arrived, before the process ends. */
    async keep(): Promise<void> {
      earlier.push(...(await portal.phone.list()).toReversed())
    },

    /** Presses # in the call to this person, if one rings while this is under way. */
    async approveDuring<Result>(user: string, work: Promise<Result>): Promise<Result> {
      let isOver = false
      const done = work.finally(() => {
        isOver = true
      })
      const press = async () => {
        while (!isOver) {
          const call = (await portal.phone.list()).find(
            (message) => message.kind === 'call' && message.user === user,
          )
          if (call !== undefined) return portal.phone.press(call.id, '#')
          await pause()
        }
        return undefined
      }
      const [result] = await Promise.all([done, press()])
      return result
    },
  }
}

export type Messages = ReturnType<typeof collectMessages>

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20))
}
