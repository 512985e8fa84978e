/** A Diameter AVP, as TTLS puts them into its tunnel (RFC 5281 10.1). Codes below 256 are those of RADIUS. */
export type Avp = {
  readonly code: number
  /** 0: none. */
  readonly vendor: number
  /** Whether who does not know it must refuse. */
  readonly isMandatory: boolean
  readonly data: Uint8Array
}

const headerLength = 8
const vendorLength = 4
const alignment = 4
const vendorFlag = 0x80
const mandatoryFlag = 0x40

/** All AVPs of a message, at least one. Undefined where the framing is broken. */
export function decodeAvps(bytes: Uint8Array): Avp[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const avps: Avp[] = []
  let at = 0
  while (at < bytes.length) {
    if (bytes.length - at < headerLength) return undefined
    const flags = view.getUint8(at + 4)
    const length = view.getUint32(at + 4) & 0xff_ffff
    const hasVendor = (flags & vendorFlag) !== 0
    const start = headerLength + (hasVendor ? vendorLength : 0)
    if (length < start || at + length > bytes.length) return undefined
    avps.push({
      code: view.getUint32(at),
      vendor: hasVendor ? view.getUint32(at + headerLength) : 0,
      isMandatory: (flags & mandatoryFlag) !== 0,
      data: bytes.subarray(at + start, at + length),
    })
    // The padding of the last one may be missing.
    at += Math.ceil(length / alignment) * alignment
  }
  return avps.length === 0 ? undefined : avps
}

/** One AVP with its padding. Mandatory, as all that a server of TTLS sends. */
export function encodeAvp(code: number, vendor: number, data: Uint8Array): Buffer {
  const start = headerLength + (vendor === 0 ? 0 : vendorLength)
  const length = start + data.length
  const bytes = Buffer.alloc(Math.ceil(length / alignment) * alignment)
  bytes.writeUInt32BE(code, 0)
  bytes.writeUInt32BE(length, 4)
  bytes.writeUInt8(mandatoryFlag | (vendor === 0 ? 0 : vendorFlag), 4)
  if (vendor !== 0) bytes.writeUInt32BE(vendor, headerLength)
  bytes.set(data, start)
  return bytes
}
