import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseSeed } from '../../src/methods/index.ts'
import { holdsText } from '../holds-text.ts'
import { holdfast } from './cli.ts'
import { demoPhone } from './demo-phone.ts'
import { openGateway, type TestGateway } from './gateway.ts'
import { type Service, startService } from './service.ts'
import {
  administer,
  codeOf,
  enrolApps,
  gatewayConfig,
  lastingConfig,
  seedOf,
} from './service-config.ts'

/** Values no one would use for anything else, so that finding one means that it leaked. */
const secret = 'shared-Secret-kQ7x'
const passwords = {
  alice: 'Alice-passW0rd-tRz4',
  bob: 'Bob-passW0rd-uMn8',
  carol: 'Carol-passW0rd-wLp2',
}
const wrongPassword = 'Wrong-passW0rd-bVc3'
const passwordAsName = 'My-passW0rd-in-the-name-hJ5'
const pin = '839174'

describe('a service at log level debug', function () {
  this.timeout(600_000)
  let service: Service
  let gateway: TestGateway
  let phone: ReturnType<typeof demoPhone>
  const secrets = new Map<string, string>(
    Object.entries({ secret, ...passwords, wrongPassword, passwordAsName }),
  )

  before(async () => {
    service = await startService((place) =>
      JSON.stringify({
        ...lastingConfig(place),
        log: { level: 'debug' },
        directories: {
          people: {
            type: 'local',
            users: Object.fromEntries(
              Object.entries(passwords).map(([name, password]) => [name, { password }]),
            ),
          },
        },
        gateways: {
          hold: gatewayConfig('hold', { secret }),
          append: gatewayConfig('append', { secret }),
          auto: gatewayConfig('auto', { secret }),
          text: gatewayConfig('text', { secret, flow: 'challenge', methods: ['sms'] }),
          'code-only': gatewayConfig('code-only', { secret, directories: 'people' }),
        },
      }),
    )
    gateway = await openGateway({ port: service.port, secret })
    phone = demoPhone(service.httpPort)
    await enrolApps(service, ['alice'])
    await administer(service, [
      [
        'authenticator.add',
        { name: 'bob', authenticator: { method: 'sms', phone: '+31612345678' } },
      ],
      [
        'authenticator.add',
        { name: 'carol', authenticator: { method: 'call', phone: '+31687654321', pin } },
      ],
    ])
    const [recovery] = await administer(service, [
      ['authenticator.add', { name: 'alice', authenticator: { method: 'recovery' } }],
    ])
    const { codes } = recovery as { readonly codes: readonly string[] }
    for (const [index, code] of codes.entries()) {
      secrets.set(`recovery code ${index}`, code)
      secrets.set(`recovery code ${index}, as typed`, code.replaceAll('-', ''))
    }
    const seed = parseSeed(seedOf('alice')) ?? new Uint8Array()
    secrets.set('seed', seedOf('alice'))
    secrets.set('seed in hex', Buffer.from(seed).toString('hex'))
    secrets.set('seed in base64', Buffer.from(seed).toString('base64'))
    secrets.set('seed as bytes', Buffer.from(seed).toString('latin1'))
    secrets.set('code: the PIN', pin)
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
  })

  async function runAllFlows(): Promise<void> {
    const alice = { user: 'alice', nas: 'append' }
    const code = codeOf(seedOf('alice'))
    secrets.set('code of the app', code)
    const outcomes: string[] = []
    const signIn = async (request: Parameters<TestGateway['signIn']>[0], withinMs?: number) => {
      const reply = await gateway.signIn(request, withinMs)
      outcomes.push(reply?.kind ?? 'none')
      return reply
    }
    await signIn({ ...alice, password: `${passwords.alice},${code}` })
    await signIn({ ...alice, password: `${passwords.alice},${code}` })
    await signIn({ ...alice, password: `${wrongPassword},000000` })
    await signIn({ ...alice, password: `${passwords.alice},${secrets.get('recovery code 0')}` })
    await signIn({ user: 'alice', nas: 'code-only', password: code })
    await signIn({ user: passwordAsName, nas: 'append', password: passwordAsName })

    const text = { user: 'bob', nas: 'text' }
    const asked = await signIn({ ...text, password: passwords.bob })
    const sms = await phone.next('sms', 'bob')
    secrets.set('code of the text', sms.code ?? 'no code was sent')
    const state = asked?.state ?? Buffer.alloc(0)
    await signIn({ ...text, password: sms.code ?? '', state })
    await signIn({ ...text, password: '111111', state: Buffer.from('forged') })

    const carol = { user: 'carol', nas: 'hold', password: passwords.carol }
    const held = signIn(carol, 15_000)
    const call = await phone.next('call', 'carol')
    await phone.press(call.id, `${pin}#`)
    await held
    const fraud = signIn(carol, 15_000)
    await phone.press((await phone.next('call', 'carol', 1)).id, '0#')
    await fraud
    expect(outcomes.join(' ')).to.equal(
      'accept reject reject accept reject reject challenge accept reject accept reject',
    )
  }

  it('shows no password, code, seed or secret in log, audit or store', async () => {
    await runAllFlows()
    const socket = ['--socket', join(service.folder, 'admin.sock')]
    const audit = await holdfast(['audit', 'search', '--json', '--limit', '1000', ...socket])
    expect(audit.code).to.equal(0)
    const { signInId } = (JSON.parse(audit.stdout) as readonly { signInId: string }[])[0] ?? {}
    const shown = await holdfast(['audit', 'show', signInId ?? '', ...socket])
    const people = await Promise.all(
      Object.keys(passwords).map((name) => holdfast(['user', 'show', name, ...socket])),
    )
    const places: Record<string, Buffer> = {
      // The demo phone prints the texts it gets: that is what it is for. Log lines are JSON.
      log: Buffer.from(logLines(service).join('\n')),
      audit: Buffer.from([audit, shown].map(({ stdout, stderr }) => stdout + stderr).join('\n')),
      commands: Buffer.from(people.map(({ stdout, stderr }) => stdout + stderr).join('\n')),
    }
    const store = join(service.folder, 'store')
    const files = readdirSync(store)
    expect(files).to.include('holdfast.db-wal')
    for (const file of files) places[file] = readFileSync(join(store, file))

    expect(places.log?.length).to.be.greaterThan(2_000)
    expect(JSON.parse(audit.stdout)).to.have.length.greaterThan(8)
    const found = [...secrets].flatMap(([name, value]) =>
      Object.entries(places)
        .filter(([, bytes]) => holdsText(bytes.toString('latin1'), value))
        .map(([place]) => `${name} in ${place}`),
    )
    expect(found).to.deep.equal([])
    // What is not a secret is found, so the search works.
    for (const [place, bytes] of Object.entries(places)) {
      if (!/db$|shm$/.test(place))
        expect(holdsText(bytes.toString('latin1'), 'alice'), place).to.equal(true)
    }
    // A user who typed a password as a name is shown by two letters.
    expect(places.log?.toString()).to.contain('"user":"My…"')
  })
})

function logLines(service: Service): readonly string[] {
  return service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
}
