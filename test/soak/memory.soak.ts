import { expect } from 'chai'
import { openGateway } from '../lab/gateway.ts'
import { codeOf, enrolApps, seedOf } from '../lab/service-config.ts'
import { openFlood } from './flood.ts'
import { createMemoryGroup } from './memory-group.ts'
import { mebibyte, showUsage, startSoakService } from './soak-service.ts'

const packets = 300_000

describe('memory of a service under a flood', function () {
  this.timeout(1_200_000)

  it('keeps nothing of 300,000 packets, and gives the room back', async () => {
    const service = await startSoakService()
    await enrolApps(service.place, ['alice'])
    const flood = await openFlood(service.place.port)
    const start = await service.usage('collect')
    showUsage('before', start)
    for (let part = 0; part < 6; part += 1) {
      await flood.send(packets / 6, 50)
      showUsage(`${((part + 1) * packets) / 6} packets`, await service.usage('look'))
    }
    // Two looks of the service at its own memory, and the time that V8 takes to unmap.
    await new Promise((resolve) => setTimeout(resolve, 90_000))
    const end = await service.usage('look')
    showUsage('quiet for 90 s', end)
    const collected = await service.usage('collect')
    showUsage('collected', collected)
    flood.close()
    await service.stop()
    expect(collected.heapUsed).to.be.lessThan(start.heapUsed + 32 * mebibyte)
    expect(end.rss).to.be.lessThan(start.rss + 64 * mebibyte)
  })

  it('stays within 512 MB under a flood, and goes on signing people in', async function () {
    const limitBytes = 512 * mebibyte
    const group = createMemoryGroup(`holdfast-soak-${process.pid}`, limitBytes)
    if (group === undefined) return this.skip()
    const service = await startSoakService(group.processes)
    await enrolApps(service.place, ['alice'])
    const flood = await openFlood(service.place.port)
    const gateway = await openGateway(service.place)
    await flood.send(packets / 2, 50)
    showUsage('under the flood', await service.usage('look'))
    const password = `wonderland,${codeOf(seedOf('alice'))}`
    const flooding = flood.send(10_000, 20)
    const reply = await gateway.signIn({ user: 'alice', password, nas: 'append' }, 20_000)
    await flooding
    console.log(`      the group held ${Math.round(group.peakBytes() / mebibyte)} MB at most`)
    for (const each of [flood, gateway]) each.close()
    await service.stop()
    const peakBytes = group.peakBytes()
    group.remove()
    expect(reply?.kind).to.equal('accept')
    expect(peakBytes).to.be.lessThan(limitBytes / 2)
  })
})
