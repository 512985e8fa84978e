import { checkServerIdentity } from 'node:tls'
import type { Client, ClientConfig } from 'pg'
import { StoreError } from '../errors.ts'
import { type DatabaseHost, formatHost, type PostgresqlPlace } from './place.ts'
import { valueTypes } from './values.ts'

/** A server in the same network answers within milliseconds; the next host is tried after this. */
const connectTimeoutMs = 1_500

export type ClientOptions = {
  /** By which the server's lists name the connection; at most 63 bytes. */
  readonly name: string
  /** Called once, when the connection has ended by itself. */
  readonly onLost: (error: Error | undefined) => void
}

/**
 * Connects to one server. Every host but a Unix socket speaks TLS and shows a certificate for its name. Rejects with
 * what the driver, the network or the server says.
 */
export async function connectClient(
  place: PostgresqlPlace,
  host: DatabaseHost,
  { name, onLost }: ClientOptions,
): Promise<Client> {
  // Only here, so that an installation with SQLite does not load it.
  const { Client } = await import('pg')
  const client = new Client({
    ...{ host: host.host, port: host.port, database: place.database, user: place.user },
    // Called where the server asks for one; PGPASSWORD and .pgpass are ignored.
    password: () => passwordOf(place, host),
    ssl: host.host.startsWith('/') ? false : tlsOf(place, host),
    enableChannelBinding: true,
    application_name: name,
    connectionTimeoutMillis: connectTimeoutMs,
    ...{ keepAlive: true, keepAliveInitialDelayMillis: 10_000 },
    types: valueTypes,
    pipeline: true,
  })
  let isOver = false
  const end = (error?: Error) => {
    if (isOver) return
    isOver = true
    onLost(error)
  }
  // Without a listener, the loss of an idle connection would end the process.
  client.on('error', end)
  client.on('end', () => end())
  try {
    await client.connect()
    return client
  } catch (error) {
    isOver = true
    destroyClient(client)
    throw error
  }
}

/** Ends a connection at once, whatever it waits for. */
export function destroyClient(client: Client): void {
  // `end` of a client that waits for an answer would wait too.
  client.connection.stream.destroy()
}

function passwordOf({ user, password }: PostgresqlPlace, host: DatabaseHost): string {
  if (password !== undefined) return password.reveal().trim()
  throw new StoreError(
    'database-refuses',
    `${formatHost(host)} asks for a password of ${user}, and the configuration has none`,
  )
}

function tlsOf({ ca }: PostgresqlPlace, { host }: DatabaseHost): ClientConfig['ssl'] {
  return {
    ...(ca === undefined ? {} : { ca }),
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    // The driver names no host where it is an address, and Node would then expect `localhost`.
    checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
  }
}
