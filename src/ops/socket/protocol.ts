// The words between commands and service: JSON, one message a line, over a Unix stream socket.

/** Longest line of an answer, in bytes. */
export const maxLineBytes = 1024 * 1024

/** Longest request of an administrator: the tokens of a whole company, which are stored together or not at all. */
export const maxImportBytes = 8 * 1024 * 1024

/** From the command: run `operation`. `id` is any number or text, given back in every answer. */
export type AdminRequest = {
  readonly id: number | string
  readonly operation: string
  readonly arguments: unknown
}

/** From the service. Events come before the one result or error of their request. */
export type AdminAnswer =
  | { readonly id: number | string; readonly ok: true; readonly result: unknown }
  | { readonly id: number | string; readonly event: unknown }
  /** `id` is null where the request was too broken to have one. */
  | {
      readonly id: number | string | null
      readonly error: { readonly code: string; readonly message: string }
    }

/**
 * Cuts a stream of bytes into lines. Give it what arrives; it calls `onLine` for each whole line and
 * `onTooLong` once, when a line grows over `mostBytes`; after that it ignores everything.
 */
export function createLineReader(
  onLine: (line: string) => void,
  mostBytes: number,
  onTooLong: () => void,
): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let waitingBytes = 0
  let broken = false
  return (chunk) => {
    let rest = chunk
    for (let end = rest.indexOf(10); end >= 0 && !broken; end = rest.indexOf(10)) {
      add(rest.subarray(0, end))
      if (!broken) onLine(Buffer.concat(parts).toString('utf8'))
      parts = []
      waitingBytes = 0
      rest = rest.subarray(end + 1)
    }
    if (!broken) add(rest)
  }

  function add(part: Buffer): void {
    parts.push(part)
    waitingBytes += part.length
    if (waitingBytes <= mostBytes) return
    broken = true
    parts = []
    onTooLong()
  }
}

/** The value of a JSON text; undefined where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A request as it should be, or undefined. */
export function parseRequest(line: string): AdminRequest | undefined {
  const value = parseJson(line)
  if (typeof value !== 'object' || value === null) return undefined
  if (!('id' in value) || !('operation' in value)) return undefined
  const { id, operation } = value
  if (typeof id !== 'number' && typeof id !== 'string') return undefined
  if (typeof operation !== 'string') return undefined
  return { id, operation, arguments: 'arguments' in value ? value.arguments : {} }
}
