/** What a `<Gather>` waits for. */
export type Gather = {
  readonly action: string
  /** `''`: no key ends it. */
  readonly finishOnKey: string
  readonly numDigits: number
  readonly actionOnEmptyResult: boolean
}

/** The `<Gather>` of a TwiML document; undefined where there is none. */
export function parseGather(twiml: string): Gather | undefined {
  const tag = /<Gather([^>]*)>/.exec(twiml)?.[1]
  if (tag === undefined) return undefined
  const attributes = new Map(
    [...tag.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
  return {
    action: attributes.get('action') ?? '',
    finishOnKey: attributes.get('finishOnKey') ?? '#',
    numDigits: Number(attributes.get('numDigits') ?? Number.POSITIVE_INFINITY),
    actionOnEmptyResult: attributes.get('actionOnEmptyResult') === 'true',
  }
}

/**
 * The Digits that `action` gets when these keys are pressed; undefined where it gets nothing and the call
 * falls through to the next verb, as it does when finishOnKey comes first.
 */
export function pressKeys(gather: Gather, keys: string): string | undefined {
  let digits = ''
  for (const key of keys) {
    if (gather.finishOnKey !== '' && gather.finishOnKey.includes(key)) break
    digits += key
    if (digits.length >= gather.numDigits) break
  }
  return digits !== '' || gather.actionOnEmptyResult ? digits : undefined
}
