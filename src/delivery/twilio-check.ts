import { connectTwilio, type TwilioAccount } from './twilio-api.ts'
import { twilioFailure } from './twilio-errors.ts'

/**
 * Tries the credentials with a question that costs nothing and calls nobody; it is one that API keys may
 * ask too. Gives what is wrong, or undefined when Twilio takes them. Never rejects.
 */
export async function checkTwilioAccount(account: TwilioAccount): Promise<string | undefined> {
  try {
    const { api } = await connectTwilio(account)
    await api.incomingPhoneNumbers.list({ limit: 1 })
    return undefined
  } catch (error) {
    return twilioFailure(error).detail
  }
}
