/** Methods that reach the user by a call or a message. */
export type ContactMethod = 'sms' | 'call' | 'email'

/** Those, and what waits for the user on a page. */
export type PromptedMethod = ContactMethod | 'passkey' | 'push'

/** Which method each word asks for. */
export const words: Readonly<Record<string, PromptedMethod>> = {
  push: 'push',
  phone: 'call',
  call: 'call',
  sms: 'sms',
  text: 'sms',
  email: 'email',
  passkey: 'passkey',
}

/** `sms`, `call`, `phone2` (the second phone): which option, without knowing what the person has. */
export type Word = { readonly method: PromptedMethod; readonly nth: number }

/** Reads a word that names an option; undefined for any other text. */
export function readWord(text: string): Word | undefined {
  const parsed = /^([a-z]{3,7})([1-9])?$/i.exec(text.trim())
  const method = words[parsed?.[1]?.toLowerCase() ?? '']
  return method === undefined ? undefined : { method, nth: Number(parsed?.[2] ?? 1) }
}
