import type { Secret } from '../../../support/index.ts'
import { DirectoryError } from '../../errors.ts'
import { unlessAborted } from '../../gate.ts'
import type { BindAnswer, LdapConnection } from './connection.ts'
import type { LdapServer } from './server.ts'

/** The servers of one directory, as one. The first in the list that is up is asked. */
export type LdapServers = {
  /** @throws {DirectoryError} `busy`, `aborted`, `search-refused`, or `server-down` for all of them */
  search<T>(work: (connection: LdapConnection) => Promise<T>, signal: AbortSignal): Promise<T>
  /** @throws {DirectoryError} `busy`, `aborted`, `no-answer`, or `server-down` for all of them */
  bind(dn: string, password: Secret, signal: AbortSignal): Promise<BindAnswer>
  /** URL of the server that is asked next; undefined where all are down. */
  preferred(): string | undefined
  /** Work that changes something, on the first server that is up and not read-only. @throws {DirectoryError} as `bind`, `read-only` */
  change<T>(work: (connection: LdapConnection) => Promise<T>): Promise<T>
  /**
   * A connection of the first server that is up. The caller closes it.
   * @throws {DirectoryError} `aborted`, or `server-down` for all of them
   */
  open(signal: AbortSignal): Promise<LdapConnection>
  close(): void
}

export function createFailover(servers: readonly LdapServer[]): LdapServers {
  async function firstThatWorks<T>(
    ask: (server: LdapServer) => Promise<T>,
    mayAskAgain: (error: DirectoryError) => boolean,
    signal: AbortSignal,
  ): Promise<T> {
    const troubles: { readonly url: string; readonly error: DirectoryError }[] = []
    for (const server of servers) {
      try {
        const down = server.down()
        if (down) throw down
        return await unlessAborted(ask(server), signal)
      } catch (error) {
        if (!(error instanceof DirectoryError) || !mayAskAgain(error)) throw error
        troubles.push({ url: server.url, error })
      }
    }
    const isReadOnly =
      troubles.length > 0 && troubles.every(({ error }) => error.code === 'read-only')
    throw new DirectoryError(
      isReadOnly ? 'read-only' : 'server-down',
      troubles.map(({ url, error }) => `${url}: ${error.message}`).join('; '),
      { details: { accountRefused: troubles.some(({ error }) => error.details.accountRefused) } },
    )
  }

  return {
    search: (work, signal) =>
      firstThatWorks(
        (server) => searchTwice(server, work, signal),
        (error) => error.code === 'server-down' || error.code === 'no-answer',
        signal,
      ),
    // A bind that was sent may have counted as a wrong password: it is never sent again elsewhere.
    bind: (dn, password, signal) =>
      firstThatWorks(
        (server) => server.bind(dn, password, signal),
        (error) => error.code === 'server-down',
        signal,
      ),
    preferred: () => servers.find((server) => server.down() === undefined)?.url,
    change: (work) =>
      firstThatWorks(
        (server) => server.change(work),
        (error) => error.code === 'server-down' || error.code === 'read-only',
        neverAborted,
      ),
    open: (signal) =>
      firstThatWorks(
        async (server) => {
          const connection = await server.open()
          if (signal.aborted) connection.close()
          return connection
        },
        (error) => error.code === 'server-down',
        signal,
      ),
    close() {
      for (const server of servers) server.close()
    },
  }
}

const neverAborted = new AbortController().signal

/** A kept connection may break at the moment it is used; a search may simply be made again. */
async function searchTwice<T>(
  server: LdapServer,
  work: (connection: LdapConnection) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await server.search(work, signal)
  } catch (error) {
    const broken = error instanceof DirectoryError && error.code === 'no-answer'
    if (!broken || error.details.timedOut) throw error
    return server.search(work, signal)
  }
}
