import { expect } from 'chai'
import { run } from '../cli/fake-io.ts'
import { type Service, startService } from './service.ts'
import { codeOf, enrolApps, gatewayConfig, lastingConfig, seedOf } from './service-config.ts'

describe('holdfast simulate, against a service that is not a demo of this user', function () {
  this.timeout(600_000)
  let service: Service

  before(async () => {
    const gateways = {
      branch: gatewayConfig('branch-*', { flow: 'challenge', preset: 'fortigate' }),
      office: gatewayConfig('office', { flow: 'challenge', preset: 'meraki', challenges: true }),
      other: gatewayConfig('other', { flow: 'append', preset: 'meraki' }),
      quick: gatewayConfig('quick', { flow: 'auto', preset: 'softether', patience: '3s' }),
    }
    service = await startService((place) => JSON.stringify({ ...lastingConfig(place), gateways }))
    await enrolApps(service, ['alice', 'bob'])
  })
  after(async () => {
    await service?.stop()
  })

  const simulate = (words: string, input: string) =>
    run(['simulate', '--config', service.configFile, ...words.split(' ')], { input })
  const secret = '--gateway-secret testing123'

  it('asks for password and code, and sends the NAS-Identifier that finds the gateway', async () => {
    const input = `wonderland\n${codeOf(seedOf('alice'))}\n`
    const { code, stdout, stderr } = await simulate(
      `--preset fortigate --user alice ${secret}`,
      input,
    )
    expect(code, stdout + stderr).to.equal(0)
    expect(stdout)
      .to.include('Access-Challenge')
      .and.match(/\nalice is in after \d/)
    expect(stdout + stderr).to.not.include('wonderland')
  })

  it('has to be told which of two gateways, and the secret, which it does not read', async () => {
    const twice = await simulate(`--preset meraki --user bob ${secret}`, 'builder\n')
    expect(twice.code).to.equal(2)
    expect(twice.stderr).to.include(
      'Several gateways have the preset meraki: --gateway one of office, other.',
    )
    const named = await simulate(
      `--preset meraki --gateway other --user bob ${secret}`,
      'builder\n',
    )
    expect(named.stdout).to.match(/\nRefused after .*\n- holdfast why \w+ tells the whole story\./)
    const without = await simulate('--preset fortigate --user bob', 'builder\n')
    expect(without.stderr).to.include('The secret of a gateway is needed')
    expect([named.code, without.code]).to.deep.equal([7, 2])
  })

  it('says what follows from a wrong secret', async () => {
    const words = '--preset softether --timeout 200ms --tries 1 --user bob'
    const { code, stdout } = await simulate(`${words} --gateway-secret wrong`, 'builder\n')
    expect(stdout).to.include('nothing answered any of its packets (1)')
    expect(code).to.equal(8)
  })
})
