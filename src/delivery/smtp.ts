import type { Secret } from '../support/index.ts'
import { type Failure, networkFailure, sendInTwoTries } from './failure.ts'
import type { EmailDelivery } from './ports.ts'

export type SmtpOptions = {
  readonly host: string
  readonly port: number
  /** `implicit` TLS from the first byte (465), `starttls` required (587), or none at all. */
  readonly security: 'implicit' | 'starttls' | 'insecure-plaintext'
  /** PEM text of the authorities to trust instead of the public ones. */
  readonly ca?: string
  readonly login?: { readonly user: string; readonly password: Secret }
  /** Address, or `Name <address>`. */
  readonly from: string
  /** Time limit of connecting, of the greeting, and of each silence after it. */
  readonly timeoutMs: number
}

/** E-mail through an SMTP server. Loads `nodemailer`. */
export async function createSmtpDelivery(options: SmtpOptions): Promise<EmailDelivery> {
  const { createTransport } = await import('nodemailer')
  const { host, port, security, login, timeoutMs } = options
  const transport = createTransport({
    host,
    port,
    secure: security === 'implicit',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'insecure-plaintext',
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password.reveal() } }),
    ...(options.ca === undefined ? {} : { tls: { ca: options.ca } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })

  return {
    async sendEmail({ to, subject, text }, signal) {
      if (!isOneAddress(to)) {
        return { kind: 'failed', detail: 'SMTP: the e-mail address is not valid', outage: false }
      }
      const message = { from: options.from, to: { name: '', address: to }, subject, text }
      return sendInTwoTries(
        () => transport.sendMail(message).then(() => undefined, smtpFailure),
        signal,
      )
    },
  }
}

/** One plain address: nothing that a mail program would read as a list or a comment. */
function isOneAddress(text: string): boolean {
  return /^[^\s@<>()[\],;:\\"]+@[^\s@<>()[\],;:\\"]+$/.test(text) && text.length <= 254
}

/**
 * A server that answers has decided; only 421 says that it is not there for anyone (RFC 5321 4.2.3).
 * Its text may repeat the address, so that only the number is kept.
 */
function smtpFailure(error: unknown): Failure {
  const isAnswer = error instanceof Error && 'responseCode' in error && !isTlsFailure(error)
  const answer = isAnswer ? Number(error.responseCode) : Number.NaN
  if (Number.isNaN(answer)) {
    const failure = networkFailure(error)
    return { ...failure, detail: `SMTP: ${failure.detail}` }
  }
  const fault = answer === 421 ? 'theirs' : 'ours'
  return { fault, neverSent: false, detail: `SMTP: the server answered ${answer}` }
}

/** A server that refuses STARTTLS gives no one its TLS, or someone in between hides it. */
function isTlsFailure(error: Error): boolean {
  return 'code' in error && error.code === 'ETLS'
}
