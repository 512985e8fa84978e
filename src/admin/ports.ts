import type { AccountStore, AuthenticatorStore, Method } from '../accounts/index.ts'
import type { TimelineEntry } from '../signin/index.ts'
import type { Clock } from '../support/index.ts'
import type { FindPerson } from './people.ts'

/** A person the store remembers. */
export type KnownUser = { readonly userKey: string; readonly name: string }

/** One row of the audit, as it is shown. Personal fields are absent once erased. */
export type AuditEntry = {
  readonly kind: string
  readonly signInId: string
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly gateway: string
  readonly outcome: string
  readonly reason: string
  readonly method?: Method
  readonly userName?: string
  readonly userKey?: string
  readonly sourceAddress?: string
  readonly device?: string
  readonly timeline: readonly TimelineEntry[]
}

/** What to look for; everything given has to fit. */
export type AuditQuery = {
  readonly userName?: string
  readonly gateway?: string
  readonly outcome?: string
  readonly reason?: string
  readonly signInId?: string
  readonly fromMs?: number
  readonly toMs?: number
  /** 1 to 10,000. */
  readonly limit: number
}

/** One line of `holdfast check`. */
export type CheckRow = {
  /** `configuration`, `certificate`, `directory`, `provider`, `store`, `gateway`. */
  readonly area: string
  readonly what: string
  readonly state: 'ok' | 'warning' | 'failed'
  /** What was seen, and for the other two what to do. */
  readonly detail: string
}

/** What the running process says about itself. */
export type ServiceStatus = {
  readonly version: string
  readonly node: string
  readonly pid: number
  readonly startedAtMs: number
  /** Where RADIUS requests arrive: `192.0.2.1:1812`. */
  readonly listen: readonly string[]
}

/** What the operations work on. `compose` gives the running parts, the offline command line a store. */
export type AdminParts = {
  readonly clock: Clock
  readonly authenticators: AuthenticatorStore
  readonly accounts: AccountStore
  readonly findPerson: FindPerson
  /** Name of the installation, shown by authenticator apps. */
  readonly issuer: string
  /** Key for hashes of recovery codes, as `methods/` uses it. */
  readonly recoveryHashKey: Uint8Array
  readonly listUsers: () => Promise<readonly KnownUser[]>
  /** Newest last. */
  readonly searchAudit: (query: AuditQuery) => Promise<readonly AuditEntry[]>
  /** Every new row until `signal` aborts. */
  readonly followAudit: (signal: AbortSignal) => AsyncIterable<AuditEntry>
  /** Writes a consistent copy of the store to a new file of the process that has the store open. */
  readonly backup: (file: string) => Promise<void>
  /** Seals everything with another key, 32 bytes. Gives the number of values sealed anew. */
  readonly rotateKey: (key: Uint8Array) => Promise<number>
  /** Folder for the passing copy of a backup. */
  readonly scratchFolder: string
  /** What only a running service has. Absent offline. */
  readonly service?: {
    status(): ServiceStatus
    check(signal: AbortSignal): Promise<readonly CheckRow[]>
    /** Reads the configuration again; rejects with ConfigError and keeps the old one. */
    reload(): Promise<void>
  }
}
