import { expect } from 'chai'
import {
  type EndOfStream,
  readEvents,
  type StreamAnswer,
} from '../../../src/web/pages/people/logic/events.ts'
import { goLive } from '../../../src/web/pages/people/logic/live.ts'

describe('reading a stream of events', () => {
  function answerOf(chunks: readonly string[], type = 'text/event-stream'): StreamAnswer {
    const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk))
    return {
      ok: true,
      headers: { get: () => type },
      body: new ReadableStream({
        start(controller) {
          for (const each of bytes) controller.enqueue(each)
          controller.close()
        },
      }),
    }
  }
  async function read(chunks: readonly string[], type?: string) {
    const events: unknown[] = []
    let alive = 0
    const end = await readEvents(
      answerOf(chunks, type),
      (event) => events.push(event),
      () => {
        alive += 1
      },
    )
    return { end, events, alive }
  }

  it('gives each event, however it is cut into pieces', async () => {
    const text = 'retry: 3000\n\ndata: {"a":1}\n\n:\n\ndata: {"b":"é"}\n\n'
    for (const chunks of [[text], [...text]]) {
      const { end, events, alive } = await read(chunks)
      expect(events).to.deep.equal([{ a: 1 }, { b: 'é' }])
      expect({ end, alive }).to.deep.equal({ end: 'over', alive: chunks.length })
    }
  })

  it('ends where another page has taken its place', async () => {
    const { end, events } = await read(['event: elsewhere\ndata: {}\n\ndata: {"late":1}\n\n'])
    expect({ end, events }).to.deep.equal({ end: 'elsewhere', events: [] })
  })

  it('takes nothing that is not a stream', async () => {
    expect(await read(['data: {"a":1}\n\n'], 'application/json')).to.deep.equal({
      ...{ end: 'refused', events: [], alive: 0 },
    })
  })
})

describe('a page that is kept up to date', () => {
  /** A page that a test hides and shows. */
  function pageOf() {
    const target = new EventTarget()
    const page = Object.assign(target, { visibilityState: 'visible' })
    return {
      page,
      see(is: 'visible' | 'hidden') {
        page.visibilityState = is
        target.dispatchEvent(new Event('visibilitychange'))
      },
    }
  }
  const soon = { firstMs: 1, silentMs: 1, askMs: 1, askForMs: 3_600_000, againMs: 1 }

  /** Counts looks and streams; `stream` says what comes of each. */
  function live(stream: (signal: AbortSignal, onAlive: () => void) => Promise<EndOfStream>) {
    const counts = { looks: 0, streams: 0, open: 0 }
    const waiting: { readonly when: () => boolean; readonly go: () => void }[] = []
    const check = () => {
      for (const each of [...waiting]) {
        if (!each.when()) continue
        waiting.splice(waiting.indexOf(each), 1)
        each.go()
      }
    }
    const seen = pageOf()
    const going = goLive(
      seen.page,
      {
        async look() {
          counts.looks += 1
          check()
        },
        async stream(signal, onAlive) {
          counts.streams += 1
          counts.open += 1
          check()
          try {
            return await stream(signal, onAlive)
          } finally {
            counts.open -= 1
            check()
          }
        },
      },
      soon,
    )
    const until = (when: () => boolean) =>
      when() ? Promise.resolve() : new Promise<void>((go) => waiting.push({ when, go }))
    return { ...going, ...seen, counts, until }
  }
  const untilAborted = (signal: AbortSignal) =>
    new Promise<EndOfStream>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })

  it('looks once, and then leaves it to the stream', async () => {
    const { counts, stop, until } = live(() => new Promise(() => undefined))
    await until(() => counts.streams === 1)
    expect(counts).to.deep.equal({ looks: 1, streams: 1, open: 1 })
    stop()
  })

  it('asks where a proxy keeps what the stream says', async () => {
    const { counts, stop, until } = live(untilAborted)
    await until(() => counts.looks > 3)
    expect(counts).to.include({ streams: 1, open: 0 })
    stop()
  })

  for (const end of ['refused', 'elsewhere'] as const) {
    it(`asks where the stream is ${end}`, async () => {
      const { counts, stop, until } = live(async () => end)
      await until(() => counts.looks > 3)
      expect(counts.streams).to.equal(1)
      stop()
    })
  }

  it('opens another one where it ends, or has gone silent', async () => {
    let count = 0
    const { counts, stop, until } = live((signal, onAlive) => {
      onAlive()
      count += 1
      return count === 1 ? Promise.resolve('over') : untilAborted(signal)
    })
    await until(() => counts.streams > 3)
    expect(counts.looks).to.be.at.least(counts.streams)
    stop()
  })

  it('has no stream while it is hidden, and looks at once when it is seen again', async () => {
    const { counts, see, stop, until } = live((signal, onAlive) => {
      onAlive()
      return untilAborted(signal)
    })
    await until(() => counts.open === 1)
    see('hidden')
    await until(() => counts.open === 0)
    const { looks } = counts
    see('visible')
    await until(() => counts.open === 1)
    expect(counts.looks).to.be.above(looks)
    stop()
    await until(() => counts.open === 0)
  })
})
