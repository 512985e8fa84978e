import fastifyCookie from '@fastify/cookie'
import { expect } from 'chai'
import { fastify } from 'fastify'
import { type CookieSurface, createCookies } from '../../../src/web/sessions/cookies.ts'
import { createToken } from '../../../src/web/sessions/tokens.ts'

/** The lines with which a portal at this address sets its cookies, or clears them. */
async function linesAt(
  publicUrl: string,
  act: 'set' | 'clear' = 'set',
  surface: CookieSurface = 'people',
): Promise<readonly string[]> {
  const server = fastify()
  await server.register(fastifyCookie)
  const cookies = createCookies(publicUrl, surface)
  server.get('/', async (_request, reply) => {
    for (const name of ['session', 'step'] as const) {
      if (act === 'set') cookies.set(reply, name, createToken())
      else cookies.clear(reply, name)
    }
    return ''
  })
  const { headers } = await server.inject('/')
  await server.close()
  return [headers['set-cookie'] ?? []].flat()
}

describe('cookies of the portal', () => {
  it('are for this host alone, for TLS alone, for no script, and for no other site (PEOPLE R18)', async () => {
    const url = 'https://mfa.example.com'
    const lines = [...(await linesAt(url)), ...(await linesAt(url, 'clear'))]
    expect(lines).to.have.length(4)
    for (const line of lines) {
      expect(line).to.match(/^__Host-holdfast(?:-step)?=/)
      for (const part of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict'])
        expect(line.split('; ')).to.include(part)
      expect(line).to.not.match(/domain=/i)
    }
  })

  it('hold 256 random bits in 43 characters, and end with the browser', async () => {
    const [one = '', other = ''] = await linesAt('https://mfa.example.com')
    for (const line of [one, other]) {
      expect(line).to.match(/^[\w-]+=[\w-]{43};/)
      expect(line).to.not.match(/max-age|expires/i)
    }
    expect(one.split('=')[1]).to.not.equal(other.split('=')[1])
  })

  it('have another name without TLS, where browsers keep no Secure cookie: in the demo', async () => {
    for (const line of await linesAt('http://localhost:8080')) {
      expect(line).to.match(/^holdfast(?:-step)?=/)
      expect(line.split('; ')).to.include.members(['HttpOnly', 'SameSite=Strict'])
      expect(line).to.not.include('Secure')
    }
  })

  it('have names of their own for each surface: browsers send them to every port of a host', async () => {
    const url = 'https://mfa.example.com'
    const ofPeople = await linesAt(url)
    const ofConsole = await linesAt(url, 'set', 'console')
    for (const line of ofConsole) expect(line).to.match(/^__Host-holdfast-console(?:-step)?=/)
    expect(await readAs('console', ofPeople)).to.deep.equal([false, false])
    expect(await readAs('people', ofConsole)).to.deep.equal([false, false])
    expect(await readAs('console', ofConsole)).to.deep.equal([true, true])
  })
})

/** Whether a surface finds its session and its step among these cookies. */
async function readAs(
  surface: CookieSurface,
  lines: readonly string[],
): Promise<readonly boolean[]> {
  const server = fastify()
  await server.register(fastifyCookie)
  const cookies = createCookies('https://mfa.example.com:8444', surface)
  server.get('/', async (request) =>
    (['session', 'step'] as const).map((name) => cookies.read(request, name) !== undefined),
  )
  const cookie = lines.map((line) => line.split(';')[0]).join('; ')
  const answer = await server.inject({ url: '/', headers: { cookie } })
  await server.close()
  return answer.json<boolean[]>()
}
