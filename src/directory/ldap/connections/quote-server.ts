import type { Secret } from '../../../support/index.ts'

/** Characters of a server's text that are kept. */
const maxLength = 200

/**
 * What an LDAP server says about a refusal, fit for a log: on one line, at most 200 characters, and
 * without the passwords that were sent to it. Password checkers of some servers quote the password.
 */
export function quoteServer(text: string, ...sent: readonly Secret[]): string {
  const withoutSent = sent
    .map((secret) => secret.reveal())
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text)
  return withoutSent.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, maxLength)
}
