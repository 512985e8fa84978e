import type twilio from 'twilio'
import { sendInTwoTries } from '../failure.ts'
import { chooseFrom, type FromNumber, isPhoneNumber } from '../numbers.ts'
import type { SendResult, TextDelivery } from '../ports.ts'
import { twilioFailure } from './errors.ts'

/** Texts through Twilio. A second try may bring the same code twice, which harms no one. */
export function createTwilioTexts(
  api: twilio.Twilio,
  options: { readonly textsFrom: readonly FromNumber[] },
): TextDelivery {
  return {
    async sendText({ to, text }, signal) {
      if (!isPhoneNumber(to)) return failed('the number is not in international form (+31...)')
      const from = chooseFrom(options.textsFrom, to)
      if (from === undefined) return failed('no number to text from fits this country')
      return sendInTwoTries(
        () => api.messages.create({ to, from, body: text }).then(() => undefined, twilioFailure),
        signal,
      )
    },
  }
}

function failed(detail: string): SendResult {
  return { kind: 'failed', detail: `Twilio: ${detail}`, outage: false }
}
