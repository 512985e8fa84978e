import { createSocket, type Socket } from 'node:dgram'
import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import {
  type Attribute,
  attributeType,
  createSharedSecret,
  decodePacket,
  decodeUserPassword,
  encodeReply,
  findText,
  packetCode,
  textAttributes,
  type VerifiedRequest,
  verifyRequest,
} from '../../src/radius/index.ts'
import { run } from './fake-io.ts'

const secretText = 'a secret between two'
const secret = createSharedSecret(secretText)

type Answer = { readonly code: number; readonly attributes?: readonly Attribute[] }

const accept: Answer = { code: packetCode.AccessAccept }
const challenge: Answer = {
  code: packetCode.AccessChallenge,
  attributes: [
    { type: attributeType.State, value: Buffer.from('state') },
    ...textAttributes(attributeType.ReplyMessage, 'Code, \u001b[31m please'),
  ],
}
const refusal: Answer = {
  code: packetCode.AccessReject,
  attributes: textAttributes(attributeType.ReplyMessage, 'Sign-in failed. Ref 7K2M'),
}

describe('simulate', () => {
  const sockets: Socket[] = []
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close()
  })

  /** Answers the n-th packet after `afterMs`; undefined is silence. */
  async function startServer(answer: (count: number) => Answer | undefined, afterMs = 0) {
    const socket = createSocket('udp4')
    sockets.push(socket)
    const seen: VerifiedRequest[] = []
    socket.on('message', (datagram, { port, address }) => {
      const policy = { requireMessageAuthenticator: true, limitProxyState: true }
      const verified = verifyRequest(decodePacket(datagram), secret, policy)
      if (!verified.ok) throw new Error(verified.reason)
      seen.push(verified.request)
      const reply = answer(seen.length)
      if (reply === undefined) return
      const bytes = encodeReply(verified.request, { attributes: [], ...reply })
      setTimeout(() => socket.send(bytes, port, address), afterMs)
    })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return { seen, socket, server: `127.0.0.1:${socket.address().port}` }
  }

  const simulate = (preset: string, server: string, ...more: readonly string[]) =>
    run(
      [
        ...['simulate', '--preset', preset, '--user', 'alice', '--server', server],
        ...['--gateway-secret', secretText, ...more],
      ],
      { input: 'wonderland\n123456\n' },
    )
  const brief = ['--timeout', '100ms', '--tries', '2']

  it('sends by the timers of the preset, whose other names count too', async () => {
    const { seen, server } = await startServer((count) => (count === 1 ? accept : undefined), 1_000)
    const { code, stdout } = await simulate('mikrotik', server)
    expect(code).to.equal(exitCodes['no-answer'])
    expect(seen).to.have.length(3)
    expect(new Set(seen.map(({ identifier }) => identifier)).size).to.equal(1)
    expect(stdout).to.match(/^ +alice +gateway +Holdfast\n/)
    expect(stdout).to.match(/\+6\d\d ms {2}\|.*again \(3\)/)
    expect(stdout).to.match(/ x gives up\n/)
    const { server: other } = await startServer(() => accept)
    const isIn = await simulate('globalprotect', other)
    expect(isIn.code).to.equal(exitCodes.ok)
    expect(isIn.stdout).to.match(/\nalice is in after \d+ ms\.\n/)
  })

  it('says by how much a reply came too late, and what to set on this kind of gateway', async () => {
    const { server } = await startServer((count) => (count === 1 ? accept : undefined), 400)
    const { code, stdout } = await simulate('fortigate', server, ...brief)
    expect(code).to.equal(exitCodes['no-answer'])
    expect(stdout).to.match(/<-+ Access-Accept, too late --\|/)
    expect(stdout).to.match(/gave up after \d+ ms; the Access-Accept came \d+ ms late\./)
    expect(stdout).to.include('- Set remoteauthtimeout to 60 s.')
  })

  it('asks the person what a challenge wants, without showing the text’s control characters', async () => {
    const { seen, server } = await startServer((count) => (count === 1 ? challenge : accept))
    const { code, stdout, stderr } = await simulate('fortigate', server)
    expect(code).to.equal(exitCodes.ok)
    expect(stdout).to.include('"Code, \\u001b[31m please"')
    expect(stdout).to.include('Holdfast asked to go on after')
    expect(stderr).to.include('Code, \\u001b[31m please')
    expect(stdout + stderr)
      .to.not.include('wonderland')
      .and.not.include('123456')
    expect(seen).to.have.length(2)
  })

  it('ends where the gateway can show no challenge', async () => {
    const { server } = await startServer(() => challenge)
    for (const argv of [['meraki'], ['fortigate', '--no-challenges']] as const) {
      const [preset, ...more] = argv
      const { code, stdout } = await simulate(preset, server, ...more)
      expect(code).to.equal(exitCodes.rejected)
      expect(stdout).to.match(/asked for more after .*, and the gateway can show no challenge\./)
    }
  })

  it('shows and ignores replies that prove nothing, and takes the good one after them', async () => {
    const { server, socket } = await startServer(() => accept, 50)
    socket.on('message', (_, { port, address }) => {
      socket.send(Buffer.from('garbage'), port, address)
      socket.send(Buffer.alloc(20, 2), port, address)
    })
    const { code, stdout } = await simulate('fortigate', server)
    expect(code).to.equal(exitCodes.ok)
    expect(stdout.match(/ignores a reply: /g)).to.have.length(2)
  })

  it('turns to the second server with a request of its own', async () => {
    const silent = await startServer(() => undefined)
    const second = await startServer(() => accept)
    const more = ['--second-server', second.server]
    const { code, stdout } = await simulate('opnsense', silent.server, ...brief, ...more)
    expect(code).to.equal(exitCodes.ok)
    expect(stdout).to.include(', second server')
    expect(silent.seen).to.have.length(2)
    expect(second.seen).to.have.length(1)
    expect(second.seen[0]?.identifier).to.not.equal(silent.seen[0]?.identifier)
    expect(second.seen[0]?.authenticator).to.not.deep.equal(silent.seen[0]?.authenticator)
  })

  it('loses what it is told to lose, and nothing arrives', async () => {
    const { seen, server } = await startServer(() => accept)
    const lost = await simulate('fortigate', server, ...brief, '--loss', '100%')
    expect(lost.code).to.equal(exitCodes['no-answer'])
    expect(seen).to.deep.equal([])
    expect(lost.stdout)
      .to.match(/-- lost -+x\|/)
      .and.include('packets lost on the way: 2')
    const late = await simulate('fortigate', server, '--jitter', '20ms', '--loss', '0.0%')
    expect(late.code).to.equal(exitCodes.ok)
  })

  it('names the device as that kind of gateway does, unless told otherwise', async () => {
    const { seen, server } = await startServer(() => accept)
    const device = async (preset: string, ...more: readonly string[]) => {
      await simulate(preset, server, ...more)
      const [last] = seen.slice(-1)
      return last && findText(last, attributeType.CallingStationId)
    }
    expect(await device('fortigate')).to.equal('198.51.100.1')
    expect(await device('aruba-wifi')).to.equal('02-00-5E-00-53-01')
    expect(await device('opnsense')).to.equal(undefined)
    expect(await device('opnsense', '--from', '192.0.2.9')).to.equal('192.0.2.9')
    expect(await device('opnsense', '-a', 'Calling-Station-Id=x')).to.equal('x')
  })

  it('sends no password where that kind of gateway sends none, and PAP where it would speak EAP', async () => {
    const { seen, server } = await startServer(() => accept)
    const { stderr } = await simulate('rd-gateway', server)
    expect(stderr).to.not.include('PAP')
    const wifi = await simulate('aruba-wifi', server)
    expect(wifi.stderr).to.include('aruba-wifi speaks eap; its timers are played with PAP.')
    const passwords = seen.map((request) => decodeUserPassword(request)?.toString())
    expect(passwords).to.deep.equal([undefined, 'wonderland'])
  })

  it('says that only a demo answers by itself', async () => {
    const { server } = await startServer(() => accept)
    const { code, stderr } = await simulate('fortigate', server, '--answer-after', '12s')
    expect(stderr).to.include('Only a demo can answer by itself: answer for alice after 12.0 s.')
    expect(code).to.equal(exitCodes.ok)
  })

  it('prints JSON instead of the picture', async () => {
    const { server } = await startServer(() => refusal)
    const { code, stdout } = await simulate('fortigate', server, '--json')
    expect(code).to.equal(exitCodes.rejected)
    const told = JSON.parse(stdout)
    expect(told).to.include({ user: 'alice', preset: 'fortigate', outcome: 'reject', prompts: 0 })
    expect(told.sentence).to.match(/^Refused after \d+ ms: "Sign-in failed\. Ref 7K2M"\.$/)
    expect(told.advice).to.deep.equal(['holdfast why 7K2M tells the whole story.'])
    expect(told.events.map(({ kind }: { kind: string }) => kind)).to.deep.equal([
      'sent',
      'received',
    ])
    expect(told.events[1]).to.include({ packet: 'Access-Reject', server: 1 })
  })

  it('refuses what makes no gateway', async () => {
    const wrong: readonly (readonly string[])[] = [
      ['--timeout', '5'],
      ['--timeout', '0s'],
      ['--timeout', '1h'],
      ['--tries', '0'],
      ['--tries', '1.5'],
      ['--loss', '5'],
      ['--loss', '101%'],
      ['--loss', '-1%'],
      ['--jitter', 'much'],
      ['--answer-after', 'soon'],
      ['--second-server', 'nowhere'],
      ['--gateway', 'vpn'],
      ['-a', 'NAS-Port=soon'],
    ]
    for (const more of wrong) {
      const { code, stderr } = await simulate('fortigate', '127.0.0.1:9', ...more)
      expect(code, `${more.join(' ')}: ${stderr}`).to.equal(exitCodes.usage)
    }
    const unknown = await simulate('fortigat', '127.0.0.1:9')
    expect(unknown.code).to.equal(exitCodes.usage)
    expect(unknown.stderr).to.include('holdfast preset list')
  })
})
