import { randomBytes, randomInt } from 'node:crypto'
import { expect } from 'chai'
import { openGateway } from './gateway.ts'
import { type Service, startService } from './service.ts'
import { codeOf, enrolApps, gatewayConfig, lastingConfig, seedOf } from './service-config.ts'

const datagrams = 20_000

describe('a service that is sent garbage', function () {
  this.timeout(600_000)
  let service: Service

  before(async () => {
    service = await startService((place) =>
      JSON.stringify({
        ...lastingConfig(place),
        gateways: { append: gatewayConfig('append', { address: '127.0.0.1' }) },
      }),
    )
    await enrolApps(service, ['alice'])
  })
  after(async () => {
    await service?.stop()
  })

  it('lives, logs little, and signs people in right after', async () => {
    const right = await openGateway(service)
    const wrong = await openGateway({ port: service.port, secret: 'not-the-secret' })
    const template = right.request({ user: 'alice', password: 'x', nas: 'append' }).bytes
    const strangers = await Promise.all(
      [2, 3, 4, 5].map((last) => openGateway({ port: service.port, from: `127.0.0.${last}` })),
    )
    const beforeLines = service.output().split('\n').length

    for (let sent = 0; sent < datagrams; sent += 1) {
      right.sendBytes(garbage(sent, template))
      if (sent % 10 === 0) {
        for (const each of [wrong, strangers[(sent / 10) % 4]]) {
          each?.sendBytes(each.request({ user: 'alice', password: 'x', nas: 'append' }).bytes)
        }
      }
      // Slow enough that the system's buffer takes them all.
      if (sent % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await new Promise((resolve) => setTimeout(resolve, 1_500))

    const lines = service.output().split('\n').slice(beforeLines)
    console.log(`      ${lines.length} lines for ${datagrams * 1.2} datagrams`)
    expect(lines.length).to.be.within(2, 60)
    for (const reason of ['message-authenticator-wrong', 'gateway-unknown']) {
      expect(service.output()).to.contain(reason)
    }
    expect(service.output()).to.not.contain('internal-error')
    expect(service.process.exitCode).to.equal(null)
    for (const each of [wrong, ...strangers]) expect(each.received).to.have.length(0)

    const password = `wonderland,${codeOf(seedOf('alice'))}`
    const reply = await right.signIn({ user: 'alice', password, nas: 'append' })
    expect(reply?.kind).to.equal('accept')
    for (const each of [right, wrong, ...strangers]) each.close()
  })
})

/** Random bytes, a random packet with a right header, or a good request with some bytes turned. */
function garbage(number: number, template: Buffer): Buffer {
  switch (number % 3) {
    case 0:
      return randomBytes(randomInt(0, 1_400))
    case 1: {
      const bytes = randomBytes(randomInt(20, 1_400))
      bytes[0] = [1, 4, 12, 40, 43][randomInt(5)] ?? 1
      bytes.writeUInt16BE(bytes.length, 2)
      return bytes
    }
    default: {
      const bytes = Buffer.from(template)
      for (let turned = 0; turned < randomInt(1, 4); turned += 1) {
        // The identifier may be anything; a request that differs in nothing else is valid.
        const at = randomInt(4, bytes.length)
        bytes[at] = (bytes[at] ?? 0) ^ randomInt(1, 256)
      }
      return bytes
    }
  }
}
