import { once } from 'node:events'
import type { Socket } from 'node:net'
import { BerReader } from 'ldapts'
import { DirectoryError } from '../../errors.ts'

/** ExtendedRequest with message id 1 and the name 1.3.6.1.4.1.1466.20037 (RFC 4511 4.14). */
const request = Buffer.concat([
  Buffer.from('301d02010177188016', 'hex'),
  Buffer.from('1.3.6.1.4.1.1466.20037'),
])
const extendedResponse = 0x78
const maxResponseBytes = 4096

/**
 * Asks a server on a plain socket for TLS and waits until it agrees; the socket is then ready for the handshake. Done
 * by hand because the library's own way leaves its handlers on the plain socket and has no time limit for the
 * handshake.
 * @throws {DirectoryError} `server-down` when the server refuses, or says more than it should
 */
export async function requestStartTls(socket: Socket): Promise<void> {
  socket.write(request)
  let received = Buffer.alloc(0)
  for (;;) {
    await once(socket, 'readable')
    const chunk: Buffer | null = socket.read()
    if (chunk) received = Buffer.concat([received, chunk])
    else if (socket.readableEnded) throw refused('it closed the connection')
    const code = readResult(received)
    if (code === 0) return
    if (code !== undefined) throw refused(`LDAP result ${code}`)
    if (received.length > maxResponseBytes) throw refused('its answer is too long')
  }
}

/** The result code, or undefined while the answer is incomplete. */
function readResult(received: Buffer): number | undefined {
  try {
    const reader = new BerReader(received)
    const message = reader.readSequence()
    if (message === null || reader.remain < reader.length) return undefined
    // Anything that follows the unencrypted answer was put there by someone on the way.
    if (reader.remain > reader.length) throw refused('there is more behind its answer')
    reader.readInt()
    reader.readSequence(extendedResponse)
    return reader.readEnumeration() ?? undefined
  } catch (cause) {
    if (cause instanceof DirectoryError) throw cause
    throw refused('its answer is not LDAP', cause)
  }
}

function refused(why: string, cause?: unknown): DirectoryError {
  return new DirectoryError('server-down', `the server does not start TLS: ${why}`, { cause })
}
