import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { attributeType, packetCode } from '../../src/radius/index.ts'
import { openGateway, type TestGateway, text } from './gateway.ts'
import { needRoot } from './need.ts'
import { type Service, startService } from './service.ts'
import { codeOf, enrolApps, lastingConfig, seedOf } from './service-config.ts'

describe('a service whose disk is full', function () {
  this.timeout(600_000)
  let service: Service
  let gateway: TestGateway
  let disk: string

  before(async function () {
    needRoot(this)
    service = await startService((place) => {
      disk = join(place.folder, 'store')
      mkdirSync(disk, { recursive: true })
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=0700', 'tmpfs', disk])
      return JSON.stringify(lastingConfig(place))
    })
    await enrolApps(service, ['alice', 'bob'])
    gateway = await openGateway(service)
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
    if (disk !== undefined) execFileSync('umount', [disk])
  })

  const filler = () => join(disk, 'filler')
  function fill(): void {
    for (let size = 65_536; size >= 512; size /= 2) {
      try {
        for (;;) appendFileSync(filler(), Buffer.alloc(size))
      } catch {
        // Full for pieces of this size.
      }
    }
  }
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${service.httpPort}${path}`)
    return { status: response.status, body: await response.text() }
  }
  const signIn = (user: string, password: string, steps: number) =>
    gateway.signIn({ user, password: `${password},${codeOf(seedOf(user), steps)}`, nas: 'append' })

  it('is healthy and ready while there is room', async () => {
    expect(await get('/healthz')).to.deep.include({ status: 200 })
    expect(await get('/readyz')).to.deep.include({ status: 200 })
    expect((await signIn('alice', 'wonderland', -1))?.kind).to.equal('accept')
  })

  it('refuses with a text what needs the store, answers the rest, and says so at /readyz', async () => {
    fill()
    // The store's log still has some pages of its own to write to; soon it needs a new one.
    let refused = await signIn('bob', 'builder', 0)
    for (
      let more = 0;
      more < 100 && !/cannot sign in right now/.test(refused?.message ?? '');
      more += 1
    ) {
      refused = await gateway.signIn({ user: 'dave', password: `pw${more}`, nas: 'text' })
      refused = await signIn('bob', 'builder', 0)
    }
    expect(refused?.kind).to.equal('reject')
    expect(refused?.message).to.match(/cannot sign in right now/)
    expect(service.output()).to.contain('"reason":"store-failed"')

    const status = gateway.encode({
      code: packetCode.StatusServer,
      attributes: [text(attributeType.NasIdentifier, 'append')],
    })
    expect((await gateway.send(status))?.kind).to.equal('accept')
    expect(await get('/healthz')).to.deep.include({ status: 200 })
    const ready = await get('/readyz')
    expect(ready.status).to.equal(503)
    expect(JSON.parse(ready.body).parts).to.deep.equal([{ part: 'store', detail: 'store-full' }])
  })

  it('says at /readyz that it works again without a sign-in, and then they do', async () => {
    rmSync(filler())
    expect((await get('/readyz')).status).to.equal(200)
    expect((await signIn('bob', 'builder', 1))?.kind).to.equal('accept')
    expect((await signIn('alice', 'wonderland', 0))?.kind).to.equal('accept')
  })

  it('says at /readyz that the store fails before any sign-in has to find out', async () => {
    fill()
    let status = 200
    for (let round = 0; round < 300 && status === 200; round += 1) {
      status = (await get('/readyz')).status
    }
    expect(status).to.equal(503)
    rmSync(filler())
    expect((await get('/readyz')).status).to.equal(200)
  })
})
