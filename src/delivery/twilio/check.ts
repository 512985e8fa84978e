import type twilio from 'twilio'
import { connectTwilio, type TwilioAccount } from './api.ts'
import { twilioFailure } from './errors.ts'

/**
 * Tries the credentials with a question that costs nothing and calls no one; it is one that API keys may
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

/** Something about an account at a provider, as a row of `holdfast check` has it. */
export type AccountFinding = {
  readonly what: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly detail: string
  readonly remedy: string
}

/** What the configuration uses an account for. */
export type AccountUse = {
  /** Numbers in E.164; sender names, which no account owns, are left out. */
  readonly numbers: readonly string[]
  readonly calls: boolean
  readonly texts: boolean
}

/** In the account's currency: a busy morning costs less, an outage of a day more. */
const lowBalance = 10

/**
 * Asks what is left on the account, and whether it has the numbers that calls and texts come from. Sends
 * nothing and costs nothing. What the credentials may not ask has no row. Never rejects.
 */
export async function inspectTwilioAccount(
  account: TwilioAccount,
  use: AccountUse,
): Promise<readonly AccountFinding[]> {
  const { api } = await connectTwilio(account)
  const findings = await Promise.all([
    whereAllowed(() => inspectBalance(api)),
    ...use.numbers.map((number) => whereAllowed(() => inspectNumber(api, number, use))),
  ])
  return findings.filter((finding) => finding !== undefined)
}

/** The account itself has been checked; a key may not be allowed everything, and nothing follows from that. */
async function whereAllowed(
  ask: () => Promise<AccountFinding | undefined>,
): Promise<AccountFinding | undefined> {
  return ask().catch(() => undefined)
}

async function inspectBalance(api: twilio.Twilio): Promise<AccountFinding | undefined> {
  const { balance, currency } = await api.balance.fetch()
  const left = Number(balance)
  // Accounts below another one, and those that pay by invoice, have none.
  if (balance === '' || balance === null || !Number.isFinite(left)) return undefined
  const detail = `${left.toFixed(2)} ${currency} left`
  if (left >= lowBalance) return { what: 'balance', state: 'ok', detail, remedy: '' }
  return {
    what: 'balance',
    state: left <= 0 ? 'failed' : 'warning',
    detail,
    remedy: 'Add to it, or switch on recharging, in the provider’s console.',
  }
}

async function inspectNumber(
  api: twilio.Twilio,
  number: string,
  { calls, texts }: AccountUse,
): Promise<AccountFinding | undefined> {
  const owned = await api.incomingPhoneNumbers.list({ phoneNumber: number, limit: 20 })
  const found = owned.find(({ phoneNumber }) => phoneNumber === number)
  if (found === undefined) {
    // A number of someone else that the account has shown to answer: calls may come from it.
    const verified = await api.outgoingCallerIds.list({ phoneNumber: number, limit: 20 })
    if (!texts && verified.some(({ phoneNumber }) => phoneNumber === number)) {
      return { what: number, state: 'ok', detail: 'a verified caller ID', remedy: '' }
    }
    return {
      what: number,
      state: 'failed',
      detail: 'is not a number of this account, so nothing can be sent from it',
      remedy: 'Correct from under delivery, or get the number in the provider’s console.',
    }
  }
  const { voice, sms } = found.capabilities
  const cannot = [...(calls && !voice ? ['calls'] : []), ...(texts && !sms ? ['texts'] : [])]
  if (cannot.length === 0) {
    return { what: number, state: 'ok', detail: 'a number of this account', remedy: '' }
  }
  return {
    what: number,
    state: 'failed',
    detail: `cannot be used for ${cannot.join(' and ')}`,
    remedy: 'Put a number under from that can, for the countries it is meant for.',
  }
}
