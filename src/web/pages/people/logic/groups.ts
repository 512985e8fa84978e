/** What was typed as a code: people put blanks and hyphens between groups, and we show them so. */
export function bareCode(typed: string): string {
  return typed.replace(/[\s-]/g, '')
}

/** Six digits as they are read out: `123 456`. */
export function groupedDigits(digits: string): string {
  return digits.replace(/^(\d{3})(\d{3})$/, '$1 $2')
}

/** A helpdesk code as it is shown while it is typed: capitals, in groups of four. */
export function groupedCode(typed: string): string {
  const bare = typed.replace(/[^0-9a-z]/gi, '').toUpperCase()
  return bare.match(/.{1,4}/g)?.join('-') ?? ''
}

/** The code in a link such as `https://mfa.example.org/#code=ABCD-EFGH-JKLM`. */
export function codeOfHash(hash: string): string | undefined {
  const found = /^#(?:code=)?([0-9A-Za-z-]{12,20})$/.exec(hash)?.[1]
  return found === undefined || bareCode(found).length !== 12 ? undefined : groupedCode(found)
}
