import { expect } from 'chai'
import { createApi, type Fetch, Problem } from '../../../src/web/pages/people/logic/api.ts'

type Answer = { readonly status: number; readonly body?: unknown }

function apiThat(answer: Answer | Error) {
  const asked: { path: string; options: Parameters<Fetch>[1] }[] = []
  const request: Fetch = async (path, options) => {
    asked.push({ path, options })
    if (answer instanceof Error) throw answer
    const { status, body } = answer
    return {
      ok: status < 400,
      status,
      json: async () => {
        if (body === undefined) throw new SyntaxError('not JSON')
        return body
      },
    }
  }
  return { api: createApi(request, () => 'nl'), asked }
}

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('no problem')
}

describe("requests of people's pages", () => {
  it('are JSON in the language of the page; also where there is nothing to say', async () => {
    const { api, asked } = apiThat({ status: 200, body: {} })
    await api.signOut()
    await api.signIns('a&b')
    const [post, get] = asked
    expect(post?.path).to.equal('/api/sign-out')
    expect(post?.options.method).to.equal('POST')
    expect(post?.options.body).to.equal('{}')
    expect(post?.options.headers).to.include({
      'content-type': 'application/json',
      'accept-language': 'nl',
    })
    expect(get?.path).to.equal('/api/sign-ins?after=a%26b')
    expect(get?.options.body).to.equal(undefined)
  })

  it('carry a password and a code in the body only', async () => {
    const { api, asked } = apiThat({ status: 200, body: {} })
    await api.signIn('alice', 'wonderland')
    await api.proof({ code: 'ABCDEFGHJKLM' })
    expect(asked.map(({ path }) => path).join()).not.to.match(/wonderland|ABCD/)
    expect(asked[0]?.options.body).to.equal('{"name":"alice","password":"wonderland"}')
  })

  it('answer with nothing where the server has nothing to say', async () => {
    expect(await apiThat({ status: 204 }).api.endSession()).to.equal(undefined)
  })

  for (const [answer, problem, text] of [
    [
      { status: 400, body: { problem: 'bad-request', text: 'No such number.' } },
      'bad-request',
      'No such number.',
    ],
    [{ status: 401, body: { problem: 'signed-out', text: '' } }, 'signed-out', ''],
    [{ status: 401 }, 'signed-out', ''],
    [{ status: 429, body: [] }, 'too-many', ''],
    [{ status: 502 }, 'store-failed', ''],
    [{ status: 503, body: { problem: 'store-failed', text: 7 } }, 'store-failed', ''],
    [{ status: 500, body: null }, 'internal', ''],
    [{ status: 404 }, 'internal', ''],
    [new TypeError('failed to fetch'), 'offline', ''],
  ] as const) {
    it(`say ${problem} for ${answer instanceof Error ? answer.message : JSON.stringify(answer)}`, async () => {
      const { api } = apiThat(answer)
      const found = await problemOf(api.me())
      expect(found.problem).to.equal(problem)
      expect(found.message).to.equal(text)
    })
  }

  it('that the page gave up are not a problem', async () => {
    const stop = new AbortController()
    stop.abort()
    const { api } = apiThat(new DOMException('aborted', 'AbortError'))
    let thrown: unknown
    await api.prove([''], stop.signal).catch((error: unknown) => {
      thrown = error
    })
    expect(thrown).to.be.instanceOf(DOMException)
  })
})
