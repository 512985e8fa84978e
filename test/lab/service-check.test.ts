import { expect } from 'chai'
import type { CheckRow } from '../../src/operations/index.ts'
import { needProgram } from './need.ts'
import { radclient } from './radclient.ts'
import { type Service, startService } from './service.ts'
import { administer, gatewayConfig, lastingConfig, type Place } from './service-config.ts'

describe('what the service sees when it is asked to check', function () {
  this.timeout(600_000)
  this.slow(3_000)
  let service: Service

  before(async function () {
    needProgram('radclient', this)
    service = await startService((place: Place) =>
      JSON.stringify({
        ...lastingConfig(place),
        gateways: {
          core: gatewayConfig('core', { address: '127.0.0.1', flow: 'append' }),
          edge: gatewayConfig('edge', { address: '127.0.0.1', flow: 'append' }),
        },
        rules: [
          { user: 'bob', deny: true },
          { user: ['carol', 'nobody'], deny: true },
        ],
      }),
    )
  })
  after(() => service?.stop())

  it('names senders that are not gateways, and people of rules who do not exist', async () => {
    const attributes = { 'User-Name': 'bob', 'User-Password': 'x', 'NAS-Identifier': 'core-7' }
    const options = { port: service.port, timeoutSeconds: 1 }
    expect((await radclient(attributes, options)).kind).to.equal('none')
    const [rows] = (await administer(service, [['check', {}]])) as readonly CheckRow[][]
    const lines = (rows ?? [])
      .filter(({ state }) => state !== 'ok' && state !== 'not-examined')
      .map(({ area, what, detail }) => `${area} ${what}: ${detail}`)
    expect(lines).to.have.length(2)
    expect(lines[0]).to.equal('directory rules.1: denies "nobody", whom no directory knows')
    expect(lines[1]).to.match(/^gateway 127\.0\.0\.1: fits no gateway of its address \("core-7"\)/)
  })
})
