import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { attributeType, packetCode } from '../../../src/radius/index.ts'
import { openGateway, type TestGateway, text } from '../gateway.ts'
import { type Service, startService } from '../service.ts'
import { codeOf, enrolApps, gatewayConfig, lastingConfig, seedOf } from '../service-config.ts'
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts'
import { corpDirectory, needSamba } from './corp.ts'
import { startSamba } from './samba.ts'
import { labPassword } from './samba-people.ts'

const requests = 5_000

describe('a service whose directory accepts connections and never answers', function () {
  this.timeout(600_000)
  let service: Service
  let proxy: TcpProxy
  const gateways: TestGateway[] = []

  before(async function () {
    needSamba(this)
    const samba = await startSamba()
    proxy = await startTcpProxy(636)
    const servers = `ldaps://127.0.0.1:${proxy.port}`
    service = await startService((place) =>
      JSON.stringify({
        ...lastingConfig(place),
        directories: { corp: corpDirectory(samba, place.folder, { servers }) },
        gateways: { append: gatewayConfig('append', { patience: '10s', open_sign_ins: 1_500 }) },
      }),
    )
    await enrolApps(service, ['bob'])
    for (let from = 0; from < requests; from += 250) gateways.push(await openGateway(service))
  })
  after(async () => {
    for (const gateway of gateways) gateway.close()
    await service?.stop()
    await proxy?.stop()
  })

  const signIn = (from: TestGateway | undefined, steps: number) =>
    from?.signIn({
      user: 'bob',
      password: `${labPassword},${codeOf(seedOf('bob'), steps)}`,
      nas: 'append',
    })

  it('piles nothing up, goes on answering, and works again once the directory does', async () => {
    const [first] = gateways
    expect((await signIn(first, -1))?.kind).to.equal('accept')
    const restingMb = residentMb(service)

    proxy.setMode('hang')
    const flood = Promise.all(
      gateways.flatMap((gateway, index) =>
        Array.from({ length: 250 }, (_, number) =>
          gateway.signIn(
            { user: `user-${index}-${number}`, password: 'Some-Passw0rd', nas: 'append' },
            12_000,
          ),
        ),
      ),
    )
    // As long as the directory hangs, the service says that it lives.
    const status = await openGateway(service)
    for (let round = 0; round < 20; round += 1) {
      const request = status.encode({
        code: packetCode.StatusServer,
        attributes: [text(attributeType.NasIdentifier, 'append')],
      })
      // As gateways do: on a busy machine the kernel has no room for a datagram among 5,000.
      const reply = (await status.send(request, 2_000)) ?? (await status.send(request))
      expect(reply?.kind).to.equal('accept')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    status.close()

    const answered = (await flood).filter((reply) => reply !== undefined)
    expect(answered.every(({ kind }) => kind === 'reject')).to.equal(true)
    const lines = service.output().split('\n')
    const refused = lines.filter((line) => /"directory-(down|busy)"/.test(line))
    const waited = refused.filter((line) => durationMs(line) >= 500)
    // Few could wait for the directory; all others were refused, or dropped, at once.
    expect(waited.length).to.be.within(1, requests / 4)
    expect(refused.length - waited.length).to.be.greaterThan(requests / 2)
    expect(lines.length).to.be.lessThan(requests + 100)

    proxy.setMode('pass')
    const backMs = Date.now()
    let works = await signIn(first, 0)
    while (works?.kind !== 'accept' && Date.now() - backMs < 30_000) works = await signIn(first, 0)
    const tookMs = Date.now() - backMs
    console.log(`      works again ${tookMs} ms after the directory does`)
    expect(works?.kind).to.equal('accept')

    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const afterMb = residentMb(service)
    console.log(`      resident: ${restingMb} MB before, ${afterMb} MB after ${requests} requests`)
    expect(afterMb - restingMb).to.be.lessThan(120)
    expect(proxy.openConnections()).to.be.lessThan(40)
  })
})

/** How long the sign-in of a log line took. */
function durationMs(line: string): number {
  return Number(/"durationMs":(\d+)/.exec(line)?.[1] ?? 0)
}

function residentMb({ process: { pid } }: Service): number {
  const [, kilobytes = '0'] =
    /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kilobytes) / 1024)
}
