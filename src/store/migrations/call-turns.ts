import { type Migration, table } from './migration.ts'

/** When the next call may start at an account of a provider; empty in a file, which one process has. */
export const callTurns: Migration = (database, types) => [
  table(database, types, 'call_turn', { account: 'text', next_at_us: 'integer' }, ['account']),
]
