import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect } from 'chai'
import { createSmtpDelivery, type SmtpOptions } from '../../src/delivery/index.ts'
import { Secret } from '../../src/support/index.ts'

const { signal } = new AbortController()
const message = {
  to: 'alice@corp.example',
  user: 'alice',
  subject: 'Your code for VPN “Köln”',
  text: '012345 is your code.',
  code: '012345',
}

/** A mail server as small as can be. `replies` replaces its answer to a command. */
async function startMailServer(replies: Readonly<Record<string, string>> = {}) {
  const mails: string[] = []
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const defaults: Readonly<Record<string, string>> = {
    greeting: '220 mail.example',
    EHLO: '250-mail.example\r\n250 AUTH PLAIN',
    AUTH: '235 welcome',
    MAIL: '250 ok',
    RCPT: '250 ok',
    DATA: '354 go on',
    mail: '250 queued',
    QUIT: '221 bye',
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    let mail: string[] | undefined
    const say = (name: string) =>
      socket.write(`${replies[name] ?? defaults[name] ?? '500 what'}\r\n`)
    say('greeting')
    let rest = ''
    socket.on('data', (data) => {
      const lines = (rest + data.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (mail === undefined) {
          commands.push(line)
          const [verb = ''] = line.toUpperCase().split(' ')
          say(verb)
          if (verb === 'DATA') mail = []
        } else if (line === '.') {
          mails.push(mail.join('\n'))
          mail = undefined
          say('mail')
        } else mail.push(line)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  const { port } = server.address() as AddressInfo
  const options: SmtpOptions = {
    host: '127.0.0.1',
    port,
    security: 'insecure-plaintext',
    from: 'Holdfast <mfa@corp.example>',
    timeoutMs: 1_000,
  }
  return {
    mails,
    commands,
    options,
    send: async (change: Partial<SmtpOptions> = {}, to = message.to) =>
      (await createSmtpDelivery({ ...options, ...change })).sendEmail({ ...message, to }, signal),
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('SMTP', () => {
  it('sends the mail, with login', async () => {
    const server = await startMailServer()
    const login = { user: 'mfa', password: new Secret('pass') }
    expect(await server.send({ login })).to.deep.equal({ kind: 'sent' })
    const [mail = ''] = server.mails
    expect(mail).to.include('From: Holdfast <mfa@corp.example>')
    expect(mail).to.include('To: alice@corp.example')
    expect(mail).to.include('012345 is your code.')
    expect(mail).to.match(/^Subject: =\?UTF-8\?/m)
    const plain = Buffer.from('\0mfa\0pass').toString('base64')
    expect(server.commands).to.include(`AUTH PLAIN ${plain}`)
    await server.stop()
  })

  for (const [name, replies, outage, connections] of [
    ['a wrong login', { AUTH: '535 no' }, false, 1],
    ['an unknown person', { RCPT: '550 no such user' }, false, 1],
    ['a full mailbox', { RCPT: '452 full' }, false, 1],
    ['greylisting', { RCPT: '451 later' }, false, 1],
    ['a server that is closing', { MAIL: '421 closing' }, true, 2],
    ['a refused mail', { mail: '554 spam' }, false, 1],
  ] as const) {
    it(`${name}: ${outage ? 'an outage' : 'no outage'}`, async () => {
      const server = await startMailServer(replies)
      const login = { user: 'mfa', password: new Secret('pass') }
      const result = await server.send({ login })
      expect(result).to.deep.include({ kind: 'failed', outage })
      expect(JSON.stringify(result)).not.to.match(/012345|alice|pass/)
      expect(server.commands.filter((line) => line.startsWith('EHLO'))).to.have.length(connections)
      await server.stop()
    })
  }

  it('a server that says nothing: an outage after two tries', async () => {
    const server = await startMailServer({ EHLO: '' })
    const result = await server.send()
    expect(result).to.deep.include({ kind: 'failed', outage: true })
    await server.stop()
  })

  it('no server listens: an outage', async () => {
    const server = await startMailServer()
    await server.stop()
    expect(await server.send()).to.deep.include({ kind: 'failed', outage: true })
  })

  it('gives no code and no password to a server without TLS that must have it', async () => {
    const server = await startMailServer()
    const login = { user: 'mfa', password: new Secret('pass') }
    expect(await server.send({ security: 'starttls', login })).to.have.property('kind', 'failed')
    expect(server.commands.join(' ')).not.to.match(/AUTH|MAIL|DATA/)
    await server.stop()
  })

  for (const to of [
    '',
    'alice',
    'alice@corp.example, mallory@evil.example',
    'alice@corp.example\r\nRCPT TO:<mallory@evil.example>',
    'Alice <alice@corp.example>',
    'a"b@corp.example',
    `${'a'.repeat(250)}@corp.example`,
  ]) {
    it(`sends nothing to ${JSON.stringify(to).slice(0, 50)}`, async () => {
      const server = await startMailServer()
      expect(await server.send({}, to)).to.deep.include({ kind: 'failed', outage: false })
      expect(server.commands).to.deep.equal([])
      await server.stop()
    })
  }

  it('does not let a subject make headers', async () => {
    const server = await startMailServer()
    const delivery = await createSmtpDelivery(server.options)
    const subject = 'Code\r\nBcc: mallory@evil.example'
    await delivery.sendEmail({ ...message, subject }, signal)
    expect(server.mails[0]).not.to.match(/^Bcc:/m)
    expect(server.commands.filter((line) => line.startsWith('RCPT'))).to.have.length(1)
    await server.stop()
  })
})
