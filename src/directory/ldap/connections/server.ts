import type { Clock, Secret } from '../../../support/index.ts'
import { DirectoryError } from '../../errors.ts'
import { createServerHealth } from '../../server-health.ts'
import type { LdapServerEvent, LdapSettings, ServerAddress } from '../options.ts'
import { type BindAnswer, type LdapConnection, openLdapConnection } from './connection.ts'
import { createConnectionPool } from './pool.ts'
import { quoteServer } from './quote-server.ts'

/** One directory server: connections that search, others that check passwords, and its health. */
export type LdapServer = {
  readonly url: string
  /** Why it is down; undefined while it is up. */
  down(): DirectoryError | undefined
  /** Runs work on a connection bound as the search account. @throws {DirectoryError} */
  search<T>(work: (connection: LdapConnection) => Promise<T>, signal: AbortSignal): Promise<T>
  /** Binds as someone, on a connection leased to this bind alone. @throws {DirectoryError} */
  bind(dn: string, password: Secret, signal: AbortSignal): Promise<BindAnswer>
  /**
   * Runs work that must not be done twice, on a new connection bound as the search account: one that
   * was kept may be dead, and no one would know what was done. @throws {DirectoryError}
   */
  change<T>(work: (connection: LdapConnection) => Promise<T>): Promise<T>
  /** A connection bound as the search account, for work that lasts: no sign-in waits for it. @throws {DirectoryError} */
  open(): Promise<LdapConnection>
  close(): void
}

export function createLdapServer(
  address: ServerAddress,
  settings: LdapSettings,
  {
    clock,
    log,
  }: {
    readonly clock: Clock
    readonly log?: ((event: LdapServerEvent) => void) | undefined
  },
): LdapServer {
  const { limits } = settings
  const { queue, waitMs, idleMs } = limits
  const openSearch = () => openSearchConnection(address, settings, clock)
  const searches = createConnectionPool(
    { open: openSearch, size: limits.searchConnections, queue, waitMs, idleMs },
    clock,
  )
  const openBind = () => openLdapConnection(address, settings, clock)
  const binds = createConnectionPool(
    { open: openBind, size: limits.bindConnections, queue, waitMs, idleMs },
    clock,
  )

  const server = { directory: settings.name, url: address.url }
  const health = createServerHealth(
    {
      probe: async () => (await openSearch()).close(),
      retryMs: limits.retryMs,
      onDoubt() {
        searches.closeIdle()
        binds.closeIdle()
      },
      onDown(error) {
        searches.drain(error)
        binds.drain(error)
        log?.({ kind: 'directory-server-down', ...server, detail: error.message, downMs: 0 })
      },
      onUp: (downMs) => log?.({ kind: 'directory-server-up', ...server, detail: '', downMs }),
    },
    clock,
  )

  return {
    url: address.url,
    down: health.down,
    search: (work, signal) => health.watch(() => searches.use(work, signal)),
    bind: (dn, password, signal) =>
      health.watch(() => binds.use((connection) => connection.bind(dn, password), signal)),
    change: (work) =>
      health.watch(async () => {
        const connection = await openSearch()
        try {
          return await work(connection)
        } finally {
          connection.close()
        }
      }),
    open: () => health.watch(openSearch),
    close() {
      health.stop()
      const error = new DirectoryError('busy', 'the directory was closed')
      searches.close(error)
      binds.close(error)
    },
  }
}

/**
 * Opens a connection and binds the search account on it.
 * @throws {DirectoryError} `server-down`, with `accountRefused` when it is the account's fault
 */
export async function openSearchConnection(
  address: ServerAddress,
  settings: LdapSettings,
  clock: Clock,
): Promise<LdapConnection> {
  const connection = await openLdapConnection(address, settings, clock)
  try {
    const { code, text } = await connection.bind(settings.bindDn, settings.bindPassword)
    if (code === 0) return connection
    const told = quoteServer(text, settings.bindPassword)
    throw new DirectoryError('server-down', `bind account refused: LDAP result ${code}: ${told}`, {
      details: { accountRefused: code === 49 },
    })
  } catch (error) {
    connection.close()
    if (error instanceof DirectoryError && error.code === 'no-answer')
      throw new DirectoryError('server-down', `bind account: ${error.message}`, {
        cause: error,
        details: error.details,
      })
    throw error
  }
}
