import { challengeOf, msChapSuccess, withoutDomain } from '../../mschap/index.ts'
import type { MsChapChange, MsChapCredential, Verified } from '../../signin/index.ts'
import type { Clock } from '../../support/index.ts'
import { DirectoryError } from '../errors.ts'
import { readChangeAnswer, readWinbindAnswer } from './answer.ts'
import { createHelperPool } from './pool.ts'

export type WinbindOptions = {
  /** Path of `ntlm_auth`. */
  readonly program: string
  /** NetBIOS name of the domain people are in. */
  readonly domain: string
  /** How many helpers run at a time. */
  readonly helpers: number
  /** Responses that may wait for a helper. */
  readonly queue: number
  /** How long one may wait for a helper, and then for its answer. */
  readonly timeoutMs: number
}

/** Checks MS-CHAP at a domain controller, through winbindd of this machine. */
export type Winbind = {
  /**
   * `loginName`: sAMAccountName. At most one attempt at the domain controller. A new password is set
   * first, and the response is checked against that. Never rejects.
   */
  verify(loginName: string, credential: MsChapCredential, signal: AbortSignal): Promise<Verified>
  close(): void
}

/**
 * A domain controller that checks MS-CHAP for a member of its domain. It is asked once: a name with a
 * domain is put into the challenge without it, as Windows does (RFC 2759 8.2), since trying both ways
 * would count two wrong passwords towards the lock.
 */
export function createWinbind(options: WinbindOptions, clock: Clock): Winbind {
  const pool = createHelperPool({ ...options, protocol: 'ntlm-server-1' }, clock)
  const changes = createHelperPool({ ...options, protocol: 'ntlm-change-password-1' }, clock)

  return {
    async verify(loginName, credential, signal) {
      const hashedName = withoutDomain(credential.userName)
      const challenge = challengeOf(credential, hashedName)
      try {
        if (credential.change !== undefined) {
          const refused = readChangeAnswer(
            await changes.ask(changeOf(credential.change, loginName, options), signal),
          )
          if (refused !== undefined) return refused
        }
        const answer = await pool.ask(
          [
            `LANMAN-Challenge: ${toHex(challenge)}`,
            `NT-Response: ${toHex(credential.ntResponse)}`,
            ...nameOf(loginName, options),
            'Request-User-Session-Key: yes',
          ],
          signal,
        )
        const verdict = readWinbindAnswer(answer)
        if (verdict.kind !== 'right') return verdict
        const { sessionKey } = verdict
        const msChap = msChapSuccess(credential, sessionKey, hashedName)
        return { kind: 'right', msChap, passwordDigest: sessionKey }
      } catch (error) {
        if (!(error instanceof DirectoryError)) throw error
        if (error.code === 'busy' || error.code === 'aborted') return { kind: 'busy' }
        return { kind: 'down', detail: error.message }
      }
    },

    close() {
      pool.close()
      changes.close()
    },
  }
}

function changeOf(
  { encryptedHash, encryptedPassword }: MsChapChange,
  loginName: string,
  options: WinbindOptions,
): readonly string[] {
  return [
    ...nameOf(loginName, options),
    `new-nt-password-blob: ${toHex(encryptedPassword)}`,
    `old-nt-hash-blob: ${toHex(encryptedHash)}`,
  ]
}

function nameOf(loginName: string, { domain }: WinbindOptions): readonly string[] {
  return [`NT-Domain:: ${toBase64(domain)}`, `Username:: ${toBase64(loginName)}`]
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase()
}

/** Values after `::` are base64, so that no name can end its line. */
function toBase64(text: string): string {
  return Buffer.from(text).toString('base64')
}
