import { expect } from 'chai'
import type { SelfOperations } from '../../../src/operations/index.ts'
import { totp } from '../../signin/harness.ts'
import { createPortalLab } from '../sign-in/lab.ts'

describe('the export of one’s own data at the portal', () => {
  const place = { ended_at_ms: 1, node: 'n', seq: 1 }
  const asked: unknown[] = []
  const operations = (async (by: { userKey: string }, name: string, args: { after?: unknown }) => {
    asked.push([by.userKey, name, args])
    const page = { person: { key: by.userKey, name: 'alice' }, audit: [{ seq: asked.length }] }
    return args.after === undefined ? { ...page, tables: { user: [] }, next: place } : page
  }) as SelfOperations

  it('is one file with all pages, for the person who is signed in and no one else', async () => {
    const lab = await createPortalLab({ operations })
    try {
      const browser = lab.browser()
      const app = await lab.enrol('alice', totp)
      expect((await browser.get('/api/export')).status).to.equal(401)
      await browser.post('/api/sign-in', { name: 'alice', password: 'Winter-2024' })
      expect((await browser.get('/api/export')).status).to.equal(401)
      expect(asked).to.deep.equal([])
      await browser.post('/api/sign-in/answer', { answer: lab.world.code(app) })
      const { status, body } = await browser.get('/api/export')
      expect(status).to.equal(200)
      expect(body).to.deep.include({
        person: { key: 'local:alice', name: 'alice' },
        auditIsCut: false,
        tables: { user: [], audit: [{ seq: 1 }, { seq: 2 }] },
      })
      expect(asked).to.deep.equal([
        ['local:alice', 'person.export', {}],
        ['local:alice', 'person.export', { after: place }],
      ])
    } finally {
      await lab.stop()
    }
  })
})
