import { createSocket, type Socket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { expect } from 'chai'
import { findControllers } from '../../../../src/directory/ldap/survey/index.ts'

type Srv = { readonly priority: number; readonly weight: number; readonly target: string }

const name = (text: string) =>
  Buffer.concat([
    ...text.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
    Buffer.alloc(1),
  ])

/** Answers a question (RFC 1035 4.1) with SRV records (RFC 2782) of its name, or with "no such name". */
function answerTo(query: Buffer, zone: Readonly<Record<string, readonly Srv[]>>): Buffer {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  const records = zone[labels.join('.')]
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(records ? 0x8180 : 0x8183, 2)
  header.writeUInt16BE(records?.length ?? 0, 6)
  header.writeUInt32BE(0, 8)
  const answers = (records ?? []).map(({ priority, weight, target }) => {
    const data = Buffer.concat([Buffer.alloc(6), name(target)])
    data.writeUInt16BE(priority, 0)
    data.writeUInt16BE(weight, 2)
    data.writeUInt16BE(389, 4)
    const header = Buffer.from('c00c002100010000003c0000', 'hex')
    header.writeUInt16BE(data.length, 10)
    return Buffer.concat([header, data])
  })
  return Buffer.concat([header, query.subarray(12, at + 5), ...answers])
}

describe('controllers of a domain, by DNS', () => {
  let server: Socket
  const resolver = new Resolver({ timeout: 1000, tries: 1 })

  before(async () => {
    server = createSocket('udp4')
    server.on('message', (query, { port, address }) =>
      server.send(
        answerTo(query, {
          '_ldap._tcp.dc._msdcs.corp.example': [
            { priority: 10, weight: 100, target: 'far.corp.example' },
            { priority: 0, weight: 10, target: 'DC2.corp.example' },
            { priority: 0, weight: 60, target: 'dc1.corp.example' },
          ],
        }),
        port,
        address,
      ),
    )
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    resolver.setServers([`127.0.0.1:${server.address().port}`])
  })
  after(() => server.close())

  it('come in the order in which they want to be asked', async () => {
    expect(await findControllers('corp.example', resolver)).to.deep.equal([
      'dc1.corp.example',
      'dc2.corp.example',
      'far.corp.example',
    ])
  })

  it('are not looked for where the name is a server, or no name at all', async () => {
    for (const name of ['dc1.corp.example', '127.0.0.1', '..', 'x'.repeat(300)]) {
      expect(await findControllers(name, resolver)).to.deep.equal([])
    }
  })
})
