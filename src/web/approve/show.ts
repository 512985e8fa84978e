import type { AnsweredOnPage, PagePrompt } from '../../signin/index.ts'
import type { PromptAnswered, PromptNow, ShownPrompt } from '../people/contract.ts'

/** What waits for a person, or for one of their phones, which shows what it may answer and nothing else. */
export function showWaiting(
  prompt: PagePrompt | undefined,
  placeOf: (address: string) => string | undefined,
  phoneId?: string,
): Omit<PromptNow, 'nowMs'> {
  if (prompt === undefined) return {}
  const isForIt = phoneId === undefined || prompt.page.authenticators.includes(phoneId)
  return isForIt ? { prompt: showPrompt(prompt, placeOf) } : {}
}

/**
 * A prompt as pages show it. The number stays behind: the person who has to type it reads it where the sign-in is
 * (PEOPLE R9). `placeOf`: see ApproveParts.
 */
export function showPrompt(
  { endsMs, id, page, refused }: PagePrompt,
  placeOf: (address: string) => string | undefined,
): ShownPrompt {
  const { authenticators, earlierAtMs, from, gateway, isOwn, number } = page
  const { startedAtMs, typesNumber, waitsUntilMs } = page
  const placed = (address: string): { readonly place?: string } => {
    const place = placeOf(address)
    return place === undefined ? {} : { place }
  }
  return {
    ...{ id, gateway, startedAtMs, waitsUntilMs, endsMs },
    ...placed(from),
    // Where two sign-ins wait at once, a hint that one of them is probably right would mislead.
    ...(earlierAtMs === undefined || refused.length > 0 ? {} : { earlierAtMs }),
    ...(number === undefined ? {} : { digits: number.length }),
    ...(isOwn === undefined ? {} : { isOwn }),
    byPasskey: authenticators.some((each) => !typesNumber.includes(each)),
    refused: refused.map((other) => ({
      ...{ gateway: other.gateway, atMs: other.atMs },
      ...placed(other.from),
    })),
  }
}

export function wordOf(answered: AnsweredOnPage): PromptAnswered['answered'] {
  switch (answered.kind) {
    case 'approved':
      return answered.answered === 'in-time' ? 'approved' : 'sign-in-again'
    case 'reported':
    case 'not-signed':
    case 'wrong-number':
      return answered.kind
    case 'over':
      return 'ended'
  }
}
