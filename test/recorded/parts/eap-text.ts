const codes: Readonly<Record<number, string>> = {
  1: 'Request',
  2: 'Response',
  3: 'Success',
  4: 'Failure',
}
const types: Readonly<Record<number, string>> = {
  1: 'Identity',
  3: 'Nak',
  4: 'MD5-Challenge',
  6: 'GTC',
  13: 'TLS',
  21: 'TTLS',
  25: 'PEAP',
  26: 'MSCHAPv2',
  33: 'Extensions',
}
const operations: Readonly<Record<number, string>> = {
  1: 'Challenge',
  2: 'Response',
  3: 'Success',
  4: 'Failure',
}

/** An EAP packet in words: what it is, and the texts in it, without what is drawn at random. */
export function describeEap(packet: Uint8Array): string {
  const [code = 0, , , , type] = packet
  const words = [codes[code] ?? `code ${code}`]
  if (type !== undefined && code < 3)
    words.push(types[type] ?? `type ${type}`, ...details(type, packet.subarray(5)))
  return words.join(' ')
}

function details(type: number, data: Uint8Array): string[] {
  const text = (from: number) => JSON.stringify(Buffer.from(data.subarray(from)).toString())
  if (type === 1 || type === 6) return data.length === 0 ? [] : [text(0)]
  if (type === 3) return [[...data].map((each) => types[each] ?? each).join('/')]
  if (type === 13 || type === 21 || type === 25) return [`flags 0x${(data[0] ?? 0).toString(16)}`]
  if (type === 26) {
    const operation = data[0] ?? 0
    const words = [operations[operation] ?? `operation ${operation}`]
    // What hangs on a challenge that is drawn at random (RFC 2759 5, 6).
    return operation < 3
      ? words
      : [...words, text(4).replace(/\b([CS])=[0-9A-F]{32,40}/, '$1=<random>')]
  }
  return []
}
