import { createSocket, type Socket } from 'node:dgram'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runCli } from '../../src/cli/index.ts'
import {
  type Attribute,
  attributeType,
  createSharedSecret,
  decodePacket,
  decodeUserPassword,
  encodeReply,
  findAttribute,
  findText,
  packetCode,
  textAttributes,
  type VerifiedRequest,
  verifyRequest,
} from '../../src/radius/index.ts'
import { createFakeIo, run, temporaryFolder } from './fake-io.ts'

const secretText = 'a secret between two'
const secret = createSharedSecret(secretText)
const policy = { requireMessageAuthenticator: true, limitProxyState: true }

type Seen = { readonly datagram: Buffer; readonly request: VerifiedRequest; readonly port: number }
type Answer = { readonly code: number; readonly attributes: readonly Attribute[] } | undefined

/** A server on a free port that takes only what a well-behaved gateway sends. */
async function startServer(answer: (seen: Seen, count: number, socket: Socket) => Answer) {
  const socket = createSocket('udp4')
  const seen: Seen[] = []
  socket.on('message', (datagram, { port, address }) => {
    const packet = decodePacket(datagram)
    expect(packet.attributes[0]?.type, 'first attribute').to.equal(
      attributeType.MessageAuthenticator,
    )
    const verified = verifyRequest(packet, secret, policy)
    if (!verified.ok) throw new Error(verified.reason)
    const one = { datagram, request: verified.request, port }
    seen.push(one)
    const reply = answer(one, seen.length, socket)
    if (reply) socket.send(encodeReply(verified.request, reply), port, address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return { seen, server: `127.0.0.1:${socket.address().port}`, socket }
}

const passwordOf = ({ request }: Seen) => String(decodeUserPassword(request) ?? '')
const accept: Answer = {
  code: packetCode.AccessAccept,
  attributes: textAttributes(attributeType.ReplyMessage, 'Welcome \u001b[31m'),
}

describe('try', () => {
  const folder = temporaryFolder()
  let socket: Socket | undefined
  afterEach(() => {
    socket?.close()
    socket = undefined
  })

  const start = async (answer: (seen: Seen, count: number, socket: Socket) => Answer) => {
    const started = await startServer(answer)
    socket = started.socket
    return started
  }
  const argvOf = (server: string, ...more: readonly string[]) => [
    ...['try', 'alice', '--server', server, '--gateway-secret', secretText],
    ...more,
  ]

  it('sends a signed request with what was asked for, and names what comes back', async () => {
    const { seen, server } = await start(() => accept)
    const more = ['--nas-identifier', 'hold', '-a', 'Calling-Station-Id=02-00-00-00-00-01']
    const { code, stdout, stderr } = await run(argvOf(server, ...more), { input: 'wonderland\n' })
    expect(code).to.equal(exitCodes.ok)
    const [one] = seen
    expect(one && passwordOf(one)).to.equal('wonderland')
    expect(one && findText(one.request, 32)).to.equal('hold')
    expect(one && findText(one.request, 31)).to.equal('02-00-00-00-00-01')
    expect(stdout).to.match(/-> Access-Request {2}id \d+, \d+ bytes\n/)
    expect(stdout).to.match(/<- Access-Accept/)
    expect(stdout).to.include('Reply-Message = "Welcome \\u001b[31m"')
    expect(stdout + stderr).to.not.include('wonderland')
  })

  it('reads the secret and the password from files', async () => {
    const { seen, server } = await start(() => accept)
    const secretFile = join(folder, 'secret')
    const passwordFile = join(folder, 'password')
    writeFileSync(secretFile, `${secretText}\n`)
    writeFileSync(passwordFile, 'pass word \n')
    const argv = ['try', 'alice', '--server', server, '--gateway-secret-file', secretFile]
    const { code } = await run([...argv, '--password-file', passwordFile])
    expect(code).to.equal(exitCodes.ok)
    expect(seen[0] && passwordOf(seen[0])).to.equal('pass word ')
  })

  it('answers a challenge with its State, a new identifier and from the same port', async () => {
    const state = { type: attributeType.State, value: Buffer.from('state 1') }
    const question = textAttributes(attributeType.ReplyMessage, 'Enter the code')
    const { seen, server } = await start((_, count) =>
      count === 1
        ? { code: packetCode.AccessChallenge, attributes: [...question, state] }
        : { code: packetCode.AccessReject, attributes: [] },
    )
    const { code, stdout, stderr } = await run(argvOf(server), { input: 'wonderland\n123456\n' })
    expect(code).to.equal(exitCodes.rejected)
    expect(stderr).to.include('Enter the code: ')
    const [first, second] = seen
    expect(second && passwordOf(second)).to.equal('123456')
    expect(second && findAttribute(second.request, attributeType.State)).to.deep.equal(state.value)
    expect(second?.request.identifier).to.not.equal(first?.request.identifier)
    expect(second?.request.authenticator).to.not.deep.equal(first?.request.authenticator)
    expect(second?.port).to.equal(first?.port)
    expect(stdout).to.include('Rejected after')
    expect(stdout + stderr).to.not.include('123456')
  })

  it('sends the same bytes again by its schedule, and gives up', async () => {
    const { seen, server } = await start(() => undefined)
    const argv = argvOf(server, '--timeout', '0.1', '--retries', '2')
    const { code, stdout } = await run(argv, { input: 'x\n' })
    expect(code).to.equal(exitCodes['no-answer'])
    expect(seen).to.have.length(3)
    expect(seen[2]?.datagram.equals(seen[0]?.datagram ?? Buffer.alloc(0))).to.equal(true)
    expect(stdout).to.include('resend 2').and.include('gave up').and.include('No answer.')
  })

  it('shows and ignores replies that prove nothing, and takes the good one after them', async () => {
    const { server } = await start(({ request, port }, _, from) => {
      const forged = encodeReply(request, { code: packetCode.AccessAccept, attributes: [] })
      forged.writeUInt8((forged.at(-1) ?? 0) ^ 1, forged.length - 1)
      from.send(forged, port, '127.0.0.1')
      from.send(Buffer.from('garbage'), port, '127.0.0.1')
      return { code: packetCode.AccessReject, attributes: [] }
    })
    const { code, stdout } = await run(argvOf(server), { input: 'x\n' })
    expect(code).to.equal(exitCodes.rejected)
    expect(stdout).to.include('ignored: response-authenticator-wrong (the shared secrets differ)')
    expect(stdout).to.include('ignored: length-invalid')
  })

  it('ends when no server listens there', async () => {
    const closed = await start(() => accept)
    await new Promise<void>((resolve) => closed.socket.close(() => resolve()))
    socket = undefined
    const { code, stderr } = await run(argvOf(closed.server), { input: 'x\n' })
    expect(code).to.equal(exitCodes['no-answer'])
    expect(stderr).to.include('Nothing answers at 127.0.0.1')
  })

  it('ends where the system knows no way there', async () => {
    // No socket may talk to everyone without being told so.
    const { code, stderr } = await run(argvOf('255.255.255.255:1812'), { input: 'x\n' })
    expect(code).to.equal(exitCodes['no-answer'])
    expect(stderr).to.include('Nothing answers at 255.255.255.255')
  })

  it('ends with Ctrl-C while the server holds the request', async () => {
    const fake = createFakeIo()
    const { server } = await start(() => {
      fake.interrupt()
      return undefined
    })
    fake.stdin.write('x\n')
    expect(await runCli(argvOf(server), fake.io)).to.equal(exitCodes.interrupted)
  })

  it('does not go on without an end when every answer is a challenge', async () => {
    const { seen, server } = await start(() => ({
      code: packetCode.AccessChallenge,
      attributes: [],
    }))
    const { code } = await run(argvOf(server), { input: 'x\n'.repeat(100) })
    expect(code).to.equal(exitCodes.rejected)
    expect(seen).to.have.length(20)
  })

  it('refuses what no packet can carry', async () => {
    for (const more of [
      ['--password-file', join(folder, 'long')],
      ['-a', 'NAS-Port=soon'],
    ]) {
      writeFileSync(join(folder, 'long'), 'x'.repeat(129))
      const { code, stderr } = await run(argvOf('127.0.0.1:9', ...more), { input: 'x\n' })
      expect(code, stderr).to.equal(exitCodes.usage)
    }
  })
})
