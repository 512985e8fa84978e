/** A number (or, for texts, a sender name) we call or text from, for the numbers that begin with `prefix`. */
export type FromNumber = {
  /** Such as `+31`; `''` or absent: everywhere else. */
  readonly prefix?: string
  readonly number: string
}

/** Whether this is a number in E.164 form: + and 7 to 15 digits. */
export function isPhoneNumber(text: string): boolean {
  return /^\+[1-9][0-9]{6,14}$/.test(text)
}

/** The sender for a number: the one with the longest prefix that fits. */
export function chooseFrom(numbers: readonly FromNumber[], to: string): string | undefined {
  let best: FromNumber | undefined
  for (const candidate of numbers) {
    const prefix = candidate.prefix ?? ''
    if (!to.startsWith(prefix)) continue
    if (best === undefined || prefix.length > (best.prefix ?? '').length) best = candidate
  }
  return best?.number
}
