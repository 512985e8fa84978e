import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  attributeType,
  createSharedSecret,
  decodePacket,
  encodeRequest,
  integerAttribute,
  packetCode,
  textAttributes,
  verifyReply,
} from '../../src/radius/index.ts'

const secret = createSharedSecret('testing123')

/** Sends Accounting-Requests from many source ports, and knows which sessions were answered. */
export type AccountingGateway = {
  /** Sends a Start of this session, waiting for nothing. */
  send(session: string): void
  /** Sessions whose answer came and verifies, in the order of the answers. */
  readonly answered: readonly string[]
  /** Waits until this many were answered. */
  until(count: number): Promise<void>
  close(): void
}

const identifiers = 256

/** `sockets`: source ports, each good for 256 requests without an answer. */
export async function openAccountingGateway(
  port: number,
  nas: string,
  sockets: number,
): Promise<AccountingGateway> {
  const answered: string[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  let sent = 0

  const opened = await Promise.all(
    Array.from({ length: sockets }, async () => {
      const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
      const asked = new Map<number, { session: string; authenticator: Uint8Array }>()
      socket.on('message', (bytes) => {
        const packet = decodePacket(bytes)
        const request = asked.get(packet.identifier)
        if (request === undefined) return
        const { authenticator, session } = request
        const { identifier } = packet
        const checked = verifyReply(
          packet,
          { identifier, authenticator, secret },
          { requireMessageAuthenticator: false },
        )
        if (!checked.ok || packet.code !== packetCode.AccountingResponse) return
        asked.delete(identifier)
        answered.push(session)
        for (const each of waiting) if (answered.length >= each.count) each.resolve()
      })
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
      return { socket, asked }
    }),
  )

  return {
    answered,
    send(session) {
      const index = sent
      sent += 1
      const from = opened[Math.floor(index / identifiers) % sockets]
      const identifier = index % identifiers
      const { bytes, authenticator } = encodeRequest(
        {
          code: packetCode.AccountingRequest,
          identifier,
          messageAuthenticator: false,
          attributes: [
            ...textAttributes(attributeType.UserName, 'alice'),
            ...textAttributes(attributeType.NasIdentifier, nas),
            integerAttribute(attributeType.AcctStatusType, 1),
            ...textAttributes(attributeType.AcctSessionId, session),
          ],
        },
        secret,
      )
      from?.asked.set(identifier, { session, authenticator })
      from?.socket.send(bytes, port, '127.0.0.1')
    },
    until: (count) =>
      answered.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ count, resolve })),
    close() {
      for (const { socket } of opened) socket.close()
    },
  }
}

/** What FreeRADIUS's radclient prints about one line of attributes. `words`: further options. `command`: or `status`. */
export async function radclientAcct(
  port: number,
  attributes: string,
  words: readonly string[] = [],
  command = 'acct',
): Promise<string> {
  const options = ['-x', '-r', '1', '-t', '5', ...words]
  const child = spawn('radclient', [...options, `127.0.0.1:${port}`, command, 'testing123'])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  child.stdin.end(`${attributes}\n`)
  await once(child, 'close')
  return output
}
