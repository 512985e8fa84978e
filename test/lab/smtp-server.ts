import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { LabCertificates } from './certificates.ts'

export type ReceivedMail = {
  readonly to: string
  readonly data: string
  readonly encrypted: boolean
}

export type SmtpServer = {
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** Commands as they came, with `TLS ` before those that were encrypted. */
  readonly commands: readonly string[]
  stop(): Promise<void>
}

/**
 * A mail server as small as can be (RFC 5321), with STARTTLS (RFC 3207) and, after it, AUTH PLAIN for one account. It
 * takes mail only from a sender who has logged in. `offersTls: false` plays one in the middle that hides STARTTLS.
 */
export async function startSmtpServer(options: {
  readonly certificates: LabCertificates
  readonly login: { readonly user: string; readonly password: string }
  readonly offersTls?: boolean
  /** Replaces the answer to a command, such as `{ RCPT: '550 no such person' }`. */
  readonly answers?: Readonly<Record<string, string>>
}): Promise<SmtpServer> {
  const { certificates, login, offersTls = true, answers = {} } = options
  const mails: ReceivedMail[] = []
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const secureContext = createSecureContext({
    cert: readFileSync(certificates.certificateFile),
    key: readFileSync(certificates.keyFile),
  })
  const credentials = Buffer.from(`\0${login.user}\0${login.password}`).toString('base64')

  /** Leads the dialogue over one socket, and goes on over TLS when asked. */
  function talk(socket: Socket, encrypted: boolean): void {
    let rest = ''
    let isLoggedIn = false
    let to = ''
    let mail: string[] | undefined
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      const lines = (rest + data.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) take(line)
    })
    const say = (text: string) => socket.write(`${text}\r\n`)

    function take(line: string): void {
      if (mail !== undefined) {
        if (line !== '.') return void mail.push(line)
        mails.push({ to, data: mail.join('\n'), encrypted })
        mail = undefined
        return void say('250 queued')
      }
      commands.push(encrypted ? `TLS ${line}` : line)
      const verb = line.split(' ')[0]?.toUpperCase() ?? ''
      const other = answers[verb]
      if (other !== undefined) return void say(other)
      switch (verb) {
        case 'EHLO':
          return void say(
            `250-mail\r\n250 ${encrypted ? 'AUTH PLAIN' : offersTls ? 'STARTTLS' : '8BITMIME'}`,
          )
        case 'STARTTLS':
          if (!offersTls) return void say('502 unknown')
          socket.removeAllListeners('data')
          say('220 go on')
          talk(new TLSSocket(socket, { isServer: true, secureContext }), true)
          return
        case 'AUTH':
          isLoggedIn = line === `AUTH PLAIN ${credentials}`
          return void say(isLoggedIn ? '235 welcome' : '535 no')
        case 'RCPT':
          to = /<(.*)>/.exec(line)?.[1] ?? ''
          return void say('250 ok')
        case 'DATA':
          mail = isLoggedIn ? [] : undefined
          return void say(isLoggedIn ? '354 go on' : '530 log in first')
        case 'QUIT':
          return void say('221 bye')
        default:
          return void say('250 ok')
      }
    }
  }

  const server = createServer((socket) => {
    talk(socket, false)
    socket.write('220 mail\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    mails,
    commands,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
