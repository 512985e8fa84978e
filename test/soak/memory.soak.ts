import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { stopOnExit } from '../lab/child.ts'
import { openGateway } from '../lab/gateway.ts'
import { freePort } from '../lab/port.ts'
import { codeOf, enrolApps, lastingConfig, seedOf } from '../lab/service-config.ts'
import { openFlood } from './flood.ts'
import { createMemoryGroup } from './memory-group.ts'

const packets = 300_000
const mebibyte = 1024 * 1024
const childFile = new URL('./service-child.ts', import.meta.url).pathname

type Usage = NodeJS.MemoryUsage

/** A service on the loopback, in the control group whose file of processes is given. */
async function startChild(processes = '/dev/null') {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-soak-'))
  const place = { port: await freePort(), httpPort: await freePort(), folder }
  const file = join(folder, 'holdfast.yaml')
  writeFileSync(file, JSON.stringify(lastingConfig(place)))
  const join_ = `echo $$ > ${processes}; exec "$0" "$@"`
  const child: ChildProcess = spawn('sh', ['-c', join_, process.execPath, childFile, file], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
  })
  stopOnExit(child, () => rmSync(folder, { recursive: true, force: true }))
  await once(child, 'message')
  await enrolApps(place, ['alice'])
  return {
    place,
    async usage(how: 'look' | 'collect'): Promise<Usage> {
      child.send(how)
      const [usage] = (await once(child, 'message')) as [Usage]
      return usage
    },
    async stop() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

function show(what: string, { rss, heapUsed, heapTotal, external }: Usage): void {
  const mb = (bytes: number) => Math.round(bytes / mebibyte)
  console.log(
    `      ${what.padEnd(16)} resident ${mb(rss)} MB, heap ${mb(heapUsed)} of ${mb(heapTotal)} MB, outside ${mb(external)} MB`,
  )
}

describe('memory of a service under a flood', function () {
  this.timeout(1_200_000)

  it('keeps nothing of 300,000 packets, and gives the room back', async () => {
    const service = await startChild()
    const flood = await openFlood(service.place.port)
    const start = await service.usage('collect')
    show('before', start)
    for (let part = 0; part < 6; part += 1) {
      await flood.send(packets / 6, 50)
      show(`${((part + 1) * packets) / 6} packets`, await service.usage('look'))
    }
    // Two looks of the service at its own memory, and the time that V8 takes to unmap.
    await new Promise((resolve) => setTimeout(resolve, 90_000))
    const end = await service.usage('look')
    show('quiet for 90 s', end)
    const collected = await service.usage('collect')
    show('collected', collected)
    flood.close()
    await service.stop()
    expect(collected.heapUsed).to.be.lessThan(start.heapUsed + 32 * mebibyte)
    expect(end.rss).to.be.lessThan(start.rss + 64 * mebibyte)
  })

  it('stays within 512 MB under a flood, and goes on signing people in', async function () {
    const limitBytes = 512 * mebibyte
    const group = createMemoryGroup(`holdfast-soak-${process.pid}`, limitBytes)
    if (group === undefined) return this.skip()
    const service = await startChild(group.processes)
    const flood = await openFlood(service.place.port)
    const gateway = await openGateway(service.place)
    await flood.send(packets / 2, 50)
    show('under the flood', await service.usage('look'))
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
