import type { PromptRequest, Texts } from '../signin/index.ts'

/** What a prompt names: who signs in, where, and where from. */
export function promptValues(
  request: PromptRequest,
  texts: Texts,
): { user: string; gateway: string; from: string } {
  const say = (key: 'unknown-gateway' | 'unknown-place') => texts.text(key, request.language)
  return {
    user: request.user.displayName || request.user.name,
    gateway: request.gateway || say('unknown-gateway'),
    from: isAddressOrNumber(request.from) ? request.from : say('unknown-place'),
  }
}

/**
 * The person who signs in may have typed where they come from. Free text could talk the person into pressing #, so that
 * only addresses and numbers are passed on.
 */
function isAddressOrNumber(from: string): boolean {
  return /^\+?[0-9a-f][0-9a-f.: -]{2,44}$/i.test(from) && /[0-9]/.test(from)
}

/** A code as a voice should read it: `1, 2, 3, 4, 5, 6`. */
export function spellCode(code: string): string {
  return [...code].join(', ')
}
