import { spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  createAttributeCipher,
  createSharedSecret,
  decodePacket,
  encodeReply,
  loadDictionary,
  type NamedAttribute,
  packetCode,
  verifyRequest,
} from '../../src/radius/index.ts'
import { needProgram } from './need.ts'

const secretText = 'lab'
const secret = createSharedSecret(secretText)
const lenient = { requireMessageAuthenticator: false, limitProxyState: false }

/** Numbers no one uses, so that every framing is met. Read by both sides. */
const dictionaryText = `
$INCLUDE /usr/share/freeradius/dictionary
ATTRIBUTE  Lab-Short  241.240  string
ATTRIBUTE  Lab-Long   245.240  string
ATTRIBUTE  Lab-Tlv    246.240  tlv
ATTRIBUTE  Lab-Inner  246.240.1  integer
VENDOR     Lab        32473
BEGIN-VENDOR  Lab  format=Extended-Vendor-Specific-5
ATTRIBUTE  Lab-Evs    4  string
END-VENDOR  Lab
`

/** Both directions. Long values in one piece only: radclient 3.2.1 adds junk to split ones, and loses parts. */
const shared: readonly NamedAttribute[] = [
  { name: 'User-Name', value: 'bob' },
  { name: 'Lab-Short', value: 'short' },
  { name: 'Lab-Long', value: 'x'.repeat(240) },
  { name: 'Lab-Evs', value: 'extended' },
  { name: 'Lab-Tlv', value: [{ name: 'Lab-Inner', value: 5 }] },
  { name: 'USR-Event-Id', value: 1234 },
  { name: 'Lucent-Max-Shared-Users', value: 1 },
  { name: 'SN-VPN-Name', value: 'foo' },
  { name: 'Colubris-AVPair', value: 'a=b' },
  { name: 'WiMAX-Capability', value: [{ name: 'WiMAX-Release', value: '1.0' }] },
  { name: 'Framed-IPv6-Prefix', value: '2001:db8::/32' },
  { name: 'Framed-Interface-Id', value: 'aaaa:bbbb:cccc:dddd' },
  { name: 'Tunnel-Private-Group-Id', value: '42', tag: 3 },
]

/** Made by us only: they need the authenticator of a request. */
const replyOnly: readonly NamedAttribute[] = [
  { name: 'Tunnel-Password', value: 'tunnel secret', tag: 2 },
  { name: 'MS-MPPE-Send-Key', value: Buffer.alloc(32, 0xab) },
  { name: 'WiMAX-MSK', value: Buffer.alloc(64, 0xcd) },
  { name: 'Ascend-Send-Secret', value: 'ascend' },
]

/** How radclient writes an attribute, in both its input and its output. */
function written({ name, value, tag }: NamedAttribute): string[] {
  if (Array.isArray(value)) return value.flatMap((child: NamedAttribute) => written(child))
  const isAddress =
    typeof value === 'string' && /^[0-9a-f:]+(\/\d+)?$/.test(value) && value.includes(':')
  const text =
    value instanceof Uint8Array
      ? `0x${Buffer.from(value).toString('hex')}`
      : typeof value === 'string' && !isAddress
        ? `"${value}"`
        : String(value)
  return [`${name}${tag === undefined ? '' : `:${tag}`} = ${text}`]
}

describe('radclient and our wire', () => {
  let folder: string
  let socket: Socket

  before(function () {
    needProgram('radclient', this)
  })

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-wire-'))
    writeFileSync(join(folder, 'dictionary'), dictionaryText)
    socket = createSocket('udp4').bind(0, '127.0.0.1', done)
  })

  afterEach((done) => {
    rmSync(folder, { recursive: true })
    socket.close(done)
  })

  it('understand each other: every framing, tag and cipher, and the signatures', async () => {
    const dictionary = loadDictionary([join(folder, 'dictionary')])
    const received = new Promise<readonly NamedAttribute[]>((resolve, reject) => {
      socket.once('message', (datagram, { port, address }) => {
        const verification = verifyRequest(decodePacket(datagram), secret, lenient)
        if (!verification.ok) return reject(new Error(verification.reason))
        const { request } = verification
        const cipher = createAttributeCipher(request)
        const attributes = [...shared, ...replyOnly].flatMap((one) =>
          dictionary.encode(one, cipher),
        )
        socket.send(
          encodeReply(request, { code: packetCode.AccessAccept, attributes }),
          port,
          address,
        )
        resolve(dictionary.decode(request.attributes, cipher))
      })
    })

    const input = [
      ...shared.flatMap(written),
      'User-Password = "hello"',
      'Message-Authenticator = 0x00',
    ]
    const output = await radclient(folder, socket.address().port, input)

    const decoded = (await received).filter(({ name }) => name !== 'Message-Authenticator')
    const plain = (one: NamedAttribute): string => written(one).join()
    expect(decoded.map(plain)).to.have.members([
      ...shared.map(plain),
      plain({ name: 'User-Password', value: 'hello' }),
    ])
    const reply = output.slice(output.indexOf('Received Access-Accept'))
    for (const line of [...shared, ...replyOnly].flatMap(written)) expect(reply).to.contain(line)
    expect(reply).to.not.contain('Attr-')
  })
})

function radclient(folder: string, port: number, lines: readonly string[]): Promise<string> {
  const options = ['-D', folder, '-d', folder, '-x', '-r', '1', '-t', '2']
  const child = spawn('radclient', [...options, `127.0.0.1:${port}`, 'auth', secretText])
  let output = ''
  child.stdout.on('data', (text) => {
    output += text
  })
  child.stderr.on('data', (text) => {
    output += text
  })
  child.stdin.end(`${lines.join('\n')}\n`)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(output))))
  })
}
