import type { SharedSecret } from '../../radius/index.ts'

/** What was answered, and to what exactly. */
export type SentReply = {
  readonly bytes: Uint8Array
  /** Request Authenticator as 16 Latin-1 characters: a fifth of the memory of a Uint8Array. */
  readonly authenticator: string
  readonly attemptId: string
  /** The secret the request was verified with. */
  readonly secret: SharedSecret
}

/** Before the texts and the reply of an entry. */
const headerBytes = 38
const offsets = { older: 0, untilMs: 4, hash: 12, key: 16, attempt: 17, reply: 18, secret: 20 }
const authenticatorOffset = 22
const authenticatorBytes = 16

/** What an entry takes of its chunk. */
export function entryBytes(key: string, { attemptId, bytes }: SentReply): number {
  return headerBytes + key.length + attemptId.length + bytes.length
}

/**
 * Replies one after the other in one block of bytes, so that remembering one makes no object: at 20,000 a second
 * objects that live for half a minute are what the garbage collector stops for. A Map of them in its place costs a
 * sign-in 18 % more CPU (median of two rounds of `npm run bench -- compare … wire`).
 */
export class ReplyChunk {
  /** Chunks are numbered on and on. */
  readonly number: number
  readonly bytes: Buffer
  /** Where the next entry begins. */
  used = 0
  /** When the last of its entries ends. */
  untilMs = 0
  /** Entries that no later one has replaced. */
  live = 0
  readonly #secrets: SharedSecret[] = []

  constructor(number: number, bytes: Buffer) {
    this.number = number
    this.bytes = bytes
  }

  /** Appends an entry, for which there must be room, and gives its offset. `older`: a position of the caller's. */
  append(entry: {
    readonly key: string
    readonly hash: number
    readonly older: number
    readonly untilMs: number
    readonly reply: SentReply
  }): number {
    const { bytes, used: at } = this
    const { key, reply } = entry
    bytes.writeUInt32LE(entry.older, at + offsets.older)
    bytes.writeDoubleLE(entry.untilMs, at + offsets.untilMs)
    bytes.writeUInt32LE(entry.hash, at + offsets.hash)
    bytes.writeUInt8(key.length, at + offsets.key)
    bytes.writeUInt8(reply.attemptId.length, at + offsets.attempt)
    bytes.writeUInt16LE(reply.bytes.length, at + offsets.reply)
    bytes.writeUInt16LE(this.#indexOf(reply.secret), at + offsets.secret)
    bytes.write(reply.authenticator, at + authenticatorOffset, 'latin1')
    let end = at + headerBytes
    end += bytes.write(key, end, 'latin1')
    end += bytes.write(reply.attemptId, end, 'latin1')
    bytes.set(reply.bytes, end)
    this.used = end + reply.bytes.length
    this.untilMs = Math.max(this.untilMs, entry.untilMs)
    this.live += 1
    return at
  }

  isOf(at: number, key: string): boolean {
    const length = this.bytes.readUInt8(at + offsets.key)
    const from = at + headerBytes
    return length === key.length && text(this.bytes, from, from + length) === key
  }

  olderOf(at: number): number {
    return this.bytes.readUInt32LE(at + offsets.older)
  }

  hashOf(at: number): number {
    return this.bytes.readUInt32LE(at + offsets.hash)
  }

  untilOf(at: number): number {
    return this.bytes.readDoubleLE(at + offsets.untilMs)
  }

  /** A copy of what was remembered. */
  read(at: number): SentReply | undefined {
    const { bytes } = this
    const secret = this.#secrets[bytes.readUInt16LE(at + offsets.secret)]
    if (secret === undefined) return undefined
    const authenticatorEnd = at + authenticatorOffset + authenticatorBytes
    const idFrom = at + headerBytes + bytes.readUInt8(at + offsets.key)
    const replyFrom = idFrom + bytes.readUInt8(at + offsets.attempt)
    return {
      bytes: Buffer.from(
        bytes.subarray(replyFrom, replyFrom + bytes.readUInt16LE(at + offsets.reply)),
      ),
      authenticator: text(bytes, at + authenticatorOffset, authenticatorEnd),
      attemptId: text(bytes, idFrom, replyFrom),
      secret,
    }
  }

  /** A later reply to the same key counts now. */
  replace(at: number): void {
    this.bytes.writeDoubleLE(0, at + offsets.untilMs)
    this.live -= 1
  }

  /** Offsets of all entries. */
  *entries(): Generator<number> {
    let at = 0
    while (at < this.used) {
      yield at
      const { bytes } = this
      at +=
        headerBytes +
        bytes.readUInt8(at + offsets.key) +
        bytes.readUInt8(at + offsets.attempt) +
        bytes.readUInt16LE(at + offsets.reply)
    }
  }

  #indexOf(secret: SharedSecret): number {
    const known = this.#secrets.indexOf(secret)
    return known === -1 ? this.#secrets.push(secret) - 1 : known
  }
}

function text(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('latin1', from, to)
}
