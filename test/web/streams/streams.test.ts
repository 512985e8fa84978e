import { expect } from 'chai'
import { createHttpServer, type HttpServer } from '../../../src/web/index.ts'
import { createStreams, type StreamBounds, type Streams } from '../../../src/web/streams/streams.ts'
import { type EventReader, openEvents } from '../../support/events.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'

// A page is told what it shows; what it may no longer see ends its stream (PEOPLE R22).
describe('a stream of events', () => {
  let clock: ManualClock
  let streams: Streams
  let server: HttpServer
  let port: number
  let errors: unknown[]
  /** What the page shows, as its owner may see it. */
  let shown: () => Promise<object | undefined>
  let followers: Set<() => void>
  const opened: EventReader[] = []

  async function start(bounds?: StreamBounds, answerMs = 40_000): Promise<void> {
    clock = createManualClock()
    errors = []
    followers = new Set()
    shown = async () => ({ is: 'first' })
    streams = createStreams({
      clock,
      onError: (error) => errors.push(error),
      ...(bounds === undefined ? {} : { bounds }),
    })
    server = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      bounds: { answerMs },
      plugins: [
        async (instance) => {
          instance.addHook('preClose', async () => streams.endAll())
          instance.post<{ Params: { owner: string } }>('/:owner', async (request, reply) => {
            streams.open(reply, {
              owner: request.params.owner,
              address: '192.0.2.1',
              look: () => shown(),
              follow(changed) {
                followers.add(changed)
                return { stop: () => followers.delete(changed) }
              },
            })
          })
          // Never answers.
          instance.get('/slow', () => new Promise(() => undefined))
        },
      ],
    })
    port = (await server.start()).port
  }

  afterEach(async () => {
    for (const each of opened.splice(0)) each.close()
    await server.stop()
  })

  async function open(owner = 'alice', isAsleep = false): Promise<EventReader> {
    const events = await openEvents({ port, path: `/${owner}`, isAsleep })
    opened.push(events)
    return events
  }
  const change = () => {
    for (const changed of [...followers]) changed()
  }
  const at = (is: string) => ({ is, nowMs: clock.nowMs() })
  /** Waits until all that was set off has run. */
  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
  }

  it('tells what is, then what changes, and the same thing once', async () => {
    await start()
    const events = await open()
    expect(await events.next()).to.deep.equal(at('first'))
    change()
    change()
    shown = async () => ({ is: 'second' })
    change()
    expect(await events.next()).to.deep.equal(at('second'))
  })

  it('is kept by no one in between: neither proxies, nor caches', async () => {
    await start()
    const { headers, status } = await open()
    expect(status).to.equal(200)
    expect(headers).to.include({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    expect(headers).to.have.property('content-security-policy')
    expect(headers).to.not.have.property('content-encoding')
  })

  it('looks again and says something each 15 seconds', async () => {
    await start()
    const events = await open()
    await events.next()
    clock.advance(15_000)
    await until(() => events.comments === 1)
    // What no one has told of.
    shown = async () => ({ is: 'missed' })
    clock.advance(15_000)
    expect(await events.next()).to.deep.equal(at('missed'))
  })

  it('ends after five minutes, so that its page proves again who it is', async () => {
    await start()
    const events = await open()
    await events.next()
    clock.advance(300_000)
    expect(streams.size + followers.size + clock.waiting).to.equal(0)
    expect(await events.next()).to.equal('end')
  })

  it('ends without another word once its owner may not see it (PEOPLE R22)', async () => {
    await start()
    const events = await open()
    await events.next()
    shown = async () => undefined
    change()
    expect(await events.next()).to.equal('end')
    expect(streams.size + followers.size + clock.waiting).to.equal(0)
  })

  it('ends where a look fails, which is told to us and not to the page', async () => {
    await start()
    const events = await open()
    await events.next()
    shown = () => Promise.reject(new Error('a secret'))
    change()
    expect(await events.next()).to.equal('end')
    expect(errors.map(String)).to.deep.equal(['Error: a secret'])
    expect(events.text).to.not.contain('secret')
  })

  it('leaves nothing behind when its page is closed', async () => {
    await start()
    const events = await open()
    await events.next()
    events.close()
    await until(() => streams.size === 0)
    expect(followers.size + clock.waiting).to.equal(0)
  })

  it('ends for a page that reads nothing while more comes', async () => {
    await start()
    await open('alice', true)
    await until(() => streams.size === 1)
    let count = 0
    shown = async () => ({ is: `${++count}`.padEnd(16_000, '.') })
    while (streams.size === 1 && count < 3_000) {
      change()
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(streams.size).to.equal(0)
  })

  it('is not cut by the time that an answer may take', async () => {
    await start(undefined, 50)
    const events = await open()
    await events.next()
    const other = await fetch(`http://127.0.0.1:${port}/slow`).catch(() => 'cut')
    expect(other).to.equal('cut')
    shown = async () => ({ is: 'second' })
    change()
    expect(await events.next()).to.deep.equal(at('second'))
  })

  it('ends with the service', async () => {
    await start()
    const events = await open()
    await events.next()
    const stopped = server.stop()
    expect(await events.next()).to.equal('end')
    await stopped
  })

  describe('has bounds:', () => {
    const one = { all: 3, perNetwork: 3, perOwner: 1 }

    it('one more of an owner takes the place of the oldest, whose page is told so', async () => {
      await start(one)
      const first = await open()
      await first.next()
      const second = await open()
      expect(await second.next()).to.deep.equal(at('first'))
      expect(streams.size).to.equal(1)
      expect(await first.next()).to.equal('elsewhere')
      expect(await first.next()).to.equal('end')
    })

    for (const bound of ['all', 'perNetwork'] as const) {
      it(`one more than ${bound === 'all' ? 'all' : 'a network may have'} is refused`, async () => {
        await start({ all: 9, perNetwork: 9, perOwner: 9, [bound]: 2 })
        const before = [await open('alice'), await open('bob')]
        const refused = await open('carol')
        expect(refused.status).to.equal(429)
        expect(streams.size).to.equal(2)
        before[0]?.close()
        await until(() => streams.size === 1)
        expect((await open('carol')).status).to.equal(200)
      })
    }
  })
})
