import { scryptSync } from 'node:crypto'

/** As `hashPassword` makes it, but cheap, so that the tests are quick. */
export function quickHash(password: string): string {
  const salt = Buffer.alloc(16, 7)
  const hash = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 })
  return `scrypt$1024$8$1$${salt.toString('base64')}$${hash.toString('base64')}`
}
