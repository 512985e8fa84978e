import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { checkRevocations } from '../../../src/cli/check/revocations.ts'
import { revocations, staleRevocations } from '../../vectors/certificates.ts'

describe('check: lists of revoked certificates', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-crl-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  function check(text: string, now: string) {
    const file = join(folder, 'lists.pem')
    writeFileSync(file, text)
    return checkRevocations(file, Date.parse(now)).map(({ state, detail }) => [state, detail])
  }

  for (const [now, state] of [
    ['2119-12-31T17:59:00Z', 'ok'],
    ['2119-12-31T18:01:00Z', 'warning'],
    ['2120-01-01T00:00:00Z', 'failed'],
  ] as const) {
    it(`${state} at ${now}, of a list that ends with 2119`, () => {
      expect(check(revocations, now)).to.deep.equal([[state, 'ends 2120-01-01T00:00Z']])
    })
  }

  it('has a row for each list', () => {
    expect(check(revocations + staleRevocations, '2025-01-01')).to.deep.equal([
      ['ok', 'ends 2120-01-01T00:00Z'],
      ['failed', 'ends 2021-01-01T00:00Z'],
    ])
  })

  it('fails for what is not a list, and for a file that is not there', () => {
    const garbage = revocations.replaceAll(/[A-Za-z0-9+/]{64}/g, 'AAAA')
    expect(check(garbage, '2025-01-01')[0]?.[0]).to.equal('failed')
    const [row] = checkRevocations(join(folder, 'missing.pem'), 0)
    expect(row).to.include({ state: 'failed', area: 'certificate' })
  })
})
