import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { requestStartTls } from '../../../../src/directory/ldap/connections/start-tls.ts'

describe('StartTLS request', () => {
  let server: Server | undefined
  let socket: Socket | undefined

  /** Answers what arrives with these pieces, one after the other; then closes if told so. */
  async function ask(pieces: readonly string[], close = false): Promise<unknown> {
    server = createServer((peer) => {
      peer.on('error', () => {})
      peer.once('data', async (data) => {
        // RFC 4511 4.14.1: ExtendedRequest, [0] requestName.
        expect(data.toString('hex')).to.equal(
          `301d02010177188016${Buffer.from('1.3.6.1.4.1.1466.20037').toString('hex')}`,
        )
        for (const piece of pieces) {
          peer.write(Buffer.from(piece, 'hex'))
          await sleep(5)
        }
        if (close) peer.end()
      })
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server?.once('listening', resolve))
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    return requestStartTls(socket).then(
      () => 'agreed',
      (error: unknown) => (error as { code?: string }).code,
    )
  }

  afterEach(() => {
    socket?.destroy()
    server?.close()
  })

  for (const [why, pieces, close, expected] of [
    ['an answer', ['300c02010178070a010004000400'], false, 'agreed'],
    ['an answer in pieces', ['300c0201', '0178070a01', '0004000400'], false, 'agreed'],
    ['a refusal', ['300c02010178070a010204000400'], false, 'server-down'],
    ['more behind the answer', ['300c02010178070a0100040004003000'], false, 'server-down'],
    ['another kind of answer', ['300c02010161070a010004000400'], false, 'server-down'],
    ['no LDAP', ['485454502f312e3120343030'], true, 'server-down'],
    ['the end', [], true, 'server-down'],
    ['too much of nothing', ['3084000fffff', '00'.repeat(5000)], false, 'server-down'],
  ] as const) {
    it(`takes ${why} as ${expected}`, async () => {
      expect(await ask(pieces, close)).to.equal(expected)
    })
  }
})
