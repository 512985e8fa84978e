import type { VendorFormat } from '../attributes/vendor.ts'
import type { Encryption } from '../ciphers/attribute-cipher.ts'
import type { Skipped } from './skipped.ts'

/** How a value is laid out (RFC 8044). `containers` hold other attributes and no value of their own. */
export type DataType =
  | 'text'
  | 'octets'
  | 'bool'
  | 'byte'
  | 'short'
  | 'integer'
  | 'integer64'
  | 'int8'
  | 'int16'
  | 'signed'
  | 'int64'
  | 'date'
  | 'ipaddr'
  | 'ipv4prefix'
  | 'ipv6addr'
  | 'ipv6prefix'
  | 'combo-ip'
  | 'ifid'
  | 'ether'
  | 'tlv'
  | 'container'

/** A value as configuration and policy see it. */
export type ScalarValue = string | number | bigint | Uint8Array

/** One attribute a dictionary names. */
export type AttributeDefinition = {
  /** With its vendor or TLV (`Cisco.NAS-Port`) where the name alone is that of another attribute. */
  readonly name: string
  /** From the top: `[1]`, `[26, 9, 1]`, `[241, 1]`, `[245, 26, 311, 4]`, with TLVs `[26, 24757, 1, 2]`. */
  readonly path: readonly number[]
  /** 0 for none. */
  readonly vendor: number
  readonly dataType: DataType
  /** Bytes, where the dictionary fixes them: `octets[16]`. */
  readonly fixedLength: number | undefined
  /** RFC 2868: carries a tag. */
  readonly tagged: boolean
  readonly encryption: Encryption | undefined
  /** One value split over several attributes, as EAP-Message. */
  readonly concat: boolean
  /** Only for the inside of the server that the file was written for: its number means nothing on the wire. */
  readonly internal: boolean
  /** VALUE lines: what a name in lower case stands for, as the file writes it. */
  readonly valueNamed: ReadonlyMap<string, string>
  /** VALUE lines: the first name of a value as `decodeValue` gives it. */
  readonly nameOf: ReadonlyMap<ScalarValue, string>
}

export type VendorDefinition = {
  readonly name: string
  readonly number: number
  readonly format: VendorFormat
}

/** Everything some dictionary files say. */
export type Definitions = {
  /** Ignores case, as RADIUS names do. Takes aliases, and names from the top: `Vendor-Specific.Cisco.AVPair`. */
  readonly find: (name: string) => AttributeDefinition | undefined
  readonly names: readonly string[]
  /** Key: the path joined with dots. Where two attributes share a number the later file wins. */
  readonly attributesByPath: ReadonlyMap<string, AttributeDefinition>
  readonly vendors: ReadonlyMap<number, VendorDefinition>
  readonly skipped: Skipped
}

export function pathKey(path: readonly number[]): string {
  return path.join('.')
}
