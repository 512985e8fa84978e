// Files of seeds that come with hardware tokens: PSKC (RFC 6030) and CSV, read and checked as a whole.
// May import `accounts/`, `methods/` and `support/`.
export { parseUserMap } from './csv.ts'
export { readSeeds } from './read-seeds.ts'
export type { SeedFile, SeedProblem, SeedRecord } from './record.ts'
export { decodeHex } from './text-bytes.ts'
