import { decodeBase64 } from '../text-bytes.ts'
import type { PskcOpener } from './pskc-cipher.ts'
import { attributeOf, childOf, childrenOf, textOf, type XmlElement } from './xml.ts'

/** Names of values in RFC 6030, and how the drafts before it named them. */
const olderNames = {
  Secret: ['SECRET'],
  Counter: ['COUNTER'],
  TimeInterval: ['TIME_INTERVAL', 'TIMEINTERVAL'],
  TimeDrift: ['TIME_DRIFT', 'TIMEDRIFT'],
} as const
type ValueName = keyof typeof olderNames

/** Base64 of a random seed does not look like this once in a billion seeds, but files of some programs do. */
const otherEncoding = [
  [/^(?:[0-9a-fA-F]{2}\s*){16,}$/, 'hex'],
  [/^(?:[A-Z2-7]{8}\s*){4,}={0,6}$/, 'base32'],
] as const

/** A problem as text, so that it cannot be taken for a value. */
export type Unreadable = { readonly problem: string }

/**
 * Gives the values of a key: `<Data><Secret>` or, in the drafts, `<Data Name="SECRET">`; in clear text or encrypted.
 */
export function createPskcValues(key: XmlElement, opener: PskcOpener | undefined) {
  function find(name: ValueName): XmlElement | undefined {
    const all = childrenOf(key, 'Data')
    const older: readonly string[] = olderNames[name]
    return (
      all.map((data) => childOf(data, name)).find((value) => value !== undefined) ??
      all.find((data) => older.includes(attributeOf(data, 'Name')?.toUpperCase() ?? ''))
    )
  }

  function bytesOf(value: XmlElement, name: ValueName): Uint8Array | Unreadable {
    const encrypted = childOf(value, 'EncryptedValue')
    const plain = textOf(value, 'PlainValue') ?? textOf(value, 'Value')
    if (encrypted === undefined) {
      const bytes = decodeBase64(plain ?? '')
      if (plain === undefined || !bytes) {
        return { problem: `the PlainValue of the ${name} is missing or no base64` }
      }
      const other = name === 'Secret' ? otherEncoding.find(([text]) => text.test(plain)) : undefined
      if (other) {
        return { problem: `the PlainValue of the Secret is ${other[1]}; PSKC has base64 there` }
      }
      return bytes
    }
    if (!opener) {
      return { problem: `the ${name} is encrypted, but the container names no EncryptionKey` }
    }
    const mac = textOf(value, 'ValueMAC') ?? textOf(encrypted, 'ValueMAC')
    const opened = opener(encrypted, mac)
    return typeof opened === 'string'
      ? { problem: `the ${name} cannot be decrypted: ${opened}` }
      : opened
  }

  return {
    secret(): Uint8Array | Unreadable {
      const value = find('Secret')
      if (!value) return { problem: 'the key has no Secret' }
      return bytesOf(value, 'Secret')
    },

    /** A whole number as text; undefined where the file has none. */
    number(name: Exclude<ValueName, 'Secret'>): string | undefined | Unreadable {
      const value = find(name)
      if (!value) return undefined
      const plain = textOf(value, 'PlainValue') ?? textOf(value, 'Value')
      const isEncrypted = childOf(value, 'EncryptedValue') !== undefined
      if (!isEncrypted && plain === undefined) {
        if (value.text.trim() === '') return undefined
        return { problem: `the ${name} has its number not in a PlainValue` }
      }
      if (!isEncrypted && /^[-+]?\d+$/.test(plain ?? '')) return plain
      const bytes = bytesOf(value, name)
      if ('problem' in bytes) return { problem: `the ${name} is not a whole number` }
      return readInteger(bytes) ?? { problem: `the ${name} is not a whole number` }
    },
  }
}

/** Digits, or a number of 4 or 8 bytes, the highest first. */
function readInteger(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  if (/^[-+]?\d+$/.test(text)) return text
  const buffer = Buffer.from(bytes)
  if (bytes.length === 4) return String(buffer.readInt32BE())
  return bytes.length === 8 ? String(buffer.readBigInt64BE()) : undefined
}
