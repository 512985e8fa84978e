import { type Failure, networkFailure, statusFailure } from '../failure.ts'

/** What an administrator can do about the errors that occur (https://www.twilio.com/docs/api/errors). */
const explanations: Readonly<Record<number, string>> = {
  10001: 'the Twilio account is not active',
  10004: 'more calls at once than the Twilio account allows',
  20003: 'Twilio refuses the account SID, token or API key, or the account has no balance',
  20005: 'the Twilio account is not active',
  20404: 'Twilio knows nothing of that name: compare the account SID',
  20429: 'more requests at once than Twilio allows',
  21210: 'the number to call from is not one of this Twilio account',
  21211: 'the number to reach is not a valid phone number',
  21212: 'the number to call or text from is not a valid phone number',
  21214: 'the number cannot be reached',
  21215: 'calls to this country are not switched on (Twilio console, voice geographic permissions)',
  21216: 'Twilio does not call this number',
  21217: 'the number is not a valid phone number',
  21219: 'a Twilio trial account calls verified numbers only',
  21401: 'the number is not a valid phone number',
  21408:
    'texts to this country are not switched on (Twilio console, messaging geographic permissions)',
  21606: 'the number to text from cannot send texts to this number',
  21608: 'a Twilio trial account texts verified numbers only',
  21610: 'the person has answered STOP; they must text START to receive codes again',
  21611: 'too many texts wait to be sent from this number',
  21612: 'no route from the number to text from to this number',
  21614: 'the number is not a mobile phone and gets no texts',
}

/** Tells from what the `twilio` package threw whose fault it was and what to do. */
export function twilioFailure(error: unknown): Failure {
  const status = numberIn(error, 'status')
  if (status === undefined) {
    const failure = networkFailure(error)
    return { ...failure, detail: `Twilio: ${failure.detail}` }
  }
  const code = numberIn(error, 'code')
  if (!code) return statusFailure(status, `Twilio answered HTTP ${status}`)
  const explanation = explanations[code] ?? 'see https://www.twilio.com/docs/api/errors'
  return statusFailure(status, `Twilio error ${code} (HTTP ${status}): ${explanation}`)
}

function numberIn(error: unknown, name: 'status' | 'code'): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const value = new Map<string, unknown>(Object.entries(error)).get(name)
  return typeof value === 'number' ? value : undefined
}
