import { setTimeout as sleep } from 'node:timers/promises'
import type { TwilioStandIn } from '../twilio-stand-in.ts'

/** Someone with a phone at the stand-in, who answers each call and then thinks. */
export type PersonOnPhone = {
  /** How often the phone has rung. */
  rings(): number
  /** Waits until a call asks for a key. */
  asked(withinMs?: number): Promise<void>
  /** Presses keys in the call that is open, or in the next one. */
  press(keys: string): void
  hangUp(): void
}

export function personAt(phones: TwilioStandIn, number: string): PersonOnPhone {
  const { promise, resolve } = Promise.withResolvers<string>()
  phones.people.set(number, { does: 'answers', keys: [promise], hangsUp: true })
  const calls = () => [...phones.calls.values()].filter(({ form }) => form.To === number)
  return {
    rings: () => calls().length,
    async asked(withinMs = 60_000) {
      const isAsked = () => {
        const sids = calls().map(({ sid }) => sid)
        return phones.webhooks.some(
          ({ form, reply }) => sids.includes(form.CallSid ?? '') && reply.includes('<Gather'),
        )
      }
      await until(isAsked, `a call that asks ${number} for a key`, withinMs)
    },
    press: resolve,
    // Twilio tells of the end alone; the stand-in needs a key, and silence is the nearest.
    hangUp: () => resolve(''),
  }
}

/** Resolves once this holds; throws where it does not in time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 60_000,
): Promise<void> {
  const untilMs = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > untilMs) throw new Error(`waited in vain for ${what}`)
    await sleep(10)
  }
}
