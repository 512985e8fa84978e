import { type AddressInfo, createServer, type Socket } from 'node:net'
import { BerReader, BerWriter, FilterParser } from 'ldapts'

/** What the fake does with what arrives. */
export type FakeBehaviour = {
  /**
   * `unavailable` refuses whatever people want, `silent` reads and never answers, `garbage` answers with bytes that are
   * not LDAP.
   */
  mode: 'answer' | 'unavailable' | 'silent' | 'garbage'
  /** What the answer to a bind of a person waits for; the search account's are quick. */
  holdBind: (() => Promise<unknown>) | undefined
  /** Filters with this text in them are never answered; '' for none. */
  neverAnswer: string
  accountPassword: string
}

export type FakeLdapServer = {
  readonly url: string
  readonly port: number
  readonly behaviour: FakeBehaviour
  /** Binds as they came, search account included. */
  readonly binds: readonly { readonly dn: string; readonly password: string }[]
  /** Filters as they came, in the text form of RFC 4515. */
  readonly filters: readonly string[]
  openConnections(): number
  /** Most connections that were open at once. */
  peakConnections(): number
  /** Whether a second request ever came on a connection before the first was answered. */
  overlapped(): boolean
  /** Breaks every connection. */
  breakConnections(): void
  close(): Promise<void>
}

export const accountDn = 'uid=holdfast,dc=corp,dc=example'
export const rightPassword = 'right'

/** The people: uid to entryUUID. */
const people: Readonly<Record<string, string>> = {
  alice: '0a000000-0000-4000-8000-00000000000a',
  bob: '0b000000-0000-4000-8000-00000000000b',
}

/** A server that speaks just enough LDAP to be searched and bound to, and that can misbehave. */
export async function startFakeLdapServer(port = 0): Promise<FakeLdapServer> {
  const behaviour: FakeBehaviour = {
    mode: 'answer',
    holdBind: undefined,
    neverAnswer: '',
    accountPassword: 'account secret',
  }
  const binds: { dn: string; password: string }[] = []
  const filters: string[] = []
  const sockets = new Set<Socket>()
  let peak = 0
  let overlap = false

  async function answer(socket: Socket, message: BerReader): Promise<void> {
    const id = message.readInt() ?? 0
    const operation = message.readSequence()
    if (operation === 0x60) await answerBind(socket, id, message)
    if (operation === 0x63) answerSearch(socket, id, message)
  }

  async function answerBind(socket: Socket, id: number, message: BerReader): Promise<void> {
    message.readInt()
    const dn = message.readString() ?? ''
    const password = message.readString(0x80) ?? ''
    binds.push({ dn, password })
    const isAccount = dn === accountDn
    if (!isAccount) await behaviour.holdBind?.()
    if (!isAccount && behaviour.mode === 'unavailable') {
      socket.write(result(id, 0x61, 52, 'shutting down'))
      return
    }
    const right = password === (isAccount ? behaviour.accountPassword : rightPassword)
    socket.write(result(id, 0x61, right ? 0 : 49, right ? '' : 'comment: x, data 52e, v1'))
  }

  function answerSearch(socket: Socket, id: number, message: BerReader): void {
    message.readString()
    message.readEnumeration()
    message.readEnumeration()
    message.readInt()
    message.readInt()
    message.readBoolean()
    const filter = FilterParser.parse(message).toString()
    filters.push(filter)
    if (behaviour.neverAnswer !== '' && filter.includes(behaviour.neverAnswer)) return
    if (behaviour.mode === 'unavailable') {
      socket.write(result(id, 0x65, 52, 'shutting down'))
      return
    }
    for (const [uid, uuid] of Object.entries(people)) {
      if (filter.includes(`(uid=${uid})`) || filter.includes(uuid))
        socket.write(entry(id, uid, uuid))
    }
    socket.write(result(id, 0x65, 0, ''))
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    peak = Math.max(peak, sockets.size)
    let busy = false
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', async (data) => {
      if (behaviour.mode === 'silent') return
      if (behaviour.mode === 'garbage') {
        socket.write(Buffer.from('30050201016105ff', 'hex'))
        return
      }
      overlap ||= busy
      busy = true
      const reader = new BerReader(data)
      reader.readSequence()
      await answer(socket, reader)
      busy = false
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address() as AddressInfo

  return {
    url: `ldap://127.0.0.1:${address.port}`,
    port: address.port,
    behaviour,
    binds,
    filters,
    openConnections: () => sockets.size,
    peakConnections: () => peak,
    overlapped: () => overlap,
    breakConnections() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function result(id: number, tag: number, code: number, text: string): Buffer {
  return message(id, tag, (writer) => {
    writer.writeEnumeration(code)
    writer.writeString('')
    writer.writeString(text)
  })
}

function entry(id: number, uid: string, uuid: string): Buffer {
  return message(id, 0x64, (writer) => {
    writer.writeString(`uid=${uid},dc=corp,dc=example`)
    writer.startSequence()
    for (const [name, value] of Object.entries({ uid, entryUUID: uuid })) {
      writer.startSequence()
      writer.writeString(name)
      writer.startSequence(0x31)
      writer.writeString(value)
      writer.endSequence()
      writer.endSequence()
    }
    writer.endSequence()
  })
}

function message(id: number, tag: number, body: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(id)
  writer.startSequence(tag)
  body(writer)
  writer.endSequence()
  writer.endSequence()
  return writer.buffer
}
