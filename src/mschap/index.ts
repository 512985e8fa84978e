// The arithmetic of MS-CHAP: NT hash, responses, what proves the server, and the keys that come of it
// (RFC 2433, 2759, 3079). Pure: bytes in, bytes out. Imports nothing of ours but support/.
export { ntHash } from './nt-hash.ts'
