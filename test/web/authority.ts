import {
  createAuthority,
  createServerCertificate,
  openAuthority,
} from '../../src/certificates/index.ts'
import type { CertificatePair } from '../../src/web/index.ts'

export type TestAuthority = {
  /** PEM of its own certificate. */
  readonly ca: string
  /** A certificate for a server, good for `days` from `nowMs`; from now by default. */
  issue(name: string, days?: number, nowMs?: number): Promise<CertificatePair>
}

/** An authority for the certificates of one test. */
export async function makeAuthority(): Promise<TestAuthority> {
  const yearMs = 31_536_000_000
  const made = await createAuthority({
    ...{ name: 'Test authority', kind: 'ecdsa' },
    nowMs: Date.now() - yearMs,
  })
  const authority = openAuthority(made)
  return {
    ca: made.certificate,
    async issue(name, days = 90, nowMs = Date.now()) {
      const issued = await createServerCertificate(authority, {
        ...{ names: [name], kind: 'ecdsa', days, nowMs },
      })
      return { cert: issued.certificate, key: issued.key }
    },
  }
}
