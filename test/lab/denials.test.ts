import { expect } from 'chai'
import { holdfast } from './cli.ts'
import { needProgram } from './need.ts'
import { radclient } from './radclient.ts'
import { type Service, startService } from './service.ts'
import { bareConfig } from './service-config.ts'

describe('a service with rules that deny', function () {
  this.timeout(600_000)
  this.slow(3_000)
  let service: Service

  before(async function () {
    needProgram('radclient', this)
    service = await startService((place) =>
      JSON.stringify({
        ...bareConfig(place),
        directories: {
          people: {
            type: 'local',
            users: {
              'm\u00fcller': { password: 'builder', groups: ['Staff'] },
              bob: { password: 'builder', groups: ['VPN G\u00e4ste'] },
              carol: { password: 'Gru\u0308n\u00a0Blau' },
            },
          },
        },
        gateways: {
          vpn: { address: '127.0.0.1', secret: 'testing123', deny_groups: ['VPN Ga\u0308ste'] },
        },
        rules: [
          { name: 'not-him', user: 'MU\u0308LLER', deny: true },
          { name: 'has-left', user: 'zoe', deny: true },
          { name: 'far', network: '203.0.113.0/24', deny: true },
          { name: 'rest', second_factor: 'none' },
        ],
      }),
    )
  })
  after(() => service?.stop())

  async function ask(user: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const request = { 'User-Name': user, 'User-Password': 'builder', ...more }
    return (await radclient(request, service)).kind
  }

  it('refuses by name and by group, whatever form the file has', async () => {
    expect(await ask('m\u00fcller')).to.equal('Access-Reject')
    expect(await ask('mu\u0308ller')).to.equal('Access-Reject')
    expect(await ask('bob')).to.equal('Access-Reject')
    expect(await ask('carol', { 'User-Password': 'Gr\u00fcn Blau' })).to.equal('Access-Accept')
  })

  for (const [from, kind] of [
    ['203.0.113.7', 'Access-Reject'],
    ['203.000.113.007', 'Access-Reject'],
    ['ip=203.0.113.7:4500', 'Access-Reject'],
    ['::ffff:203.0.113.7', 'Access-Reject'],
    ['203.0.113.7 or so', 'Access-Reject'],
    ['198.51.100.7', 'Access-Accept'],
    ['00-11-22-33-44-55', 'Access-Accept'],
  ] as const) {
    it(`answers ${kind} to a device at ${from}`, async () => {
      const answer = await ask('carol', {
        'User-Password': 'Gr\u00fcn Blau',
        'Calling-Station-Id': from,
      })
      expect(answer).to.equal(kind)
    })
  }

  it('has started with a rule for a user who has left, and says so', async () => {
    await service.printed(/deny-matches-nobody.*rules\.1/)
    expect(service.output()).to.not.match(/deny-matches-nobody.*rules\.[02]/)
  })

  it('says so in check, as an error, and where the network of a person is not known', async () => {
    const { stdout, code } = await holdfast([
      'check',
      ...['--config', service.configFile, '--json'],
    ])
    expect(code).to.not.equal(0)
    const rows: readonly Record<'what' | 'state' | 'detail', string>[] = JSON.parse(stdout)
    const left = rows.find(({ what }) => what === 'rules.1')
    expect(left).to.include({ state: 'failed', detail: 'denies "zoe", whom no directory knows' })
    const untold = rows.find(({ detail }) => detail.includes('cannot refuse by network'))
    expect(untold).to.include({ what: 'vpn', state: 'warning' })
    expect(rows.filter(({ what }) => /^rules\.[02]$/.test(what))).to.deep.equal([])
  })
})
