import { attributeType, packetCode } from '../../../src/radius/index.ts'
import type { Script } from '../parts/play.ts'
import { integer, type Play, type Sent, text } from '../parts/scenario.ts'

const bytesOf = ({ encoded }: Sent) => Buffer.from(encoded.bytes)
const password = 'wonderland'

/** A request of a gateway that no one knows, so that nothing comes of it, for bytes to change. */
async function packet(s: Play): Promise<Buffer> {
  return bytesOf(
    await s.send({ to: 'plain', password, from: '127.200.0.1', note: 'a packet to change' }),
  )
}

function changed(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = value
  return copy
}

const wait = 61_000

export const packets: Script = {
  about: 'datagrams, good and bad',
  config: {
    accounting: { listen: ['127.0.0.1:0'] },
    rules: [{ name: 'plain', group: 'plain', second_factor: 'none' }],
  },
  gateways: {
    plain: { address: '127.3.0.0/16' },
    other: { address: '127.3.0.0/16' },
    small: { address: '127.3.0.0/16', open_sign_ins: 1, flow: 'hold' },
    optional: {
      address: '127.4.0.1',
      message_authenticator: 'optional',
      nas_identifier: undefined,
    },
    learn: { address: '127.4.0.2', message_authenticator: 'learn', nas_identifier: undefined },
    until: {
      address: '127.4.0.3',
      message_authenticator: 'optional',
      message_authenticator_until: '2025-06-01',
      nas_identifier: undefined,
    },
    latin: { address: '127.4.0.4', charset: 'latin1', nas_identifier: undefined },
  },
  scenarios: {
    signed: {
      about: 'signed, unsigned and with another secret',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        await s.say({ to: 'plain', password })
        await s.say({ to: 'plain', password, unsigned: true })
        await s.say({ to: 'plain', password, secret: 'another secret' })
      },
    },
    optional: {
      about: 'where Message-Authenticator may be missing',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        const from = '127.4.0.1'
        await s.say({ from, password, unsigned: true })
        await s.say({ from, password })
        await s.say({ from, password, secret: 'another secret' })
        await s.say({ from, password, unsigned: true, secret: 'another secret' })
        const more = [text(attributeType.ProxyState, 'a proxy')]
        await s.say({ from, password, unsigned: true, more, note: 'Proxy-State' })
        await s.say({ from, password, more, note: 'Proxy-State' })
      },
    },
    learn: {
      about: 'where it is required from the first one on',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        const from = '127.4.0.2'
        await s.say({ from, password, unsigned: true })
        await s.say({ from, password })
        await s.say({ from, password, unsigned: true })
      },
    },
    until: {
      about: 'where it was optional until a day that is over',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        const from = '127.4.0.3'
        await s.say({ from, password, unsigned: true })
        await s.say({ from, password })
      },
    },
    latin: {
      about: 'passwords and texts in Latin-1',
      people: { frank: { groups: ['plain'], password: 'pässwörd', language: 'de' } },
      async play(s) {
        const from = '127.4.0.4'
        const typed = Buffer.from('pässwörd', 'latin1')
        await s.say({ from, more: [], bytes: typed, note: 'pässwörd in Latin-1' })
        await s.say({ from, password: 'pässwörd' })
        await s.say({ to: 'plain', bytes: typed, note: 'pässwörd in Latin-1' })
        await s.say({ to: 'plain', password: 'pässwörd' })
      },
    },
    unknown: {
      about: 'an address that is not a gateway, and names of none',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        await s.say({ to: 'plain', password, from: '127.200.0.1' })
        await s.say({ to: 'plan', password })
        await s.wait(wait)
        await s.say({ password })
      },
    },
    garbage: {
      about: 'bytes that are no packet',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        const good = await packet(s)
        const long = Buffer.concat([good, Buffer.alloc(8)])
        const broken: readonly (readonly [string, Buffer])[] = [
          ['nothing', Buffer.alloc(0)],
          ['19 bytes', good.subarray(0, 19)],
          ['cut', good.subarray(0, -1)],
          ['a length of 4097', changed(changed(good, 2, 16), 3, 1)],
          ['a length of 19', changed(changed(good, 2, 0), 3, 19)],
          ['an attribute of length 0', changed(good, 39, 0)],
          ['an attribute that is too long', changed(good, 39, 255)],
          ['text', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
          ['code 99', changed(good, 0, 99)],
          ['an Access-Accept', changed(good, 0, 2)],
          ['an Accounting-Request', changed(good, 0, 4)],
          ['bytes behind its end', long],
          ['another User-Name', changed(good, 40, 88)],
        ]
        for (const [note, bytes] of broken) {
          await s.bytes(bytes, note)
          await s.wait(wait)
        }
      },
    },
    repeated: {
      about: 'attributes that may be there once, twice',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        const mac = { type: attributeType.MessageAuthenticator, value: Buffer.alloc(16) }
        await s.say({ to: 'plain', password, more: [mac], note: 'a second Message-Authenticator' })
        await s.say({
          to: 'plain',
          password,
          more: [text(attributeType.UserName, 'mallory')],
          note: 'a second User-Name',
        })
        await s.say({
          to: 'plain',
          password,
          more: [text(attributeType.NasIdentifier, 'other')],
          note: 'a second NAS-Identifier',
        })
        await s.say({ to: 'plain', user: '', password })
        await s.say({ to: 'plain', as: '', password })
        await s.say({ to: 'plain', as: 'x'.repeat(253), password })
        await s.say({ to: 'plain', as: 'frank\u0007', password })
      },
    },
    proxy: {
      about: 'Proxy-State comes back as it was, in its order',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        const more = ['one', 'two', 'three'].map((each) => text(attributeType.ProxyState, each))
        await s.say({ to: 'plain', password, more, note: 'three Proxy-States' })
        await s.say({ to: 'plain', password: 'looking-glass', more, note: 'three Proxy-States' })
      },
    },
    status: {
      about: 'Status-Server',
      people: { frank: {} },
      async play(s) {
        const code = packetCode.StatusServer
        await s.say({ to: 'plain', user: '', code, note: 'Status-Server' })
        await s.say({ user: '', code, note: 'Status-Server without a name' })
        await s.say({ to: 'strange', user: '', code, note: 'Status-Server with a strange name' })
        await s.say({
          to: 'plain',
          user: '',
          code,
          secret: 'another secret',
          note: 'Status-Server',
        })
        await s.say({ to: 'plain', user: '', code, unsigned: true, note: 'Status-Server' })
        await s.say({ from: '127.4.0.1', user: '', code, unsigned: true, note: 'Status-Server' })
        await s.say({ from: '127.200.0.1', user: '', code, note: 'Status-Server' })
      },
    },
    resent: {
      about: 'the same packet after its answer, from another port, and with another secret',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        const sent = await s.say({ to: 'plain', password })
        await s.again(sent)
        await s.wait(31_000)
        await s.again(sent)
        const refused = await s.say({ to: 'plain', password: 'looking-glass', waitMs: 0 })
        await s.again(refused)
        await s.wait(1_000)
        await s.again(refused)
      },
    },
    'code-once': {
      about: 'the packet that spent a code, after its reply was forgotten (RULES 36)',
      people: { alice: { totp: true, hotp: true, recovery: 1 } },
      async play(s) {
        for (const code of [s.totp(), s.hotp(0), s.recovery(0)]) {
          const sent = await s.say({ to: 'plain', password: `wonderland,${code}` })
          await s.wait(45_000)
          await s.again(sent)
          await s.wait(45_000)
          await s.again(sent)
          await s.wait(1_000)
        }
      },
    },
    full: {
      about: 'more open sign-ins than a gateway may have',
      people: { alice: { call: true }, bob: { call: true } },
      async play(s) {
        await s.send({ to: 'small', password })
        await s.send({ to: 'small', user: 'bob', password })
        await s.press('#')
        await s.send({ to: 'small', user: 'bob', password })
        await s.press('#', 'bob')
      },
    },
    devices: {
      about: 'every way to write whose device it is',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        const written = [
          '203.0.113.7',
          '203.0.113.7:50123',
          '2001:db8::7',
          '[2001:db8::7]:500',
          '::ffff:203.0.113.7',
          'ip=203.0.113.7',
          '00-1B-63-84-45-E6',
          '00:1b:63:84:45:e6',
          '001b.6384.45e6',
          '001b638445e6',
          '00-1B-63-84-45-E6:corp',
          '+31 6 12345678',
          '0031612345678',
          '0.0.0.0',
          'FF-FF-FF-FF-FF-FF',
          'console',
          ' ',
          '203.000.113.007',
        ]
        for (const device of written) await s.say({ to: 'plain', password, device })
      },
    },
    ports: {
      about: 'what a gateway says of its ports',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        await s.say({
          to: 'plain',
          password,
          more: [integer(attributeType.NasPort, 7)],
          note: 'NAS-Port 7',
        })
        await s.say({
          to: 'plain',
          password,
          more: [text(attributeType.AcctSessionId, 's1')],
          note: 'Acct-Session-Id',
        })
      },
    },
    accounting: {
      about: 'Accounting-Requests at their own port',
      people: { frank: {} },
      async play(s) {
        const say = {
          to: 'plain',
          listener: 'accounting',
          code: packetCode.AccountingRequest,
          unsigned: true,
        } as const
        const { unsigned: _, ...signed } = say
        const session = [text(attributeType.AcctSessionId, 's1')]
        const more = (status: number) => [integer(attributeType.AcctStatusType, status), ...session]
        const start = await s.say({ ...say, more: more(1), note: 'Start' })
        await s.again(start, '', 'accounting')
        await s.say({ ...say, more: more(1), note: 'the same Start in another packet' })
        const delay = [...more(1), integer(attributeType.AcctDelayTime, 5)]
        await s.say({ ...say, more: delay, note: 'the same Start, five seconds ago' })
        await s.say({ ...signed, more: more(3), note: 'Interim-Update, signed' })
        await s.say({ ...say, more: more(2), note: 'Stop' })
        const proxy = [...more(2), text(attributeType.ProxyState, 'a proxy')]
        await s.say({ ...say, more: proxy, note: 'the same Stop through a proxy' })
        const faults = { more: session, note: 'without Acct-Status-Type' }
        await s.say({ ...say, ...faults })
        await s.wait(wait)
        await s.say({ ...say, password, more: more(1), note: 'with a password' })
        await s.wait(wait)
        await s.say({ ...say, more: more(1), secret: 'another secret', note: 'another secret' })
        await s.wait(wait)
        await s.say({
          ...say,
          more: more(1),
          from: '127.200.0.1',
          note: 'a gateway that no one knows',
        })
        await s.wait(wait)
        await s.say({ to: 'plain', password, listener: 'accounting', note: 'an Access-Request' })
        await s.wait(wait)
        await s.say({ ...say, listener: 'first', more: more(1), note: 'at the port for sign-ins' })
        const status = {
          code: packetCode.StatusServer,
          user: '',
          to: 'plain',
          note: 'Status-Server',
        }
        await s.say({ ...status, listener: 'accounting' })
      },
    },
  },
}
