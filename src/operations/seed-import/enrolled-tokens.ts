import type { Token, TokenStore } from '../../store/index.ts'

/** A token that is enrolled, and what its person is called. */
export type Enrolled = { readonly token: Token; readonly name: string }

/** All enrolled tokens by what tells them apart. */
export type EnrolledTokens = {
  bySeed(seed: Uint8Array): Enrolled | undefined
  /** Those whose label ends with this serial number. */
  bySerial(serial: string): readonly Enrolled[]
  /** Counts one that is about to be stored. */
  add(enrolled: Enrolled): void
}

/** Reads every token that is enrolled, of all people. */
export async function loadEnrolledTokens(
  tokens: Pick<TokenStore, 'pages'>,
): Promise<EnrolledTokens> {
  const seeds = new Map<string, Enrolled>()
  const labels = new Map<string, Enrolled[]>()
  const add = (enrolled: Enrolled) => {
    seeds.set(Buffer.from(enrolled.token.seed).toString('base64'), enrolled)
    const serial = lastWord(enrolled.token.label)
    if (serial !== '') labels.set(serial, [...(labels.get(serial) ?? []), enrolled])
  }
  for await (const page of tokens.pages()) {
    for (const { token, name } of page) add({ token, name: name ?? token.userKey })
  }
  return {
    bySeed: (seed) => seeds.get(Buffer.from(seed).toString('base64')),
    bySerial: (serial) =>
      (labels.get(lastWord(serial)) ?? []).filter(({ token }) =>
        token.label.endsWith(` ${serial}`),
      ),
    add,
  }
}

function lastWord(text: string): string {
  return text.slice(text.lastIndexOf(' ') + 1)
}
