import { Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { otpCode } from '../../../src/methods/index.ts'
import { seedOf } from '../sides/enrolled.ts'
import type { Person } from './loader.ts'

/** A browser's connection to the portal, from an address of its own: limits are by network. */
function openBrowser(port: number, index: number) {
  const localAddress = `127.1.${index >> 8}.${index & 255}`
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let cookie = ''

  async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<string> {
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = {
      host: `localhost:${port}`,
      ...(cookie === '' ? {} : { cookie }),
      ...(method === 'POST' && {
        origin: `http://localhost:${port}`,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      }),
    }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, localAddress, agent, method, path, headers })
      asked.once('error', reject).once('response', resolve).end(text)
    })
    const set = (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '')
    if (set.length > 0) cookie = set.join('; ')
    let read = ''
    answer.setEncoding('utf8')
    for await (const chunk of answer) read += String(chunk)
    return read
  }

  return { ask, close: () => agent.destroy() }
}

/** Signs everyone in at the portal, so many at once. Gives the seconds it took; throws where someone did not get in. */
export async function signInAtPortal(
  port: number,
  people: readonly Person[],
  atOnce: number,
): Promise<number> {
  const waiting = [...people]
  const step = Math.floor(Date.now() / 30_000)
  const startedMs = performance.now()
  const work = async (_: unknown, index: number) => {
    for (let person = waiting.shift(); person !== undefined; person = waiting.shift()) {
      const browser = openBrowser(port, index)
      const code = otpCode({ seed: seedOf(person), algorithm: 'sha1', digits: 6 }, step)
      await browser.ask('POST', '/api/sign-in', person)
      const answer = await browser.ask('POST', '/api/sign-in/answer', { answer: code })
      browser.close()
      if (!answer.includes('"in"')) throw new Error(`${person.name} did not get in: ${answer}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return (performance.now() - startedMs) / 1000
}

/** Keeps the connections of so many browsers open, each of which asks now and then. Gives what ends them. */
export async function holdBrowsers(port: number, count: number): Promise<() => Promise<void>> {
  const stop = new AbortController()
  const ended = Array.from({ length: count }, async (_, index) => {
    const browser = openBrowser(port, 1024 + index)
    while (!stop.signal.aborted) {
      await browser.ask('GET', '/api/look')
      // The listener ends a connection that waits for five seconds.
      await sleep(3_000, undefined, { signal: stop.signal }).catch(() => undefined)
    }
    browser.close()
  })
  return async () => {
    stop.abort()
    await Promise.all(ended)
  }
}
