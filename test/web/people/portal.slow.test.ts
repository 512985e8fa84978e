import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { StoreError } from '../../../src/store/index.ts'
import type { HttpPlugin } from '../../../src/web/index.ts'
import { ask } from './ask.ts'
import { type PortalLab, startPortal } from './portal-lab.ts'

const publicUrl = 'https://mfa.example.com'
const host = 'mfa.example.com'
const ours = { host, origin: publicUrl, 'content-type': 'application/json' }

describe('portal', () => {
  let portal: PortalLab
  let storeWorks = true
  before(async () => {
    portal = await startPortal(publicUrl, { storeWorks: async () => storeWorks })
  })
  after(() => portal.stop())

  const post = (headers: Record<string, string>, body = '{}') =>
    ask(portal.port, 'POST', '/api/none', headers, body)

  describe('changes', () => {
    it('are for pages of its own address', async () => {
      for (const headers of [
        ours,
        { ...ours, 'sec-fetch-site': 'same-origin' },
        { ...ours, 'content-type': 'application/json; charset=utf-8' },
      ]) {
        // Past the guard: there is just nothing at this address.
        expect(await post(headers)).to.have.property('status', 404)
      }
    })

    for (const [what, headers] of [
      ['another port of its host', { ...ours, origin: 'https://mfa.example.com:8443' }],
      ['its host without TLS', { ...ours, origin: 'http://mfa.example.com' }],
      ['a sibling of its host', { ...ours, origin: 'https://evil.example.com' }],
      ['a host that begins like it', { ...ours, origin: 'https://mfa.example.com.evil.example' }],
      ['a page without an origin', { ...ours, origin: 'null' }],
      ['no page at all', { host, 'content-type': 'application/json' }],
      ['another site, as the browser says', { ...ours, 'sec-fetch-site': 'cross-site' }],
      ['the same site, as the browser says', { ...ours, 'sec-fetch-site': 'same-site' }],
      ['an address that a person typed', { ...ours, 'sec-fetch-site': 'none' }],
      ['a form', { ...ours, 'content-type': 'application/x-www-form-urlencoded' }],
      ['a form with a file', { ...ours, 'content-type': 'multipart/form-data; boundary=x' }],
      ['a form of plain text', { ...ours, 'content-type': 'text/plain' }],
      ['a type that only begins like JSON', { ...ours, 'content-type': 'application/jsonp' }],
      ['no type', { host, origin: publicUrl }],
    ] as const) {
      it(`are refused from ${what}`, async () => {
        const { status, body } = await post(headers)
        expect(status).to.equal(403)
        expect(body).to.include('"problem":"wrong-origin"')
      })
    }

    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      it(`are guarded with ${method} as well`, async () => {
        const { status } = await ask(portal.port, method, '/api/none', { host })
        expect(status).to.equal(403)
      })
    }

    it('are never allowed to other origins by a header', async () => {
      const { headers } = await ask(portal.port, 'OPTIONS', '/api/look', {
        host,
        origin: publicUrl,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      })
      const cors = Object.keys(headers).filter((name) => name.startsWith('access-control-'))
      expect(cors).to.deep.equal([])
    })
  })

  describe('answers', () => {
    it('tell how it looks', async () => {
      const { status, headers, body } = await ask(portal.port, 'GET', '/api/look', { host })
      expect(status).to.equal(200)
      expect(headers['cache-control']).to.equal('no-store')
      expect(JSON.parse(body)).to.deep.equal({
        company: 'Example',
        helpdesk: 'extension 4400',
        language: 'nl',
        isDemo: false,
      })
    })

    it('keep browsers to TLS for a year, also behind a proxy', async () => {
      const { headers } = await ask(portal.port, 'GET', '/', { host })
      expect(headers['strict-transport-security']).to.equal('max-age=31536000; includeSubDomains')
    })

    it('let pages load nothing but what lies beside them', async () => {
      const { headers } = await ask(portal.port, 'GET', '/', { host })
      const policy = String(headers['content-security-policy'])
      expect(policy).to.include("default-src 'none'").and.include("form-action 'self'")
      expect(policy).to.include("manifest-src 'self'").and.include("frame-ancestors 'none'")
      expect(policy).not.to.match(/unsafe|data:|\*|https?:/)
    })

    for (const [what, body] of [
      ['half JSON', '{"name":'],
      ['a prototype', '{"__proto__":{"name":"alice"}}'],
      ['too much', `{"name":"${'x'.repeat(20_000)}"}`],
    ] as const) {
      it(`are a problem for ${what}`, async () => {
        const { status, body: text } = await post(ours, body)
        expect(status).to.be.within(400, 499)
        expect(JSON.parse(text)).to.have.property('problem', 'bad-request')
        expect(text).not.to.match(/node_modules|Error|proto|at /)
      })
    }

    it('are a problem where there is nothing', async () => {
      const { status, body } = await ask(portal.port, 'GET', '/api/none', { host })
      expect(status).to.equal(404)
      expect(JSON.parse(body)).to.have.property('problem', 'not-found')
    })

    it('without a session are a problem, however the address is spelled', async () => {
      for (const path of ['/api/sessions', '/%61pi/sessions', '/ap%69/session%73?x=1']) {
        const { status, headers, body } = await ask(portal.port, 'GET', path, { host })
        expect(status, path).to.equal(401)
        expect(headers['cache-control'], path).to.equal('no-store')
        expect(body, path).to.include('"problem":"signed-out"')
      }
    })

    it('to another host are a problem too', async () => {
      const { status, body } = await ask(portal.port, 'GET', '/api/look', { host: 'evil.example' })
      expect(status).to.equal(421)
      expect(JSON.parse(body)).to.have.property('problem')
    })
  })

  describe('pages', () => {
    it('are one page for every address', async () => {
      for (const path of ['/', '/sign-in', '/devices/new?from=mail']) {
        const { status, headers, body } = await ask(portal.port, 'GET', path, { host })
        expect(status).to.equal(200)
        expect(headers['cache-control']).to.equal('no-cache')
        expect(body).to.include('<title>Portal</title>')
      }
    })

    it('bring their icon', async () => {
      const { headers } = await ask(portal.port, 'GET', '/icon.svg', { host })
      expect(headers['content-type']).to.include('image/svg+xml')
    })

    for (const path of ['/assets/../../secret', '/assets/%2e%2e/index.html', '/none.js']) {
      it(`have nothing at ${path}`, async () => {
        const { status, body } = await ask(portal.port, 'GET', path, { host })
        expect(status).to.be.oneOf([403, 404])
        expect(body).not.to.include('<title>Portal</title>')
      })
    }

    it('explain a store that cannot be written', async () => {
      storeWorks = false
      const { status, headers, body } = await ask(portal.port, 'GET', '/', { host })
      storeWorks = true
      expect(status).to.equal(503)
      expect(headers['content-type']).to.include('text/html')
      expect(body).to.include('cannot save anything at the moment')
    })

    it('that are not built are told to the log', async () => {
      const { port, errors, pages, stop } = await startPortal(publicUrl)
      rmSync(join(pages, 'index.html'))
      const { status, body } = await ask(port, 'GET', '/', { host })
      await stop()
      expect(status).to.equal(500)
      expect(body).to.include('This page does not work at the moment')
      expect(String(errors[0])).to.include('the pages are not built')
    })
  })

  describe('mistakes of ours', () => {
    const broken: HttpPlugin = async (server) => {
      server.get('/elsewhere', async () => {
        throw new Error('secret detail')
      })
    }

    it('stay inside', async () => {
      const { port, stop } = await startPortal(publicUrl, {}, { plugins: [broken] })
      const { status, body } = await ask(port, 'GET', '/elsewhere', { host })
      await stop()
      expect(status).to.equal(500)
      expect(body).not.to.include('secret detail')
    })

    it('show as a problem, and are told to the log', async () => {
      const look = () => {
        throw new Error('secret detail')
      }
      const { port, errors, stop } = await startPortal(publicUrl, { look })
      const { status, body } = await ask(port, 'GET', '/api/look', { host })
      await stop()
      expect(status).to.equal(500)
      expect(JSON.parse(body)).to.have.property('problem', 'internal')
      expect(body).not.to.include('secret detail')
      expect(errors).to.have.length(1)
    })

    it('of the store are told apart', async () => {
      const look = () => {
        throw new StoreError('store-full', 'disk full')
      }
      const { port, stop } = await startPortal(publicUrl, { look })
      const { status, body } = await ask(port, 'GET', '/api/look', { host })
      await stop()
      expect(status).to.equal(503)
      expect(JSON.parse(body)).to.have.property('problem', 'store-failed')
      expect(body).not.to.include('disk')
    })
  })
})

describe('portal of the demo', () => {
  it('sends pages from 127.0.0.1 to localhost, and nothing else', async () => {
    const { port, stop } = await startPortal('http://localhost:8080')
    const asked = await ask(port, 'GET', '/devices?x=1', { host: '127.0.0.1:8080' })
    const named = await ask(port, 'GET', '/devices', { host: 'localhost:8080' })
    const api = await ask(port, 'GET', '/api/look', { host: '127.0.0.1:8080' })
    const posted = await ask(
      port,
      'POST',
      '/api/none',
      {
        ...{ host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' },
        'content-type': 'application/json',
      },
      '{}',
    )
    await stop()
    expect(asked.status).to.equal(302)
    expect(asked.headers.location).to.equal('http://localhost:8080/devices?x=1')
    expect(named.status).to.equal(200)
    expect(named.headers).not.to.have.property('strict-transport-security')
    expect(api.status).to.equal(200)
    expect(posted.status).to.equal(403)
  })
})
