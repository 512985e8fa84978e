import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import type {
  AccountingStore,
  AccountStore,
  AuthenticatorStore,
  BellStore,
  EnrolmentCodeStore,
  LimitStore,
  PairingStore,
  PauseStore,
  PersonStore,
  PhoneNoticeStore,
  PromptStore,
  ReceiptStore,
  RememberedStore,
  ShieldStore,
  SpentStore,
  StoreReach,
  TakeOvers,
  WebSessionStore,
  WebStepStore,
  WebWaitStore,
} from '../accounts/index.ts'
import type { SecondFactorHistory } from '../signin/index.ts'
import { type Clock, systemClock } from '../support/index.ts'
import { createAccountStore } from './accounts/accounts.ts'
import { type AuthenticatorCount, countAuthenticators } from './accounts/authenticator-counts.ts'
import { createAuthenticatorStore } from './accounts/authenticators.ts'
import { createPeople } from './accounts/people.ts'
import { createBellStore } from './accounts/phones/bells.ts'
import { createReceiptStore } from './accounts/phones/receipts.ts'
import { createRenewedHashStore, type RenewedHashStore } from './accounts/renewed-hashes.ts'
import { createTokenStore, type TokenStore } from './accounts/tokens.ts'
import { createUserStore, type UserStore } from './accounts/users.ts'
import { type AuditLog, createAuditLog } from './audit/audit.ts'
import { createChainNotes, noteChainsHourly } from './audit/chain-notes.ts'
import { nameFoundErasures } from './audit/found-erasures.ts'
import { type AuditHeads, createAuditHeads } from './audit/heads.ts'
import { createHistory } from './audit/history.ts'
import { type AuditUpkeep, createAuditUpkeep } from './audit/upkeep.ts'
import { createAuditWriter } from './audit/writer.ts'
import type { Connection, ConnectionHealth } from './connection.ts'
import type { StoreContext } from './context.ts'
import { refuseMoved } from './copy/moved.ts'
import type { Database } from './database.ts'
import { StoreError } from './errors.ts'
import { writeBackup } from './files/backup.ts'
import { type HourKeys, shareHourKeys } from './hour-keys/hour-keys.ts'
import { migrate } from './migrations/migrate.ts'
import type { Nodes } from './nodes/nodes.ts'
import { openSqlite } from './open-sqlite.ts'
import { forgetPassing } from './passing.ts'
import type { RowsLost, TakeOver } from './postgresql/again/entering.ts'
import type { DatabaseFacts } from './postgresql/facts.ts'
import { formatPlace, type PostgresqlPlace } from './postgresql/place.ts'
import { type RotationResult, rotateKeys } from './rotation.ts'
import type { Keyring } from './sealing/keyring.ts'
import { listKeys, openSealer, openSecrets } from './sealing/secrets.ts'
import { createSettingStore, type SettingStore } from './settings.ts'
import {
  createSharedRegistry,
  type SharedRegistry,
  type SharedRegistryOptions,
} from './shared/registry.ts'
import { createAccountingStore } from './sign-ins/accounting.ts'
import { type CallTurnStore, createCallTurns } from './sign-ins/call-turns.ts'
import { createLimitStore } from './sign-ins/limits.ts'
import { createPauseStore } from './sign-ins/pauses.ts'
import { createPromptStore } from './sign-ins/prompts.ts'
import { createRememberedStore } from './sign-ins/remembered.ts'
import { createShieldStore } from './sign-ins/shield.ts'
import { createSpentStore } from './sign-ins/spent.ts'
import { createEnrolmentCodeStore } from './web/enrolment-codes.ts'
import { createPairingStore } from './web/pairings.ts'
import { createPersonStore } from './web/person-records.ts'
import { createPhoneNoticeStore } from './web/phone-notices.ts'
import { createWebSessionStore } from './web/sessions.ts'
import { createWebStepStore } from './web/steps.ts'
import { createWebWaitStore } from './web/waits.ts'

/** Path of a SQLite file, whose folder must exist, or a database of PostgreSQL. */
export type StorePlace = { readonly file: string } | { readonly postgresql: PostgresqlPlace }

export type StoreOptions = StorePlace & StoreSettings

export type StoreSettings = {
  /** Whether a store that is not there is made, a file with mode 0600. Default: make. */
  readonly whenMissing?: 'make' | 'refuse'
  /** The installation that the store must be of, and that a new one is made for (RULES 43). Default: any. */
  readonly installationId?: string | undefined
  readonly keyring: Keyring
  /** Name of this node: its chain in the audit. */
  readonly node: string
  /** Default: the system's. */
  readonly clock?: Clock
  /** Users whose rows are kept in memory. Default 10,000. */
  readonly cacheUsers?: number
  /**
   * A commit that takes longer is taken as failed. Default 2000, for sign-ins; commands take `commandCommitTimeoutMs`.
   */
  readonly commitTimeoutMs?: number
  /** How long what a sign-in asks of a database is tried again. Default 0; a file ignores it. */
  readonly patienceMs?: number
  /** Told about each authenticator left out because a sealed value does not open. */
  readonly onUnreadable?: (error: StoreError) => void
  /** For tests of SQLite: how long a commit is made to last; may be changed at any time. */
  readonly commitDelayMs?: Int32Array
  /** Told when another server of a database has taken over. */
  readonly onTakeOver?: (event: TakeOver) => void
  /** Whether commits of a database wait for a standby, which has then heard of all. Default: false. */
  readonly losesNothing?: boolean
  /** Keeps which server of a database was used last, over restarts; absent: nothing does. Its folder must exist. */
  readonly seenFile?: string
  /** Told when that file cannot be written. */
  readonly onSeenFailed?: (detail: string) => void
  /** Told when a database has fewer rows of the audit than it had acknowledged; the audit says so too. */
  readonly onRowsLost?: (event: RowsLost) => void
  /** Of PostgreSQL: whether other processes may have the database open too. Default: alone. */
  readonly sharing?: 'alone' | 'several'
  /** Told what time it is by most of three clocks or more: of the nodes of a database, and its own. */
  readonly onTime?: (mostMs: number) => void
  /** This process serves under this version, beside others, which watch over it. Needs `several`; a file ignores it. */
  readonly serves?: { readonly version: string }
}

export type Store = {
  readonly authenticators: AuthenticatorStore
  readonly bells: BellStore
  readonly tokens: TokenStore
  readonly accounts: AccountStore
  readonly prompts: PromptStore
  readonly limits: LimitStore
  readonly pauses: PauseStore
  /** For processes that share a database; one alone keeps it in memory. */
  readonly shield: ShieldStore
  readonly spent: SpentStore
  readonly remembered: RememberedStore
  readonly webSessions: WebSessionStore
  readonly webSteps: WebStepStore
  /** For processes that share a database. */
  readonly webWaits: WebWaitStore
  readonly enrolmentCodes: EnrolmentCodeStore
  /** For processes that share a database; one alone keeps its pairings in memory. */
  readonly pairings: PairingStore
  readonly phoneNotices: PhoneNoticeStore
  readonly personRecords: PersonStore
  readonly receipts: ReceiptStore
  readonly history: SecondFactorHistory
  readonly renewedHashes: RenewedHashStore
  readonly accounting: AccountingStore
  readonly audit: AuditLog & AuditUpkeep & AuditHeads
  readonly users: UserStore
  readonly settings: SettingStore
  /** What was perhaps used before a server of the database took over. */
  readonly takeOvers: TakeOvers
  /** The processes that share the database; undefined where the store is a file. */
  readonly nodes: Nodes | undefined
  /**
   * The keys that the processes of a database share for an hour each; undefined where the store is a file. They are
   * read until they are stopped; `trouble` gets each failure. Rejects with StoreError.
   */
  shareHourKeys(trouble: (error: unknown) => void): Promise<HourKeys | undefined>
  /** Undefined where the store is a file. */
  readonly callTurns: CallTurnStore | undefined
  /** What sign-ins of all these processes agree on; undefined where the store is a file. Call it once. */
  readonly shareRegistry: ((options: SharedRegistryOptions) => SharedRegistry) | undefined
  /** Which installation it is of; everything sealed is bound to it. */
  readonly installationId: string
  /** For keyed hashes that are stored, such as of recovery codes; the same for all time. 32 bytes. */
  readonly hashingKey: Uint8Array
  /** Signs what goes to push services; the same for all time. Private key of P-256, 32 bytes. */
  readonly pushKey: Uint8Array
  health(): ConnectionHealth
  /** Whether a database can be asked now. */
  readonly reach: StoreReach
  /** Commits something small, for a caller that has nothing to ask but wants to know whether it works again. */
  probe(): Promise<ConnectionHealth>
  /** Looks whether the files are still those that were opened. Gives what is wrong; `health` tells it too. */
  look(): Promise<string | undefined>
  /** Copies the store to a new file while serving. It opens with the same master key only. */
  backup(file: string): Promise<void>
  /** Seals everything with a new master key; see rotation.ts for what must be true before. */
  rotateKeys(master: Uint8Array): Promise<RotationResult>
  /** Id of the key that seals now, and of every key that something is sealed with: several after a rotation that was cut off. */
  keys(): Promise<{ readonly current: string; readonly sealedWith: readonly string[] }>
  /** After the database was put back from a backup: forgets what may have been ended since, and says so in the audit. */
  noteRestored(detail: Readonly<Record<string, string>>): Promise<void>
  /** What the server of a database says of itself; undefined where the store is a file. */
  facts(): Promise<DatabaseFacts | undefined>
  /** How many of each method are enrolled. */
  countAuthenticators(): Promise<readonly AuthenticatorCount[]>
  /** What was asked before is still carried out. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Opens the store of one installation and brings its tables up to date. This process then owns the
 * file or the database. Throws StoreError: `store-missing`, `store-other`, `store-in-use`, `store-newer`,
 * `store-key-wrong`, `store-damaged`, `store-failed`, `database-…`, and FileError `folder-not-safe` where root
 * would have to trust other users.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { keyring, node, clock = systemClock, installationId } = options
  const mayBeNew = (options.whenMissing ?? 'make') === 'make'
  const lost: RowsLost[] = []
  let tell = (event: RowsLost): void => void lost.push(event)
  const onRowsLost = (event: RowsLost) => {
    options.onRowsLost?.(event)
    tell(event)
  }
  const database = await openDatabase({ ...options, onRowsLost }, clock)
  const { connection, queries, types, keepCopy, isShared, name, takeOvers } = database
  const { cacheUsers = database.cacheUsers } = options
  const { inTurn = (work) => work() } = database
  const hasManyChains = database.inTurn !== undefined
  try {
    return await inTurn(async () => {
      await migrate({ connection, queries, types, keepCopy, mayBeNew, isShared })
      await database.noteServer?.()
      await refuseMoved({ connection, queries })
      const installation = await openSealer({
        ...{ connection, queries, keyring, mayBeNew },
        newInstallationId: installationId,
      })
      const { id, sealer } = installation
      if (installationId !== undefined && id !== installationId) {
        throw new StoreError('store-other', `the store has id ${id}, expected ${installationId}`)
      }
      const onUnreadable = options.onUnreadable ?? (() => {})
      const chain = hasManyChains ? () => chainOf(node, connection) : () => node
      const context: StoreContext = {
        ...{ connection, queries, sealer, clock, cacheUsers, onUnreadable, chain, hasManyChains },
      }
      const store = await assemble(context, database, id, node, options)
      tell = (event) => void alertOfLoss(store.audit, event, clock).catch(() => undefined)
      for (const event of lost) await alertOfLoss(store.audit, event, clock)
      return {
        ...store,
        takeOvers,
        reach: database.reach,
        facts: async () => database.facts?.(),
      }
    })
  } catch (error) {
    await connection.close()
    throw error instanceof StoreError ? error.about(name) : error
  }
}

/** `vpn1/3f2c1b9e`: by the node for people, and by the process for the chain. */
function chainOf(node: string, { processId }: Connection): string {
  return processId === undefined ? node : `${node}/${processId().slice(0, 8)}`
}

/** What was used in those rows is not known to be used: recovery codes among it can be used again. */
function alertOfLoss(audit: AuditLog, { node, before, now }: RowsLost, clock: Clock) {
  const detail = { node, before: String(before), now: String(now) }
  return audit.alert({ atMs: clock.nowMs(), kind: 'database-rows-lost', detail })
}

/** Whether something is where a store would be. Throws StoreError `database-…`. */
export async function isStoreAt(place: StorePlace, clock: Clock): Promise<boolean> {
  if ('file' in place) return existsSync(place.file)
  const { isStoreIn } = await import('./postgresql/open.ts')
  return isStoreIn(place.postgresql, clock).catch((error: unknown) => {
    throw error instanceof StoreError ? error.about(formatPlace(place.postgresql)) : error
  })
}

/** Opens the database of a store, whatever is in it. */
export async function openDatabase(
  options: StorePlace & Omit<StoreSettings, 'keyring' | 'node'> & { readonly node?: string },
  clock: Clock,
): Promise<Database> {
  const { whenMissing = 'make', commitTimeoutMs, commitDelayMs, sharing } = options
  const { losesNothing, patienceMs, seenFile, onTakeOver, onRowsLost, onSeenFailed } = options
  const { serves, node = '' } = options
  if ('file' in options) {
    const { file } = options
    return openSqlite({ ...{ file, clock, whenMissing, commitTimeoutMs, commitDelayMs } })
  }
  // Only here, so that an installation with SQLite does not load the driver.
  const { openPostgresql } = await import('./postgresql/open.ts')
  const { postgresql: place } = options
  const self = serves && { name: node, version: serves.version }
  return openPostgresql({
    ...{ place, clock, whenMissing, sharing, self, commitTimeoutMs, losesNothing, seenFile },
    ...{ patienceMs, onTakeOver, onRowsLost, onSeenFailed },
  }).catch((error: unknown) => {
    throw error instanceof StoreError ? error.about(formatPlace(place)) : error
  })
}

async function assemble(
  context: StoreContext,
  { createHints }: Pick<Database, 'createHints'>,
  installationId: string,
  node: string,
  { serves, onTime }: Pick<StoreSettings, 'serves' | 'onTime'>,
): Promise<Omit<Store, 'facts' | 'reach' | 'takeOvers'>> {
  const { clock, connection } = context
  const isServing = serves !== undefined
  const patient = { ...context, connection: connection.patiently?.() ?? connection }
  const secrets = await openSecrets(connection, context.queries, context.sealer)
  const writer = createAuditWriter(patient, secrets.auditChain)
  await nameFoundErasures(context, writer, secrets.auditChain)
  const people = createPeople(patient)
  const heads = createAuditHeads(context, writer, secrets.auditChain)
  // Only here, so that an installation with SQLite does not load it.
  const nodes =
    connection.processId &&
    (await (await import('./nodes/nodes.ts')).openNodes(context, node, isServing, onTime))
  const noting =
    isServing && nodes
      ? await noteChainsHourly(createChainNotes(context, writer), nodes, clock)
      : undefined
  return {
    authenticators: createAuthenticatorStore(patient, people),
    bells: createBellStore(patient),
    tokens: createTokenStore(context, people),
    accounts: createAccountStore(patient, people),
    prompts: createPromptStore(patient),
    limits: createLimitStore(patient),
    pauses: createPauseStore(patient, people),
    shield: createShieldStore(patient),
    spent: createSpentStore(patient),
    remembered: createRememberedStore(patient, secrets.hashing),
    webSessions: createWebSessionStore(context, secrets.hashing),
    webSteps: createWebStepStore(context),
    webWaits: createWebWaitStore(context),
    enrolmentCodes: createEnrolmentCodeStore(context),
    pairings: createPairingStore(context),
    phoneNotices: createPhoneNoticeStore(context),
    personRecords: createPersonStore(patient, people),
    receipts: createReceiptStore(patient, people),
    history: createHistory(patient),
    renewedHashes: createRenewedHashStore(patient),
    accounting: createAccountingStore(context),
    audit: {
      ...createAuditLog(context, writer),
      ...createAuditUpkeep(context, secrets.auditChain),
      ...heads,
    },
    users: createUserStore(context, writer, people.forget),
    settings: createSettingStore(context),
    nodes,
    shareHourKeys: (trouble) => shareHourKeys(context, trouble),
    callTurns: createCallTurns(patient, nodes?.time),
    shareRegistry:
      nodes &&
      createHints &&
      ((options) => createSharedRegistry(patient, createHints, nodes, options)),
    installationId,
    hashingKey: secrets.hashing,
    pushKey: secrets.push,
    health: () => connection.health(),
    async probe() {
      await connection.run(touch(context)).catch(() => undefined)
      return connection.health()
    },
    look: () => connection.look(),
    backup: (file) => writeBackup(connection, file),
    async noteRestored(detail) {
      await connection.atomically(forgetPassing(context.queries))
      await heads.noteRestore(detail)
    },
    async rotateKeys(master) {
      await refuseOthers(nodes)
      return rotateKeys(context, master)
    },
    keys: async () => ({
      current: context.sealer.keyring.current.id,
      sealedWith: await listKeys(context),
    }),
    countAuthenticators: () => countAuthenticators(context),
    async close() {
      connection.hurry?.()
      await noting?.stop()
      await writer.drain()
      await nodes?.stop()
      await connection.close()
    },
  }
}

/** Another node would go on with only the old key. */
async function refuseOthers(nodes: Nodes | undefined): Promise<void> {
  const others = (await nodes?.list())?.filter(
    ({ processId, state }) =>
      processId !== nodes?.processId() && (state === 'serving' || state === 'draining'),
  )
  const [other] = others ?? []
  if (other === undefined) return
  throw new StoreError('database-in-use', `node ${other.name} serves too, with the key as it is`)
}

/** Another value each time: SQLite writes no page whose bytes stay the same, so the disk would not be asked. */
function touch({ queries, clock }: StoreContext) {
  const value = `${clock.nowMs()} ${randomInt(2 ** 32)}`
  return queries
    .insertInto('meta')
    .values({ key: 'last-probe', value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .compile()
}
