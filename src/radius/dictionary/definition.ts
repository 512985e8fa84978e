import type { Encryption } from '../attribute-cipher.ts'
import type { VendorFormat } from '../vendor.ts'

/** How a value is laid out (RFC 8044). `containers` hold other attributes and no value of their own. */
export type DataType =
  | 'text'
  | 'octets'
  | 'byte'
  | 'short'
  | 'integer'
  | 'integer64'
  | 'signed'
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

/** One attribute a dictionary names. */
export type AttributeDefinition = {
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
  /** VALUE lines. */
  readonly numberOf: ReadonlyMap<string, number>
  readonly nameOf: ReadonlyMap<number, string>
}

export type VendorDefinition = {
  readonly name: string
  readonly number: number
  readonly format: VendorFormat
}

/** Everything some dictionary files say. Names are kept in lower case: RADIUS names ignore it. */
export type Definitions = {
  readonly attributesByName: ReadonlyMap<string, AttributeDefinition>
  /** Key: the path joined with dots. Where two attributes share a number the later file wins. */
  readonly attributesByPath: ReadonlyMap<string, AttributeDefinition>
  readonly vendors: ReadonlyMap<number, VendorDefinition>
}

export function pathKey(path: readonly number[]): string {
  return path.join('.')
}
