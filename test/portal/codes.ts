import type { demoPhone } from '../lab/demo-phone.ts'

type Phone = ReturnType<typeof demoPhone>

/** How many codes this person has been texted. Notices of changes come to the same phone, and have none. */
export async function countCodes(phone: Phone, user: string): Promise<number> {
  return (await codesOf(phone, user)).length
}

/** Waits for a code that is texted after so many. */
export async function nextCode(phone: Phone, user: string, after: number): Promise<string> {
  for (let tries = 0; tries < 500; tries += 1) {
    const codes = await codesOf(phone, user)
    if (codes.length > after) return codes[0] ?? ''
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`no code reached ${user}`)
}

/** Newest first. */
async function codesOf(phone: Phone, user: string): Promise<readonly string[]> {
  const messages = await phone.list()
  return messages.flatMap(({ kind, user: to, code }) =>
    kind === 'sms' && to === user && code !== undefined ? [code] : [],
  )
}
