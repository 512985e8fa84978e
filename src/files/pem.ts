import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { decodeMostlyUtf8 } from '../support/index.ts'

/**
 * Certificates of authorities, in PEM. None at all would make Node trust the public ones instead.
 * Throws what is wrong with the file.
 */
export function readAuthorities(file: string): string[] {
  const found = readBlocks(file, 'CERTIFICATE')
  for (const pem of found) new X509Certificate(pem)
  return found
}

/** Lists of revoked certificates: OpenSSL takes one at a time. None would mean that nothing was ever revoked. */
export function readRevocations(file: string): string[] {
  return readBlocks(file, 'X509 CRL')
}

/** A PEM file as text: OpenSSL does not find the first part after a byte order mark. */
export function readPem(file: string): string {
  return decodeMostlyUtf8(file, readFileSync(file))
}

function readBlocks(file: string, label: string): string[] {
  const block = new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`, 'g')
  const found = readPem(file).match(block)
  if (found === null) throw new Error(`${file} has no ${label} in PEM`)
  return found
}
