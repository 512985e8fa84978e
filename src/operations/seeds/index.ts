// Files of seeds that come with hardware tokens or from other systems: PSKC, SafeNet's XML, links for apps, lists as
// spreadsheets and other programs save them; read and checked as a whole. `xml/` and `lists/` have the kinds.
// May import `accounts/`, `methods/` and `support/`.
export { decodeText } from './decode-text.ts'
export { parseUserMap, type UserMap } from './lists/user-map.ts'
export { readSeeds, type SeedOptions } from './read-seeds.ts'
export {
  defaultNames,
  isShowable,
  type SeedDefaults,
  type SeedFile,
  type SeedProblem,
  type SeedRecord,
} from './record.ts'
export { decodeHex } from './text-bytes.ts'
