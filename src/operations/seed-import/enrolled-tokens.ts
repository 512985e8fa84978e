import type { Token, TokenStore } from '../../store/index.ts'
import { isSpare } from '../enrolment/spare-tokens.ts'

/** A token that is enrolled or spare, and what its person is called. */
export type Enrolled = { readonly token: Token; readonly name: string }

/** All enrolled and spare tokens by what tells them apart. */
export type EnrolledTokens = {
  bySeed(seed: Uint8Array): Enrolled | undefined
  /** Those whose label ends with this serial number. */
  bySerial(serial: string): readonly Enrolled[]
  /** The same of spare ones, in upper or lower case: people claim them by what they type. */
  spareBySerial(serial: string): readonly Enrolled[]
  /** Counts one that is about to be stored. */
  add(enrolled: Enrolled): void
}

/** Reads every token that is enrolled, of all people, and the spare ones. */
export async function loadEnrolledTokens(
  tokens: Pick<TokenStore, 'pages'>,
): Promise<EnrolledTokens> {
  const seeds = new Map<string, Enrolled>()
  const labels = new Map<string, Enrolled[]>()
  const add = (enrolled: Enrolled) => {
    seeds.set(Buffer.from(enrolled.token.seed).toString('base64'), enrolled)
    const serial = lastWord(enrolled.token.label).toLowerCase()
    if (serial !== '') labels.set(serial, [...(labels.get(serial) ?? []), enrolled])
  }
  for await (const page of tokens.pages()) {
    for (const { token, name } of page) add({ token, name: name ?? token.userKey })
  }
  const endingLike = (serial: string) => labels.get(lastWord(serial).toLowerCase()) ?? []
  return {
    bySeed: (seed) => seeds.get(Buffer.from(seed).toString('base64')),
    bySerial: (serial) =>
      endingLike(serial).filter(({ token }) => token.label.endsWith(` ${serial}`)),
    spareBySerial: (serial) => endingLike(serial).filter(({ token }) => isSpare(token)),
    add,
  }
}

function lastWord(text: string): string {
  return text.slice(text.lastIndexOf(' ') + 1)
}
