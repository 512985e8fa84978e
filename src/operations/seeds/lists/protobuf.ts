/** The value of a field: a number for varints, bytes for what has a length. */
export type ProtobufField = {
  readonly number: number
  readonly value: bigint | Uint8Array
}

/**
 * Takes a message of protocol buffers apart, one level deep. Fields of 4 or 8 fixed bytes come as bytes. Undefined where it
 * is cut off, or has what this encoding does not know.
 */
export function decodeProtobuf(bytes: Uint8Array): readonly ProtobufField[] | undefined {
  const fields: ProtobufField[] = []
  let at = 0
  while (at < bytes.length) {
    const tag = readVarint()
    if (tag === undefined || tag >> 3n === 0n || tag > 0xffff_ffffn) return undefined
    const value = readValue(Number(tag & 7n))
    if (value === undefined) return undefined
    fields.push({ number: Number(tag >> 3n), value })
  }
  return fields

  function readValue(wireType: number): bigint | Uint8Array | undefined {
    switch (wireType) {
      case 0:
        return readVarint()
      case 1:
        return readBytes(8)
      case 2: {
        const length = readVarint()
        return length === undefined || length > bytes.length ? undefined : readBytes(Number(length))
      }
      case 5:
        return readBytes(4)
      default:
        return undefined
    }
  }

  /** At most 64 bits, seven a byte, the lowest first. */
  function readVarint(): bigint | undefined {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at]
      if (byte === undefined) return undefined
      at += 1
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    return undefined
  }

  function readBytes(length: number): Uint8Array | undefined {
    if (at + length > bytes.length) return undefined
    at += length
    return bytes.subarray(at - length, at)
  }
}
