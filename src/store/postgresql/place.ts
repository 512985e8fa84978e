import type { Secret } from '../../support/index.ts'

/** Where a server listens: a name or address and a port, or the folder of a Unix socket, which begins with `/`. */
export type DatabaseHost = { readonly host: string; readonly port: number }

/** A database of PostgreSQL and how to enter it. */
export type PostgresqlPlace = {
  /** Tried in this order until one of them is the primary. */
  readonly hosts: readonly DatabaseHost[]
  readonly database: string
  readonly user: string
  /** Absent where the server asks for none, such as by `peer` on its Unix socket. */
  readonly password?: Secret
  /** PEM text of the authorities that sign the servers' certificates. Default: those of the system. */
  readonly ca?: string
}

/** `db1.example.com:5432`, `[2001:db8::1]:5432`, `/var/run/postgresql:5432`. */
export function formatHost({ host, port }: DatabaseHost): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** What messages call the database: without its user, and without anything secret. */
export function formatPlace({ hosts, database }: PostgresqlPlace): string {
  return `postgresql ${database} at ${hosts.map(formatHost).join(', ')}`
}
