import * as z from 'zod'
import { count, type FieldContext, oneOrMore, path, secret, section, text } from '../fields.ts'

const usualPort = 5432

/** `db1.example.com`, `192.0.2.1:5433`, `[2001:db8::1]:5432`, `/var/run/postgresql`. */
export function parseDatabaseHost(
  value: string,
): { readonly host: string; readonly port: number } | undefined {
  const [, v6, other, port = String(usualPort)] =
    /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(value) ?? []
  const host = v6 ?? other
  if (host === undefined || !count(1, 65535).safeParse(Number(port)).success) return undefined
  return { host, port: Number(port) }
}

function databaseHost() {
  return z
    .string()
    .meta({ form: 'host, host:port or folder' })
    .transform((value, issues) => {
      const parsed = parseDatabaseHost(value)
      if (parsed === undefined) {
        issues.addIssue(
          'must be a host such as db1.example.com or db1.example.com:5433, or the folder of a Unix socket',
        )
      }
      return parsed ?? { host: '', port: 0 }
    })
}

function postgresql(context: FieldContext) {
  return section({
    hosts: oneOrMore(databaseHost()).describe(
      'Servers, in the order they are tried; the one that is the primary counts. A host with or without a port, or the folder of a Unix socket such as /var/run/postgresql.',
    ),
    database: text().default('holdfast').describe('Name of the database.'),
    user: text().default('holdfast').describe('Role that owns the database.'),
    password: secret(context)
      .optional()
      .describe('Password of the role. Not needed where the server knows it by the Unix socket.'),
    failover: z
      .enum(['may_lose', 'loses_nothing'])
      .default('may_lose')
      .describe(
        'What a standby that takes over may not have heard of. may_lose: the last moments, so codes that could have been used then are refused for a minute or two. loses_nothing: every commit waits for a standby (synchronous_standby_names), and codes go on at once.',
      ),
    tls: section({
      ca_file: path(context)
        .optional()
        .describe(
          'PEM file with the authorities that sign the servers’ certificates. Default: those of the system.',
        ),
    })
      .prefault({})
      .describe('How certificates are checked. Every connection but a Unix socket uses TLS.'),
  })
}

/** A store that lasts longer than its process. */
export type LastingStore = z.output<ReturnType<typeof lastingStore>>

/** Where the store is: a file or a database. */
export function lastingStore(context: FieldContext) {
  return section({
    sqlite: path(context)
      .optional()
      .describe('SQLite file. holdfast init and holdfast store create make it.'),
    postgresql: postgresql(context)
      .optional()
      .describe('A database of PostgreSQL instead of a file. See docs/how-to/postgresql.md.'),
  }).transform(({ sqlite, postgresql }, issues) => {
    if (sqlite !== undefined && postgresql === undefined) return { sqlite }
    if (postgresql !== undefined && sqlite === undefined) return { postgresql }
    issues.addIssue('must have either sqlite or postgresql')
    return z.NEVER
  })
}
