import type {
  LockoutLimits,
  Method,
  Notices,
  StrangerReport,
  ToldPerson,
  User,
} from '../accounts/index.ts'
import type { PatienceMemory, StartingValue } from '../patience/index.ts'
import type {
  CredentialName,
  DeviceEvidence,
  Directory,
  DryRunResult,
  EapMethodName,
  FraudStop,
  Outage,
  ReplyAttribute,
  TextKey,
} from '../signin/index.ts'
import type { Store } from '../store/index.ts'
import type { Clock, Secret } from '../support/index.ts'
import type { CheckRow } from './checks/check-row.ts'
import type { EnrolmentParts } from './enrolment/parts.ts'
import type { SigningStatus } from './gateways/signing.ts'
import type { FindPerson, Person } from './people.ts'
import type { DeviceParts } from './service/simulated-devices.ts'
import type { DirectoryStatusOf } from './users/directory-status.ts'

/** What the running process says about itself. */
export type ServiceStatus = {
  readonly version: string
  readonly node: string
  readonly pid: number
  readonly startedAtMs: number
  /** Of the store that it has open. */
  readonly installationId: string
  /** The configuration file it was started with, and reads again at a reload. Absolute. */
  readonly configFile: string
  readonly storeFile: string
  /** Where RADIUS requests arrive. */
  readonly listen: readonly { readonly address: string; readonly port: number }[]
}

/** A gateway of the configuration, and what its packets have shown. */
export type GatewayStatus = {
  readonly name: string
  /** What kind it is, where the configuration says so: "FortiGate". */
  readonly kind?: string
  readonly flow: string
  /** What tells it from others of its address; `*` at the end stands for anything. */
  readonly nasIdentifier?: string
  readonly start: StartingValue
  /** Whose value that is; `default`: neither names one. */
  readonly startFrom: 'preset' | 'configuration' | 'default'
  /** Whether it goes by what is learnt; otherwise by the configuration. */
  readonly learns: boolean
  /** What to change on this kind of gateway. */
  readonly advice: readonly string[]
  /** How long it waits once that is done. */
  readonly advisedPatience?: string
  readonly memory?: PatienceMemory
  /** When its last accounting record came. Absent: none in a day. */
  readonly lastAccountingMs?: number
  readonly signing: SigningStatus
}

/** An attribute by its name in the dictionary. */
export type NamedAttribute = { readonly name: string; readonly value: string | number }

export type DryRunQuery = {
  readonly userName: string
  /** A gateway there is, or the portal. */
  readonly gateway: string
  /** The patience it goes by now; absent: what it begins with. */
  readonly inUse?: { readonly patienceMs: number; readonly marginMs: number }
  /** As Calling-Station-Id has it. */
  readonly from: string | undefined
  readonly credential: CredentialName | undefined
  /** With credential `eap`; undefined: TTLS. */
  readonly eapMethod: EapMethodName | undefined
  /** What would be down; undefined: nothing. */
  readonly outage: Outage | undefined
  readonly attributes: readonly NamedAttribute[]
  readonly atMs: number
  readonly signal: AbortSignal
}

export type DryRunReport = {
  readonly result: DryRunResult
  /** What `from` was read as. */
  readonly device: DeviceEvidence | undefined
  /** Whether groups were asked for: a directory is asked only where a rule names one. */
  readonly hasGroups: boolean
  /** What every Accept of the gateway carries. */
  readonly always: readonly ReplyAttribute[]
  readonly flow: string
  readonly inUse: { readonly patienceMs: number; readonly marginMs: number }
}

/** What the operations of people on themselves need of the configuration in use. */
export type OwnParts = {
  /** A person as the directory knows them now. Rejects with AdminError `user-unknown` and `directory-down`. */
  find(
    userKey: string,
    signal: AbortSignal,
  ): Promise<{ readonly directory: Directory; readonly user: User }>
  lockout(): LockoutLimits
  text(
    key: TextKey,
    language: string | undefined,
    values?: Readonly<Record<string, string>>,
  ): string
  /** As people know the gateway; the portal in their language. */
  gatewayLabel(name: string, language: string | undefined): string
  /** Where that is, as people know it; undefined for what is not a network address, and where places are not shown. */
  placeOf(device: string | undefined): string | undefined
  /** What a report of fraud stops, as the file says; undefined: what the person has decides. */
  onFraud(): FraudStop | undefined
  /** Tells the person and the administrators of a report. Returns at once and never throws. */
  onReport(person: ToldPerson, report: StrangerReport): void
  /** Called when a report could not stop anything yet. */
  onStopFailed(error: unknown): void
}

/** What the operations work on. `compose` gives the running parts, the offline command line a store. */
export type AdminParts = {
  readonly clock: Clock
  readonly store: Pick<
    Store,
    | 'accounts'
    | 'audit'
    | 'authenticators'
    | 'backup'
    | 'bells'
    | 'enrolmentCodes'
    | 'hashingKey'
    | 'installationId'
    | 'enrolmentCodes'
    | 'limits'
    | 'pauses'
    | 'phoneNotices'
    | 'personRecords'
    | 'keys'
    | 'nodes'
    | 'personRecords'
    | 'receipts'
    | 'remembered'
    | 'rotateKeys'
    | 'settings'
    | 'tokens'
    | 'users'
    | 'webSessions'
    | 'webSteps'
  >
  readonly findPerson: FindPerson
  readonly gateways: () => Promise<readonly GatewayStatus[]>
  /** Whether the file takes this person from the helpdesk. Absent offline, where there is no helpdesk. */
  readonly isProtected?: (person: Person) => boolean
  /** Methods that are set up. */
  readonly usableMethods: () => readonly Method[]
  /** Name of the installation, shown by authenticator apps. */
  readonly issuer: string
  /** Folder for the passing copy of a backup; as safe as that of the store. */
  readonly scratchFolder: string
  /** Tells people what has changed about their way in. Absent offline: nothing can be sent there. */
  readonly notices?: Notices
  /** For what people do for themselves. Absent offline. */
  readonly own?: OwnParts
  /** What setting something up at the portal needs. Absent offline. */
  readonly enrolment?: EnrolmentParts
  /** What only a running service has. Absent offline. */
  readonly service?: {
    status(): ServiceStatus
    /** Looks at everything the service depends on. Never rejects: what fails is a row. */
    check(
      asked: { readonly directories: boolean },
      signal: AbortSignal,
    ): Promise<readonly CheckRow[]>
    /** When the configuration in use was read, and its identity with a salt. */
    configuration(): { readonly readAtMs: number; digestWith(salt: Uint8Array): Uint8Array }
    directoryStatusOf: DirectoryStatusOf
    groupPins(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>>
    /** Goes the way of a sign-in, with nothing sent, spent, counted or written. */
    dryRun(request: DryRunQuery): Promise<DryRunReport>
    /** Attributes by their names in the dictionary, and values as people read them. */
    nameAttributes(
      attributes: readonly ReplyAttribute[],
    ): readonly { readonly name: string; readonly value: string }[]
    /** What phones and passkeys that are played need; undefined but in a demo. */
    devices(): DeviceParts | undefined
    /** What may be sent to the one who helps: nothing in it is secret, or names a person or a place. */
    support(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>
    /** Forgets wrong codes that are counted in memory. */
    forgetMisses(userKey: string): Promise<void>
    /** Reads the configuration again; rejects with ConfigError and keeps the old one. */
    reload(): Promise<void>
    /**
     * What is in the configuration for a local user's password or its NT hash. Throws AdminError
     * `directory-unknown` and `sealing-key-missing`.
     */
    sealPassword(
      owner: { directory: string; user: string },
      password: Secret,
      as: 'password' | 'nt-hash',
    ): string
  }
}
