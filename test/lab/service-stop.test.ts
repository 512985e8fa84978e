import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { attributeType, packetCode } from '../../src/radius/index.ts'
import { demoPhone } from './demo-phone.ts'
import { openGateway, type TestGateway, text } from './gateway.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig, type Place } from './service-config.ts'

const carol = { user: 'carol', password: 'singer', nas: 'hold', device: '192.0.2.7' }

describe('a service that is told to stop', function () {
  this.timeout(600_000)
  let service: Service
  let gateway: TestGateway
  let phone: ReturnType<typeof demoPhone>

  const start = async (more: Readonly<Record<string, unknown>> = {}) => {
    service = await startService((place: Place) =>
      JSON.stringify({ ...lastingConfig(place), store: 'temporary', ...more }),
    )
    gateway = await openGateway(service)
    phone = demoPhone(service.httpPort)
  }
  afterEach(async () => {
    gateway?.close()
    await service?.stop()
  })

  it('lets an open hold end with #, takes nothing new, and leaves nothing behind', async () => {
    await start({ stop_timeout: '10s' })
    const [database = ''] = openFiles(service).filter((file) => file.endsWith('.db'))
    expect(existsSync(database)).to.equal(true)
    const held = gateway.signIn(carol)
    const call = await phone.next('call', 'carol')

    const ended = service.stop()
    await service.printed(/service-stopping/)
    const status = gateway.encode({
      code: packetCode.StatusServer,
      attributes: [text(attributeType.NasIdentifier, 'hold')],
    })
    const fresh = await Promise.all([
      gateway.send(status, 700),
      gateway.signIn({ user: 'dave', password: 'diver', nas: 'append' }, 700),
    ])
    expect(fresh).to.deep.equal([undefined, undefined])

    await phone.press(call.id, '#')
    expect((await held)?.kind).to.equal('accept')
    expect(await ended).to.equal(0)
    expect(service.output()).to.contain('service-stopped')
    expect(existsSync(join(service.folder, 'admin.sock'))).to.equal(false)
    expect(existsSync(dirname(database))).to.equal(false)
  })

  it('refuses with a text a person who has not answered when stop_timeout ends', async () => {
    await start({ stop_timeout: '1s' })
    const held = gateway.signIn(carol)
    await phone.next('call', 'carol')
    const beganMs = Date.now()
    const ended = service.stop()
    await service.printed(/service-stopping/)
    const reply = await held
    expect(reply?.kind).to.equal('reject')
    // Not before its end, and long before the gateway's patience of 20 s.
    expect(Date.now() - beganMs).to.be.greaterThan(900)
    expect(reply?.message).to.match(/service is restarting/)
    expect(await ended).to.equal(0)
  })

  it('does not wait for an answer where an upgrade has announced itself with SIGUSR2', async () => {
    await start({ stop_timeout: '5m' })
    const held = gateway.signIn(carol, 60_000)
    await phone.next('call', 'carol')
    service.process.kill('SIGUSR2')
    const ended = service.stop()
    const reply = await held
    expect(reply?.kind).to.equal('reject')
    expect(reply?.message).to.match(/service is restarting/)
    expect(await ended).to.equal(0)
  })

  it('says nothing with on_stop: silent, so that the next node can answer', async () => {
    await start({ stop_timeout: '1s', on_stop: 'silent' })
    gateway.sendBytes(gateway.request(carol).bytes)
    await phone.next('call', 'carol')
    expect(await service.stop()).to.equal(0)
    // What it had sent is here by now.
    await sleep(100)
    expect(gateway.received).to.have.length(0)
  })

  it('takes a signal that comes twice at once as one, and a later one as impatience', async () => {
    await start({ stop_timeout: '10s' })
    const held = gateway.signIn(carol)
    const call = await phone.next('call', 'carol')
    service.process.kill('SIGINT')
    // Another signal, because two of one kind become one on their own.
    const ended = service.stop('SIGTERM')
    await service.printed(/service-stopping/)
    await phone.press(call.id, '#')
    expect((await held)?.kind).to.equal('accept')
    expect(await ended).to.equal(0)

    await start({ stop_timeout: '30s' })
    gateway.sendBytes(gateway.request(carol).bytes)
    await phone.next('call', 'carol')
    service.process.kill('SIGINT')
    await service.printed(/service-stopping/)
    await sleep(1_100)
    expect(await service.stop('SIGINT')).to.equal(130)
  })

  it('does not wait for a request that its gateway has given up', async () => {
    await start({
      stop_timeout: '2s',
      gateways: { hold: gatewayConfig('hold', { patience: '60s' }) },
    })
    const first = gateway.request(carol)
    gateway.sendBytes(first.bytes)
    await phone.next('call', 'carol')
    // The same identifier with another authenticator: the first one is abandoned.
    const { identifier } = first
    const other = { user: 'dave', password: 'wrong', nas: 'hold', identifier }
    expect((await gateway.signIn(other))?.kind).to.equal('reject')
    const beganMs = Date.now()
    expect(await service.stop()).to.equal(0)
    // Long before the 60 s that the call may ring.
    expect(Date.now() - beganMs).to.be.lessThan(40_000)
  })
})

function openFiles({ process: { pid } }: Service): readonly string[] {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).map((name) => readlinkSync(join(folder, name)))
}
