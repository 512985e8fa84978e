import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { holdsText } from '../holds-text.ts'
import { holdfast } from './cli.ts'
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

/** Nothing of this may be in a bundle. */
const secret = 'shared-Secret-kQ7x'
const people = {
  alice: { password: 'Alice-passW0rd-tRz4', display_name: 'Alice Liddell', groups: ['rabbits'] },
  robert: {
    password: 'Rob-passW0rd-uMn8',
    phones: ['+31612345678'],
    email: 'bob@builders.example',
  },
  caroline: { password: 'Carol-passW0rd-wLp2' },
}
const passwordAsName = 'My-passW0rd-in-the-name-hJ5'
const pin = '839174'

describe('a support bundle of a service', function () {
  this.timeout(600_000)
  let service: Service
  let gateway: TestGateway
  const typed: string[] = []

  before(async () => {
    service = await startService((place) =>
      JSON.stringify({
        ...lastingConfig(place),
        log: { level: 'debug' },
        directories: { wonderland: { type: 'local', users: people } },
        gateways: {
          'north-site': gatewayConfig('append', { secret, label: 'VPN Amsterdam' }),
          'south-site': gatewayConfig('text', { secret, flow: 'challenge', methods: ['sms'] }),
        },
      }),
    )
    gateway = await openGateway({ port: service.port, secret })
    await enrolApps(service, ['alice'])
    await administer(service, [
      [
        'authenticator.add',
        { name: 'caroline', authenticator: { method: 'call', phone: '+31687654321', pin } },
      ],
      ['user.block', { name: 'caroline', reason: 'phone stolen in Paris, ticket 4711' }],
    ])
    const code = codeOf(seedOf('alice'))
    typed.push(code)
    const { password } = people.alice
    const alice = { user: 'alice', nas: 'append' }
    expect((await gateway.signIn({ ...alice, password: `${password},${code}` }))?.kind).to.equal(
      'accept',
    )
    await gateway.signIn({ ...alice, password: `${password},000000` })
    await gateway.signIn({ user: 'robert', nas: 'text', password: people.robert.password })
    await gateway.signIn({ user: 'caroline', nas: 'append', password: people.caroline.password })
    await gateway.signIn({ user: passwordAsName, nas: 'append', password: passwordAsName })
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
  })

  function privateTexts(): readonly string[] {
    const lines = readFileSync(service.configFile, 'utf8')
    const key = /"sealing_key":"([^"]+)"/.exec(lines)?.[1] ?? 'no key'
    return [
      ...[secret, pin, key, seedOf('alice'), passwordAsName, 'My-pass', ...typed],
      ...Object.keys(people),
      ...Object.values(people).map(({ password }) => password),
      ...['liddell', 'rabbits', '612345678', '687654321', 'builders', 'bob@', 'wonderland'],
      ...['north-site', 'south-site', 'amsterdam', 'paris', '4711', 'stolen', service.folder],
      ...['127.0.0.1', '203.0.113'],
    ]
  }

  for (const mode of ['while it runs', 'when it is stopped']) {
    it(`${mode}: helps, and gives nothing away`, async () => {
      if (mode === 'when it is stopped') await service.stop()
      const file = join(service.folder, `${mode.replaceAll(' ', '-')}.json`)
      const { code, stderr } = await holdfast(['support', file, '--config', service.configFile])
      expect(code, stderr).to.equal(0)
      expect(statSync(file).mode & 0o777).to.equal(0o600)
      const text = readFileSync(file, 'utf8')
      expect(privateTexts().filter((each) => holdsText(text, each))).to.deep.equal([])
      const bundle = JSON.parse(text)
      expect(bundle.audit.map(({ reason }: { reason: string }) => reason)).to.include.members([
        'accepted',
        'code-wrong',
        'blocked',
        'user-unknown',
        'admin-user-blocked',
      ])
      expect(bundle.configuration.gateways).to.have.all.keys('gateway-1', 'gateway-2')
      expect(bundle.checks).to.have.length.above(2)
      if (mode === 'while it runs') {
        expect(bundle.counters).to.have.length.above(2)
        expect(bundle.log.map(({ event }: { event: string }) => event)).to.include('sign-in')
      }
    })
  }

  it('writes over nothing', async () => {
    const file = join(service.folder, 'while-it-runs.json')
    const { code } = await holdfast(['support', file, '--config', service.configFile])
    expect(code).to.equal(6)
  })
})
