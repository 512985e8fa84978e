import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { attributeType, findText } from '../../../src/radius/index.ts'
import { openGateway, type TestGateway, type TestReply } from '../gateway.ts'
import { type Service, startService } from '../service.ts'
import {
  bareConfig,
  codeOf,
  enrolApps,
  gatewayConfig,
  newestAuditRow,
  type Place,
  seedOf,
} from '../service-config.ts'
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts'
import { corpDirectory, needSamba } from './corp.ts'
import { type Samba, startSamba } from './samba.ts'
import { labPassword } from './samba-people.ts'

describe('outages (RULES 23)', function () {
  this.timeout(600_000)
  this.slow(4_000)
  let samba: Samba
  let controller: TcpProxy
  let provider: { readonly server: Server; status: number; asked: number }
  let service: Service
  let gateway: TestGateway

  before(async function () {
    needSamba(this)
    samba = await startSamba()
    controller = await startTcpProxy(636)
    provider = await startProvider()
    service = await startService(yaml)
    gateway = await openGateway({ port: service.port })
    await enrolApps(service, ['alice', 'breaker'])
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
    await controller?.stop()
    provider?.server.close()
  })

  const yaml = (place: Place) =>
    JSON.stringify(settings(samba, place, controller.port, addressOf(provider.server)))

  const signIn = (user: string, nas: string, password: string) =>
    gateway.signIn({ user, nas, password }, 15_000)

  function withCode(user: string, password: string, steps: number): Promise<TestReply | undefined> {
    return signIn(user, 'vpn', `${password},${codeOf(seedOf(user), steps)}`)
  }

  const classOf = (reply: TestReply | undefined) =>
    reply && findText(reply.packet, attributeType.Class)

  describe('of the directory', () => {
    it('are over while it answers', async () => {
      const alice = await withCode('alice', labPassword, -1)
      expect([alice?.kind, classOf(alice)]).to.deep.equal(['accept', undefined])
      const breaker = await withCode('breaker', 'glass', -1)
      expect([breaker?.kind, classOf(breaker)]).to.deep.equal(['accept', undefined])
    })

    it('leave people of the configuration their way in, marked in Class and audit', async () => {
      const { port } = controller
      await controller.stop()
      const alice = await withCode('alice', labPassword, 0)
      expect(alice?.kind).to.equal('reject')
      expect(alice?.message).to.match(/cannot sign in right now/)
      const breaker = await withCode('breaker', 'glass', 0)
      expect([breaker?.kind, classOf(breaker)]).to.deep.equal(['accept', 'degraded'])
      expect(await newestAuditRow(service)).to.contain(
        '"what":"degraded","detail":{"for":"directory"}',
      )

      // A restart in the same night.
      await service.stop()
      service = await startService(yaml, service)
      const again = await withCode('breaker', 'glass', 1)
      expect([again?.kind, classOf(again)]).to.deep.equal(['accept', 'degraded'])

      controller = await startTcpProxy(636, port)
      let back = await withCode('alice', labPassword, 0)
      for (const untilMs = Date.now() + 30_000; back?.kind !== 'accept' && Date.now() < untilMs; ) {
        // The directory was not asked, so the code was not used up.
        back = await withCode('alice', labPassword, 0)
      }
      expect([back?.kind, classOf(back)]).to.deep.equal(['accept', undefined])
    })
  })

  describe('of a provider', () => {
    it('let in a user named by key, after two tries, and no one else', async () => {
      provider.status = 503
      provider.asked = 0
      const breaker = await signIn('breaker', 'text', 'glass')
      expect([breaker?.kind, classOf(breaker)]).to.deep.equal(['accept', 'degraded'])
      expect(provider.asked).to.equal(2)
      expect((await signIn('other', 'text', 'window'))?.kind).to.equal('reject')
      expect((await signIn('breaker', 'text', 'wrong'))?.kind).to.equal('reject')
    })

    it('are not a provider that has had enough of us, nor one that works', async () => {
      provider.status = 429
      const refused = await signIn('breaker', 'text', 'glass')
      expect(refused?.kind).to.equal('reject')
      provider.status = 200
      const asked = await signIn('breaker', 'text', 'glass')
      expect(asked?.kind).to.equal('challenge')
    })
  })
})

async function startProvider() {
  const provider = {
    status: 200,
    asked: 0,
    server: createServer((_, response) => {
      provider.asked += 1
      response.writeHead(provider.status).end()
    }),
  }
  await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve))
  return provider
}

function addressOf(server: Server): string {
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}/?to={to}&text={text}`
}

function settings(samba: Samba, place: Place, ldapsPort: number, provider: string) {
  const people = {
    breaker: { password: 'glass', phones: ['+31612345678'] },
    other: { password: 'window', phones: ['+31687654321'] },
  }
  return {
    ...bareConfig(place),
    directories: {
      corp: corpDirectory(samba, place.folder, {
        servers: `ldaps://127.0.0.1:${ldapsPort}`,
        phone_attributes: [],
      }),
      people: { type: 'local', users: people },
    },
    gateways: {
      vpn: gatewayConfig('vpn', { flow: 'append', deny_groups: ['Above-Primary'] }),
      text: gatewayConfig('text', { flow: 'challenge', methods: ['sms'], first_factor: 'people' }),
    },
    outage_rules: [{ gateway: 'text', user_key: 'people:breaker', second_factor: 'none' }],
    reply_rules: [{ degraded: true, reply: { Class: 'degraded' } }],
    delivery: { texts: { type: 'http', url: provider } },
    methods: { sms: { via: 'texts' } },
  }
}
