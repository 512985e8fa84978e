import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type DetailedPeerCertificate, TLSSocket } from 'node:tls'
import {
  Attribute,
  Change,
  Client,
  type Entry,
  PasswordPolicyControl,
  ResultCodeError,
} from 'ldapts'
import type { Clock, Secret } from '../../../support/index.ts'
import { DirectoryError, describeError } from '../../errors.ts'
import type { Filter } from '../entries/filters.ts'
import type { LdapLimits, LdapSettings, ServerAddress } from '../options.ts'
import { AccessListControl } from './access-list-control.ts'
import { requestStartTls } from './start-tls.ts'

/** What a server said to a bind; `policyError` only from servers with the password policy control. */
export type BindAnswer = {
  readonly code: number
  readonly text: string
  readonly policyError: number | undefined
}

export type SearchQuery = {
  readonly base: string
  readonly scope: 'base' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  /** Attributes that are bytes, spelt as the server's schema does. */
  readonly binary?: readonly string[]
  /** Whether nTSecurityDescriptor is to have its access list alone; Active Directory only. */
  readonly accessListOnly?: true
  /** More entries than this are cut off; absent: all of them, page by page. */
  readonly limit?: number
}

/**
 * One connection. After anything but an answer (time-out, broken socket, nonsense) it is closed for
 * good: a late answer must never meet another question.
 */
export type LdapConnection = {
  /** Of the server. */
  readonly url: string
  /** @throws {DirectoryError} `no-answer`, `server-down` */
  bind(dn: string, password: Secret): Promise<BindAnswer>
  /** @throws {DirectoryError} `search-refused`, `no-answer`, `server-down` */
  search(query: SearchQuery): Promise<readonly Entry[]>
  /**
   * All entries, page by page: the next one is asked for once the one before was taken. `limit` is ignored.
   * @throws {DirectoryError} as `search`
   */
  pages(query: SearchQuery): AsyncGenerator<readonly Entry[]>
  /**
   * Takes one value of an attribute away and adds another, both or neither.
   * @throws {DirectoryError} `no-answer`, `server-down`
   */
  exchange(
    dn: string,
    attribute: string,
    old: Buffer,
    next: Buffer,
  ): Promise<{ readonly code: number; readonly text: string }>
  /** The server's certificate, with those that signed it as far as they are known; undefined without TLS. */
  certificate(): DetailedPeerCertificate | undefined
  isOpen(): boolean
  close(): void
}

/** busy and unavailable (RFC 4511 A.1): the server did nothing and says so; another one may be asked. */
const unavailableCodes: ReadonlyMap<number, string> = new Map([
  [51, 'busy (LDAP result 51)'],
  [52, 'unavailable (LDAP result 52)'],
])

/** Ends keep-alive silence before firewalls do, and finds dead peers. */
const keepAliveMs = 30_000
const pageSize = 500

/** What a connection has to know of its directory. */
export type ConnectionSettings = Pick<LdapSettings, 'ca' | 'kind'> & {
  readonly limits: Pick<LdapLimits, 'connectMs' | 'bindMs' | 'searchMs'>
}

/**
 * Connects to a server, with TLS unless the settings allow otherwise; the certificate must be good for
 * the host of the URL. Nothing is bound yet.
 * @throws {DirectoryError} `server-down`
 */
export async function openLdapConnection(
  address: ServerAddress,
  settings: ConnectionSettings,
  clock: Clock,
): Promise<LdapConnection> {
  const socket = await openSocket(address, settings, clock)
  let dialled = false
  const client = new Client({
    // The socket is there and secure already; the library must neither make nor replace one.
    url: 'ldap://unused',
    createConnection: () => {
      if (dialled || socket.destroyed) throw new Error('it is closed')
      dialled = true
      return socket
    },
  })

  /** Runs one operation; whatever is not an answer ends the connection. */
  async function answered<T>(limitMs: number, operation: () => Promise<T>): Promise<T> {
    let late = false
    const timer = clock.after(limitMs, () => {
      late = true
      socket.destroy()
    })
    try {
      return await operation()
    } catch (error) {
      const isAnswer = error instanceof ResultCodeError
      const unavailable = isAnswer ? unavailableCodes.get(error.code) : undefined
      if (isAnswer && unavailable === undefined) throw error
      socket.destroy()
      // Not the text of the answer, which may quote what was sent.
      if (unavailable !== undefined)
        throw new DirectoryError('server-down', `the server is ${unavailable}`)
      throw late ? timedOut('no-answer', limitMs) : connectionLost(error)
    } finally {
      timer.cancel()
    }
  }

  function optionsOf({ scope, filter, attributes, binary = [] }: SearchQuery) {
    return {
      ...{ scope, filter, attributes: [...attributes] },
      explicitBufferAttributes: [...binary],
      // Only so that the server does not go on forever; our own limit strikes first.
      timeLimit: Math.ceil(settings.limits.searchMs / 1000) + 2,
    }
  }

  async function searchAnswered<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await answered(settings.limits.searchMs, operation)
    } catch (error) {
      if (!(error instanceof ResultCodeError)) throw error
      throw new DirectoryError('search-refused', `search refused: ${error.message}`, {
        cause: error,
        details: { resultCode: error.code },
      })
    }
  }

  return {
    url: address.url,
    async bind(dn, password) {
      const policy = settings.kind === 'openldap' ? new PasswordPolicyControl() : undefined
      const answer = (code: number, text: string) => ({
        code,
        text,
        policyError: policy?.value?.error,
      })
      try {
        await answered(settings.limits.bindMs, () => client.bind(dn, password.reveal(), policy))
        return answer(0, '')
      } catch (error) {
        if (error instanceof ResultCodeError) return answer(error.code, error.message)
        throw error
      }
    },
    async search(query) {
      const { accessListOnly, base, limit } = query
      const options = {
        ...optionsOf(query),
        ...(limit === undefined ? { paged: { pageSize } } : { sizeLimit: limit }),
      }
      const controls = accessListOnly ? [new AccessListControl()] : []
      const found = await searchAnswered(() => client.search(base, options, controls))
      return found.searchEntries
    },
    async *pages(query) {
      const found = client.searchPaginated(query.base, {
        ...optionsOf(query),
        paged: { pageSize },
      })
      for (;;) {
        const page = await searchAnswered(() => found.next())
        if (page.done === true) return
        yield page.value.searchEntries
      }
    },
    async exchange(dn, type, old, next) {
      const changes = [
        new Change({ operation: 'delete', modification: new Attribute({ type, values: [old] }) }),
        new Change({ operation: 'add', modification: new Attribute({ type, values: [next] }) }),
      ]
      try {
        await answered(settings.limits.bindMs, () => client.modify(dn, changes))
        return { code: 0, text: '' }
      } catch (error) {
        if (error instanceof ResultCodeError) return { code: error.code, text: error.message }
        throw error
      }
    },
    certificate() {
      return socket instanceof TLSSocket ? socket.getPeerCertificate(true) : undefined
    },
    isOpen: () => socket.readyState === 'open',
    close: () => socket.destroy(),
  }
}

async function openSocket(
  address: ServerAddress,
  settings: ConnectionSettings,
  clock: Clock,
): Promise<Socket> {
  const { connectMs } = settings.limits
  const { host, port, security } = address
  const options = { keepAlive: true, keepAliveInitialDelay: keepAliveMs, noDelay: true }
  let socket: Socket = connect({ host, port, ...options })
  const timer = clock.after(connectMs, () => socket.destroy(timedOut('server-down', connectMs)))
  try {
    await once(socket, 'connect')
    if (security === 'starttls') await requestStartTls(socket)
    if (security !== 'plaintext') {
      socket.on('error', () => {})
      socket = connectTls({
        socket,
        host,
        // Names only: the SNI extension has no addresses (RFC 6066 3).
        ...(isIP(host) ? {} : { servername: host }),
        // Many servers do not send their root: what ca_file names is trusted whether or not it signs itself.
        ...(settings.ca === undefined ? {} : { ca: settings.ca, allowPartialTrustChain: true }),
        minVersion: 'TLSv1.2',
        // Set explicitly, because an environment variable could turn the default round.
        rejectUnauthorized: true,
      })
      await once(socket, 'secureConnect')
    }
    // Between two operations no one listens; an error then only closes the socket.
    socket.on('error', () => {})
    return socket
  } catch (error) {
    socket.on('error', () => {})
    socket.destroy()
    if (error instanceof DirectoryError) throw error
    throw new DirectoryError('server-down', describeError(error), { cause: error })
  } finally {
    timer.cancel()
  }
}

function timedOut(code: 'server-down' | 'no-answer', limitMs: number): DirectoryError {
  return new DirectoryError(code, `no answer within ${limitMs} ms`, { details: { timedOut: true } })
}

function connectionLost(cause: unknown): DirectoryError {
  return new DirectoryError('no-answer', `connection lost: ${describeError(cause)}`, { cause })
}
