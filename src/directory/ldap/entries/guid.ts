const guidBytes = 16
const textForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether a text is a UUID in lower case, as `formatGuid` and entryUUID give it. */
export function isGuidText(text: string): boolean {
  return textForm.test(text)
}

/** objectGUID (16 bytes) as text. Its first three fields are little-endian (MS-DTYP 2.3.4.1). */
export function formatGuid(bytes: Uint8Array): string {
  if (bytes.length !== guidBytes) throw new RangeError('a GUID has 16 bytes')
  const hex = swapFields(bytes).toString('hex')
  const fields = [[0, 8], [8, 12], [12, 16], [16, 20], [20]] as const
  return fields.map(([start, end]) => hex.slice(start, end)).join('-')
}

/** The 16 bytes of objectGUID for a text that `isGuidText` accepts. */
export function parseGuid(text: string): Buffer {
  return swapFields(Buffer.from(text.replaceAll('-', ''), 'hex'))
}

function swapFields(bytes: Uint8Array): Buffer {
  const swapped = Buffer.from(bytes)
  swapped.subarray(0, 4).reverse()
  swapped.subarray(4, 6).reverse()
  swapped.subarray(6, 8).reverse()
  return swapped
}
