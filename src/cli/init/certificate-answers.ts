import type { ProbeResult, ShownCertificate } from '../../directory/ldap/survey/index.ts'
import { CliError } from '../errors.ts'
import { readText } from '../files.ts'
import type { Interview, Judged } from './ask-again.ts'

export type TrustOptions = {
  /** PEM file with authorities. */
  readonly caFile?: string | undefined
  /** SHA-256 fingerprint of a certificate that the server shows. */
  readonly trust?: string | undefined
}

/** PEM text of the certificates of a file that was named. Throws CliError `file-unreadable`. */
export function readAuthorities(file: string): string {
  const blocks = readText(file).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
  if (blocks) return `${blocks.join('\n')}\n`
  throw new CliError(
    'file-unreadable',
    `${file} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----). Convert it with: openssl x509 -inform der -in ${file} -out ca.pem`,
  )
}

/**
 * Decides whether to trust the certificates that a server shows, which a person or a fingerprint has to say. Gives the
 * PEM text to trust, or a text that says why it is not.
 */
export async function settleTrust(
  server: string,
  { shown }: Extract<ProbeResult, { kind: 'untrusted' }>,
  { trust }: TrustOptions,
  interview: Interview,
): Promise<{ readonly pem: string } | string> {
  const top = shown.at(-1)
  if (top === undefined) return `${server} shows no certificate.`
  if (trust !== undefined) {
    const named = shown.find(({ fingerprint }) => digitsOf(fingerprint) === digitsOf(trust))
    return named
      ? { pem: named.pem }
      : `No certificate of ${server} has the fingerprint of --trust.`
  }
  if (!interview.asks) {
    return `No authority that this machine knows has signed the certificate of ${server}. Name the authority with --ca-file FILE, or compare the fingerprint at the server and give it with --trust ${top.fingerprint}.`
  }
  for (const line of describeChain(server, shown)) interview.tell(line)
  return await interview.ask<{ readonly pem: string } | string>({
    text: 'Trust it? (yes, no, or a PEM file with the authority)',
    flag: 'trust',
    fallback: 'no',
    judge: (answer) => judgeTrust(answer, server, top),
  })
}

function judgeTrust(
  answer: string,
  server: string,
  top: ShownCertificate,
): Judged<{ readonly pem: string } | string> {
  if (/^y(es)?$/i.test(answer)) return { value: { pem: top.pem } }
  if (/^no?$/i.test(answer)) return { value: `The certificate of ${server} is not trusted.` }
  try {
    return { value: { pem: readAuthorities(answer) } }
  } catch (error) {
    if (error instanceof CliError) return { problem: error.message }
    throw error
  }
}

function describeChain(server: string, shown: readonly ShownCertificate[]): readonly string[] {
  const [own] = shown
  const top = shown.at(-1)
  if (own === undefined || top === undefined) return []
  const how = top.isRoot
    ? 'Look on the authority: certutil -dump ca.cer, or openssl x509 -noout -fingerprint -sha256 -in ca.pem'
    : 'Look on the server itself: docs/how-to/active-directory.md says how to show its SHA-256 fingerprint.'
  return [
    `No authority that this machine knows has signed the certificate of ${server}. It shows:`,
    ...shown.map(({ subject, until }) => `  ${subject}, until ${until}`),
    `  names: ${own.names.join(', ') || 'none'}`,
    `  SHA-256 of the ${shown.length > 1 ? 'last' : 'certificate'}: ${top.fingerprint}`,
    how,
    'Trust it only if the two are the same.',
    ...(top.isRoot || shown.length > 1
      ? []
      : [
          'It is the certificate of this server alone: when it is renewed, sign-ins stop. It is better to name the file of the authority.',
        ]),
  ]
}

function digitsOf(fingerprint: string): string {
  return fingerprint
    .replace(/^sha-?256[:=]?/i, '')
    .replace(/[^0-9a-f]/gi, '')
    .toUpperCase()
}
